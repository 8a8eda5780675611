"""The forward pass of the duplex network in numba and numpy, without torch; equal to the torch module to 1e-5.

Targets lie end to end in one array of rows ``(rows, channels)``, a row per offset, with a gap of zero rows between
them as wide as any block's reach. The duplex recursion fills a row's helix scores, one matrix product mixes them, and
a convolution over offsets is one matrix product for each tap over all rows of a tile; gaps and offsets without
nucleotides are set to zero before each convolution, which is the padding. miRNA positions that no miRNA of a tile has
are left out: their helix scores are zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController

from dmiso.encode import N_CODE
from dmiso.engine.duplex.fold import fold
from dmiso.engine.finite import finite, quiet
from dmiso.errors import UsageError
from dmiso.networks.duplex_shapes import (
    CONTEXT,
    DILATIONS,
    KERNEL,
    NOTHING,
)
from dmiso.networks.helices import pair_codes, recursion_for
from dmiso.workers import tick

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from dmiso.engine.duplex.fold import BlockWeights
    from dmiso.engine.protocol import Engine
    from dmiso.networks.helices import Recursion

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]

__all__ = ["DuplexEngine"]

_ROWS: Final = 1_024
"""Rows of a tile: its helix scores (22 positions of 8 heads, 0.7 MB) stay in the second-level cache."""

_REACH: Final = KERNEL // 2 * max(DILATIONS)
_BASES = np.eye(N_CODE + 1, 4, dtype=np.float32)


class _Tile(NamedTuple):
    """Targets laid out as rows."""

    pairs: Codes  # (n_targets, target_length), codes of neighbouring nucleotides
    known: FloatArray  # (n_targets, target_length), 1 for a nucleotide, 0 for N
    context: FloatArray  # (n_targets, row_length, channels), with the mixing's bias


class DuplexEngine:
    """Computes logits of a duplex network on CPU cores.

    Parameters
    ----------
    weights
        Name to float32 array, as on disk.
    threads
        Threads of the matrix products, at least 1.
    source
        Where the weights come from, for messages.

    Raises
    ------
    UsageError
        If ``threads`` is below 1.

    Examples
    --------
    >>> from dmiso.encode import encode
    >>> from dmiso.networks.duplex_shapes import tensor_shapes
    >>> weights = {name: np.zeros(shape, np.float32) for name, shape in tensor_shapes(8, 1, 4, 30).items()}
    >>> engine = DuplexEngine(weights)
    >>> engine.logits_pairs(encode(["UGAGGUAGUAGG"], 30), encode(["ACCUACUACCUCA"], 60))
    array([0.], dtype=float32)
    """

    def __init__(self, weights: Mapping[str, FloatArray], *, threads: int = 1, source: str = "") -> None:
        if threads < 1:
            raise UsageError(f"threads is {threads}; at least 1 is needed")
        self._source = source
        self._threads = threads
        self._blas = ThreadpoolController()
        self._weights = fold(weights)

    @property
    def mirna_length(self) -> int:
        """Nucleotides of the miRNA input."""
        return self._weights.mirna_length

    def logits_grid(self, mirna_codes: Codes, target_codes: Codes) -> FloatArray:
        """Return the logits of every miRNA with every target.

        Parameters
        ----------
        mirna_codes
            ``(n_mirnas, mirna_length)``, 0 A, 1 U, 2 C, 3 G, 4 N, see :func:`dmiso.encode.encode`.
        target_codes
            ``(n_targets, target_length)``, any length.

        Returns
        -------
        numpy.ndarray
            ``(n_mirnas, n_targets)``, float32.
        """
        logits = np.empty((len(mirna_codes), len(target_codes)), np.float32)
        with self._blas.limit(limits=self._threads), quiet():
            recursion = self._recursion(len(mirna_codes) * target_codes.size)
            for part, tile in self._tiles(target_codes):
                for m in range(len(mirna_codes)):
                    found = self._positions(tile, mirna_codes[m : m + 1], recursion)
                    logits[m, part] = self._weights.pool.of(found)
                    tick(logits[m, part].size)
        return finite(logits, self._source)

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
        with self._blas.limit(limits=self._threads), quiet():
            recursion = self._recursion(target_codes.size)
            for part, tile in self._tiles(target_codes):
                logits[part] = self._weights.pool.of(self._positions(tile, mirna_codes[part], recursion))
                tick(logits[part].size)
        return finite(logits, self._source)

    def positions(self, mirna_codes: Codes, target_codes: Codes) -> FloatArray:
        """Return the logit of each offset of every miRNA on every target.

        Parameters
        ----------
        mirna_codes, target_codes
            As in :meth:`logits_grid`.

        Returns
        -------
        numpy.ndarray
            ``(n_mirnas, n_targets, target_length + mirna_length - 1)``, float32; at offset o, miRNA position i
            lies opposite target position ``o - i``. -1000 where no nucleotide faces another.
        """
        offsets = target_codes.shape[1] + self.mirna_length - 1
        logits = np.full((len(mirna_codes), len(target_codes), offsets), NOTHING, np.float32)
        with self._blas.limit(limits=self._threads), quiet():
            recursion = self._recursion(len(mirna_codes) * target_codes.size)
            for part, tile in self._tiles(target_codes):
                for m in range(len(mirna_codes)):
                    found = self._positions(tile, mirna_codes[m : m + 1], recursion)
                    logits[m, part, : found.shape[1]] = found
        return finite(logits, self._source)

    def pooled(self, positions: FloatArray) -> FloatArray:
        """Return the logit of offsets taken together, their soft maximum over the last axis."""
        return self._weights.pool.of(positions)

    def _recursion(self, positions: int) -> Recursion:
        """Return what computes the helix scores of so many target positions."""
        return recursion_for(positions * self.mirna_length * self._weights.heads)

    def _tiles(self, target_codes: Codes) -> Iterator[tuple[slice, _Tile]]:
        target_codes = _without_padding(target_codes)
        step = max(1, _ROWS // (target_codes.shape[1] + self.mirna_length - 1 + _REACH))
        for start in range(0, len(target_codes), step):
            part = slice(start, start + step)
            yield part, self._tile(target_codes[part])

    def _tile(self, target_codes: Codes) -> _Tile:
        """Lay targets out: their nucleotides, and the share of the nucleotides alone in each row."""
        n, target_length = target_codes.shape
        rows = target_length + self.mirna_length - 1 + _REACH
        # (target, position, base), zeros at both ends for what a convolution sees beyond them; a view of CONTEXT
        # positions each, nucleotides last as the weights have them, makes the convolution one product
        near = np.zeros((n, target_length + CONTEXT - 1, 4), np.float32)
        near[:, CONTEXT // 2 : CONTEXT // 2 + target_length] = _BASES[target_codes]
        views = np.lib.stride_tricks.sliding_window_view(near, CONTEXT, axis=1).transpose(0, 1, 3, 2)
        context = np.zeros((n, rows, len(self._weights.mix_bias)), np.float32)
        known = (target_codes != N_CODE).astype(np.float32)
        context[:, :target_length] = views.reshape(n, target_length, 4 * CONTEXT) @ self._weights.context
        context[:, :target_length] *= known[..., None]
        return _Tile(pair_codes(target_codes), known, context + self._weights.mix_bias)

    def _positions(self, tile: _Tile, mirna_codes: Codes, recursion: Recursion) -> FloatArray:
        """Return the logits of offsets of a tile's targets with one miRNA, or each with its own."""
        mirna_codes, weights = _without_padding(mirna_codes), self._weights
        length, heads = mirna_codes.shape[1], weights.heads
        n, target_length = tile.pairs.shape
        offsets = target_length + length - 1
        best = np.empty((n, offsets, length, heads), np.float32)
        recursion(self._steps(mirna_codes), tile.pairs, weights.bulge, best)
        # each target's rows end in a gap of _REACH rows, which stays outside: no convolution sees the next target
        x = np.zeros((n, offsets + _REACH, len(weights.mix_bias)), np.float32)
        # a shorter miRNA has no helices at its last positions: their rows of the mixing weights would meet zeros only
        np.matmul(best.reshape(n, offsets, -1), weights.mix[: length * heads], out=x[:, :offsets])
        x += tile.context[:, : offsets + _REACH]
        faced = _faced(tile.known, mirna_codes)
        outside = np.ones((n, offsets + _REACH), np.bool_)
        outside[:, :offsets] = ~faced
        rows = x.reshape(n * (offsets + _REACH), -1)
        for block in weights.blocks:
            rows += _addition(rows, block, outside.reshape(-1))
        hidden = np.maximum(rows * weights.scale + weights.shift, 0)
        logits = (hidden @ weights.output + weights.output_bias).reshape(n, -1)[:, :offsets]
        return np.where(faced, logits, np.float32(NOTHING))

    def _steps(self, mirna_codes: Codes) -> FloatArray:
        """Return what each step of a helix scores, ``(n_mirnas, length, PAIR_CODES, heads)``."""
        before = np.full_like(mirna_codes, N_CODE)
        before[:, 1:] = mirna_codes[:, :-1]
        position = np.arange(mirna_codes.shape[1])
        # [miRNA, position] picks a table by codes of neighbouring target nucleotides from each, (PAIR_CODES, heads)
        steps: FloatArray = (
            self._weights.stacks[before, mirna_codes] + self._weights.pairs[position, mirna_codes]
        )
        return steps


