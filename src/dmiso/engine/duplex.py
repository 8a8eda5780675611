"""The forward pass of the duplex network in numpy, without torch; equal to it to 1e-5.

Targets lie end to end in one array of rows ``(rows, channels)``, a row an offset, with a gap of zero rows between
them as wide as any block's reach. A convolution over offsets is then one matrix product for each tap over all rows
of a tile; gaps are set to zero again before each convolution, which is the padding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController

from dmiso.encode import N_CODE
from dmiso.errors import UsageError
from dmiso.networks.duplex_shapes import CONTEXT, DILATIONS, KERNEL, NORM_EPSILON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]

__all__ = ["DuplexEngine"]

_ROWS: Final = 4_096
"""Rows of a tile: its arrays of 48 channels (0.8 MB each) stay in the second-level cache."""

_REACH: Final = KERNEL // 2 * max(DILATIONS)
_LETTERS = np.eye(N_CODE + 1, 4, dtype=np.float32)  # N is a row of zeros: it pairs with nothing


class _Block(NamedTuple):
    """A residual block with its BatchNorms folded in."""

    scale: FloatArray  # (channels,), of the first BatchNorm
    shift: FloatArray
    taps: FloatArray  # (KERNEL, channels, channels)
    bias: FloatArray
    mix: FloatArray  # (channels, channels)
    mix_bias: FloatArray
    dilation: int


class _Tile(NamedTuple):
    """Targets laid out as rows."""

    facing: FloatArray  # (n_targets, row_length, 4 * mirna_length), zeros in the gap
    context: FloatArray  # (n_targets, row_length, channels)


class DuplexEngine:
    """Computes logits of a duplex network on CPU cores.

    Parameters
    ----------
    weights
        Name to float32 array, as on disk.
    threads
        Threads of the matrix products, at least 1.

    Raises
    ------
    UsageError
        If ``threads`` is below 1.

    Examples
    --------
    >>> from dmiso.encode import encode
    >>> from dmiso.networks.duplex_shapes import tensor_shapes
    >>> weights = {name: np.zeros(shape, np.float32) for name, shape in tensor_shapes(8, 1, 30).items()}
    >>> engine = DuplexEngine(weights)
    >>> engine.logits_pairs(encode(["UGAGGUAGUAGG"], 30), encode(["ACCUACUACCUCA"], 60))
    array([0.], dtype=float32)
    """

    def __init__(self, weights: Mapping[str, FloatArray], *, threads: int = 1) -> None:
        if threads < 1:
            raise UsageError(f"threads is {threads}; at least 1 is needed")
        self._threads = threads
        self._blas = ThreadpoolController()
        self._kernel = weights["pair_kernel"]
        self._bias = weights["pair_bias"]
        # (4 * CONTEXT, channels), letters of a place side by side
        self._context = weights["context.weight"].transpose(2, 1, 0).reshape(4 * CONTEXT, -1)
        self._blocks = [_fold(weights, number) for number in range(_count_blocks(weights))]
        self._scale, self._shift = _affine(weights, "norm")
        self._output = weights["output.weight"][0, :, 0]
        self._output_bias = weights["output.bias"][0]
        self._pool = float(weights["scale"][0]), float(weights["shift"][0])

    def logits_grid(self, mirna_codes: Codes, target_codes: Codes) -> FloatArray:
        """Return the logits of every miRNA with every target.

        Parameters
        ----------
        mirna_codes
            ``(n_mirnas, mirna_length)``, 0 A, 1 U, 2 C, 3 G, 4 N, see :func:`dmiso.encode.encode`.
        target_codes
            ``(n_targets, target_length)``.

        Returns
        -------
        numpy.ndarray
            ``(n_mirnas, n_targets)``, float32.
        """
        logits = np.empty((len(mirna_codes), len(target_codes)), np.float32)
        kernels = self._kernels(mirna_codes)
        step = self._targets_at_once(target_codes.shape[1])
        with self._blas.limit(limits=self._threads):
            for t in range(0, len(target_codes), step):
                tile = self._tile(target_codes[t : t + step])
                for m, kernel in enumerate(kernels):
                    logits[m, t : t + step] = self._finish(tile, kernel)
        return logits

    def logits_pairs(self, mirna_codes: Codes, target_codes: Codes) -> FloatArray:
        """Return the logits of row i of one with row i of the other.

        Parameters
        ----------
        mirna_codes, target_codes
            ``(n_pairs, mirna_length)`` and ``(n_pairs, target_length)``, as in :meth:`logits_grid`.

        Returns
        -------
        numpy.ndarray
            ``(n_pairs,)``, float32.
        """
        logits = np.empty(len(mirna_codes), np.float32)
        step = self._targets_at_once(target_codes.shape[1])
        with self._blas.limit(limits=self._threads):
            for p in range(0, len(mirna_codes), step):
                kernels = self._kernels(mirna_codes[p : p + step])
                logits[p : p + step] = self._finish(self._tile(target_codes[p : p + step]), kernels)
        return logits

    def _kernels(self, mirna_codes: Codes) -> FloatArray:
        """Return the first layer's weights of each miRNA, ``(n_mirnas, 4 * mirna_length, channels)``."""
        length, _, _, channels = self._kernel.shape
        with_n = np.concatenate([self._kernel, np.zeros((length, 1, 4, channels), np.float32)], axis=1)
        chosen = with_n[np.arange(length), mirna_codes]  # (n_mirnas, length, 4, channels)
        return np.ascontiguousarray(chosen.reshape(len(mirna_codes), 4 * length, channels))

    def _row_length(self, target_length: int) -> int:
        return target_length + len(self._kernel) - 1 + _REACH

    def _targets_at_once(self, target_length: int) -> int:
        return max(1, _ROWS // self._row_length(target_length))

    def _tile(self, target_codes: Codes) -> _Tile:
        """Lay targets out: what faces the miRNA at each offset, and the share of the target's letters alone."""
        n, target_length = target_codes.shape
        length = len(self._kernel)
        offsets, rows = target_length + length - 1, self._row_length(target_length)
        letters = np.zeros((n, offsets + length - 1, 4), np.float32)
        letters[:, length - 1 : length - 1 + target_length] = _LETTERS[target_codes]
        # window o holds target[o - length + 1 .. o]; turned round, place i is target[o - i]
        windows = np.lib.stride_tricks.sliding_window_view(letters, length, axis=1)[..., ::-1]
        facing = np.zeros((n, rows, 4 * length), np.float32)
        facing[:, :offsets] = windows.transpose(0, 1, 3, 2).reshape(n, offsets, 4 * length)
        near = np.zeros((n, target_length + CONTEXT - 1, 4), np.float32)
        near[:, CONTEXT // 2 : CONTEXT // 2 + target_length] = _LETTERS[target_codes]
        views = np.lib.stride_tricks.sliding_window_view(near, CONTEXT, axis=1).transpose(0, 1, 3, 2)
        context = np.zeros((n, rows, len(self._bias)), np.float32)
        context[:, :target_length] = views.reshape(n, target_length, 4 * CONTEXT) @ self._context
        return _Tile(facing, context + self._bias)

    def _finish(self, tile: _Tile, kernel: FloatArray) -> FloatArray:
        """Return the logits of a tile's targets with one miRNA's kernel, or each with its own."""
        n, row_length, _ = tile.facing.shape
        offsets = row_length - _REACH
        x = np.matmul(tile.facing, kernel)
        x += tile.context
        rows = x.reshape(n * row_length, -1)
        for block in self._blocks:
            rows += _addition(rows, block, n, offsets)
        hidden = np.maximum(rows * self._scale + self._shift, 0)
        positions = (hidden @ self._output + self._output_bias).reshape(n, row_length)[:, :offsets]
        highest = positions.max(axis=1)
        pooled = highest + np.log(np.exp(positions - highest[:, None]).sum(axis=1))
        logits: FloatArray = pooled * np.float32(self._pool[0]) + np.float32(self._pool[1])
        return logits


def _addition(rows: FloatArray, block: _Block, n: int, offsets: int) -> FloatArray:
    """Return what a block adds to the rows of ``n`` targets."""
    total, channels = rows.shape
    padded = np.zeros((total + 2 * _REACH, channels), np.float32)
    inner = padded[_REACH : _REACH + total]
    np.multiply(rows, block.scale, out=inner)
    inner += block.shift
    np.maximum(inner, 0, out=inner)
    inner.reshape(n, -1, channels)[:, offsets:] = 0  # the gap is the convolution's zero padding
    hidden = np.empty_like(rows)
    product = np.empty_like(rows)
    for tap in range(KERNEL):
        first = _REACH + (tap - KERNEL // 2) * block.dilation
        np.matmul(padded[first : first + total], block.taps[tap], out=product if tap else hidden)
        if tap:
            hidden += product
    hidden += block.bias
    np.maximum(hidden, 0, out=hidden)
    np.matmul(hidden, block.mix, out=product)
    product += block.mix_bias
    return product


def _count_blocks(weights: Mapping[str, FloatArray]) -> int:
    return sum(name.endswith(".convolution.weight") for name in weights)


def _affine(weights: Mapping[str, FloatArray], name: str) -> tuple[FloatArray, FloatArray]:
    """Return scale and shift of a BatchNorm at prediction, computed in double precision."""
    part = {key: weights[f"{name}.{key}"].astype(np.float64) for key in ("weight", "bias", "running_mean")}
    scale = part["weight"] / np.sqrt(weights[f"{name}.running_var"].astype(np.float64) + NORM_EPSILON)
    shift = part["bias"] - part["running_mean"] * scale
    return scale.astype(np.float32), shift.astype(np.float32)


def _fold(weights: Mapping[str, FloatArray], number: int) -> _Block:
    name = f"blocks.{number}"
    scale, shift = _affine(weights, f"{name}.norm_in")
    after, after_shift = _affine(weights, f"{name}.norm_out")
    taps = weights[f"{name}.convolution.weight"].transpose(2, 1, 0) * after
    return _Block(
        scale=scale,
        shift=shift,
        taps=np.ascontiguousarray(taps),
        bias=weights[f"{name}.convolution.bias"] * after + after_shift,
        mix=np.ascontiguousarray(weights[f"{name}.mix.weight"][:, :, 0].T),
        mix_bias=weights[f"{name}.mix.bias"],
        dilation=DILATIONS[number % len(DILATIONS)],
    )
