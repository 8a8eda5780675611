"""What bundled students learn from: windows around peaks of made-up targets, in the bytes a student computes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.encode import N_CODE
from dmiso.engine.duplex.columns import codes_under
from dmiso.engine.duplex.look import Looker, Student
from dmiso.networks.duplex_shapes import CONTEXT
from dmiso.scan.sites import sites_in
from student_examples import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from dmiso.scan.gate.examples import Example
    from dmiso.scan.positions import PositionNetwork

__all__ = ["DISTANCE", "REACH", "Windows", "no_student", "windows_of"]

DISTANCE: Final = 15
"""Offsets to either side of a peak that its site's logit is of, as in a scan by default."""
REACH: Final = 4
"""Offsets to either side that a student's logit depends on."""
MARGIN: Final = 2 + DISTANCE + REACH
"""Offsets to either side of a peak in a window."""
MOST: Final = (8, 6, 3)
"""Windows of one example: around sites, peaks at most :data:`FAR` logits below the cut, and others."""
FAR: Final = 4.0


class Windows(NamedTuple):
    """Offsets around peaks."""

    features: NDArray[np.uint8]
    """``(n, 2 * MARGIN + 1, n_features)``: helix scores by miRNA position and head, then nucleotides around."""
    own: NDArray[np.float32]
    """``(n, 2 * MARGIN + 1)``: the network's logit of each offset alone, from the cut."""
    logits: NDArray[np.float32]
    """``(n,)``: of the whole site, from the cut."""


def no_student(network: PositionNetwork, units: int) -> Student:
    """Return a student that says nothing, of the right shape."""
    return Student(
        helices=np.zeros((units, network.mirna_length, network.heads), np.float32),
        bases=np.zeros((units, CONTEXT, 4), np.float32),
        bias=np.zeros(units, np.float32),
        taps=np.zeros((units, units, 2 * REACH + 1), np.float32),
        hidden_bias=np.zeros(units, np.float32),
        output=np.zeros(units, np.float32),
        output_bias=0.0,
    )


def windows_of(
    network: PositionNetwork, examples: Iterable[Example], cut: float, *, seed: int
) -> tuple[Windows, NDArray[np.float64]]:
    """Return windows around some peaks of examples, and how many units of a byte a score of 1 is, by head.

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
    scanner = network._gated[0].scanner  # noqa: SLF001 - a student's inputs are no part of what a scan asks for
    looker = Looker(scanner.weights, no_student(network, 4))
    features, own, logits = [], [], []
    for example in examples:
        mirna, target = network.encode_mirnas([example.mirna]), network.encode_target(example.bases)
        scanned = network.positions(mirna, target)[:, 0]
        n = scanned.shape[1]
        peaks, said = sites_in(
            network, scanned, distance=DISTANCE, lowest=-np.inf, own=range(MARGIN, n - MARGIN)
        )
        taken = _some(said - cut, draw)
        if not len(taken):
            continue
        offsets = peaks[taken, None] + np.arange(-MARGIN, MARGIN + 1)
        scores = looker.scores(*scanner.mirnas(mirna), target, n)[:LONGEST]
        features.append(
            np.concatenate(
                [
                    scores.reshape(-1, n).T[offsets],
                    _bases_around(codes_under(target, 0, n, network.mirna_length), offsets, network),
                ],
                axis=2,
            )
        )
        own.append(network.pooled(scanned[..., None])[offsets] - np.float32(cut))
        logits.append(said[taken] - np.float32(cut))
    return Windows(
        np.concatenate(features), np.concatenate(own), np.concatenate(logits).astype(np.float32)
    ), looker.units


def _some(logits: NDArray[np.float32], draw: np.random.Generator) -> NDArray[np.int64]:
    """Return which peaks are taken."""
    kinds = (logits >= 0, (logits < 0) & (logits >= -FAR), logits < -FAR)
    return np.concatenate(
        [draw.permutation(np.flatnonzero(kind))[:most] for kind, most in zip(kinds, MOST, strict=True)]
    )


def _bases_around(
    codes: NDArray[np.uint8], offsets: NDArray[np.int64], network: PositionNetwork
) -> NDArray[np.uint8]:
    """Return which nucleotides are around offsets, ``(n, width, CONTEXT * 4)``; none around an unknown one."""
    middle = network.mirna_length - 1
    around = codes[offsets[..., None] + middle + np.arange(CONTEXT) - CONTEXT // 2]
    ones = (around[..., None] == np.arange(4)) & (codes[offsets + middle] != N_CODE)[..., None, None]
    return ones.reshape(*offsets.shape, CONTEXT * 4).astype(np.uint8)
