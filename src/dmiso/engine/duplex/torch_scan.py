"""The scanning engine in torch, on any device: whole tiles of many miRNAs at once, sites without leaving the device.

Logits are those of :class:`dmiso.engine.duplex.scan.DuplexScanner` to 1e-4, not to the bit. In half precision the
logits of all offsets are a first look only: wherever one comes within :data:`SLACK` of what a site needs, the block
around it is computed again in float32, so that sites are those of float32.

On a GPU nothing of this has run so far: it is tested on the CPU.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
import torch

from dmiso.encode import N_CODE
from dmiso.engine.duplex.fold import fold
from dmiso.engine.duplex.scan import slot_columns, takes_a_slot
from dmiso.engine.duplex.torch_forward import Stretch, TorchWeights, forward, steps_of
from dmiso.engine.finite import finite
from dmiso.engine.peaks import EQUAL_WITHIN
from dmiso.errors import UsageError
from dmiso.networks.duplex_shapes import KERNEL, NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from dmiso.engine.protocol import PositionEngine

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]
    Positions = NDArray[np.int64]

__all__ = ["MEMORY", "SLACK", "DeviceSites", "TorchScanner"]

SLACK: Final = 0.25
"""How far below a site's least logit an offset in half precision is looked at again; its errors are about 0.01."""

MEMORY: Final[Mapping[str, int]] = {"cpu": 1 << 26, "cuda": 1 << 32}
"""Bytes that tiles take by device: on a CPU more would be fresh memory for every step."""

_COLUMNS: Final = 8_192
"""Most columns of a tile."""
_BLOCK: Final = 32
"""Offsets of a block that is computed again."""


class DeviceSites(NamedTuple):
    """Peaks and the logits of the sites around them, miRNA by miRNA, 5'→3' within each."""

    mirna: Positions
    offset: Positions
    logit: FloatArray


class _Rows(NamedTuple):
    """Some miRNAs on the device."""

    length: int
    steps: Tensor
    """``(length, PAIR_CODES, n_rows, heads)``, float32."""
    known: Tensor
    """``(length, n_rows)``."""
    all_known: bool
    """Whether each has a known nucleotide."""


class _Question(NamedTuple):
    """Which offsets are sites."""

    distance: int
    lowest: float
    """A site's logit is at least this."""
    least: float
    """A peak's own logit is above this."""


