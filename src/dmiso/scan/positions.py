"""The logit of every offset of a transcript, streamed in pieces that are equal to the whole.

At offset o, miRNA position i (from 0) lies opposite transcript position ``o - i``; a transcript of n nucleotides has
``n + mirna_length - 1`` offsets. Asking for several at once changes no bit: the engine's tiles begin at fixed positions
of each transcript, and a miRNA's logits do not depend on the others.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import numpy as np

from dmiso.encode import N_CODE, encode
from dmiso.engine import build_scanners
from dmiso.networks import late, network_entry
from dmiso.scan.anchors import find_anchors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from dmiso.engine import GateEngine
    from dmiso.engine.duplex.gate import Gate, NearSlots
    from dmiso.engine.duplex.runs import RunScanner
    from dmiso.engine.duplex.torch_scan import TorchScanner
    from dmiso.models import StoredModel

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]
    Positions = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["PIECE", "Piece", "PositionNetwork"]

PIECE: Final = 15_360
"""Offsets of a piece, whole tiles and spans of the engine: 6.1 MB of logits for 100 miRNAs."""


class Piece(NamedTuple):
    """Some consecutive offsets of a transcript."""

    start: int
    """The piece's first own offset."""
    stop: int
    first: int
    """The first offset of ``logits``: up to ``margin`` before ``start``."""
    logits: FloatArray
    """``(n_members, n_mirnas, n_offsets)``, margins included."""
    near: Flags | None = None
    """``(n_mirnas, n_offsets)``: where peaks may be; elsewhere not all logits around were computed. None: anywhere."""


