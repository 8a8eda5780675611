"""Loops of the fast forward pass, compiled by numba; see :mod:`dmiso.engine.published.network` for what they are for.

Layout: ``BLOCK`` sequences or pairs lie side by side (lanes), so that a row ``array[row, 0:BLOCK]`` holds one number
of each; the loop over lanes is innermost and the compiler vectorises it. Arrays come in flat, and all offsets are
unsigned: a signed index would be tested for being negative, which keeps the compiler from vectorising.

LSTM gates are in the order input, forget, cell, output, the four of a unit side by side, and come scaled by
``dmiso.engine.published.fold`` so that a power of two replaces the exponential.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.compiled import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]

__all__ = ["BLOCK", "LANES", "gather", "pooled_features", "recur_lanes", "recur_shared", "tail"]

BLOCK: Final = 256
"""Sequences or pairs handled together; sgemm is at its best from 256 columns on."""

LANES: Final = 64
"""Lanes of one pass of the LSTM: their state stays in the first-level cache."""

# Numba types a Python number as 64 bits, so constants of the inner loops are typed here.
_ROW = np.uintp(BLOCK)
_PASS = np.uintp(LANES)
_UNITS = np.uintp(10)
_GATES = np.uintp(40)
_0, _1, _2, _3, _4 = (np.uintp(i) for i in range(5))
_UNKNOWN = np.uint8(4)
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
_LOWEST = np.float32(-100.0)
_HIGHEST = np.float32(40.0)  # the product of three powers of two must stay below 2 ** 128
_ROUNDER = np.float32(1.5 * 2**23)  # adding it leaves the nearest integer in the low bits
_MANTISSA_BITS = np.int32(23)
_MINUS_TWO_LOG2_E = np.float32(-2.8853900817779268)
# 2 ** r for r in [-0.5, 0.5], relative error below 1e-7 (least maximum, found by iterated weighted least squares)
_P1 = np.float32(0.6931470036506653)
_P2 = np.float32(0.24022242426872253)
_P3 = np.float32(0.05550733581185341)
_P4 = np.float32(0.009671512991189957)
_P5 = np.float32(0.001326472731307149)

# No "reassoc": it would undo the rounding in _exp2. "arcp" lets a division be an estimate and one Newton step.
_SAFE: Final = {"contract", "nnan", "ninf", "nsz"}
_FAST: Final = _SAFE | {"arcp"}


@njit(cache=True, error_model="numpy", fastmath=_SAFE, forceinline=True)
def _exp2(power):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - scalars inside compiled code
    """Return ``2 ** power``, relative error below 2e-7, power held within -100 and 40."""
    # 2 ** power = 2 ** r * 2 ** whole: the first by a polynomial, the second by adding to the exponent's bits. No
    # call of a library and no table, so that the loop over lanes becomes vector instructions
    held = min(max(power, _LOWEST), _HIGHEST)
    shifted = np.float32(held + _ROUNDER)
    r = np.float32(held - np.float32(shifted - _ROUNDER))
    p = np.float32(_ONE + r * (_P1 + r * (_P2 + r * (_P3 + r * (_P4 + r * _P5)))))
    bits = np.float32(p).view(np.int32) + (np.float32(shifted).view(np.int32) << _MANTISSA_BITS)
    return np.int32(bits).view(np.float32)


@njit(cache=True, error_model="numpy", fastmath=_FAST, forceinline=True)
def _cell(i, f, g, o, cell):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Return the new cell and hidden state of one unit; two divisions instead of five."""
    # sigmoid(i) = 1 / (1 + e_i) and tanh(g) = (1 - e_g) / (1 + e_g), see fold; over one common denominator
    e_i, e_f, e_g, e_o = _exp2(i), _exp2(f), _exp2(g), _exp2(o)
    open_ig = (_ONE + e_i) * (_ONE + e_g)
    open_f = _ONE + e_f
    new_cell = (cell * open_ig + (_ONE - e_g) * open_f) / (open_ig * open_f)
    e_c = _exp2(new_cell * _MINUS_TWO_LOG2_E)
    return new_cell, (_ONE - e_c) / ((_ONE + e_o) * (_ONE + e_c))