class TorchScanner:
    """Computes the logits of offsets, and finds sites, on a device of torch.

    Parameters
    ----------
    weights
        Name to float32 array, as on disk.
    threads
        Threads of torch on a CPU.
    source
        Where the weights come from, for messages.
    device
        ``cpu`` or ``cuda``.
    precision
        ``float32``; or ``float16`` for a first look, which :meth:`sites` follows by one in float32.
    memory
        Bytes of the device that tiles may take; None is :data:`MEMORY`.

    Raises
    ------
    UsageError
        If the device is not there.
    """

    def __init__(
        self,
        weights: Mapping[str, FloatArray],
        *,
        threads: int = 1,
        source: str = "",
        device: Literal["cpu", "cuda"] = "cpu",
        precision: Literal["float32", "float16"] = "float32",
        memory: int | None = None,
    ) -> None:
        if device == "cuda" and not torch.cuda.is_available():
            raise UsageError("device is cuda, but torch sees no GPU here. Use device cpu")
        self.source = source
        self._threads, self._memory = threads, MEMORY[device] if memory is None else memory
        self._device = torch.device(device)
        self._folded = fold(weights)
        self._exact = TorchWeights.of(self._folded, self._device, torch.float32)
        self._first = (
            self._exact
            if precision == "float32"
            else TorchWeights.of(self._folded, self._device, torch.float16)
        )
        dilations = [block.dilation for block in self._folded.blocks]
        self.reach = KERNEL // 2 * sum(dilations)
        self._gap = KERNEL // 2 * max(dilations, default=0)

    @property
    def mirna_length(self) -> int:
        """Nucleotides of the miRNA input."""
        return self._folded.mirna_length

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Keep torch to the engine's threads while the block runs, without gradients."""
        before = torch.get_num_threads()
        torch.set_num_threads(self._threads)
        try:
            with torch.inference_mode():
                yield
        finally:
            torch.set_num_threads(before)

    def scan(self, mirna_codes: Codes, target_codes: Codes, start: int, stop: int) -> FloatArray:
        """Return the logits of a range of offsets of every miRNA on one target, ``(n_mirnas, stop - start)``.

        The parameters are those of :meth:`dmiso.engine.protocol.PositionEngine.scan`.
        """
        assert 0 <= start <= stop <= len(target_codes) + self.mirna_length - 1
        logits = np.empty((len(mirna_codes), stop - start), np.float32)
        with self.calm():
            for part, rows in self._rows(mirna_codes, stop - start):
                for first, last in self._tiles(start, stop):
                    found = self._on_tile(self._exact, rows, target_codes, first, last)
                    logits[part, first - start : last - start] = found.T.cpu().numpy()
        return finite(logits, self.source)

    def is_short(self, length: int) -> bool:
        """Tell whether a target of this length (nt) is computed side by side with others."""
        return takes_a_slot(self.slot_of(length))

    def slot_of(self, length: int) -> int:
        """Return the columns that a short target of a length (nt) takes."""
        return slot_columns(length, self.mirna_length, self._gap)

    def scan_slots(self, mirna_codes: Codes, slots: Codes) -> FloatArray:
        """Return the logits of all offsets of every miRNA on many short targets, ``(n_mirnas, n_targets, slot)``."""
        # as many N lie between two targets as keep every helix and convolution apart, so all are one long target
        if not slots.size:
            return np.empty((len(mirna_codes), *slots.shape), np.float32)
        return self.scan(mirna_codes, slots.reshape(-1), 0, slots.size).reshape(-1, *slots.shape)

    def pooled(self, positions: FloatArray) -> FloatArray:
        """Return the logit of offsets taken together, their soft maximum over the last axis."""
        return self._folded.pool.of(positions)

    def lowest_peak(self, logit: float, n: int) -> float:
        """Return a logit that the highest of ``n`` offsets exceeds wherever together they reach ``logit``."""
        return self._folded.pool.lowest_peak(logit, n)

    def sites(
        self,
        mirna_codes: Codes,
        target_codes: Codes,
        *,
        distance: int,
        lowest: float,
        between: tuple[int, int] | None = None,
    ) -> DeviceSites:
        """Find the sites of every miRNA on one target, on the device.

        Of equally good ones nearer than the distance all, see :func:`dmiso.engine.peaks.keep_apart`.

        Parameters
        ----------
        mirna_codes, target_codes
            As in :meth:`scan`.
        distance
            Offsets on either side among which a site is the highest; its logit takes them together.
        lowest
            Sites have at least this logit.
        between
            Offsets in which sites are looked for, half-open; None is all.
        """
        n_offsets = len(target_codes) + self.mirna_length - 1
        start, stop = between or (0, n_offsets)
        stop = min(stop, n_offsets)
        question = _Question(distance, lowest, max(NOTHING / 2, self.lowest_peak(lowest, 2 * distance + 1)))
        with self.calm():
            found = [
                self._sites_of_tile(part.start, rows, target_codes, tile, question)
                for part, rows in self._rows(mirna_codes, stop - start)
                for tile in self._tiles(start, stop)
            ]
        sites = _joined(found)
        order = np.lexsort((sites.offset, sites.mirna))
        return DeviceSites(sites.mirna[order], sites.offset[order], sites.logit[order])

    def _sites_of_tile(
        self, first_mirna: int, rows: _Rows, target_codes: Codes, tile: tuple[int, int], question: _Question
    ) -> DeviceSites:
        """Find the sites of some miRNAs in a range of offsets."""
        first, last = tile
        margin = question.distance
        if self._first is self._exact:
            logits = self._on_tile(self._exact, rows, target_codes, first - margin, last + margin)
            column, row, logit = self._sites_in(logits, question)
            return _on_host(row + first_mirna, column + first, logit)
        logits = self._on_tile(self._first, rows, target_codes, first, last)
        near = (logits > question.least - SLACK) | ~torch.isfinite(logits)
        column, row = near.nonzero(as_tuple=True)
        n_blocks = -(-(last - first) // _BLOCK)
        wanted = torch.unique(row * n_blocks + column // _BLOCK)
        found = []
        for part in wanted.split(max(1, self._memory // self._bytes(rows.length, 4) // (4 * _BLOCK))):
            if not len(part):
                continue  # an empty tensor splits into an empty part
            row, block = part // n_blocks, part % n_blocks
            begin = first + block * _BLOCK
            logits = self._on_blocks(rows, row, target_codes, begin, _BLOCK, margin)
            column, which, logit = self._sites_in(logits, question)
            inside = begin[which] + column < last
            found.append(
                _on_host(row[which][inside] + first_mirna, (begin[which] + column)[inside], logit[inside])
            )
        return _joined(found)

    def _sites_in(self, logits: Tensor, question: _Question) -> tuple[Tensor, Tensor, Tensor]:
        """Return column, row and logit of the sites in ``(columns, n_rows)``, which has a margin at both ends."""
        self._check(logits)
        margin = question.distance
        own = logits[margin : len(logits) - margin]
        column, row = (own > question.least).nonzero(as_tuple=True)
        around = logits[column[:, None] + torch.arange(2 * margin + 1, device=logits.device), row[:, None]]
        peak = around[:, margin]
        highest = around.amax(1) <= peak + EQUAL_WITHIN
        pool = self._folded.pool
        pooled = torch.logsumexp(around[highest], 1) * pool.scale + pool.shift
        kept = pooled >= question.lowest
        return column[highest][kept], row[highest][kept], pooled[kept]

    def _on_tile(
        self, weights: TorchWeights, rows: _Rows, target_codes: Codes, first: int, last: int
    ) -> Tensor:
        """Return the logits of offsets ``first`` to ``last`` of all rows, ``(last - first, n_rows)``."""
        reach = self.reach
        codes = self._codes(target_codes, first - reach, last + reach, rows.length)
        is_known = bool((codes < N_CODE).all()) and rows.all_known
        bases = torch.from_numpy(codes.astype(np.int64)).to(self._device)
        steps = rows.steps.to(weights.mix.dtype)
        logits = forward(weights, steps, rows.known, Stretch(bases, is_known))
        return logits[reach : len(logits) - reach]

    def _on_blocks(
        self, rows: _Rows, row: Tensor, target_codes: Codes, begin: Tensor, size: int, margin: int
    ) -> Tensor:
        """Return the logits of blocks, each of one row, with margins: ``(size + 2 * margin, n_blocks)``, float32."""
        reach, length = self.reach, rows.length
        before = margin + reach
        width = size + 2 * before + 2 * length
        origin = int(begin.min()) - before
        end = int(begin.max()) + size + before
        codes = torch.from_numpy(self._codes(target_codes, origin, end, length).astype(np.int64)).to(
            self._device
        )
        index = begin - before - origin + torch.arange(width, device=self._device)[:, None]
        stretch = Stretch(codes[index], is_known=False)
        logits = forward(self._exact, rows.steps[:, :, row], rows.known[:, row], stretch)
        return logits[reach : len(logits) - reach]

    def _codes(self, target_codes: Codes, first: int, last: int, length: int) -> Codes:
        """Return the nucleotides that offsets depend on, N beyond the target."""
        begin, end = first - (length - 1), last + length + 1
        a, b = min(max(begin, 0), len(target_codes)), min(max(end, 0), len(target_codes))
        codes = np.full(end - begin, N_CODE, np.uint8)
        codes[a - begin : b - begin] = target_codes[a:b]
        return codes

    def _rows(self, mirna_codes: Codes, n_offsets: int) -> Iterator[tuple[slice, _Rows]]:
        """Yield as many miRNAs at a time as fit the memory with a tile."""
        known = mirna_codes != N_CODE
        columns = min(n_offsets, _COLUMNS) + 2 * self.reach + 2 * self.mirna_length
        at_once = max(
            1, self._memory // (self._bytes(self.mirna_length, self._first.mix.element_size()) * columns)
        )
        for start in range(0, len(mirna_codes), at_once):
            part = slice(start, min(start + at_once, len(mirna_codes)))
            present = np.flatnonzero(known[part].any(axis=0))
            length = int(present[-1]) + 1 if len(present) else 1
            steps = steps_of(self._folded, mirna_codes[part, :length])
            yield (
                part,
                _Rows(
                    length,
                    torch.from_numpy(steps).to(self._device),
                    torch.from_numpy(known[part, :length].T.copy()).to(self._device),
                    bool(known[part].any(axis=1).all()),
                ),
            )

    def _bytes(self, length: int, size: int) -> int:
        """Return about how many bytes a column of a row takes while it is computed."""
        heads, channels = self._folded.heads, len(self._folded.mix_bias)
        return size * (heads * (length + 6) + 5 * channels) + 8

    @staticmethod
    def _tiles(start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Yield ranges of offsets, counted from the target's start."""
        for first in range(start // _COLUMNS * _COLUMNS, stop, _COLUMNS):
            yield max(first, start), min(first + _COLUMNS, stop)

    def _check(self, logits: Tensor) -> None:
        """Raise :class:`dmiso.errors.ModelError` if a logit is not finite."""
        if not bool(torch.isfinite(logits).all()):
            finite(np.array([np.nan], np.float32), self.source)


def _joined(found: Sequence[DeviceSites]) -> DeviceSites:
    none = np.empty(0, np.int64)
    return DeviceSites(
        np.concatenate([none, *(sites.mirna for sites in found)]),
        np.concatenate([none, *(sites.offset for sites in found)]),
        np.concatenate([np.empty(0, np.float32), *(sites.logit for sites in found)]),
    )


def _on_host(mirna: Tensor, offset: Tensor, logit: Tensor) -> DeviceSites:
    return DeviceSites(*(values.cpu().numpy() for values in (mirna, offset, logit)))


if TYPE_CHECKING:
    # built by name: mypy would not see otherwise that it is one
    _IS: type[PositionEngine] = TorchScanner
