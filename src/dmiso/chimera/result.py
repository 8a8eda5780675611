"""What a run came to, and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from dmiso.chimera.candidates import ranked_candidates, write_candidates
from dmiso.chimera.filters import best_only
from dmiso.chimera.naming import mirna_bases
from dmiso.chimera.outputs import write_bed_file, write_hyb_file, write_isomirs, write_vienna_file
from dmiso.chimera.report import report_json, report_text
from dmiso.io.atomic import write_text
from dmiso.io.table_writer import write_table
from dmiso.provenance import to_json

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.chimera.duplexes import Duplexes
    from dmiso.chimera.naming import NamedPortions
    from dmiso.chimera.qc import SeedEnrichment
    from dmiso.io.transcripts import Transcript
    from dmiso.isomir.reference import Reference
    from dmiso.records import Counts

__all__ = ["ChimeraResult", "References", "write_files", "write_report_files"]


class ChimeraResult(NamedTuple):
    """What a run made.

    ``part_reads`` are the chimeric reads of each miRNA part that came to ``--min-reads``; ``diagnoses`` say what is
    probably wrong where little was found.
    """

    interactions: pl.DataFrame
    funnel: pl.DataFrame
    qc: pl.DataFrame
    seeds: dict[str, SeedEnrichment]
    counts: Counts
    part_reads: tuple[int, ...] = ()
    diagnoses: tuple[str, ...] = ()


class References(NamedTuple):
    """miRNAs and transcripts that reads are compared with."""

    mirnas: Reference
    transcripts: dict[str, Transcript]

    @property
    def bases(self) -> tuple[dict[str, str], dict[str, str]]:
        """What reads are compared with, by name."""
        return mirna_bases(self.mirnas), {name: t.sequence for name, t in self.transcripts.items()}


def write_files(
    output: Path,
    result: ChimeraResult,
    calls: pl.DataFrame,
    portions: NamedPortions,
    references: References,
    *,
    duplexes: Duplexes | None,
    candidates: bool,
) -> None:
    """Write every file of the output directory, the manifest left aside.

    Parameters
    ----------
    output
        The directory.
    result
        Tables.
    calls, portions
        Calls that passed the filters, and the isomiRs of their miRNA parts.
    references
        What reads were compared with.
    duplexes
        Of the reads, where they were folded.
    candidates
        Whether all pairs of a read are written, too.
    """
    samples = result.funnel["sample"].unique(maintain_order=True).to_list()
    write_table(output / "interactions.tsv", result.interactions)
    seen = result.interactions["mirna_sequence"].unique().to_list()
    isomirs = portions.calls.filter(pl.col("sequence").is_in(seen))
    write_isomirs(output / "isomirs.gff3", isomirs, references.mirnas.source, samples, result.counts)
    write_bed_file(output / "sites.bed", result.interactions)
    best = best_only(calls)
    write_hyb_file(output / "chimeras.hyb", best, references.transcripts, duplexes)
    write_vienna_file(output / "chimeras.vienna", best, duplexes)
    candidates_file = output / "candidates.tsv"
    if candidates:
        mirnas = {mature.id: mature.sequence for mature in references.mirnas.matures}
        ranked = ranked_candidates(calls, result.counts)
        write_candidates(candidates_file, ranked, portions.calls, mirnas, references.transcripts)
    else:
        candidates_file.unlink(missing_ok=True)
    write_report_files(output, result)


def write_report_files(output: Path, result: ChimeraResult) -> None:
    """Write funnel and report."""
    samples = result.funnel["sample"].unique(maintain_order=True).to_list()
    write_table(output / "funnel.tsv", result.funnel)
    write_table(output / "qc.tsv", result.qc)
    report = (samples, result.funnel, result.qc, result.seeds, result.diagnoses)
    write_text(output / "report.txt", report_text(*report))
    write_text(output / "report.json", to_json(report_json(*report)))