@njit(cache=True, error_model="numpy", fastmath=_FAST, nogil=True)
def recur_shared(
    inputs: FloatArray, weights: FloatArray, cell: FloatArray, hidden: FloatArray, first_row: int, lanes: int
) -> None:
    """Run an LSTM whose inputs are the same in all lanes (one sequence) and whose state differs.

    Parameters
    ----------
    inputs
        Input share of the gates, flat ``(steps, 10, 4)``.
    weights
        Recurrent weights, flat ``(10 units, 10 previous units, 4 gates)``.
    cell
        Cell states, flat ``(10, BLOCK)``; updated.
    hidden
        Hidden states, flat ``(rows, BLOCK)``: rows ``first_row`` to ``first_row + 9`` are the start; those
        of each step are written after them.
    first_row, lanes
        Where the start is, and how many lanes to fill, a multiple of ``LANES``.
    """
    start = np.uintp(first_row)
    # few lanes at a time through all steps, then the next: their states never leave the first-level cache
    for lane0 in range(_0, np.uintp(lanes), _PASS):
        for step in range(np.uintp(inputs.size) // _GATES):
            # the ten rows of states before this step; the ten after them are written
            before = (start + step * _UNITS) * _ROW + lane0
            for unit in range(_UNITS):
                x = step * _GATES + unit * _4
                w = unit * _GATES
                c = unit * _ROW + lane0
                after = before + (_UNITS + unit) * _ROW
                for lane in range(_PASS):
                    i, f, g, o = inputs[x], inputs[x + _1], inputs[x + _2], inputs[x + _3]
                    for k in range(_UNITS):
                        h = hidden[before + k * _ROW + lane]
                        i += weights[w + k * _4] * h
                        f += weights[w + k * _4 + _1] * h
                        g += weights[w + k * _4 + _2] * h
                        o += weights[w + k * _4 + _3] * h
                    cell[c + lane], hidden[after + lane] = _cell(i, f, g, o, cell[c + lane])


@njit(cache=True, error_model="numpy", fastmath=_FAST, nogil=True)
def recur_lanes(
    inputs: FloatArray, weights: FloatArray, cell: FloatArray, hidden: FloatArray, first_row: int, lanes: int
) -> None:
    """Run an LSTM whose inputs and state differ between lanes.

    Parameters
    ----------
    inputs
        Input share of the gates, flat ``(steps, 10, 4, BLOCK)``.
    weights, cell, hidden, first_row, lanes
        As in :func:`recur_shared`.
    """
    start = np.uintp(first_row)
    for lane0 in range(_0, np.uintp(lanes), _PASS):
        for step in range(np.uintp(inputs.size) // (_GATES * _ROW)):
            before = (start + step * _UNITS) * _ROW + lane0
            for unit in range(_UNITS):
                x = (step * _GATES + unit * _4) * _ROW + lane0
                w = unit * _GATES
                c = unit * _ROW + lane0
                after = before + (_UNITS + unit) * _ROW
                for lane in range(_PASS):
                    i = inputs[x + lane]
                    f = inputs[x + _ROW + lane]
                    g = inputs[x + _2 * _ROW + lane]
                    o = inputs[x + _3 * _ROW + lane]
                    for k in range(_UNITS):
                        h = hidden[before + k * _ROW + lane]
                        i += weights[w + k * _4] * h
                        f += weights[w + k * _4 + _1] * h
                        g += weights[w + k * _4 + _2] * h
                        o += weights[w + k * _4 + _3] * h
                    cell[c + lane], hidden[after + lane] = _cell(i, f, g, o, cell[c + lane])


@njit(cache=True, error_model="numpy", fastmath=_SAFE, nogil=True)
def tail(
    dense: FloatArray,
    lane_share: FloatArray,
    single_share: FloatArray,
    weights: FloatArray,
    logits: FloatArray,
) -> None:
    """Finish the dense layers: add the shares, ReLU, weight, sum; ``logits`` starts with the last bias.

    The shares are added first, so that it does not matter to the last bit which of them is whose.

    Parameters
    ----------
    dense
        The pairs' share of the dense layer, ``(units, n)``.
    lane_share
        Share of the sequences in the lanes, ``(units, at least n)``.
    single_share
        Share of the sequence that all pairs have in common, ``(units,)``.
    weights
        Of the last layer, ``(units,)``.
    logits
        Output, ``(at most n,)``; added to.
    """
    # unit by unit, so that lanes, which lie side by side, run innermost
    for unit in range(dense.shape[0]):
        for lane in range(logits.size):
            share = lane_share[unit, lane] + single_share[unit]
            logits[lane] += weights[unit] * max(dense[unit, lane] + share, _ZERO)


@njit(cache=True, error_model="numpy", nogil=True)
def pooled_features(
    codes: NDArray[np.uint8], first: FloatArray, second: FloatArray, pool: int, features: FloatArray
) -> None:
    """Convolve, ReLU and max-pool sequences: a kernel of 8 is the sum of two tables over 4 nucleotides.

    Parameters
    ----------
    codes
        ``(n, length)``, 0–4; larger codes count as 4.
    first, second
        Sum of kernel weights over the first and last 4 nucleotides (bias in the first), ``(625, channels)``.
    pool
        Width of the max-pool, stride 1.
    features
        Output, ``(steps, channels, at least n)``.
    """
    steps, channels = features.shape[0], features.shape[1]
    positions = steps + pool - 1
    words = np.empty(positions + 4, np.intp)
    convolved = np.empty((positions, channels), np.float32)
    for n in range(codes.shape[0]):
        for p in range(positions + 4):
            # four nucleotides in base 5, N included: the number of a row of the tables
            words[p] = 0
            for k in range(4):
                words[p] = words[p] * 5 + min(codes[n, p + k], _UNKNOWN)
        for p in range(positions):
            for c in range(channels):
                convolved[p, c] = first[words[p], c] + second[words[p + 4], c]
        for s in range(steps):
            for c in range(channels):
                highest = _ZERO  # the ReLU: the maximum begins at zero
                for p in range(s, s + pool):
                    highest = max(highest, convolved[p, c])
                features[s, c, n] = highest


@njit(cache=True, error_model="numpy", nogil=True)
def gather(table: FloatArray, index: NDArray[np.intp], out: FloatArray) -> None:
    """Copy sequences of a table into the lanes of a block.

    Parameters
    ----------
    table
        ``(blocks, rows, BLOCK)``.
    index
        Which sequence of the table comes into each lane, ``(at most BLOCK,)``.
    out
        ``(rows, BLOCK)``.
    """
    for row in range(out.shape[0]):
        for lane in range(index.size):
            out[row, lane] = table[index[lane] // BLOCK, row, index[lane] % BLOCK]
