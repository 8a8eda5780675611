"""From logits of offsets to sites: peaks, their logit over the neighbourhood, and their nucleotides on the transcript.

A site is an offset whose logit is the highest within ``distance`` offsets on both sides; of equals that are nearer to
each other than that, as in a tandem repeat, the first is kept, then the first beyond its distance. Its logit is what
the model gives these offsets taken together (its soft maximum), so that it means the same as the logit of a window
around the site. Its position is the nucleotides that face the miRNA on the diagonal of its duplex
(:mod:`dmiso.scan.anchors`).
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from dmiso.engine.peaks import find_peaks, find_peaks_of_rows, keep_apart, none_kept, offsets_around
from dmiso.networks.duplex_shapes import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dmiso.engine.duplex.gate import Gate
    from dmiso.models.calibration import Calibration
    from dmiso.scan.positions import Piece, PositionNetwork
    from dmiso.scan.windows import WindowNetwork

    Codes = NDArray[np.uint8]
    Positions = NDArray[np.int64]
    _Found = tuple[Positions, Positions, NDArray[np.float32]]

__all__ = ["Sites", "Walk", "find_sites", "lowest_logit", "lowest_peak", "sites_in"]


class Sites(NamedTuple):
    """Sites on a transcript, or on several: miRNA by miRNA, 5'→3' within each."""

    mirna: NDArray[np.int64]
    """Which miRNA, ``(n_sites,)``."""
    offset: NDArray[np.int64]
    """The peak."""
    start: NDArray[np.int64]
    """0-based half-open, with ``end``."""
    end: NDArray[np.int64]
    logit: NDArray[np.float32]

    def only(self, kept: NDArray[np.bool_]) -> Sites:
        """Return some of the sites, in their order; ``kept`` is ``(n_sites,)``."""
        return Sites(self.mirna[kept], self.offset[kept], self.start[kept], self.end[kept], self.logit[kept])


class Walk(NamedTuple):
    """Where on a transcript sites are looked for."""

    between: Sequence[tuple[int, int]] | None = None
    """Ranges of offsets, apart and ascending; None is everywhere. What lies outside is still what the network sees
    around; only of a tandem repeat that goes on into a range the equal sites are counted from its beginning on."""
    on_offsets: Callable[[int], None] | None = None
    """Called with the offsets done since the last call."""


def lowest_logit(calibration: Calibration, *, min_percentile: float = 0.0, min_score: float = 0.0) -> float:
    """Return the logit that a percentile and a score require.

    Parameters
    ----------
    calibration
        The model's.
    min_percentile, min_score
        See :class:`dmiso.settings.scan.ScanSettings`; without background quantiles the percentile has no effect.

    Returns
    -------
    float
        The higher of both; minus infinity where nothing is asked for.
    """
    lowest = -np.inf
    if min_percentile > 0 and calibration.percentile is not None:
        shares = np.linspace(0.0, 100.0, len(calibration.percentile))
        lowest = float(np.interp(min_percentile, shares, calibration.percentile))
    if min_score >= 1:
        return float(np.inf)
    if min_score > 0:
        odds = float(np.log(min_score / (1 - min_score)))
        lowest = max(lowest, (odds - calibration.intercept) / calibration.slope)
    return lowest


def find_sites(
    network: PositionNetwork | WindowNetwork,
    mirnas: Sequence[str],
    transcript: str,
    *,
    distance: int,
    lowest: float,
    walk: Walk | None = None,
    gate: Gate | None = None,
) -> Sites:
    """Find the sites of miRNAs on a transcript.

    Parameters
    ----------
    network
        Gives the logits.
    mirnas
        Upper-case RNA.
    transcript
        Upper-case RNA, any length.
    distance
        See :class:`dmiso.settings.scan.ScanSettings`.
    lowest
        Sites with a lower logit are left out.
    walk
        Which offsets, and who is told of progress; None looks everywhere.
    gate
        Looks for sites near the offsets that it finds promising only: some may be missed.

    Returns
    -------
    Sites
    """
    mirna_codes, codes = network.encode_mirnas(mirnas), network.encode_target(transcript)
    parts: list[_Found] = []
    walk = walk or Walk()
    ranges = [(0, network.n_offsets(codes))] if walk.between is None else walk.between
    last = none_kept(len(mirnas))

    def keep(found: _Found) -> None:
        kept = keep_apart(found[0], found[1], distance, last)
        parts.append((found[0][kept], found[1][kept], found[2][kept]))

    finder = network.finder if gate is None else None
    if finder is not None:
        for begin, stop in ranges:
            keep(finder.sites(mirna_codes, codes, distance=distance, lowest=lowest, between=(begin, stop)))
            if walk.on_offsets is not None:
                walk.on_offsets(stop - begin)
        ranges = []
    stream = network.stream if gate is None else partial(cast("PositionNetwork", network).stream, gate=gate)
    for piece in chain.from_iterable(
        stream(mirna_codes, codes, margin=distance, between=part) for part in ranges
    ):
        keep(_sites_of_piece(network, piece, distance=distance, lowest=lowest))
        if walk.on_offsets is not None:
            walk.on_offsets(piece.stop - piece.start)
    none = np.empty(0, np.int64)
    mirna = np.concatenate([none, *(part[0] for part in parts)])
    order = np.argsort(mirna, kind="stable")  # pieces stay 5'→3' within a miRNA
    mirna = mirna[order]
    offset = np.concatenate([none, *(part[1] for part in parts)])[order]
    logit = np.concatenate([np.empty(0, np.float32), *(part[2] for part in parts)])[order]
    first, end = network.site_bounds(mirna_codes, mirna, codes, offset)
    return Sites(mirna=mirna, offset=offset, start=first, end=end, logit=logit)


def _sites_of_piece(
    network: PositionNetwork | WindowNetwork, piece: Piece, *, distance: int, lowest: float
) -> _Found:
    """Return miRNA, offset and logit of the sites of a piece, miRNA by miRNA; of equals all."""
    mean = piece.logits.mean(axis=0) if len(piece.logits) > 1 else piece.logits[0]
    start, stop = piece.start - piece.first, piece.stop - piece.first
    least = lowest_peak(network, lowest, distance)
    rows, peaks = find_peaks_of_rows(mean, distance=distance, start=start, stop=stop, lowest=least)
    if piece.near is not None:
        near = piece.near[rows, peaks]
        rows, peaks = rows[near], peaks[near]
    around = np.empty((len(piece.logits), len(rows), 2 * distance + 1), np.float32)
    offsets_around(piece.logits, rows, peaks, np.float32(NOTHING), around)
    pooled = network.pooled(around)
    kept = pooled >= lowest
    return rows[kept], peaks[kept] + piece.first, pooled[kept]


def sites_in(
    network: PositionNetwork | WindowNetwork,
    logits: NDArray[np.float32],
    *,
    distance: int,
    lowest: float,
    own: range,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the peaks of sites in a row of logits, ascending, and the sites' logits; of equals all.

    Parameters
    ----------
    network
        The network of these logits.
    logits
        ``(n_members, n_offsets)``.
    distance, lowest
        See :func:`find_sites`.
    own
        Where peaks are looked for.
    """
    least = lowest_peak(network, lowest, distance)
    mean = logits.mean(axis=0) if len(logits) > 1 else logits[0]
    peaks = find_peaks(mean, distance=distance, start=own.start, stop=own.stop, lowest=least)
    pooled = _taken_together(network, logits, peaks, distance)
    kept = pooled >= lowest
    return peaks[kept], pooled[kept]


def lowest_peak(network: PositionNetwork | WindowNetwork, lowest: float, distance: int) -> float:
    """Return a logit that the peak of every site exceeds, and offsets without nucleotides do not."""
    return max(NOTHING / 2, network.lowest_peak(lowest, 2 * distance + 1))


def _taken_together(
    network: PositionNetwork | WindowNetwork,
    logits: NDArray[np.float32],
    peaks: NDArray[np.int64],
    distance: int,
) -> NDArray[np.float32]:
    """Return the pooled logit around each peak, ``(n_peaks,)``, of ``(n_members, n_offsets)``."""
    if not len(peaks):
        return np.empty(0, np.float32)
    padded = np.pad(logits, ((0, 0), (distance, distance)), constant_values=NOTHING)
    around = padded[:, peaks[:, None] + np.arange(2 * distance + 1)]
    return network.pooled(around)
