"""Calls: for each located read the isomiR as sequenced and the position of its target.

The border between the two parts decides which nucleotides are the isomiR's. ``alignment`` takes it from the two
alignments: bases between them belong to the isomiR, bases shared to it too. ``joint`` puts it where most bases
are explained, so that what the transcript explains is no 3' addition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.alphabet import pack
from dmiso.columns import CALL_COLUMNS, schema_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.chimera.collapse import CollapsedRead
    from dmiso.chimera.reference import Reference
    from dmiso.settings.chimeras import CallSettings

__all__ = ["CALL_COLUMNS", "make_calls"]


_REACH: Final = 8
"""Nucleotides of each alignment that a joint border leaves untouched."""


def make_calls(
    reads: Sequence[CollapsedRead],
    pairs: pl.DataFrame,
    mirnas: Reference,
    transcripts: Reference,
    settings: CallSettings,
) -> pl.DataFrame:
    """Turn pairs of alignments into calls.

    Parameters
    ----------
    reads
        Distinct reads; ``pairs`` names them by number.
    pairs
        Of :func:`dmiso.chimera.pairs.choose_pairs`.
    mirnas, transcripts
        References that the alignments are against.
    settings
        Where the border between the parts is put.

    Returns
    -------
    polars.DataFrame
        Columns of ``CALL_COLUMNS``, by read and rank.
    """
    if pairs.is_empty():
        return pl.DataFrame(schema=schema_of(CALL_COLUMNS))
    lengths = np.array([len(reads[i].sequence) for i in pairs["read"]], np.int64)
    if settings.junction == "joint":
        first_end, second_start = _joint(reads, pairs, mirnas, transcripts)
    else:
        first_end, second_start = _by_alignment(pairs)
    first = pairs["mirna_first"].to_numpy()
    # the isomiR reaches to its end of the read; the target as far as its alignment
    outer_low, outer_high = _outer(pairs, mirnas, lengths, settings)
    m_low, m_high = np.where(first, outer_low, second_start), np.where(first, first_end, outer_high)
    t_start, t_end = pairs["t_read_start"].to_numpy(), pairs["t_read_end"].to_numpy()
    t_low, t_high = np.where(first, second_start, t_start), np.where(first, t_end, first_end)
    shift = pairs["t_start"].to_numpy() - t_start
    # where the portion begins and ends on the miRNA if its alignment is drawn on, no gaps
    iso5 = pairs["m_start"].to_numpy() - pairs["m_read_start"].to_numpy() + m_low
    mirna_lengths = np.diff(mirnas.begins)[pairs["m_subject"].to_numpy()] - 1
    rows = [reads[i] for i in pairs["read"]]
    portions = list(zip(rows, m_low.tolist(), m_high.tolist(), strict=True))
    columns = {
        "read_id": [read.read_id for read in rows],
        "candidate_rank": pairs["candidate_rank"],
        "read_count": [read.read_count for read in rows],
        "copies": [read.copies for read in rows],
        "read_sequence": [read.sequence for read in rows],
        "order": np.where(first, "mirna-first", "target-first").tolist(),
        "located_mirna": [mirnas.names[i] for i in pairs["m_subject"]],
        "mirna_sequence": [read.sequence[a:b] for read, a, b in portions],
        "mirna_quality": [read.quality[a:b] for read, a, b in portions],
        "mirna_read_start": m_low,
        "mirna_read_end": m_high,
        "mirna_start": pairs["m_start"],
        "mirna_end": pairs["m_end"],
        "iso5_offset": iso5,
        "iso3_offset": iso5 + m_high - m_low - mirna_lengths,
        "mirna_evalue": 10 ** pairs["m_log10_evalue"],
        "mirna_bit_score": pairs["m_bit_score"],
        "transcript_id": [transcripts.names[i] for i in pairs["t_subject"]],
        "start": t_low + shift,
        "end": t_high + shift,
        "target_read_start": t_low,
        "target_read_end": t_high,
        "target_evalue": 10 ** pairs["t_log10_evalue"],
        "target_bit_score": pairs["t_bit_score"],
        "gap": pairs["gap"],
        "n_mirna_alignments": pairs["n_mirna_alignments"],
        "n_targets": pairs["n_targets"],
        "other_targets": _others(pairs, transcripts),
    }
    return pl.DataFrame(columns, strict=False).select(
        pl.col(name).cast(dtype) for name, dtype in schema_of(CALL_COLUMNS).items()
    )


def _outer(
    pairs: pl.DataFrame, mirnas: Reference, lengths: NDArray[np.int64], settings: CallSettings
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the isomiR begins if it comes first, and where it ends if it comes last."""
    if settings.outer == "isomir":
        return np.zeros(len(lengths), np.int64), lengths
    # nucleotides of the miRNA that the alignment left out at its ends are kept: they were replaced
    subject = pairs["m_subject"].to_numpy()
    behind = np.diff(mirnas.begins)[subject] - 1 - pairs["m_end"].to_numpy()
    low = np.maximum(pairs["m_read_start"].to_numpy() - pairs["m_start"].to_numpy(), 0)
    high = np.minimum(pairs["m_read_end"].to_numpy() + behind, lengths)
    return low.astype(np.int64), high.astype(np.int64)


