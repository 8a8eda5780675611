"""Shuffles of a sequence that keep its dinucleotides (Altschul & Erickson 1985, by random spanning trees).

A sequence is a walk over its nucleotides; another walk that uses the same steps has the same dinucleotide and
nucleotide counts and the same ends. The last step out of each nucleotide is drawn with Wilson's loop-erased random
walk, which makes all such walks equally likely; the other steps are put in random order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dmiso.compiled import njit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["dinucleotide_shuffle"]


@njit(cache=True)
def _last_steps(
    codes: NDArray[np.uint8],
    steps: NDArray[np.int64],
    degree: NDArray[np.int64],
    generator: np.random.Generator,
) -> NDArray[np.int64]:  # pragma: no cover
    """Draw, for each nucleotide but the last of the walk, the position of its last step in ``steps``."""
    last = np.full(256, -1, np.int64)
    in_tree = np.zeros(256, np.bool_)
    in_tree[codes[-1]] = True
    for start in codes:
        base = start
        while not in_tree[base]:
            last[base] = generator.integers(0, degree[base])
            base = codes[steps[base, last[base]]]
        base = start
        while not in_tree[base]:
            in_tree[base] = True
            base = codes[steps[base, last[base]]]
    return last


@njit(cache=True)
def _shuffle_one(
    codes: NDArray[np.uint8], generator: np.random.Generator
) -> NDArray[np.uint8]:  # pragma: no cover
    """Shuffle one sequence of at least two nucleotides."""
    n = len(codes)
    steps = np.zeros((256, n), np.int64)
    degree = np.zeros(256, np.int64)
    for p in range(n - 1):
        steps[codes[p], degree[codes[p]]] = p + 1
        degree[codes[p]] += 1
    last = _last_steps(codes, steps, degree, generator)
    for base in range(256):
        free = degree[base]
        if last[base] >= 0:
            free -= 1
            steps[base, last[base]], steps[base, free] = (
                steps[base, free],
                steps[base, last[base]],
            )
        for a in range(free - 1, 0, -1):
            b = generator.integers(0, a + 1)
            steps[base, a], steps[base, b] = steps[base, b], steps[base, a]
    out = np.empty(n, np.uint8)
    used = np.zeros(256, np.int64)
    base = codes[0]
    for p in range(n):
        out[p] = base
        if p < n - 1:
            used[base] += 1
            base = codes[steps[base, used[base] - 1]]
    return out


@njit(cache=True)
def _differ(codes: NDArray[np.uint8], others: NDArray[np.uint8]) -> bool:  # pragma: no cover
    # not by numpy's array_equal: code that holds it is loaded with numba's compiler and scipy, in a quarter of a second
    differing = 0
    for p in range(len(codes)):
        differing += codes[p] != others[p]
    return differing > 0


@njit(cache=True)
def _shuffle_all(
    codes: NDArray[np.uint8], bounds: NDArray[np.int64], tries: int, generator: np.random.Generator
) -> NDArray[np.uint8]:  # pragma: no cover
    """Shuffle each part of ``codes``; draw again while a shuffle is the sequence itself."""
    out = codes.copy()
    for i in range(len(bounds) - 1):
        part = codes[bounds[i] : bounds[i + 1]]
        if len(part) < 2:
            continue
        for _ in range(tries):
            shuffled = _shuffle_one(part, generator)
            if _differ(shuffled, part):
                for p in range(len(part)):
                    out[bounds[i] + p] = shuffled[p]
                break
    return out


def dinucleotide_shuffle(sequences: Sequence[str], *, seed: int, tries: int = 20) -> list[str]:
    """Shuffle sequences so that each keeps its dinucleotide counts and its two ends.

    Parameters
    ----------
    sequences
        ASCII nucleotides; N counts as a nucleotide of its own.
    seed
        Of the random choice.
    tries
        Draws before a sequence whose shuffles all are itself (``AAAA``) is given back as it is.

    Returns
    -------
    list of str
        One shuffle a sequence, in order.

    Examples
    --------
    >>> dinucleotide_shuffle(["ACGUACUGA", "AAAA"], seed=3)
    ['ACGACUGUA', 'AAAA']
    """
    bounds = np.zeros(len(sequences) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, sequences), np.int64, len(sequences)), out=bounds[1:])
    codes = np.frombuffer("".join(sequences).encode("ascii"), np.uint8)
    text = _shuffle_all(codes, bounds, tries, np.random.default_rng(seed)).tobytes().decode("ascii")
    return [text[start:end] for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]
