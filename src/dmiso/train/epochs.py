"""What the network sees in one epoch: the order of pairs, redrawn negatives, jittered sites.

Everything is a function of the pairs, the settings and the epoch's number, so that a resumed run needs no
generator state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dmiso.dataset.site_swap import swap_partners
from dmiso.encode import N_CODE
from dmiso.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dmiso.settings.training import TrainSettings
    from dmiso.train.data import EncodedPairs

__all__ = ["EpochPairs", "batch_bounds", "epoch_pairs", "jittered"]

_STREAM = 3
"""Separates the draws of epochs from those of parts and folds, which have the same seed."""


@dataclass(frozen=True, slots=True, eq=False)
class EpochPairs:
    """The pairs of an epoch in the order in which they are shown.

    Parameters
    ----------
    mirna_row, target_row
        Rows of the training pairs that give miRNA and site, ``(n_pairs,)``; equal but for redrawn negatives.
    target
        Site codes of all training pairs, jittered, ``(n_training_pairs, target_length)``, uint8.
    goal, weight
        ``(n_pairs,)``, float32: what to learn, 0-1; the weights' mean is 1.
    n_missing
        Positives left out of the epoch, as no other miRNA of their source may meet their site.
    """

    mirna_row: NDArray[np.int64]
    target_row: NDArray[np.int64]
    target: NDArray[np.uint8]
    goal: NDArray[np.float32]
    weight: NDArray[np.float32]
    n_missing: int = 0

    def __len__(self) -> int:
        return len(self.goal)


def epoch_pairs(pairs: EncodedPairs, settings: TrainSettings, epoch: int) -> EpochPairs:
    """Return what is shown in an epoch.

    Parameters
    ----------
    pairs
        The training pairs.
    settings
        Seed, ``negatives`` and ``jitter``.
    epoch
        Number of the epoch, counted from 1.

    Raises
    ------
    InputError
        If no negative can be redrawn at all.
    """
    rng = np.random.default_rng([settings.seed, _STREAM, epoch])
    mirna_row = target_row = np.arange(len(pairs))
    goal, n_missing = pairs.goal, 0
    if settings.negatives == "redrawn":
        positives = np.flatnonzero(pairs.label == 1)
        within = [name for name in ("source",) if name in pairs.swap.columns]
        swap = swap_partners(pairs.swap[positives], ratio=1, within=within, seed=int(rng.integers(2**32)))
        n_missing = len(positives) - len(swap.kept)
        if not len(swap.kept):
            raise InputError(
                f"no negative can be redrawn: the miRNAs of all {len(positives)} positives are of one family",
                column="mirna_sequence",
                hint="Use --negatives given, or give pairs of more miRNAs",
            )
        kept = positives[swap.kept]
        mirna_row = np.concatenate([kept, positives[swap.partners[0]]])
        target_row = np.concatenate([kept, kept])
        goal = np.repeat(np.array([1, 0], np.float32), len(kept))
    weight = pairs.weight[target_row]
    target = pairs.target
    if settings.jitter:
        target = jittered(pairs.target, pairs.target_bases, settings.jitter, rng)
    order = rng.permutation(len(goal))
    weight = (weight / weight.mean(dtype=np.float64)).astype(np.float32)
    return EpochPairs(mirna_row[order], target_row[order], target, goal[order], weight[order], n_missing)


def jittered(
    codes: NDArray[np.uint8], bases: NDArray[np.int64], jitter: int, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Remove 0 to ``jitter`` nucleotides at random from both ends of each site; padding fills the right.

    Parameters
    ----------
    codes
        ``(n_sites, target_length)``.
    bases
        Nucleotides of each site before the padding, ``(n_sites,)``. Half of them stay at least.
    jitter
        Most nucleotides to remove from one end.
    rng
        Source of the numbers.

    Examples
    --------
    >>> site = np.array([[0, 1, 2, 3, 4, 4]], np.uint8)
    >>> jittered(site, np.array([4]), 1, np.random.default_rng(1))
    array([[0, 1, 2, 4, 4, 4]], dtype=uint8)
    """
    most = np.minimum(jitter, bases // 4)[:, None]
    left, right = np.split(rng.integers(0, most + 1, (len(codes), 2)), 2, axis=1)
    position = np.arange(codes.shape[1])[None, :] + left
    inside = position < bases[:, None] - right
    moved = np.take_along_axis(codes, np.minimum(position, codes.shape[1] - 1), axis=1)
    return np.where(inside, moved, np.uint8(N_CODE))


def batch_bounds(n: int, batch_size: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of batches; a last one of a single pair joins the one before (BatchNorm needs two).

    Examples
    --------
    >>> list(batch_bounds(7, 3)), list(batch_bounds(8, 3))
    ([(0, 3), (3, 7)], [(0, 3), (3, 6), (6, 8)])
    """
    start = 0
    while start < n:
        end = min(n, start + batch_size)
        if n - end == 1:
            end = n
        yield start, end
        start = end
