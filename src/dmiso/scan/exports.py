"""Sites in the formats that browsers and other tools read: TSV, BED6, BED12, GFF3.

BED6 gives positions on transcripts; BED12 positions on the genome, a block per exon; GFF3 the genome where an
annotation was given, else transcripts. BED is 0-based half-open, GFF3 1-based and closed. Scores of BED are 1000 times
the score. Neither BED has columns of our own behind the six or twelve: browsers take what stands there for the bounds
of a coding sequence or a colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from dmiso.errors import UsageError, find_named
from dmiso.io import TableWriter, atomic_path
from dmiso.io.bed import BedRecord, bed_score
from dmiso.io.gff3_escapes import escape_seqid
from dmiso.io.parquet import scan_parquet_file
from dmiso.io.tables import read_batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["EXPORTS", "EXPORT_FILES", "export_sites"]

_ROWS: Final = 65_536
_Row = dict[str, Any]


def export_sites(output: Path, name: str) -> Path:
    """Write the sites of a scan in another format beside ``sites.parquet``.

    Parameters
    ----------
    output
        Folder of the scan.
    name
        A key of :data:`EXPORTS`.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    UsageError
        If the name is unknown, or there is nothing to convert.
    """
    lines_of = find_named(name, EXPORTS, "export format")
    source = output / "sites.parquet"
    if not source.is_file():
        raise UsageError(f"{source} is not there: run dmiso scan first, and all its shards.")
    batches = (batch.frame for batch in read_batches(source, batch_rows=_ROWS))
    path = output / EXPORT_FILES[name]
    if lines_of is None:
        with TableWriter(path, dict(scan_parquet_file(source).collect_schema())) as writer:
            for batch in batches:
                writer.write(batch)
        return path
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as handle:
        if name == "gff3":
            handle.write("##gff-version 3\n")
        number = 0
        for batch in batches:
            for row in batch.iter_rows(named=True):
                number += 1
                handle.writelines(line + "\n" for line in lines_of(row, number))
    return path


def _bed6(row: _Row, _: int) -> Iterator[str]:
    """Yield a site on its transcript."""
    score = bed_score(row["score"])
    yield BedRecord(row["transcript_id"], row["start"], row["end"], row["mirna_id"], score).text()


def _bed12(row: _Row, _: int) -> Iterator[str]:
    """Yield a site on the genome, if its position is known."""
    if row["contig"] is None:
        return
    name = f"{row['mirna_id']}:{row['transcript_id']}"
    position = (row["contig"], row["genome_start"], row["genome_end"])
    yield BedRecord(*position, name, bed_score(row["score"]), row["strand"], tuple(_blocks(row))).text()


def _gff3(row: _Row, number: int) -> Iterator[str]:
    """Yield a site, a line per block; lines of one site share its ID."""
    attributes = {
        "ID": f"site{number}",
        "Name": row["mirna_id"],
        "transcript_id": row["transcript_id"],
        "gene_id": row["gene_id"],
        "seed_class": row["seed_class"],
        "region": row["region"],
        "logit": f"{row['logit']:.4f}",
        "q_value": _number(row["q_value"]),
        "energy": None if row["energy"] is None else f"{row['energy']:.2f}",
    }
    text = ";".join(f"{k}={quote(str(v), safe=' :|+')}" for k, v in attributes.items() if v is not None)
    positions: list[tuple[object, object, object, object]]
    if row["contig"] is None:
        positions = [(row["transcript_id"], row["start"], row["end"], "+")]
    else:
        positions = [(row["contig"], a, b, row["strand"]) for a, b in _blocks(row)]
    for contig, start, end, strand in positions:
        # SO:0000934
        line = [
            escape_seqid(str(contig)),
            "dmiso",
            "miRNA_target_site",
            int(str(start)) + 1,
            end,
            f"{row['score']:.4f}",
            strand,
        ]
        yield "\t".join(str(field) for field in [*line, ".", text])


def _blocks(row: _Row) -> list[tuple[int, int]]:
    pairs = (block.split("-") for block in str(row["genome_blocks"]).split(","))
    return [(int(a), int(b)) for a, b in pairs]


def _number(value: object) -> str:
    return "." if value is None else f"{value:.4g}"


EXPORTS: Final[dict[str, Callable[[_Row, int], Iterator[str]] | None]] = {
    "tsv": None,
    "bed": _bed6,
    "bed12": _bed12,
    "gff3": _gff3,
}
"""Format to what writes a site's lines; None is a table."""
EXPORT_FILES: Final[dict[str, str]] = {
    "tsv": "sites.tsv",
    "bed": "sites.bed",
    "bed12": "sites.genome.bed",  # browsers know a BED by its ending
    "gff3": "sites.gff3",
}
"""Format to the file's name."""
