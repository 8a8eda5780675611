"""Shuffles of a sequence that keep its dinucleotides (Altschul & Erickson 1985, by random spanning trees).

A sequence is a walk over its letters; another walk that uses the same steps has the same dinucleotide and
letter counts and the same ends. The last step out of each letter is drawn with Wilson's loop-erased random
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
    """Draw, for each letter but the last of the walk, the place of its last step in ``steps``."""
    last = np.full(256, -1, np.int64)
    in_tree = np.zeros(256, np.bool_)
    in_tree[codes[-1]] = True
    for start in codes:
        letter = start
        while not in_tree[letter]:
            last[letter] = generator.integers(0, degree[letter])
            letter = codes[steps[letter, last[letter]]]
        letter = start
        while not in_tree[letter]:
            in_tree[letter] = True
            letter = codes[steps[letter, last[letter]]]
    return last


@njit(cache=True)
def _shuffle_one(
    codes: NDArray[np.uint8], generator: np.random.Generator
) -> NDArray[np.uint8]:  # pragma: no cover
    """Shuffle one sequence of at least two letters."""
    n = len(codes)
    steps = np.zeros((256, n), np.int64)
    degree = np.zeros(256, np.int64)
    for p in range(n - 1):
        steps[codes[p], degree[codes[p]]] = p + 1
        degree[codes[p]] += 1
    last = _last_steps(codes, steps, degree, generator)
    for letter in range(256):
        free = degree[letter]
        if last[letter] >= 0:
            free -= 1
            steps[letter, last[letter]], steps[letter, free] = (
                steps[letter, free],
                steps[letter, last[letter]],
            )
        for a in range(free - 1, 0, -1):
            b = generator.integers(0, a + 1)
            steps[letter, a], steps[letter, b] = steps[letter, b], steps[letter, a]
    out = np.empty(n, np.uint8)
    used = np.zeros(256, np.int64)
    letter = codes[0]
    for p in range(n):
        out[p] = letter
        if p < n - 1:
            used[letter] += 1
            letter = codes[steps[letter, used[letter] - 1]]
    return out


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
            if not np.array_equal(shuffled, part):
                out[bounds[i] : bounds[i + 1]] = shuffled
                break
    return out


def dinucleotide_shuffle(sequences: Sequence[str], *, seed: int, tries: int = 20) -> list[str]:
    """Shuffle sequences so that each keeps its dinucleotide counts and its two ends.

    Parameters
    ----------
    sequences
        ASCII letters; N counts as a letter of its own.
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
