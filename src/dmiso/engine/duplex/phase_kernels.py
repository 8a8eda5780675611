"""The loops of :mod:`dmiso.engine.duplex.phases`: features of a tile by phase, and fast convolutions over them.

A tile's columns are stored by *phase*: column ``8 q + r`` is element q of phase r, ``(channels, PHASES, columns / 8)``.
Columns a few apart then are elements of a few rows, each read along its length by vector instructions.

Four neighbouring outputs of a convolution of width 5 need 20 multiplications, or 8 (Toom-Cook, Winograd 1980, as used
for networks by Lavin & Gray 2016): eight sums of the eight inputs that they see are each multiplied once, and the four
outputs are sums of the eight products. The sums are polynomials taken at 0, 1, -1, 2, -2, 1/2, -1/2 and infinity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.compiled import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.engine.duplex.fold import Affine

    FloatArray = NDArray[np.float32]

__all__ = ["PHASES", "POINTS", "by_phase", "from_points", "last_by_phase", "sum_by_phase", "to_points"]

PHASES: Final = 8
POINTS: Final = 8
"""Products for four outputs."""

PITCH: Final = 256
"""Most elements of a phase, ``n``."""

_FAST = {"nnan", "ninf", "nsz", "contract"}


@njit(cache=True, error_model="numpy")
def by_phase(columns: FloatArray, phases: FloatArray) -> None:  # pragma: no cover
    """Write columns by phase, ``(channels, up to 8 n)`` to ``(channels, 8, n)``; zero where columns are lacking."""
    channels, total = columns.shape
    for c in range(channels):
        row, out = columns[c], phases[c]
        for r in range(8):
            here = out[r]
            whole = (total - r + 7) // 8
            for q in range(whole):
                here[q] = row[8 * q + r]
            for q in range(whole, len(here)):
                here[q] = 0


@njit(cache=True, error_model="numpy")
def sum_by_phase(columns: FloatArray, more: FloatArray, phases: FloatArray) -> None:  # pragma: no cover
    """Write the sum of two by phase, see :func:`by_phase`."""
    channels, total = columns.shape
    for c in range(channels):
        row, other, out = columns[c], more[c], phases[c]
        for r in range(8):
            here = out[r]
            whole = (total - r + 7) // 8
            for q in range(whole):
                here[q] = row[8 * q + r] + other[8 * q + r]
            for q in range(whole, len(here)):
                here[q] = 0


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def to_points(
    features: FloatArray,
    addition: FloatArray,
    affine: Affine,
    outside: NDArray[np.int64],
    dilation: int,
    points: FloatArray,
) -> None:  # pragma: no cover
    """Add to features in place, and write the sums of their positive part that a convolution multiplies.

    Parameters
    ----------
    features, addition
        ``(channels, PHASES, n)``.
    affine
        Of each channel, see :class:`dmiso.engine.duplex.fold.Affine`.
    outside
        Columns that are padding, counted along the tile: zero to the convolution. So is what lies beyond the tile.
    dilation
        Distance of neighbouring taps, 1 or 2.
    points
        Filled: ``(POINTS, channels, 2, n)``; the first half of outputs are those of phases 0-3 at dilation 1, of even
        phases at 2.
    """
    channels, phases, n = features.shape
    zero = np.float32(0)
    # an element before and one after those of a phase stand for the tile's neighbours
    rows = np.zeros((phases, n + 2), np.float32)
    seen, sums = np.empty(8 * PITCH, np.float32), np.empty(8 * PITCH, np.float32)
    for c in range(channels):
        bias, scale, shift = affine.bias[c], affine.scale[c], affine.shift[c]
        for r in range(phases):
            x, y, row = features[c, r], addition[c, r], rows[r, 1:]
            for q in range(n):
                total = x[q] + y[q] + bias
                x[q] = total
                row[q] = max(total * scale + shift, zero)
        for k in outside:
            rows[k % phases, k // phases + 1] = zero
        for half in range(2):
            first = 4 * half - 2 if dilation == 1 else half - 4
            for j in range(8):
                position = first + j * dilation
                source, shifted = rows[position % phases, 1 + position // phases :], seen[j * PITCH :]
                for q in range(n):
                    shifted[q] = source[q]
            _sums_of_eight(seen, n, sums)
            for j in range(8):
                out, summed = points[j, c, half], sums[j * PITCH :]
                for q in range(n):
                    out[q] = summed[q]


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def _sums_of_eight(seen: FloatArray, n: int, sums: FloatArray) -> None:  # pragma: no cover
    """Write the values of eight inputs at the eight points; both are eight rows of :data:`PITCH`."""
    # the distance from row to row is a constant: a compiler then asks once whether the two arrays overlap, and makes
    # vector instructions; of sixteen rows that may overlap in any way it would make none
    a, b, c, d = np.float32(5.25), np.float32(4.25), np.float32(1.25), np.float32(2.5)
    for q in range(n):
        x0, x1, x2, x3 = seen[q], seen[q + PITCH], seen[q + 2 * PITCH], seen[q + 3 * PITCH]
        x4, x5 = seen[q + 4 * PITCH], seen[q + 5 * PITCH]
        x6, x7 = seen[q + 6 * PITCH], seen[q + 7 * PITCH]
        sums[q] = x0 - x6 + a * (x4 - x2)
        even, odd = x2 + x6 - b * x4, x1 + x5 - b * x3
        sums[q + PITCH], sums[q + 2 * PITCH] = even + odd, even - odd
        even, odd = x2 * np.float32(0.25) - c * x4 + x6, x1 * np.float32(0.5) - d * x3 + x5 * np.float32(2)
        sums[q + 3 * PITCH], sums[q + 4 * PITCH] = even + odd, even - odd
        even, odd = (
            x2 * np.float32(4) - np.float32(5) * x4 + x6,
            x1 * np.float32(2) - d * x3 + x5 * np.float32(0.5),
        )
        sums[q + 5 * PITCH], sums[q + 6 * PITCH] = even + odd, even - odd
        sums[q + 7 * PITCH] = x7 - x1 + a * (x3 - x5)


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def from_points(
    products: FloatArray, bias: FloatArray, dilation: int, hidden: FloatArray
) -> None:  # pragma: no cover
    """Write the positive part of a convolution's outputs with their bias.

    Parameters
    ----------
    products
        ``(POINTS, channels, 2, n)``, laid out as by :func:`to_points`.
    bias
        ``(channels,)``.
    dilation
        1 or 2.
    hidden
        Filled: ``(channels, PHASES, n)``.
    """
    n = hidden.shape[2]
    even, odd = np.empty((3, n), np.float32), np.empty((3, n), np.float32)
    for c in range(hidden.shape[0]):
        for half in range(2):
            for pair in range(3):
                _sum_and_difference(
                    products[2 * pair + 1, c, half], products[2 * pair + 2, c, half], even[pair], odd[pair]
                )
            first = 4 * half if dilation == 1 else half
            zeroth, last = products[0, c, half], products[7, c, half]
            _positive_1(zeroth, even, bias[c], hidden[c, first])
            _positive_2(odd, np.float32(2), np.float32(0.5), bias[c], hidden[c, first + dilation])
            _positive_2(even, np.float32(4), np.float32(0.25), bias[c], hidden[c, first + 2 * dilation])
            _positive_3(odd, last, bias[c], hidden[c, first + 3 * dilation])


# each loop below reads and writes few arrays: a compiler that has to ask of more than eight pairs whether they overlap
# makes no vector instructions


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def _sum_and_difference(
    x: FloatArray, y: FloatArray, total: FloatArray, difference: FloatArray
) -> None:  # pragma: no cover
    for q in range(len(total)):
        a, b = x[q], y[q]
        total[q] = a + b
        difference[q] = a - b


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def _positive_1(
    zeroth: FloatArray, even: FloatArray, bias: np.float32, out: FloatArray
) -> None:  # pragma: no cover
    x, y, z = even[0], even[1], even[2]
    for q in range(len(out)):
        out[q] = max(zeroth[q] + x[q] + y[q] + z[q] + bias, np.float32(0))


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def _positive_2(
    sums: FloatArray, b: np.float32, c: np.float32, bias: np.float32, out: FloatArray
) -> None:  # pragma: no cover
    x, y, z = sums[0], sums[1], sums[2]
    for q in range(len(out)):
        out[q] = max(x[q] + b * y[q] + c * z[q] + bias, np.float32(0))


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def _positive_3(
    odd: FloatArray, last: FloatArray, bias: np.float32, out: FloatArray
) -> None:  # pragma: no cover
    x, y, z = odd[0], odd[1], odd[2]
    for q in range(len(out)):
        out[q] = max(x[q] + np.float32(8) * y[q] + np.float32(0.125) * z[q] + last[q] + bias, np.float32(0))


@njit(cache=True, error_model="numpy")
def last_by_phase(phases: FloatArray, columns: FloatArray) -> None:  # pragma: no cover
    """Write values by phase, ``(8, n)``, along the columns, ``(up to 8 n,)``."""
    for r in range(8):
        here = phases[r]
        for q in range((len(columns) - r + 7) // 8):
            columns[8 * q + r] = here[q]
