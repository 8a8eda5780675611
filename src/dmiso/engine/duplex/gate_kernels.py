"""The steps of :mod:`dmiso.engine.duplex.gate` that run along offsets: numba loops.

The recursion goes row by row as in :func:`dmiso.engine.duplex.scan_kernels.best_helices`, for a few runs of columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dmiso.compiled import njit
from dmiso.engine.duplex.scan_kernels import helix_row, helix_starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]
    Positions = NDArray[np.int64]

__all__ = [
    "columns_of_runs",
    "helices_of_runs",
    "mark_near",
    "mark_near_rows",
    "mark_outside",
    "runs_near",
    "runs_of_rows",
    "spread_runs",
]

_FAST = {"nnan", "ninf", "nsz", "contract"}


@njit(cache=True)
def columns_of_runs(runs: Positions) -> Positions:  # pragma: no cover
    """Return the columns of runs, one after the other."""
    columns = np.empty((runs[:, 1] - runs[:, 0]).sum(), np.int64)
    position = 0
    for r in range(len(runs)):
        for k in range(runs[r, 0], runs[r, 1]):
            columns[position] = k
            position += 1
    return columns


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def helices_of_runs(  # noqa: PLR0913, PLR0917 - numba's cache knows no keyword-only arguments
    codes: NDArray[np.uint8],
    table: FloatArray,
    steps: Positions,
    pairs: FloatArray,
    bulge: FloatArray,
    runs: Positions,
    best: FloatArray,
    at: int,
) -> None:  # pragma: no cover
    """Compute the best helix scores of runs of columns, side by side.

    Parameters
    ----------
    codes
        ``(n_bases,)``, of neighbouring nucleotides; ``length - 1`` are before column 0.
    table
        ``(n_steps, heads, PAIR_CODES)``: scores of a stacked pair on each two nucleotides, by miRNA nucleotides.
    steps
        ``(length,)``, which of ``table`` is that of each miRNA position.
    pairs
        ``(length, heads, 4)``.
    bulge
        ``(2, heads)``.
    runs
        ``(n_runs, 2)``, first column and the one after the last.
    best
        Filled: ``(length * heads, columns)``.
    at
        The column of ``best`` where the first run begins.
    """
    length, heads = len(steps), table.shape[1]
    margin = 2 * (length - 1)
    # runs with the bases that they depend on, end to end: what spills from one run into the next stays in these bases
    # a code is 5 * next nucleotide + own one, so the remainder is the own nucleotide
    both = np.minimum(codes[columns_of_runs(runs + np.array([0, margin]))], np.uint8(table.shape[2] - 1))
    own, width = both % np.uint8(5), len(both)
    rows, stacks = np.zeros((2, width), np.float32), np.empty((len(table), width), np.float32)
    used = np.zeros(len(table), np.bool_)
    used[steps] = True
    for h in range(heads):
        # looked up once for all positions with the same two miRNA nucleotides: of 22 positions some 12 differ
        for n in np.flatnonzero(used):
            score, scores = table[n, h], stacks[n]
            for j in range(width):
                scores[j] = score[both[j]]
        for i in range(length):
            stack, out, before = stacks[steps[i]], rows[i % 2], rows[(i + 1) % 2]
            left = width - 2 * i
            if i == 0:
                helix_starts(own, stack, pairs[i, h], out[:left])
            else:
                helix_row(own, stack, pairs[i, h], bulge[:, h], before[i - 1 :], out[i : i + left])
            # only the runs' own columns are kept; between them lie the nucleotides that they depend on
            target, position, begin = best[i * heads + h], at, length - 1
            for r in range(len(runs)):
                n = runs[r, 1] - runs[r, 0]
                target[position : position + n] = out[begin : begin + n]
                position += n
                begin += n + margin


@njit(cache=True)
def mark_outside(
    known: NDArray[np.bool_], before: Positions, columns: Positions, outside: NDArray[np.bool_]
) -> None:  # pragma: no cover
    """Mark the columns in which no known miRNA nucleotide faces a known target nucleotide.

    Parameters
    ----------
    known
        ``(length,)``, of the miRNA.
    before
        Known nucleotides before each; column 0 has ``length - 1`` nucleotides before its own.
    columns
        Which columns, ``(n,)``.
    outside
        Filled: ``(n,)``.
    """
    length = len(known)
    for k in range(len(columns)):
        outside[k] = True
        for i in range(length):  # the first one nearly always decides
            base = columns[k] + length - 1 - i
            if known[i] and before[base + 1] > before[base]:
                outside[k] = False
                break


@njit(cache=True)
def runs_of_rows(
    promising: NDArray[np.bool_], first: int, last: int, distance: int, join: int
) -> tuple[Positions, Positions]:  # pragma: no cover
    """Return the runs near promising offsets of each row, ``(n_runs, 2)``, and the row of each run.

    Parameters
    ----------
    promising
        ``(n_rows, n)``.
    first, last, distance, join
        See :func:`runs_near`.
    """
    runs = np.empty((64, 2), np.int64)
    rows = np.empty(64, np.int64)
    n = 0
    for row in range(len(promising)):
        own = runs_near(promising[row], first, last, distance, join)
        if n + len(own) > len(rows):
            more = 2 * (n + len(own))
            wider, longer = np.empty((more, 2), np.int64), np.empty(more, np.int64)
            wider[:n], longer[:n] = runs[:n], rows[:n]
            runs, rows = wider, longer
        runs[n : n + len(own)] = own
        rows[n : n + len(own)] = row
        n += len(own)
    return runs[:n].copy(), rows[:n].copy()


@njit(cache=True)
def runs_near(
    promising: NDArray[np.bool_], first: int, last: int, distance: int, join: int
) -> Positions:  # pragma: no cover
    """Return the runs of offsets at most a distance from a promising one, ``(n_runs, 2)``, from ``first`` on.

    Parameters
    ----------
    promising
        ``(n,)``.
    first, last
        Runs are cut to these offsets, half-open.
    distance
        To either side.
    join
        Runs less than this apart become one.
    """
    # runs are more than ``join`` apart, so there are no more than this
    runs = np.empty(((last - first) // (join + 1) + 1, 2), np.int64)
    n = 0
    for k in range(max(0, first - distance), min(len(promising), last + distance)):
        if promising[k]:
            start, stop = max(first, k - distance) - first, min(last, k + distance + 1) - first
            if n and (start <= runs[n - 1, 1] + join or n == len(runs)):
                runs[n - 1, 1] = stop
            else:
                runs[n, 0], runs[n, 1] = start, stop
                n += 1
    return runs[:n].copy()


@njit(cache=True)
def mark_near(
    promising: NDArray[np.bool_], distance: int, first: int, near: NDArray[np.bool_]
) -> None:  # pragma: no cover
    """Mark the offsets at most a distance from a promising one; ``near`` begins at offset ``first``."""
    near[:] = False
    marked = 0  # offsets before it are done: each is marked once, however many promising ones are near
    for k in range(len(promising)):
        if promising[k]:
            start, stop = max(marked, k - distance - first), min(len(near), k - first + distance + 1)
            if stop > start:
                near[start:stop] = True
                marked = stop


@njit(cache=True)
def mark_near_rows(
    promising: NDArray[np.bool_], distance: int, first: int, near: NDArray[np.bool_]
) -> None:  # pragma: no cover
    """Mark the offsets near promising ones in each row, see :func:`mark_near`."""
    for row in range(len(near)):
        mark_near(promising[row], distance, first, near[row])


@njit(cache=True)
def spread_runs(
    values: FloatArray, runs: Positions, rows: Positions, margin: int, out: FloatArray
) -> None:  # pragma: no cover
    """Write the values of runs that lie side by side, each with a margin at both ends, to their rows and offsets."""
    position = 0
    for r in range(len(runs)):
        position += margin
        for k in range(runs[r, 0], runs[r, 1]):
            out[rows[r], k] = values[position]
            position += 1
        position += margin
