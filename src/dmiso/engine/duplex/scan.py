"""The duplex network on whole transcripts: every offset once, a miRNA after the other, a tile of offsets at a time.

What :class:`~dmiso.engine.duplex.network.DuplexEngine` computes for windows, arranged for long targets. Features lie as
``(channels, offsets)``, so that every step but the matrix products runs along offsets. A tile's share of the letters
alone (the scores of stacked pairs for all 16 pairs of neighbouring miRNA letters, the context) is computed once for
all miRNAs. A convolution is one matrix product over shifted copies. Tiles overlap by what their edges can see, and
begin at multiples of :data:`TILE` from the transcript's start: what is asked for changes no bit of an offset's logit.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.encode import N_CODE
from dmiso.engine.duplex.network import DuplexEngine
from dmiso.engine.duplex.scan_kernels import (
    add_and_unfold,
    best_helices,
    last_layer,
    letters_around,
    positive_part,
    scores_on,
)
from dmiso.engine.finite import finite, quiet
from dmiso.networks.duplex_shapes import CONTEXT, FORBIDDEN, KERNEL, NOTHING
from dmiso.networks.helices import PAIR_CODES, pair_codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]

__all__ = ["TILE", "DuplexScanner", "Letters", "Mirna", "outside_columns"]

TILE: Final = 768
"""Offsets of a tile: its helix scores and unfolded features (0.5 MB each) stay in the second-level cache."""

_NO_COLUMNS = np.empty(0, np.int64)


class Letters(NamedTuple):
    """What the letters under a tile give, whatever the miRNA."""

    codes: Codes  # (n_letters,); the first is mirna_length - 1 before the tile's first offset
    pairs: Codes  # (n_letters,), codes of neighbouring letters
    context: FloatArray  # (channels, columns)
    before: NDArray[np.int64]  # (n_letters + 1,), known letters before each letter


class Mirna(NamedTuple):
    """What a miRNA gives, whatever the target."""

    length: int  # up to the last known letter
    known: NDArray[np.bool_]  # (length,)
    steps: NDArray[np.int64]  # (length,), rows of the scores of stacks
    pairs: FloatArray  # (length, heads, 4)


class _Room(NamedTuple):
    """Memory that tiles are computed in, one after the other; flat, for up to a full tile's columns."""

    helices: FloatArray  # mirna_length * heads rows of columns + 2 * mirna_length
    features: FloatArray  # (channels, columns)
    product: FloatArray
    hidden: FloatArray
    unfolded: FloatArray  # (KERNEL * channels, columns)


