"""Calls as the table that R's isomiRs reads (``IsomirDataSeqFromMirtop``, ``IsomirDataSeqFromRawData``).

It is what ``mirtop export --format isomir`` writes: ``seq``, ``mir``, ``mism``, ``add``, ``t5``, ``t3``, then a column
of reads per sample. ``0`` stands for no difference; nucleotides that the isomiR has more than the miRNA are in upper
case, those that it lacks in lower case; ``mism`` is position on the isomiR, its nucleotide, the miRNA's nucleotide
(``9TA``). After the documentation of the class ``IsomirDataSeq`` (isomiRs 1.20 and later) and mirtop 0.4.28.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dmiso.alphabet import NUCLEOTIDES, to_dna
from dmiso.errors import InputError
from dmiso.io.atomic import write_text
from dmiso.io.mirgff3 import open_mirgff3
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import display_name, read_once
from dmiso.isomir.exchange import mirgff3_to_calls
from dmiso.losses import require_kept
from dmiso.provenance import manifest, write_manifest
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from os import PathLike

    import polars as pl

__all__ = ["RAW_DATA_COLUMNS", "raw_data_rows", "write_raw_data"]

RAW_DATA_COLUMNS: Final = ("seq", "mir", "mism", "add", "t5", "t3")
"""Columns before those of the samples."""
_SAME: Final = "0"
_CHANGE: Final = re.compile(rf"(\d+):([{NUCLEOTIDES}])>([{NUCLEOTIDES}])")


@read_once()
def write_raw_data(
    calls: str | PathLike[str],
    mature: str | PathLike[str],
    output: str | PathLike[str],
    *,
    command: Sequence[str] = ("dmiso", "isomirs", "export"),
) -> Counts:
    """Write mirGFF3 as the table that R's isomiRs reads; its manifest lies beside it.

    Parameters
    ----------
    calls
        mirGFF3 of ``dmiso isomirs``, of one sample or many.
    mature
        The reference miRNAs that it was made with, FASTA: nucleotides that an isomiR lacks are taken from there.
    output
        Tab-separated table, compressed if its name ends so; ``-`` is standard output.
    command
        For the manifest.

    Returns
    -------
    Counts
        Calls kept; those left out, as the table has no word for them.

    Raises
    ------
    InputError
        If a file cannot be used, or a miRNA of the calls is not in the reference.
    NothingKeptError
        If there are calls and none can be written.

    Examples
    --------
    >>> write_raw_data("isomirs.gff3", "mature.fa", "isomirs_rawData.tsv")  # doctest: +SKIP
    """
    counts = Counts()
    path = Path(calls)
    matures = {
        record.id: record.sequence for record in read_sequences(Path(mature), counts, kind="reference miRNA")
    }
    with open_mirgff3(path, counts) as reader:
        samples = reader.header.samples
        frame = mirgff3_to_calls(reader, counts, older_signs=reader.older_signs, matures=matures)
    if unknown := sorted(set(frame["mirna_id"]) - set(matures)):
        raise InputError(
            f"{unknown[0]} is not in {display_name(Path(mature))}",
            path=display_name(path),
            hint="Give the miRNAs that the calls were made with",
        )
    rows = ["\t".join(row) for row in raw_data_rows(frame, matures, counts)]
    counts.flow(
        "calls", frame.height, len(rows), outcome="writable", hint="isomiRs has no words for the others"
    )
    require_kept(counts, path=display_name(path))
    write_text(Path(output), "\n".join(["\t".join((*RAW_DATA_COLUMNS, *samples)), *rows]) + "\n")
    record = manifest(command=command, inputs={"calls": path, "mature": Path(mature)}, counts=counts)
    write_manifest(Path(output), record)
    return counts


def raw_data_rows(calls: pl.DataFrame, matures: Mapping[str, str], counts: Counts) -> Iterator[Sequence[str]]:
    """Yield a row per call: :data:`RAW_DATA_COLUMNS`, then reads per sample.

    Parameters
    ----------
    calls
        Columns :data:`dmiso.columns.EXCHANGE_COLUMNS`.
    matures
        Nucleotides of every miRNA of the calls.
    counts
        Filled: calls with nucleotides before the 5' end that the hairpin lacks, which the table has no column for.
    """
    for row in calls.iter_rows(named=True):
        if row["added_5p"]:
            counts.drop(
                "calls with nucleotides added at the 5' end, which isomiRs' table has no column for",
                example=row["mirna_id"],
            )
            continue
        mature, start, end = matures[row["mirna_id"]], row["iso5_offset"], row["iso3_offset"]
        changes = (
            f"{int(position) - start}{to_dna(base)}{to_dna(known)}"
            for position, known, base in _CHANGE.findall(row["changes"])
        )
        counts.keep("rows for isomiRs")
        yield (
            to_dna(row["sequence"]),
            row["mirna_id"],
            "".join(changes) or _SAME,
            to_dna(row["added_3p"]) or _SAME,
            _end(row["templated_5p"], mature[: max(start, 0)]),
            _end(row["templated_3p"], mature[len(mature) + min(end, 0) :]),
            *(row["sample_counts"] or str(row["read_count"])).split(","),
        )


def _end(more: str, less: str) -> str:
    """Return how an end differs: what is there beside the miRNA, or in lower case what is not."""
    return to_dna(more) or to_dna(less).lower() or _SAME
