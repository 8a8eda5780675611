"""The steps of :mod:`dmiso.engine.duplex.scan` that are not matrix products: numba loops along offsets.

Arrays are ``(channels, columns)``, a column per offset; each loop over columns is one that a compiler turns into
vector instructions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dmiso.compiled import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.engine.duplex.fold import Affine

    FloatArray = NDArray[np.float32]

__all__ = [
    "add_and_unfold",
    "bases_around",
    "best_helices",
    "helices_between",
    "helix_row",
    "helix_starts",
    "last_layer",
    "positive_part",
    "scores_on",
]

_FAST = {"nnan", "ninf", "nsz", "contract"}


@njit(cache=True)
def bases_around(bases: NDArray[np.uint8], first: int, ones: FloatArray) -> None:  # pragma: no cover
    """Write the nucleotides around columns as ones; none around an unknown nucleotide.

    Parameters
    ----------
    bases
        ``(n_bases,)``, codes; from 4 on a nucleotide is unknown.
    first
        The nucleotide that is column 0's own.
    ones
        Filled: ``(positions, 4, columns)``: context position, base, column; the middle position is the column's own.
    """
    positions, _, columns = ones.shape
    ones[:] = 0
    for position in range(positions):
        moved = bases[
            first + position - positions // 2 :
        ]  # nucleotide k of it is the one at this position around column k
        for k in range(columns):
            # codes from 4 on have no row; around an unknown nucleotide all is zero, as the network in training has it
            if moved[k] < 4 and bases[first + k] < 4:
                ones[position, moved[k], k] = 1


@njit(cache=True, error_model="numpy")
def scores_on(table: FloatArray, codes: NDArray[np.uint8], scores: FloatArray) -> None:  # pragma: no cover
    """Write ``table[..., codes]``: ``(n, heads, n_codes)`` on ``(n_bases,)`` gives ``(n, heads, n_bases)``.

    A code beyond the table counts as the last one in it.
    """
    last = np.uint8(table.shape[2] - 1)
    held = np.empty(len(codes), np.uint32)  # once, as the loops below look at each nucleotide a hundred times
    for j in range(len(codes)):
        held[j] = min(codes[j], last)
    for n in range(table.shape[0]):
        for h in range(table.shape[1]):
            own, out = table[n, h], scores[n, h]
            for j in range(len(held)):
                out[j] = own[held[j]]


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def helix_starts(
    bases: NDArray[np.uint8], stack: FloatArray, pair: FloatArray, out: FloatArray
) -> None:  # pragma: no cover
    """Compute the helix scores of a miRNA's first position: see :func:`helix_row`."""
    a, u, c, g = pair[0], pair[1], pair[2], pair[3]
    for j in range(len(out)):
        x = bases[j]
        # three choices between registers instead of a table: a load by index would keep the loop from vectorising.
        # N is treated as G; its stack scores so low that no helix is left
        own = (a if x == 0 else u) if x < 2 else (c if x == 2 else g)
        out[j] = max(stack[j] + own, np.float32(0))


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def helix_row(
    bases: NDArray[np.uint8],
    stack: FloatArray,
    pair: FloatArray,
    bulge: FloatArray,
    before: FloatArray,
    out: FloatArray,
) -> None:  # pragma: no cover
    """Compute the helix scores of one head at a miRNA position, see :func:`dmiso.networks.helices.helices`.

    Parameters
    ----------
    bases
        Codes of the target.
    stack
        Score of a stacked pair on each nucleotide.
    pair
        Score of the miRNA's nucleotide opposite A, U, C and G.
    bulge
        ``(2,)``.
    before
        The miRNA position before: element j + 1 is that of the pair that is stacked on pair j.
    out
        Filled.
    """
    a, u, c, g = pair[0], pair[1], pair[2], pair[3]
    miss, skip = bulge[0], bulge[1]
    for j in range(len(out)):
        x = bases[j]
        own = (a if x == 0 else u) if x < 2 else (c if x == 2 else g)
        # stacked on the pair before, or past an unpaired miRNA base, or past an unpaired target base. The scores are of
        # the row before only, never of this one: neighbours in the row do not wait for each other
        top = max(max(before[j + 1], before[j] - miss), before[j + 2] - skip)  # noqa: PLW3301
        out[j] = max(top + stack[j] + own, np.float32(0))


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def best_helices(
    bases: NDArray[np.uint8],
    stacks: FloatArray,
    steps: NDArray[np.int64],
    pairs: FloatArray,
    bulge: FloatArray,
    best: FloatArray,
    skipped: int,
) -> None:  # pragma: no cover
    """Compute the best helix scores of a tile, see :func:`dmiso.networks.helices.helices`.

    Parameters
    ----------
    bases
        ``(n_bases,)``, codes.
    stacks
        ``(n_steps, heads, n_bases)``: scores of a stacked pair on each nucleotide, by miRNA nucleotides.
    steps
        ``(length,)``, which of ``stacks`` is that of each miRNA position.
    pairs
        ``(length, heads, 4)``: score of each miRNA position opposite each nucleotide.
    bulge
        ``(2, heads)``.
    best
        Filled where a later step or the tile needs it: ``(length, heads, width)``; miRNA position i on the j-th
        nucleotide that is not skipped is column ``i + j``.
    skipped
        Nucleotides left out at the start, so that ``length - 1`` are before the tile's first offset.
    """
    helices_between(bases, stacks, steps, pairs, bulge, best, (skipped, 0, best.shape[0]))


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def helices_between(
    bases: NDArray[np.uint8],
    stacks: FloatArray,
    steps: NDArray[np.int64],
    pairs: FloatArray,
    bulge: FloatArray,
    best: FloatArray,
    between: tuple[int, int, int],
) -> None:  # pragma: no cover
    """Compute the best helix scores of some miRNA positions, as :func:`best_helices` does of all.

    ``between`` are the nucleotides skipped, the first position and the one after the last. The scores of the position
    before the first, if there is one, are in ``best`` already.
    """
    _, heads, width = best.shape
    skipped, first, last = between
    # head by head, since a head's recursion needs no other; then its rows (one miRNA position each) stay in the cache.
    # Rows shrink by two nucleotides per position: what a later row does not look at, the tile does not need.
    # slices, not sums of indices: numba must not ask in the inner loops whether an index is negative
    own = bases[skipped:]
    for h in range(heads):
        for i in range(first, last):
            n = width - 2 * i
            stack, out, before = stacks[steps[i], h][skipped:], best[i, h], best[max(i - 1, 0), h]
            if i == 0:
                helix_starts(own, stack, pairs[i, h], out[:n])
            else:
                # position j pairs after position j + 1, or past a bulge after j or j + 2
                helix_row(own, stack, pairs[i, h], bulge[:, h], before[i - 1 :], out[i : i + n])


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def add_and_unfold(
    features: FloatArray,
    addition: FloatArray,
    affine: Affine,
    outside: NDArray[np.int64],
    dilation: int,
    unfolded: FloatArray,
) -> None:  # pragma: no cover
    """Add to features in place, and write the shifted copies of their positive part that a convolution multiplies.

    Parameters
    ----------
    features, addition
        ``(channels, columns)``.
    affine
        Of each channel.
    outside
        Columns that are padding: zero in the copies.
    dilation
        Distance of neighbouring taps.
    unfolded
        Filled: ``(taps * channels, columns)``, tap by tap; zero beyond the ends.
    """
    channels, columns = features.shape
    taps = unfolded.shape[0] // channels
    zero = np.float32(0)
    # channel by channel: all that is done to a row is done while it is in the cache. The copies of a tap lie below each
    # other, so that the convolution is one product with weights (channels, taps * channels), the BLAS's best shape
    row = np.empty(columns, np.float32)  # one channel stays in the first-level cache
    for c in range(channels):
        x, y, bias, scale, shift = features[c], addition[c], affine.bias[c], affine.scale[c], affine.shift[c]
        for k in range(columns):
            total = x[k] + y[k] + bias
            x[k] = total
            row[k] = max(total * scale + shift, zero)
        for k in outside:
            row[k] = zero
        for tap in range(taps):
            out = unfolded[tap * channels + c]
            move = (tap - taps // 2) * dilation  # column k of the copy is column k + move of the row
            # held to the row: few columns may all lie beyond a far tap
            first = min(max(0, -move), columns)
            last = max(min(columns, columns - move), first)
            for k in range(first):
                out[k] = zero
            moved, here = row[first + move : last + move], out[first:last]
            for k in range(len(here)):
                here[k] = moved[k]
            for k in range(last, columns):
                out[k] = zero


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def positive_part(hidden: FloatArray, bias: FloatArray) -> None:  # pragma: no cover
    """Add a bias to each channel and keep the positive part, in place."""
    zero = np.float32(0)
    for c in range(hidden.shape[0]):
        row, b = hidden[c], bias[c]
        for k in range(hidden.shape[1]):
            row[k] = max(row[k] + b, zero)


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def last_layer(
    features: FloatArray,
    addition: FloatArray,
    affine: Affine,
    weights: FloatArray,
    bias: np.float32,
    logits: FloatArray,
) -> None:  # pragma: no cover
    """Write the weighted sum over channels of the positive part, see :func:`add_and_unfold`."""
    # a product with one row would read all features once more: here they are read while they are made
    logits[:] = bias
    zero = np.float32(0)
    for c in range(features.shape[0]):
        x, y, more, scale, shift = features[c], addition[c], affine.bias[c], affine.scale[c], affine.shift[c]
        weight = weights[c]
        for k in range(features.shape[1]):
            logits[k] += max((x[k] + y[k] + more) * scale + shift, zero) * weight