def _by_alignment(pairs: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the end of the first and the start of the second part, from the alignments."""
    first = pairs["mirna_first"].to_numpy()
    m_start, m_end = pairs["m_read_start"].to_numpy(), pairs["m_read_end"].to_numpy()
    t_start, t_end = pairs["t_read_start"].to_numpy(), pairs["t_read_end"].to_numpy()
    # between the parts: the isomiR's; shared: the isomiR's too, so one border serves both
    border = np.where(first, np.maximum(t_start, m_end), np.minimum(t_end, m_start)).astype(np.int64)
    return border, border


def _joint(
    reads: Sequence[CollapsedRead], pairs: pl.DataFrame, mirnas: Reference, transcripts: Reference
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the border that explains most nucleotides, for both parts."""
    from dmiso.chimera.kernels import Joints, joint_borders

    wanted, number = np.unique(pairs["read"].to_numpy(), return_inverse=True)
    codes, bounds = pack([reads[i].sequence for i in wanted])
    m_subject, t_subject = pairs["m_subject"].to_numpy(), pairs["t_subject"].to_numpy()
    m_begin, t_begin = mirnas.begins[m_subject], np.asarray(transcripts.begins)[t_subject]
    m_start, t_start = pairs["m_start"].to_numpy(), pairs["t_start"].to_numpy()
    columns = {
        "read": number,
        "mirna_first": pairs["mirna_first"].to_numpy(),
        **{
            name: pairs[column].to_numpy()
            for name, column in (
                ("m_start", "m_read_start"),
                ("m_end", "m_read_end"),
                ("t_start", "t_read_start"),
                ("t_end", "t_read_end"),
            )
        },
        "m_shift": m_begin + m_start - pairs["m_read_start"].to_numpy(),
        "t_shift": t_begin + t_start - pairs["t_read_start"].to_numpy(),
        "m_low": m_begin,
        "m_high": mirnas.begins[m_subject + 1] - 1,
        "t_low": t_begin,
    }
    joints = Joints(**{name: np.ascontiguousarray(column, np.int64) for name, column in columns.items()})
    border = joint_borders(codes, bounds, joints, mirnas.text, transcripts.text, _REACH)
    return border, border


def _others(pairs: pl.DataFrame, transcripts: Reference) -> list[str]:
    """Name other positions that explain a read as well: transcript:start, comma between."""
    chosen = pairs.select("t_subject", "t_start").iter_rows()
    named = []
    for (subject, start), others in zip(chosen, pairs["t_others"], strict=True):
        if len(others) < 2:
            named.append("")
            continue
        rest = [o for o in others if (o["subject"], o["start"]) != (subject, start)][:5]
        named.append(",".join(f"{transcripts.names[o['subject']]}:{o['start']}" for o in rest))
    return named
