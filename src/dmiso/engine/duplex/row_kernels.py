"""The steps of :mod:`dmiso.engine.duplex.rows` that are not matrix products: numba loops over rows of features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.compiled import njit
from dmiso.engine.duplex.head_lanes import HEADS, copy_heads

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.engine.duplex.fold import Affine

    FloatArray = NDArray[np.float32]
    Parts = NDArray[np.int64]

__all__ = ["TOGETHER", "add_and_unfold_rows", "last_of_rows", "positive_rows"]

TOGETHER: Final = 16
"""Rows that one loop goes through: a row alone is too short for vector instructions. Rows are a multiple of it."""

_FAST = {"nnan", "ninf", "nsz", "contract"}


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def _add(x: FloatArray, more: FloatArray, affine: Affine, seen: FloatArray) -> None:  # pragma: no cover
    """Add to rows in place, and write what a ReLU lets pass; all are flat, of the same rows."""
    bias, scale, shift = affine.bias, affine.scale, affine.shift
    for k in range(len(bias)):
        total = x[k] + more[k] + bias[k]
        x[k] = total
        seen[k] = max(total * scale[k] + shift[k], np.float32(0))


@njit(cache=True, error_model="numpy")
def add_and_unfold_rows(
    features: FloatArray,
    addition: FloatArray,
    affine: Affine,
    parts: Parts,
    outside: NDArray[np.bool_],
    dilation: int,
    unfolded: FloatArray,
) -> None:  # pragma: no cover
    """Add to features in place, and write the rows around each, of their positive part, side by side.

    Only rows whose neighbours are all in their part stay: the features of those move to the front.

    Parameters
    ----------
    features, addition
        ``(n_rows, channels)``.
    affine
        Of each channel, :data:`TOGETHER` times over.
    parts
        ``(n_parts,)``, rows of each part, one after the other; rows beyond them are left out. Fewer afterwards.
    outside
        ``(n_rows,)``, rows that are padding: zero to the convolution. Flags move with their rows.
    dilation
        Distance of neighbouring taps.
    unfolded
        Filled: ``(fewer rows, taps * channels)``; zero beyond the parts.
    """
    n, channels = features.shape
    taps, size = unfolded.shape[1] // channels, TOGETHER * channels
    seen = np.empty(n * channels, np.float32)
    x, more, out = features.reshape(-1), addition.reshape(-1), unfolded.reshape(-1)
    for k in range(0, n * channels, size):
        _add(x[k : k + size], more[k : k + size], affine, seen[k : k + size])
    begin = row = to = 0
    for part in range(len(parts)):
        for k in range(begin, begin + parts[part]):
            if outside[k]:
                seen[k * channels : (k + 1) * channels] = 0
        parts[part] -= (taps - 1) * dilation
        for first in range(begin, begin + parts[part]):
            for tap in range(taps):
                source = (first + tap * dilation) * channels
                for c in range(0, channels, HEADS):
                    copy_heads(seen, source + c, out, to)
                    to += HEADS
            own = first + taps // 2 * dilation
            for c in range(0, channels, HEADS):
                copy_heads(x, own * channels + c, x, row * channels + c)
            outside[row] = outside[own]
            row += 1
        begin += parts[part] + (taps - 1) * dilation
    out[to:] = 0
    x[row * channels :] = 0


@njit(cache=True, error_model="numpy", fastmath=_FAST)
def positive_rows(hidden: FloatArray, bias: FloatArray) -> None:  # pragma: no cover
    """Add a bias and keep the positive part, in place; both flat, the bias for :data:`TOGETHER` rows."""
    for first in range(0, len(hidden), len(bias)):
        own = hidden[first : first + len(bias)]
        for k in range(len(bias)):
            own[k] = max(own[k] + bias[k], np.float32(0))


@njit(cache=True, error_model="numpy", fastmath={*_FAST, "reassoc"})
def last_of_rows(
    features: FloatArray,
    addition: FloatArray,
    affine: Affine,
    weights: FloatArray,
    bias: np.float32,
    logits: FloatArray,
) -> None:  # pragma: no cover
    """Write each row's weighted sum over channels of the positive part, see :func:`add_and_unfold_rows`."""
    n, channels = features.shape
    size = TOGETHER * channels
    seen = np.empty(n * channels, np.float32)
    x, more = features.reshape(-1), addition.reshape(-1)
    for k in range(0, n * channels, size):
        _add(x[k : k + size], more[k : k + size], affine, seen[k : k + size])
    for row in range(n):
        total, own = bias, seen[row * channels : (row + 1) * channels]
        for c in range(channels):
            total += own[c] * weights[c]
        logits[row] = total
