"""What the network sees at a few runs of offsets, a row for each: numba loops with the heads as lanes.

The recursion is that of :func:`dmiso.engine.duplex.scan_kernels.best_helices`. Around a run it needs as many offsets
more as a miRNA position has positions after it: a trapezoid, of which every row is computed as wide as it has to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.compiled import njit
from dmiso.engine.duplex.head_lanes import HEADS, copy_heads, start_heads, step_heads
from dmiso.networks.duplex_shapes import CONTEXT
from dmiso.networks.helices import PAIR_CODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]
    Positions = NDArray[np.int64]

__all__ = [
    "BASES_AROUND",
    "RunMirnas",
    "RunScores",
    "RunsOnTiles",
    "features_of_runs",
    "lay_out",
    "spread_runs",
]

BASES_AROUND: Final = 32
"""Features of the nucleotides around an offset, with a few that are always zero: whole vectors."""


class RunMirnas(NamedTuple):
    """What miRNAs give, whatever the target."""

    lengths: Positions
    """``(n_mirnas,)``, up to the last known nucleotide."""
    known: NDArray[np.bool_]
    """``(n_mirnas, mirna_length)``."""
    steps: Positions
    """``(n_mirnas, mirna_length)``, which of :attr:`RunScores.stacks` is that of each position."""
    pairs: FloatArray
    """Flat ``(n_mirnas, mirna_length, 5, heads)``, score of each position opposite each target nucleotide."""


class RunScores(NamedTuple):
    """Scores of the network; heads are filled up to whole vectors."""

    stacks: FloatArray
    """Flat ``(n_steps, PAIR_CODES, heads)``."""
    bulge: FloatArray
    """Flat ``(heads / HEADS, 2, HEADS)``."""
    heads: int


class RunsOnTiles(NamedTuple):
    """Runs of offsets, and the rows of tiles that they are computed in."""

    parts: Positions
    """``(n_parts, 4)``: miRNA; first offset and the one after the last, with what the network sees around them; row of
    the tile."""
    part_ends: Positions
    """``(n_tiles + 1,)``, parts up to the end of each tile, after 0."""
    runs: Positions
    """``(n_runs, 3)``: row of the tile when parts have lost their margins, how many offsets, where their values go."""
    run_ends: Positions
    """``(n_tiles + 1,)``."""
    positions: Positions
    """``(n_tiles,)``, miRNA positions that are computed."""


@njit(cache=True)
def _next(value: int, positions: Positions, mirnas: Positions) -> int:  # pragma: no cover
    """Return the least number of positions above a value; 0 if there is none."""
    found = 0
    for m in mirnas:
        if positions[m] > value and (not found or positions[m] < found):
            found = positions[m]
    return found


@njit(cache=True)
def lay_out(
    runs: Positions, mirnas: Positions, to: Positions, positions: Positions, reach: int, room: int
) -> RunsOnTiles:  # pragma: no cover
    """Lay runs of offsets side by side in tiles; long ones are cut, those whose surroundings meet share them.

    Parameters
    ----------
    runs
        ``(n_runs, 2)``, first offset and the one after the last, ascending within a miRNA.
    mirnas
        ``(n_runs,)``, which one each is of, those of one side by side.
    to
        ``(n_runs,)``, where the first offset's value goes.
    positions
        ``(n_mirnas,)``, how many are computed of each miRNA: in a tile for all alike.
    reach
        Offsets to either side that are computed too.
    room
        Rows of a tile, more than ``2 * reach``.
    """
    most = room - 2 * reach
    n = 0
    for r in range(len(runs)):
        n += (runs[r, 1] - runs[r, 0] + most - 1) // most
    parts, laid, tiles = (
        np.empty((n, 4), np.int64),
        np.empty((n, 3), np.int64),
        np.zeros((n + 1, 3), np.int64),
    )
    n_parts = n_laid = n_tiles = filled = kept = alike = 0
    while True:
        # the next number of positions; np.unique would take seconds to compile
        alike = _next(alike, positions, mirnas)
        if not alike:
            break
        filled = room  # none of these joins the last tile
        for r in range(len(runs)):
            if positions[mirnas[r]] != alike:
                continue
            for start in range(runs[r, 0], runs[r, 1], most):
                stop = min(start + most, runs[r, 1])
                begin, end, p = start - reach, stop + reach, n_parts - 1
                meets = filled < room and parts[p, 0] == mirnas[r] and begin <= parts[p, 2]
                new = end - parts[p, 2] if meets else end - begin
                if filled + new > room:
                    n_tiles, filled, meets, new = n_tiles + 1, 0, False, end - begin
                if meets:
                    parts[p, 2] = end
                else:
                    kept = filled - 2 * reach * (n_parts - tiles[n_tiles - 1, 0])
                    p = n_parts
                    parts[p, 0], parts[p, 1], parts[p, 2], parts[p, 3] = mirnas[r], begin, end, filled
                    n_parts += 1
                filled += new
                laid[n_laid, 0], laid[n_laid, 1] = kept + start - reach - parts[p, 1], stop - start
                laid[n_laid, 2] = to[r] + start - runs[r, 0]
                n_laid += 1
                tiles[n_tiles, 0], tiles[n_tiles, 1], tiles[n_tiles, 2] = n_parts, n_laid, alike
    tiles = tiles[: n_tiles + 1]
    return RunsOnTiles(parts[:n_parts], tiles[:, 0].copy(), laid, tiles[:, 1].copy(), tiles[1:, 2].copy())


@njit(cache=True)
def _add_bases(codes: Codes, middle: int, features: FloatArray) -> None:  # pragma: no cover
    features[:BASES_AROUND] = 0
    # around an unknown nucleotide all is zero, as the network in training has it
    if codes[middle] < 4:
        for position in range(CONTEXT):
            base = codes[middle + position - CONTEXT // 2]
            if base < 4:
                features[4 * position + base] = 1


@njit(cache=True)
def _faces_nothing(known: NDArray[np.bool_], codes: Codes, own: int) -> bool:  # pragma: no cover
    """Tell whether no known miRNA nucleotide faces a known target nucleotide, the first of them ``own``."""
    nothing = True
    for i in range(len(known)):
        if known[i] and codes[own - i] < 4:
            nothing = False
            break  # the first one nearly always decides
    return nothing


@njit(cache=True, error_model="numpy")
def _add_helices(
    scores: RunScores,
    mirnas: RunMirnas,
    m: int,
    codes: Codes,
    group: int,
    room: FloatArray,
    features: FloatArray,
) -> None:  # pragma: no cover
    """Write the scores of eight heads of a run; the last position of the first offset faces the first of ``codes``."""
    length, heads, offsets = mirnas.lengths[m], scores.heads, len(features)
    width, first, bulge = offsets + 2 * (length - 1), length - 1, 2 * group
    flat, row = features.reshape(-1), features.shape[1]
    # outside of the loops: within, numba would count references
    on_stack, on_pair, costs = scores.stacks, mirnas.pairs, scores.bulge
    pairs, to = m * mirnas.steps.shape[1] * 5 * heads + group, BASES_AROUND + group
    # once for all positions: where the scores of a code lie among those of all codes
    stack_at, pair_at = np.empty(width, np.int64), np.empty(width, np.int64)
    for k in range(width):
        code = min(int(codes[k]), PAIR_CODES - 1)
        stack_at[k], pair_at[k] = code * heads, code % 5 * heads
    for i in range(length):
        out, before = room[i % 2], room[(i + 1) % 2]
        stack = mirnas.steps[m, i] * PAIR_CODES * heads + group
        for k in range(i, width - i):
            s, p = stack + stack_at[k - i], pairs + pair_at[k - i]
            if i == 0:
                start_heads(on_stack, s, on_pair, p, out, k * HEADS)
            else:
                step_heads(before, k * HEADS, costs, bulge, on_stack, s, on_pair, p, out, k * HEADS)
        for k in range(offsets):
            copy_heads(out, (first + k) * HEADS, flat, k * row + to)
        pairs, to = pairs + 5 * heads, to + heads


@njit(cache=True, error_model="numpy")
def features_of_runs(  # noqa: PLR0913, PLR0917 - numba's cache knows no keyword-only arguments
    scores: RunScores,
    mirnas: RunMirnas,
    bases: Codes,
    pairs: Codes,
    origin: int,
    parts: Positions,
    features: FloatArray,
    outside: NDArray[np.bool_],
) -> None:  # pragma: no cover
    """Write nucleotides around offsets and their best helix scores, zero for positions that a miRNA lacks.

    Parameters
    ----------
    scores, mirnas
        Of the network and of all miRNAs.
    bases, pairs
        ``(n_bases,)``: codes of nucleotides and of neighbouring ones; ``mirna_length - 1`` are before the one that
        faces the first miRNA position at offset ``origin``.
    origin
        The first offset that may be asked for.
    parts
        ``(n_parts, 4)``, see :class:`RunsOnTiles`.
    features
        Filled: ``(n_rows, BASES_AROUND + positions * heads)``.
    outside
        Filled: ``(n_rows,)``, where no known miRNA nucleotide faces a known target nucleotide.
    """
    longest, heads = mirnas.steps.shape[1], scores.heads
    widest = 0
    for n in range(len(parts)):
        widest = max(widest, parts[n, 2] - parts[n, 1])
    room = np.zeros((2, (widest + 2 * longest) * HEADS), np.float32)
    for n in range(len(parts)):
        m, at, size = parts[n, 0], parts[n, 3], parts[n, 2] - parts[n, 1]
        length, own = mirnas.lengths[m], parts[n, 1] - origin + longest - 1
        for k in range(size):
            _add_bases(bases, own + k, features[at + k])
            outside[at + k] = _faces_nothing(mirnas.known[m, :length], bases, own + k)
            features[at + k, BASES_AROUND + length * heads :] = 0
        for group in range(0, heads, HEADS):
            _add_helices(scores, mirnas, m, pairs[own - length + 1 :], group, room, features[at : at + size])


@njit(cache=True)
def spread_runs(values: FloatArray, runs: Positions, out: FloatArray) -> None:  # pragma: no cover
    """Write the values of runs on a tile, see :class:`RunsOnTiles`, to where they go in a flat array."""
    for r in range(len(runs)):
        for k in range(runs[r, 1]):
            out[runs[r, 2] + k] = values[runs[r, 0] + k]
