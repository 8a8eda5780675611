"""The files of a run besides the tables: mirGFF3, BED, .hyb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dmiso
from dmiso.io.bed import BedRecord, write_bed
from dmiso.io.hyb import HybRecord, HybSegment, hyb_region, write_hyb
from dmiso.io.mirgff3 import Mirgff3Writer
from dmiso.io.mirgff3_words import new_header
from dmiso.isomir.exchange import calls_to_mirgff3

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts

__all__ = [
    "write_bed_file",
    "write_hyb_file",
    "write_isomirs",
]


def write_isomirs(
    path: Path, isomirs: pl.DataFrame, source: str, samples: Sequence[str], counts: Counts
) -> None:
    """Write isomiR calls as mirGFF3 1.2; ``Expression`` is chimeric reads in each sample."""
    header = new_header(source, tuple(samples), tools=(f"dmiso {dmiso.__version__}",))
    with Mirgff3Writer(path, header) as writer:
        writer.write(calls_to_mirgff3(isomirs, counts, source=source))


def write_bed_file(path: Path, interactions: pl.DataFrame) -> None:
    """Write the sites as BED6 on transcripts; the name is the isomiR's, the score its reads (at most 1000)."""
    rows = interactions.select("transcript_id", "start", "end", "mirna_id", "variant", "read_count").sort(
        "transcript_id", "start", "end", maintain_order=True
    )
    write_bed(
        path,
        (
            BedRecord(name, start, end, f"{mirna}|{variant or 'NA'}", reads)
            for name, start, end, mirna, variant, reads in rows.iter_rows()
        ),
    )


def write_hyb_file(path: Path, calls: pl.DataFrame, transcripts: Mapping[str, Transcript]) -> int:
    """Write the chimeric reads for hybkit; the parts in the order of the read."""
    return write_hyb(path, (_hyb_record(row, transcripts) for row in calls.iter_rows(named=True)))


def _hyb_record(row: Mapping[str, Any], transcripts: Mapping[str, Transcript]) -> HybRecord:
    mirna = HybSegment(
        row["located_mirna"].split(",")[0],
        "microRNA",
        row["mirna_read_start"],
        row["mirna_read_end"],
        row["mirna_start"],
        row["mirna_end"],
        row["mirna_bit_score"],
    )
    target = HybSegment(
        row["transcript_id"],
        "mRNA",
        row["target_read_start"],
        row["target_read_end"],
        row["start"],
        row["end"],
        row["target_bit_score"],
    )
    first = row["order"] == "mirna-first"
    region = transcripts[row["transcript_id"]].region(row["start"], row["end"])
    flags = {
        "count_total": str(row["copies"]),
        "read_count": str(row["read_count"]),
        "seg1_type": "microRNA" if first else "mRNA",
        "seg2_type": "mRNA" if first else "microRNA",
        "miRNA_seg": "5p" if first else "3p",
        "target_reg": hyb_region(region),
        "dataset": row["sample"],
    }
    parts = (mirna, target) if first else (target, mirna)
    return HybRecord(row["read_id"], row["read_sequence"], *parts, None, flags)
