"""``dmiso isomirs summary`` as a function: calls in, tables and a readable page out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dmiso.columns import (
    CROSSREF_COLUMNS,
    SUBSTITUTION_COLUMNS,
    SUMMARY_END_COLUMNS,
    SUMMARY_MIRNA_COLUMNS,
    SUMMARY_MIRNA_TYPE_COLUMNS,
    SUMMARY_PREFERENCE_COLUMNS,
    SUMMARY_TYPE_COLUMNS,
    schema_of,
)
from dmiso.errors import UsageError
from dmiso.extras import require_extra
from dmiso.io.atomic import write_text
from dmiso.io.folders import FolderKind, check_folder, whole_folder
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import display_name, read_once
from dmiso.io.table_writer import write_table
from dmiso.isomir.call_tables import read_calls
from dmiso.isomir.names.aliases import NameIndex
from dmiso.isomir.names.crossref import cross_reference, read_mirgenedb_accessions
from dmiso.isomir.summary.tables import IsomirSummary, summarise
from dmiso.isomir.summary.text import summary_text
from dmiso.losses import require_kept
from dmiso.provenance import manifest, to_json
from dmiso.records import Counts
from dmiso.settings.pictures import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from dmiso.isomir.names.aliases import NamedMirna
    from dmiso.isomir.summary.tables import CountBy

__all__ = ["SummaryInputs", "summary_files"]

_TABLES: Final = {
    "types": SUMMARY_TYPE_COLUMNS,
    "mirnas": SUMMARY_MIRNA_COLUMNS,
    "mirna_types": SUMMARY_MIRNA_TYPE_COLUMNS,
    "substitutions": SUBSTITUTION_COLUMNS,
    "preference": SUMMARY_PREFERENCE_COLUMNS,
    "ends": SUMMARY_END_COLUMNS,
}
SUMMARY_FOLDER: Final = FolderKind(
    "summary",
    (
        *(f"{name}.tsv" for name in (*_TABLES, "mirgenedb")),
        *(f"{name}.{ending}" for name in ("isomirs", "ends") for ending in FORMATS),
        *("summary.txt", "report.html"),
    ),
)


@dataclass(frozen=True, slots=True)
class SummaryInputs:
    """What is summarised.

    Parameters
    ----------
    calls
        Table of calls, or mirGFF3.
    mature, hairpin
        Reference FASTA: for mirGFF3 of other tools, and ``mature`` for ``mirgenedb``.
    mirgenedb, mirgenedb_gff3
        Mature miRNAs of MirGeneDB, FASTA, and its GFF3 with miRBase's accessions.
    species
        Beginning of names to keep of the references; None keeps all.
    """

    calls: Path
    mature: Path | None = None
    hairpin: Path | None = None
    mirgenedb: Path | None = None
    mirgenedb_gff3: Path | None = None
    species: str | None = None

    def check(self) -> None:
        """Refuse files that need another one, and stop where the tests cannot be made.

        Raises
        ------
        UsageError
            If MirGeneDB is given without what it is compared with.
        MissingExtraError
            If scipy is not installed.
        """
        require_extra("scipy", "testing which types a miRNA prefers")
        if self.mirgenedb is not None and self.mature is None:
            raise UsageError("--mirgenedb compares nucleotides: give --mature, the miRNAs the calls name.")
        if self.mirgenedb_gff3 is not None and self.mirgenedb is None:
            raise UsageError("--mirgenedb-gff3 adds accessions to --mirgenedb: give that too.")

    def files(self) -> dict[str, Path]:
        """Return the files given, by option."""
        names = ("calls", "mature", "hairpin", "mirgenedb", "mirgenedb_gff3")
        return {name: path for name in names if (path := getattr(self, name)) is not None}


@read_once()
def summary_files(
    inputs: SummaryInputs,
    output: Path,
    *,
    least: int = 100,
    count_by: CountBy = "reads",
    force: bool = False,
    command: Sequence[str] = ("dmiso", "isomirs", "summary"),
) -> tuple[IsomirSummary, str, Counts]:
    """Summarise calls and write the tables, ``summary.txt`` and ``manifest.json``.

    Parameters
    ----------
    inputs
        Files.
    output
        Directory to write; appears when it is whole.
    least, count_by
        See :func:`dmiso.isomir.summary.tables.summarise`.
    force
        Write into a folder that holds files of others; they stay.
    command
        For the manifest.

    Returns
    -------
    tuple of IsomirSummary, str, Counts
        The tables, the readable page, and what was counted.
    """
    counts = Counts()
    inputs.check()
    check_folder(output, SUMMARY_FOLDER, force=force)
    matures = _mirnas(inputs.mature, inputs.species, counts)
    hairpins = _mirnas(inputs.hairpin, inputs.species, counts)
    calls = read_calls(
        inputs.calls,
        counts,
        matures={mirna.name: mirna.sequence for mirna in matures} or None,
        hairpins={hairpin.name: hairpin.sequence for hairpin in hairpins} or None,
    )
    lost = sum(n for kind, n in counts.dropped.items() if kind.startswith("mirGFF3"))
    hint = "Check that the file holds calls of isomiRs, and that --mature is their reference"
    counts.flow("calls", calls.height + lost, calls.height, outcome="readable", hint=hint)
    require_kept(counts, path=display_name(inputs.calls))
    crossref = _crossref(inputs, matures, counts)
    summary = summarise(calls, counts, least=least, count_by=count_by, crossref=crossref)
    text = summary_text(summary, least=least, count_by=count_by)
    tables = {name: getattr(summary, name) for name in _TABLES}
    if crossref is not None:
        tables["mirgenedb"] = crossref
    with whole_folder(output, SUMMARY_FOLDER, force=force) as folder:
        for name, frame in tables.items():
            columns = _TABLES.get(name, CROSSREF_COLUMNS)
            present = [column for column in columns if column != "mirgenedb_ids" or crossref is not None]
            write_table(folder / f"{name}.tsv", frame, schema_of(present))
        write_text(folder / "summary.txt", text)
        told = manifest(
            command=command,
            inputs=inputs.files(),
            counts=counts,
            settings={"least": least, "count_by": count_by, "species": inputs.species},
        )
        write_text(folder / "manifest.json", to_json(told))
    return summary, text, counts


def _mirnas(path: Path | None, species: str | None, counts: Counts) -> list[NamedMirna]:
    """Return the records of a reference FASTA."""
    if path is None:
        return []
    start = f"{species.lower()}-" if species else ""
    records = read_sequences(path, counts, kind="reference")
    return NameIndex(record for record in records if record.id.lower().startswith(start)).mirnas


def _crossref(inputs: SummaryInputs, matures: list[NamedMirna], counts: Counts) -> pl.DataFrame | None:
    """Return the cross-reference with MirGeneDB, if it was given."""
    if inputs.mirgenedb is None:
        return None
    held = _mirnas(inputs.mirgenedb, inputs.species, counts)
    accessions = (
        read_mirgenedb_accessions(inputs.mirgenedb_gff3) if inputs.mirgenedb_gff3 is not None else None
    )
    return cross_reference(held, matures, counts, accessions=accessions)