class PositionNetwork:
    """A model's network, read offset by offset.

    Parameters
    ----------
    model
        Of a network with positions.
    on_torch
        ``device`` and ``precision`` of the engine in torch; None takes the one in numba.

    Raises
    ------
    UsageError
        If the network has no logits of offsets.

    Examples
    --------
    >>> from dmiso.models import resolve
    >>> network = PositionNetwork(resolve())
    >>> codes = network.encode_target("GGACUAUACAACCUACUACCUCAUU")
    >>> network.positions(network.encode_mirnas(["UGAGGUAGUAGGUUGUAUAGUU"]), codes).shape[1:]
    (1, 54)
    """

    def __init__(self, model: StoredModel, *, on_torch: Mapping[str, str] | None = None) -> None:
        config = model.config
        self.mirna_length, self.weights_sha256 = config.mirna_length, model.weights_sha256
        self._members = build_scanners(config, model.weights, source=model.source, on_torch=on_torch)
        gate = network_entry(config.network).gate if on_torch is None else None
        self._on_torch = on_torch is not None
        self._gated: list[GateEngine] = (
            [] if gate is None else [late(gate)(member) for member in self._members]
        )
        self._encoded: tuple[list[str], Codes] | None = None

    @property
    def finder(self) -> TorchScanner | None:
        """What finds sites where it computes logits, so that these need not be copied; None for an ensemble."""
        return cast("TorchScanner", self._members[0]) if self._on_torch and len(self._members) == 1 else None

    def calm(self) -> AbstractContextManager[Any]:
        """Return a context for many scans, see :meth:`dmiso.engine.duplex.scan.DuplexScanner.calm`."""
        stack = ExitStack()
        for member in self._members:
            stack.enter_context(member.calm())
        return stack

    def encode_mirnas(self, mirnas: Sequence[str]) -> Codes:
        """Return the codes of miRNAs, ``(n_mirnas, mirna_length)``."""
        # the same miRNAs come with every transcript, of which there may be millions of short ones
        if self._encoded is None or self._encoded[0] != mirnas:
            self._encoded = list(mirnas), encode(mirnas, self.mirna_length)
        return self._encoded[1]

    def encode_target(self, transcript: str) -> Codes:
        """Return the codes of a transcript, ``(length,)``."""
        codes: Codes = encode([transcript], len(transcript))[0]
        return codes

    def n_offsets(self, target_codes: Codes) -> int:
        """Return how many offsets a transcript has; none without nucleotides."""
        return len(target_codes) + self.mirna_length - 1 if len(target_codes) else 0

    def offsets_over(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets whose sites may have most of their nucleotides in a part of the transcript."""
        return start, end + self.mirna_length

    def positions(
        self, mirna_codes: Codes, target_codes: Codes, start: int = 0, stop: int | None = None
    ) -> FloatArray:
        """Return the logits of offsets.

        Parameters
        ----------
        mirna_codes, target_codes
            As :meth:`encode_mirnas` and :meth:`encode_target` give them.
        start, stop
            Offsets, 0-based half-open; None is the last.

        Returns
        -------
        numpy.ndarray
            ``(n_members, n_mirnas, stop - start)``, float32; -1000 where no nucleotide faces another.
        """
        last = self.n_offsets(target_codes) if stop is None else stop
        if len(self._members) == 1:  # as of every bundled model: nothing has to be copied
            return self._members[0].scan(mirna_codes, target_codes, start, last)[None]
        return np.stack([member.scan(mirna_codes, target_codes, start, last) for member in self._members])

    def is_short(self, transcript: str) -> bool:
        """Return whether a transcript is computed side by side with others, see :meth:`rows_of_slots`."""
        return self._members[0].is_short(len(transcript))

    def slot_of(self, transcript: str) -> int:
        """Return the columns that a short transcript takes beside others."""
        return self._members[0].slot_of(len(transcript))

    def encode_slots(self, transcripts: Sequence[str]) -> Codes:
        """Return the codes of short transcripts, ``(n_transcripts, slot)``, all of one :meth:`slot_of`."""
        return encode(transcripts, self.slot_of(max(transcripts, key=len)))

    def rows_of_slots(
        self, mirna_codes: Codes, slots: Codes, *, gate: Gate | None, distance: int
    ) -> NearSlots:
        """Return the logits of all offsets of short transcripts, bit by bit those of each transcript alone.

        Parameters
        ----------
        mirna_codes, slots
            As :meth:`encode_mirnas` and :meth:`encode_slots` give them.
        gate
            Transcripts on which it finds no promising offset are left out; None and an open gate compute all.
        distance
            Offsets to either side of a peak that are needed.
        """
        from dmiso.engine.duplex.gate import GatedScanner, NearSlots

        if gate is not None and not gate.is_open:
            return GatedScanner(self._runs, gate, distance).scan_slots(mirna_codes, slots)
        logits = [member.scan_slots(mirna_codes, slots) for member in self._members]
        # as of every bundled model, one member: nothing has to be copied
        rows = (logits[0][None] if len(logits) == 1 else np.stack(logits)).reshape(
            len(logits), -1, slots.shape[1]
        )
        mirna, target = np.divmod(np.arange(rows.shape[1]), len(slots))
        return NearSlots(mirna, target, rows, None)

    def stream(
        self,
        mirna_codes: Codes,
        target_codes: Codes,
        *,
        margin: int,
        between: tuple[int, int] | None = None,
        gate: Gate | None = None,
    ) -> Iterator[Piece]:
        """Yield the logits of offsets, piece by piece.

        Parameters
        ----------
        mirna_codes, target_codes
            As in :meth:`positions`.
        margin
            How many offsets of its neighbours a piece shows at either end, where there are any.
        between
            Offsets wanted, 0-based half-open; None is all.
        gate
            Logits are computed near the offsets that it finds promising only: complete up to ``margin`` around
            those that are ``near``; None computes all, and so does an open gate.
        """
        gate = None if gate is None or gate.is_open else gate
        total = self.n_offsets(target_codes)
        begin, end = between or (0, total)
        own, end = begin, min(end, total)
        first, limit = max(0, begin - margin), min(total, end + margin)
        logits = np.empty((len(self._members), len(mirna_codes), 0), np.float32)
        near = None if gate is None else np.empty((len(mirna_codes), 0), np.bool_)
        stop = first
        while own < end:
            start, stop = stop, min((stop // PIECE + 1) * PIECE, limit)
            if gate is None or near is None:
                new = self.positions(mirna_codes, target_codes, start, stop)
            else:
                new, mark = self._near(gate, mirna_codes, target_codes, start, stop, margin)
                near = np.concatenate([near, mark], axis=1) if near.shape[1] else mark
            logits = np.concatenate([logits, new], axis=2) if logits.shape[2] else new
            complete = end if stop == limit else min(end, stop - margin)
            if complete > own:
                yield Piece(own, complete, first, logits, near)
                # what the next piece shows of this one
                keep = max(0, complete - margin - first)
                own, first, logits = complete, first + keep, logits[..., keep:]
                near = None if near is None else near[:, keep:]

    def _near(
        self, gate: Gate, mirna_codes: Codes, target_codes: Codes, start: int, stop: int, distance: int
    ) -> tuple[FloatArray, Flags]:
        from dmiso.engine.duplex.gate import GatedScanner

        return GatedScanner(self._runs, gate, distance).scan(mirna_codes, target_codes, start, stop)

    @property
    def _runs(self) -> Sequence[RunScanner]:
        """The members' gates, as :class:`~dmiso.engine.duplex.gate.GatedScanner` takes them."""
        return cast("Sequence[RunScanner]", self._gated)

    @property
    def heads(self) -> int:
        """Helix scores that a miRNA position has at an offset."""
        return self._gated[0].heads

    @property
    def gate_units(self) -> NDArray[np.float64]:
        """Units of a byte that a helix score of 1 is, by head of the first member."""
        return self._gated[0].gate_units

    def gate_features(self, mirna: str, transcript: str) -> Codes:
        """Return what a gate weighs at all offsets: helix scores of the first member, then nucleotides around.

        Returns
        -------
        numpy.ndarray
            ``(n_offsets, mirna_length * heads + CONTEXT * 4)``, uint8; zero for positions the miRNA lacks.
        """
        return self._gated[0].gate_features(self.encode_mirnas([mirna]), self.encode_target(transcript))

    def look(self, gate: Gate, mirna: str, transcript: str) -> FloatArray:
        """Return what a gate's student says of each offset, ``(n_offsets,)``."""
        codes = self.encode_target(transcript)
        mirna_codes = self.encode_mirnas([mirna])
        found: FloatArray = self._gated[0].look(gate, mirna_codes, codes, 0, self.n_offsets(codes))[0]
        return found

    @property
    def softness(self) -> float:
        """Scale of the soft maximum of logits on the scale of sites, the members' mean."""
        return float(np.mean([gate.softness for gate in self._gated]))

    @property
    def is_single(self) -> bool:
        """Return whether this is one network, not several."""
        return len(self._members) == 1

    @property
    def reach(self) -> int:
        """Offsets to either side that a logit depends on, the widest of the members."""
        return max(gate.reach for gate in self._gated)

    def pooled(self, logits: FloatArray) -> FloatArray:
        """Return the logit of offsets taken together: the members' mean of soft maxima.

        Parameters
        ----------
        logits
            ``(n_members, ..., n_offsets)``.

        Returns
        -------
        numpy.ndarray
            ``(...)``, float32: the logit of a window that has these offsets only.
        """
        each = [member.pooled(own) for member, own in zip(self._members, logits, strict=True)]
        return np.mean(each, axis=0, dtype=np.float32) if len(each) > 1 else each[0]

    def track(self, mirna: str, transcript: str) -> FloatArray:
        """Return the logit of each offset alone, ``(n_offsets,)``, on the scale of sites: for drawing."""
        logits = self.positions(self.encode_mirnas([mirna]), self.encode_target(transcript))
        return self.pooled(logits[:, 0, :, None])

    def lowest_peak(self, logit: float, n: int) -> float:
        """Return a logit that the highest of ``n`` offsets exceeds wherever together they reach ``logit``.

        Minus infinity for several members: the highest of their mean says too little about each.
        """
        if len(self._members) > 1:
            return -np.inf
        return self._members[0].lowest_peak(logit, n)

    def site_bounds(
        self, mirna_codes: Codes, which: Positions, target_codes: Codes, offsets: Positions
    ) -> tuple[Positions, Positions]:
        """Return start and end of sites: the nucleotides that face the miRNA on the diagonal of the duplex.

        Parameters
        ----------
        mirna_codes, target_codes
            As in :meth:`positions`.
        which, offsets
            miRNA and peak of each site.
        """
        anchors = find_anchors(mirna_codes, which, target_codes, offsets)
        return self._facing(mirna_codes, which, anchors, len(target_codes))

    def positions_on_slots(
        self,
        mirna_codes: Codes,
        slots: Codes,
        lengths: Positions,
        offsets: Positions,
        which: tuple[Positions, Positions],
    ) -> tuple[Positions, Positions]:
        """Return start and end of sites on several short transcripts, see :meth:`site_bounds`.

        Parameters
        ----------
        mirna_codes, slots
            As in :meth:`rows_of_slots`.
        lengths
            ``(n_transcripts,)``, their nt.
        offsets
            Peak of each site.
        which
            miRNA and transcript of each site.
        """
        mirna, on = which
        anchors = find_anchors(mirna_codes, mirna, slots, offsets, on=on)
        return self._facing(mirna_codes, mirna, anchors, lengths[on])

    def _facing(
        self, mirna_codes: Codes, which: Positions, anchors: Positions, target_lengths: int | Positions
    ) -> tuple[Positions, Positions]:
        """Return start and end of the nucleotides that face each miRNA at an offset."""
        known = mirna_codes != N_CODE
        lengths = self.mirna_length - known[:, ::-1].argmax(axis=1) if len(known) else np.empty(0, np.int64)
        last = np.maximum(np.subtract(target_lengths, 1), 0)
        # not clip(), whose checks take longer than a short target's sites
        first = np.minimum(np.maximum(anchors - lengths[which] + 1, 0), last)
        return first, np.minimum(np.maximum(anchors + 1, 1), target_lengths)
