"""The files of a run besides the tables: mirGFF3, BED, .hyb and .vienna."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dmiso
from dmiso.chimera.duplexes import duplex_of, read_structure
from dmiso.io.bed import BedRecord, write_bed
from dmiso.io.hyb import HybRecord, HybSegment, hyb_region, write_hyb
from dmiso.io.mirgff3 import Mirgff3Writer
from dmiso.io.mirgff3_words import new_header
from dmiso.io.vienna import ViennaRecord, write_vienna
from dmiso.isomir.mirgff3_lines import mirgff3_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from dmiso.chimera.duplexes import Duplexes
    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts

__all__ = [
    "write_bed_file",
    "write_hyb_file",
    "write_isomirs",
    "write_vienna_file",
]


def write_isomirs(
    path: Path, isomirs: pl.DataFrame, source: str, samples: Sequence[str], counts: Counts
) -> None:
    """Write isomiR calls as mirGFF3 1.2; ``Expression`` is chimeric reads in each sample."""
    header = new_header(source, tuple(samples), tools=(f"dmiso {dmiso.__version__}",))
    with Mirgff3Writer(path, header) as writer:
        writer.write_lines(mirgff3_lines(isomirs, counts, source=source))


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


def write_hyb_file(
    path: Path, calls: pl.DataFrame, transcripts: Mapping[str, Transcript], duplexes: Duplexes | None = None
) -> int:
    """Write the chimeric reads for hybkit; the parts in the order of the read, energies where they were folded."""
    return write_hyb(path, (_hyb_record(row, transcripts, duplexes) for row in calls.iter_rows(named=True)))


def write_vienna_file(path: Path, calls: pl.DataFrame, duplexes: Duplexes | None) -> int:
    """Write the duplexes of the reads, one for each record of the ``.hyb`` and in its order; no file without any."""
    if duplexes is None:
        path.unlink(missing_ok=True)
        return 0
    folded = ((row, *duplex_of(row, duplexes)) for row in calls.iter_rows(named=True))
    return write_vienna(
        path,
        (
            ViennaRecord(row["read_id"], row["read_sequence"], read_structure(row, structure), energy)
            for row, structure, energy in folded
        ),
    )


def _hyb_record(
    row: Mapping[str, Any], transcripts: Mapping[str, Transcript], duplexes: Duplexes | None
) -> HybRecord:
    mirna = _mirna_segment(row)
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
    energy = None if duplexes is None else duplex_of(row, duplexes)[1]
    return HybRecord(row["read_id"], row["read_sequence"], *parts, energy, flags)


def _mirna_segment(row: Mapping[str, Any]) -> HybSegment:
    """Return the miRNA's alignment, as far as it lies in the miRNA part.

    The part is longer where the isomiR has nucleotides that the miRNA has not; a segment that is not as long on the
    read as on its reference is an alignment with gaps to readers of the format.
    """
    to_read = row["mirna_read_start"] - row["iso5_offset"]
    start = max(row["mirna_start"], row["mirna_read_start"] - to_read)
    end = min(row["mirna_end"], row["mirna_read_end"] - to_read)
    name = row["located_mirna"].split(",")[0]
    return HybSegment(name, "microRNA", start + to_read, end + to_read, start, end, row["mirna_bit_score"])
