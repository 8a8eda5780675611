"""What students learn from: windows around peaks of made-up targets, in the bytes a student computes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.networks.duplex_shapes import CONTEXT
from dmiso.scan.gate.hard_examples import LONGEST
from dmiso.scan.gate.scanned import scan_example
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.scan.gate.examples import Example
    from dmiso.scan.positions import PositionNetwork

__all__ = ["DISTANCE", "MARGIN", "REACH", "SLACK", "Lessons", "lessons_of"]

DISTANCE: Final = 15
"""Offsets to either side of a peak that its site's logit is of, as in a scan by default."""
REACH: Final = 4
"""Offsets to either side that a student's logit depends on."""
SLACK: Final = 2
"""How far from a peak an offset may be that the student finds the highest of its neighbourhood, or nearly so."""
MARGIN: Final = SLACK + DISTANCE + REACH
"""Offsets to either side of a peak in a window."""
_MOST: Final = (8, 6, 3)
"""Windows of one example: around sites, peaks at most :data:`_FAR` logits below the cut, and others."""
_FAR: Final = 4.0


class Lessons(NamedTuple):
    """Windows of offsets around peaks."""

    features: NDArray[np.uint8]
    """``(n, 2 * MARGIN + 1, n_features)``: helix scores by miRNA position and head, then nucleotides around."""
    own: NDArray[np.float32]
    """``(n, 2 * MARGIN + 1)``: the network's logit of each offset alone, from the cut."""
    logits: NDArray[np.float32]
    """``(n,)``: of the whole site, from the cut."""
    units: NDArray[np.float64]
    """``(heads,)``: how many units of a byte a score of 1 is."""


def lessons_of(network: PositionNetwork, examples: Sequence[Example], cut: float, *, seed: int) -> Lessons:
    """Return windows around some peaks of examples.

    Parameters
    ----------
    network
        Gives logits and helix scores.
    examples
        miRNAs and targets.
    cut
        Logit of a site that has to be found.
    seed
        Decides which peaks are taken.
    """
    draw = np.random.default_rng(seed)
    # as much as there may be: what is not written takes no memory, and a list would be copied in the end
    most, width = len(examples) * sum(_MOST), 2 * MARGIN + 1
    n_helices = min(LONGEST, network.mirna_length) * network.heads
    features = np.empty((most, width, n_helices + 4 * CONTEXT), np.uint8)
    own, logits = np.empty((most, width), np.float32), np.empty(most, np.float32)
    n, work = 0, Work("made-up targets", len(examples))
    for example in examples:
        scanned = scan_example(network, example, distance=DISTANCE, margin=MARGIN)
        taken = _some(scanned.logits - cut, draw)
        offsets, part = scanned.peaks[taken, None] + np.arange(-MARGIN, MARGIN + 1), slice(n, n + len(taken))
        seen = network.gate_features(example.mirna, example.bases)
        features[part, :, :n_helices] = seen[:, :n_helices][offsets]
        features[part, :, n_helices:] = seen[:, -4 * CONTEXT :][offsets]
        own[part] = scanned.own[offsets] - np.float32(cut)
        logits[part] = scanned.logits[taken] - cut
        n = part.stop
        work.advance(1)
    return Lessons(features[:n], own[:n], logits[:n], network.gate_units)


def _some(logits: NDArray[np.float32], draw: np.random.Generator) -> NDArray[np.int64]:
    """Return which peaks are taken."""
    kinds = (logits >= 0, (logits < 0) & (logits >= -_FAR), logits < -_FAR)
    return np.concatenate(
        [draw.permutation(np.flatnonzero(kind))[:most] for kind, most in zip(kinds, _MOST, strict=True)]
    )