def _without_padding(codes: Codes) -> Codes:
    """Leave out the last positions if no row has a nucleotide there; one position stays at least."""
    present = np.flatnonzero((codes != N_CODE).any(axis=0))
    return codes[:, : int(present[-1]) + 1 if len(present) else 1]


def _faced(known: FloatArray, mirna_codes: Codes) -> NDArray[np.bool_]:
    """Return at which offsets a known miRNA base lies opposite a known target base, ``(n_targets, offsets)``."""
    length, there = mirna_codes.shape[1], known > 0
    bases = mirna_codes != N_CODE  # of one miRNA, or of each target's own
    faced = np.zeros((len(known), known.shape[1] + length - 1), np.bool_)
    for i in range(length):
        faced[:, i : i + known.shape[1]] |= there & bases[:, i, None]  # at offset o, position i faces o - i
    return faced


def _addition(rows: FloatArray, block: BlockWeights, outside: NDArray[np.bool_]) -> FloatArray:
    """Return what a block adds to rows; those outside are the convolution's zero padding."""
    total, channels = rows.shape
    # rows of all targets of a tile in one array, with a margin at both ends: a tap is then one product over all rows,
    # shifted by its distance. In place, since a fresh array for each step would cost as much as the step
    padded = np.zeros((total + 2 * _REACH, channels), np.float32)
    inner = padded[_REACH : _REACH + total]
    np.multiply(rows, block.scale, out=inner)
    inner += block.shift
    np.maximum(inner, 0, out=inner)
    inner[outside] = 0
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


if TYPE_CHECKING:
    # built by name: mypy would not see otherwise that it is one
    _IS: type[Engine] = DuplexEngine
