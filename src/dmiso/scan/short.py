"""Sites on many short transcripts at once: doing it for each in turn would take longer than the network.

Transcripts that take equally many columns are computed side by side, and their peaks, soft maxima and positions found
in arrays over all of them. A transcript's sites are, bit by bit, those that it has alone, whatever is scanned beside
it: see :meth:`dmiso.engine.duplex.scan.DuplexScanner.scan_slots`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dmiso.engine.peaks import find_peaks_of_rows, keep_apart, none_kept, offsets_around
from dmiso.networks.duplex_shapes import NOTHING
from dmiso.scan.positions import PIECE, PositionNetwork
from dmiso.scan.sites import Sites, lowest_peak

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dmiso.engine.duplex.gate import Gate

__all__ = ["find_short_sites", "groups_of_short"]


def groups_of_short(network: PositionNetwork, transcripts: Sequence[str]) -> Iterator[list[int]]:
    """Yield the transcripts to be scanned together: equally many columns each, as many as a piece of offsets holds.

    Parameters
    ----------
    network
        Decides which are short; the others are left out.
    transcripts
        Upper-case RNA.

    Yields
    ------
    list of int
        Which transcripts, ascending within a group.
    """
    by_slot: dict[int, list[int]] = {}
    for number, transcript in enumerate(transcripts):
        if network.is_short(transcript):
            by_slot.setdefault(network.slot_of(transcript), []).append(number)
    for slot, numbers in by_slot.items():
        size = PIECE // slot
        for first in range(0, len(numbers), size):
            yield numbers[first : first + size]


def find_short_sites(
    network: PositionNetwork,
    mirnas: Sequence[str],
    transcripts: Sequence[str],
    *,
    distance: int,
    lowest: float,
    gate: Gate | None = None,
) -> tuple[NDArray[np.int64], Sites]:
    """Find the sites of miRNAs on a group of short transcripts.

    Parameters
    ----------
    network
        Gives the logits.
    mirnas
        Upper-case RNA.
    transcripts
        Upper-case RNA; at least one, a group of :func:`groups_of_short`.
    distance, lowest, gate
        See :func:`dmiso.scan.sites.find_sites`.

    Returns
    -------
    tuple of numpy.ndarray and Sites
        The transcript of each site, and the sites: miRNA by miRNA, transcript by transcript, 5'→3'.
    """
    mirna_codes, slots = network.encode_mirnas(mirnas), network.encode_slots(transcripts)
    rows = network.rows_of_slots(mirna_codes, slots, gate=gate, distance=distance)
    mean = rows.logits.mean(axis=0) if len(rows.logits) > 1 else rows.logits[0]
    least = lowest_peak(network, lowest, distance)
    row, offset = find_peaks_of_rows(mean, distance=distance, lowest=least)
    if rows.near is not None:
        near = rows.near[row, offset]
        row, offset = row[near], offset[near]
    around = np.empty((len(rows.logits), len(row), 2 * distance + 1), np.float32)
    offsets_around(rows.logits, row, offset, np.float32(NOTHING), around)
    logit = network.pooled(around)
    kept = np.flatnonzero(logit >= lowest)
    kept = kept[keep_apart(row[kept], offset[kept], distance, none_kept(len(mean)))]
    row, offset = row[kept], offset[kept]
    mirna, on = rows.mirna[row], rows.target[row]
    lengths = np.array([len(transcript) for transcript in transcripts])
    start, end = network.positions_on_slots(mirna_codes, slots, lengths, offset, (mirna, on))
    return on, Sites(mirna, offset, start, end, logit[kept])
