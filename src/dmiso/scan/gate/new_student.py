"""Fits students to a network when a scan begins: for models that have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.scan.gate.hard_examples import hard_examples
from dmiso.scan.gate.lessons import DISTANCE, lessons_of
from dmiso.scan.gate.scanned import scan_example
from dmiso.scan.gate.training import Plan, train_student

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmiso.engine.duplex.look import Student
    from dmiso.scan.gate.examples import Example
    from dmiso.scan.positions import PositionNetwork

__all__ = ["LEARN", "LEARN_SEED", "PEAKS_SEED", "new_students"]

LEARN: Final = (7_000, 700)
"""Random nucleotides and nucleotides with planted sites for each miRNA: most sites of real transcripts are there by
chance too."""
_MIRNAS: Final = 2_000
_STEPS: Final = 6_000
LEARN_SEED, PEAKS_SEED = 31_001, 1
_TRIES: Final = 3
_SAMPLE: Final = 100
"""miRNAs whose sites say where the cut is."""
_FEWEST: Final = 10
"""Sites per miRNA that a student learns from; if fewer are kept, the best below them join in."""


def new_students(network: PositionNetwork, *, lowest: float) -> Iterator[Student]:
    """Yield students fitted to a network, the next one in case that one lets too much pass.

    Parameters
    ----------
    network
        One network or several.
    lowest
        Sites with at least this logit are kept.
    """
    made = list(hard_examples(_MIRNAS, *LEARN, seed=LEARN_SEED))
    cut = _cut(network, made[: 2 * _SAMPLE], lowest)
    lessons = lessons_of(network, made, cut, seed=PEAKS_SEED)
    for seed in range(_TRIES):
        plan = Plan(steps=_STEPS, seed=seed)
        student = train_student(lessons, network.mirna_length, network.softness, plan)
        yield student._replace(output_bias=student.output_bias + cut)


def _cut(network: PositionNetwork, examples: Sequence[Example], lowest: float) -> float:
    """Return the logit of sites to look at: that of those kept, or lower so that there are enough."""
    found = [scan_example(network, example, distance=DISTANCE).logits for example in examples]
    best = np.sort(np.concatenate(found))[-_FEWEST * len(examples) // 2 :]
    return min(lowest, float(best[0]))