class DuplexScanner(DuplexEngine):
    """Computes the logits of offsets of long targets on one CPU core.

    Parameters
    ----------
    weights
        Name to float32 array, as on disk.
    source
        Where they come from, for messages.

    Examples
    --------
    >>> from dmiso.encode import encode
    >>> from dmiso.networks.duplex_shapes import tensor_shapes
    >>> weights = {name: np.zeros(shape, np.float32) for name, shape in tensor_shapes(8, 1, 4, 30).items()}
    >>> scanner = DuplexScanner(weights)
    >>> scanner.scan(encode(["UGAGGUAGUAGG"], 30), encode(["ACCUACUACCUCA"], 13)[0], 0, 3)
    array([[0., 0., 0.]], dtype=float32)
    """

    def __init__(self, weights: Mapping[str, FloatArray], *, source: str = "") -> None:
        super().__init__(weights, threads=1, source=source)
        length, heads = self.mirna_length, self._bulge.shape[1]
        # [miRNA letter before, own, target next, own, head] -> [25, 25, heads]; pairs [place, miRNA, target, head]
        stacks = self._stacks.copy().reshape(5, 5, N_CODE + 1, N_CODE + 1, heads)
        stacks[..., N_CODE, :] = np.float32(FORBIDDEN)
        self._stack_table = np.ascontiguousarray(
            stacks.reshape((N_CODE + 1) ** 2, PAIR_CODES, heads).transpose(0, 2, 1)
        )
        pairs = self._pairs.reshape(length, N_CODE + 1, N_CODE + 1, N_CODE + 1, heads)[:, :, 0, :N_CODE]
        self._pair_table = np.ascontiguousarray(pairs.transpose(0, 1, 3, 2))  # (place, miRNA, heads, 4)
        self._mix_rows = np.ascontiguousarray(self._mix.T)  # (channels, mirna_length * heads)
        self._context_rows = np.ascontiguousarray(self._context.T)
        self._tap_rows = [
            np.ascontiguousarray(block.taps.transpose(2, 0, 1).reshape(len(block.bias), -1))
            for block in self._blocks
        ]
        self._block_mix_rows = [np.ascontiguousarray(block.mix.T) for block in self._blocks]
        biases = [self._mix_bias, *(block.mix_bias for block in self._blocks)]
        scales = [*((block.scale, block.shift) for block in self._blocks), (self._scale, self._shift)]
        self._affines = [np.stack([bias, *pair]) for bias, pair in zip(biases, scales, strict=True)]
        self.reach = KERNEL // 2 * sum(block.dilation for block in self._blocks)
        self._room = self._make_room(TILE + 2 * self.reach)
        self._is_calm = False
        self._last: tuple[bytes, tuple[list[Mirna], NDArray[np.int64]]] | None = None

    def scan(self, mirna_codes: Codes, target_codes: Codes, start: int, stop: int) -> FloatArray:
        """Return the logits of a range of offsets of every miRNA on one target.

        Parameters
        ----------
        mirna_codes
            ``(n_mirnas, mirna_length)``, as in :meth:`DuplexEngine.logits_grid`.
        target_codes
            ``(target_length,)``, the whole target.
        start, stop
            Offsets, 0-based half-open, within ``target_length + mirna_length - 1``.

        Returns
        -------
        numpy.ndarray
            ``(n_mirnas, stop - start)``, float32; what :meth:`DuplexEngine.positions` gives there, to 1e-5.
        """
        n_offsets = len(target_codes) + self.mirna_length - 1
        assert 0 <= start <= stop <= n_offsets
        logits = np.empty((len(mirna_codes), stop - start), np.float32)
        mirnas, used = self._mirnas(mirna_codes)
        with self.calm():
            for first in range(start // TILE * TILE, stop, TILE):
                last = min(first + TILE, n_offsets)
                letters = self._letters(target_codes, first - self.reach, last + self.reach)
                stacks = self._stacks_on(letters.pairs, used)
                a, b = max(start, first), min(stop, last)
                part = slice(self.reach + a - first, self.reach + b - first)
                for m, mirna in enumerate(mirnas):
                    logits[m, a - start : b - start] = self._logits(letters, stacks, mirna)[part]
        return finite(logits, self._source)

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Keep matrix products to one thread, and numpy quiet, while the block runs; blocks may be nested.

        To begin and end takes some 60 µs, as long as half of a short target: whoever scans many begins once.
        """
        if self._is_calm:
            yield
            return
        with self._blas.limit(limits=1), quiet():
            self._is_calm = True
            try:
                yield
            finally:
                self._is_calm = False

    def lowest_peak(self, logit: float, n: int) -> float:
        """Return a logit that the highest of ``n`` offsets exceeds wherever together they reach ``logit``."""
        scale, shift = self._pool
        if scale <= 0:
            return -np.inf
        return (logit - shift) / scale - float(np.log(n)) - 1e-3

    def _make_room(self, columns: int) -> _Room:
        channels, heads, length = len(self._mix_bias), self._bulge.shape[1], self.mirna_length
        return _Room(
            helices=np.empty(length * heads * (columns + 2 * length), np.float32),
            features=np.empty(channels * columns, np.float32),
            product=np.empty(channels * columns, np.float32),
            hidden=np.empty(channels * columns, np.float32),
            unfolded=np.empty(KERNEL * channels * columns, np.float32),
        )

    def _mirnas(self, mirna_codes: Codes) -> tuple[list[Mirna], NDArray[np.int64]]:
        """Return the miRNAs, and the rows of the table of stacks that one of them uses."""
        # many short targets are asked for with the same miRNAs, one after the other
        key = mirna_codes.tobytes()
        if self._last is None or self._last[0] != key:
            self._last = key, self._prepared(mirna_codes)
        return self._last[1]

    def _prepared(self, mirna_codes: Codes) -> tuple[list[Mirna], NDArray[np.int64]]:
        """Return what :meth:`_mirnas` keeps."""
        before = np.full_like(mirna_codes, N_CODE)
        before[:, 1:] = mirna_codes[:, :-1]
        used, rows = np.unique(before * np.int64(N_CODE + 1) + mirna_codes, return_inverse=True)
        rows = rows.reshape(mirna_codes.shape)
        mirnas = []
        for codes, steps in zip(mirna_codes, rows, strict=True):
            known = codes != N_CODE
            length = int(np.flatnonzero(known)[-1]) + 1 if known.any() else 0
            place = np.arange(length)
            mirnas.append(
                Mirna(length, known[:length], steps[:length], self._pair_table[place, codes[:length]])
            )
        return mirnas, used

    def _stacks_on(self, pairs: Codes, used: NDArray[np.int64]) -> FloatArray:
        """Return the scores of stacked pairs on letters, ``(len(used), heads, n_letters)``."""
        scores = np.empty((len(used), self._bulge.shape[1], len(pairs)), np.float32)
        scores_on(self._stack_table[used], pairs, scores)
        return scores

    def _codes_under(self, target_codes: Codes, first: int, last: int) -> Codes:
        """Return the letters that offsets ``first`` to ``last`` depend on, see :meth:`_letters`."""
        begin, end = first - (self.mirna_length - 1), last + self.mirna_length + 1
        a, b = min(max(begin, 0), len(target_codes)), min(max(end, 0), len(target_codes))
        codes = np.full(end - begin, N_CODE, np.uint8)
        codes[a - begin : b - begin] = target_codes[a:b]
        return codes

    def _letters(self, target_codes: Codes, first: int, last: int) -> Letters:
        """Return the share of the letters in offsets ``first`` to ``last``, which may lie outside the target.

        The letters reach from ``mirna_length - 1`` before the first offset to where the longest bulges reach from
        the last; N where the target has none.
        """
        length, columns = self.mirna_length, last - first
        codes = self._codes_under(target_codes, first, last)
        ones = np.empty((CONTEXT, 4, columns), np.float32)
        letters_around(codes, length - 1, ones)
        context = self._context_rows @ ones.reshape(4 * CONTEXT, columns)
        before = np.zeros(len(codes) + 1, np.int64)
        np.cumsum(codes != N_CODE, out=before[1:])
        return Letters(codes, pair_codes(codes[None])[0], context, before)

    def _logits(self, letters: Letters, stacks: FloatArray, mirna: Mirna) -> FloatArray:
        """Return the logits of a tile's offsets with one miRNA, ``(columns,)``."""
        columns, heads, length = letters.context.shape[1], self._bulge.shape[1], mirna.length
        if length == 0:
            return np.full(columns, NOTHING, np.float32)
        skipped = self.mirna_length - length  # letters before the tile that only longer miRNAs reach
        width = columns + 2 * (length - 1)
        helices = self._room.helices[: length * heads * width].reshape(length, heads, width)
        best_helices(letters.codes, stacks, mirna.steps, mirna.pairs, self._bulge, helices, skipped)
        scores = helices.reshape(length * heads, width)[:, length - 1 : length - 1 + columns]
        outside = outside_columns(letters.before[skipped:], mirna, columns)
        logits = self._after_helices(scores, letters.context, outside)
        logits[outside] = NOTHING
        return logits

    def _after_helices(
        self, scores: FloatArray, context: FloatArray, outside: NDArray[np.int64]
    ) -> FloatArray:
        """Return the logits of columns from their helix scores, ``(length * heads, columns)``."""
        columns, channels = context.shape[1], len(self._mix_bias)
        room = self._room
        x, product, hidden = (
            flat[: channels * columns].reshape(channels, columns)
            for flat in (room.features, room.product, room.hidden)
        )
        unfolded = room.unfolded[: KERNEL * channels * columns].reshape(KERNEL * channels, columns)
        np.matmul(self._mix_rows[:, : len(scores)], scores, out=x)
        addition = context
        for number, block in enumerate(self._blocks):
            add_and_unfold(x, addition, self._affines[number], outside, block.dilation, unfolded)
            np.matmul(self._tap_rows[number], unfolded, out=hidden)
            positive_part(hidden, block.bias)
            np.matmul(self._block_mix_rows[number], hidden, out=product)
            addition = product
        logits = np.empty(columns, np.float32)
        last_layer(x, addition, self._affines[-1], self._output, self._output_bias, logits)
        return logits


def outside_columns(before: NDArray[np.int64], mirna: Mirna, columns: int) -> NDArray[np.int64]:
    """Return the columns in which no known miRNA letter faces a known target letter."""
    length = mirna.length
    if before[-1] - before[0] == len(before) - 1 and mirna.known.any():
        return _NO_COLUMNS
    if mirna.known.all():
        return np.flatnonzero(before[length : length + columns] == before[:columns])
    letter_known = np.diff(before) > 0
    faced = np.zeros(columns, np.bool_)
    for i in np.flatnonzero(mirna.known):
        faced |= letter_known[length - 1 - i : length - 1 - i + columns]
    return np.flatnonzero(~faced)
