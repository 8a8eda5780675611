"""``dmiso scan``: whole transcriptomes, with an error rate.

A group whose subcommand may be left out: ``dmiso scan --mirnas …`` is ``dmiso scan run --mirnas …``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from dmiso.cli.abundant_mirnas import abundant_options, mirnas_file
from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.multiqc import multiqc_option, run_name, write_or_remove_content
from dmiso.cli.numbers import Whole
from dmiso.cli.options import (
    DefaultGroup,
    GroupedCommand,
    GroupedOption,
    force_option,
    model_option,
    quiet_option,
    reference_option,
)
from dmiso.cli.paths import INPUT, INPUT_FOLDER, INPUT_MIRNAS, OUTPUT_FOLDER, OUTPUT_TABLE, typed_command
from dmiso.cli.pictures import chosen_formats, picture_options
from dmiso.cli.progress import progress
from dmiso.cli.reporting import report_option, write_or_remove_report
from dmiso.cli.show import print_notes, print_table
from dmiso.settings.ranges import PROCESSES, RECORDS, SECONDS
from dmiso.settings.scan import ScanSettings
from dmiso.workers import keeps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dmiso.settings.pictures import Format

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso scan --mirnas dmiso-examples/isomirs.fa --transcripts dmiso-examples/transcripts.fa -o scan
  dmiso scan --mirnas dmiso-examples/isomirs.fa --transcripts dmiso-examples/transcripts.fa --decoys 10 --max-q 0.1 -o scan-q10
"""  # noqa: E501 - an example is one line, to be pasted

_QUERY_EPILOG = """\b
Examples (after dmiso scan ... -o scan):
  $ dmiso scan query scan --mirna hsa-let-7a-5p
  $ dmiso scan query scan --sql "SELECT seed_class, count(*) AS n FROM sites GROUP BY seed_class ORDER BY n DESC"
"""

_DEFAULT: Final = "run"
_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT


_LONG: Final = 2 * 10**9
"""nt x miRNAs, decoys included, that take a quarter of an hour and more on one core."""
_SUGGESTION: Final = (
    "Every offset is computed. With --first-look this takes about a fifth of the time: a small network looks first, "
    "and misses less than one site in tens of thousands."
)


class _Part(click.ParamType[tuple[int, int]]):
    """``I/N``."""

    name = "I/N"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return both numbers."""
        if isinstance(value, tuple):
            return value
        first, slash, second = str(value).partition("/")
        if not (slash and first.isdigit() and second.isdigit()):
            self.fail(f"{value!r} is not I/N, such as 1/8", param, ctx)
        return int(first), int(second)


@click.group("scan", cls=DefaultGroup, default=_DEFAULT, usage="[OPTIONS]", epilog=_EPILOG)
def command() -> None:
    """Scan whole transcriptomes: sites with q-values, and genes by predicted repression.

    Every position of every transcript is scored with every miRNA or isomiR. Writes sites.parquet (a row per site),
    genes.parquet (a row per miRNA and gene) and genes_total.parquet (all miRNAs together) to the folder -o. A q-value
    is the share of chance sites expected among the sites at least that good, estimated from shuffled miRNAs scanned
    alongside. Repression, a log2 fold change, is predicted from all seed sites, whether reported or not; it needs
    coding sequences (--cds, --annotation, or headers that give them), or 3'UTRs that are said to be such (--as-utrs).
    """


@command.command(_DEFAULT, cls=GroupedCommand)
@_option(
    "--mirnas",
    group="Input",
    type=INPUT_MIRNAS,
    required=True,
    help="miRNAs or isomiRs: FASTA, a table with sequence and read_count, mirGFF3, or the folder of counts that "
    "dmiso isomirs wrote.",
)
@abundant_options("--top")
@_option("--transcripts", group="Input", type=_PATH, help="mRNAs, FASTA.")
@_option(
    "--cds",
    needs=("transcripts",),
    group="Input",
    type=_PATH,
    help="Table of coding sequences: transcript_id, cds_start, cds_end.",
)
@_option(
    "--annotation",
    group="Input",
    type=_PATH,
    help="BED12, GTF or GFF3: genome coordinates, coding sequences, genes.",
)
@_option(
    "--genome",
    needs=("annotation",),
    group="Input",
    type=_PATH,
    help="Chromosomes, FASTA: the annotation's transcripts are cut from them.",
)
@_option(
    "--known",
    needs=("decoys",),
    group="Input",
    type=_PATH,
    help="All known miRNAs, FASTA: decoys avoid their seeds.  [default: those of --mirnas]",
)
@reference_option("Input", needed=("transcripts",))
@_option("--genes", group="Input", type=_PATH, help="Table of transcript_id and gene_id.")
@options_of(ScanSettings, "as_utrs", group="Input")
@_option("-o", "--output", group="Output", type=OUTPUT_FOLDER, required=True, help="Folder of the results.")
@_option(
    "--also",
    group="Output",
    type=click.Choice(["tsv", "bed", "bed12", "gff3"]),
    multiple=True,
    help="Write the sites in this format too; may be given several times.",
)
@options_of(ScanSettings, "energies", "max_q", "confidence", group="Output")
@picture_options("genes by predicted repression", by_default=False)
@options_of(
    ScanSettings,
    *("min_percentile", "min_score", "recall", "first_look", "regions", "decoys", "site_prior", "seed"),
    group="Scanning",
)
@model_option("Scanning")
@_option(
    "--workers",
    group="Running",
    type=Whole(PROCESSES),
    default=1,
    show_default=True,
    help="Processes on this machine.",
)
@_option("--resume", group="Running", is_flag=True, help="Go on with the shards of an earlier run.")
@_option(
    "--shard",
    group="Running",
    type=_Part(),
    default="1/1",
    show_default=True,
    help="Make only part I of N; at the end run once with --resume and without --shard.",
)
@options_of(
    ScanSettings,
    *("engine", "device", "precision", "mirnas_per_shard", "transcripts_per_shard"),
    group="Running",
)
@report_option()
@multiqc_option()
@force_option
@quiet_option()
def run(
    *,
    mirnas: Path,
    top_mirnas: int | None,
    isomirs_only: bool,
    transcripts: Path | None,
    cds: Path | None,
    annotation: Path | None,
    genome: Path | None,
    known: Path | None,
    genes: Path | None,
    output: Path,
    also: tuple[str, ...],
    pictures: bool | None,
    formats: tuple[Format, ...] | None,
    model: str | None,
    workers: int,
    resume: bool,
    shard: tuple[int, int],
    report: bool,
    multiqc: bool,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Scan transcripts with miRNAs and isomiRs."""
    from dmiso.errors import UsageError
    from dmiso.io.folders import claim_folder
    from dmiso.mqc.scans import scan_contents
    from dmiso.scan.exports import export_sites
    from dmiso.scan.inputs import ScanInputs
    from dmiso.scan.run import SCAN_FOLDER, scan_files
    from dmiso.scan.shards import ScanJob

    if also and shard != (1, 1):
        raise UsageError(
            "--also has no effect with --shard: the run that puts all parts together writes the sites."
        )
    if "bed12" in also and annotation is None:
        raise UsageError(
            "--also bed12 writes positions on the genome, which come of an annotation: give --annotation, "
            "or take --also bed for positions on transcripts."
        )
    if report and shard != (1, 1):
        raise UsageError(
            "--report has no effect with --shard: the run that puts all parts together writes the page."
        )
    formats = chosen_formats(pictures, formats, purpose="drawing a scan", by_default=False)
    if formats and shard != (1, 1):
        raise UsageError(
            "--pictures has no effect with --shard: the run that puts all parts together draws them."
        )
    settings = settings_of(ScanSettings, given)

    def kept() -> str:
        if not (output / "plan.json").exists():  # it comes before the first shard
            return f"{output} holds nothing of this scan yet: the same command begins it anew"
        return f"whole shards are kept in {output}: the same command with --resume goes on"

    with (
        mirnas_file(mirnas, top_mirnas, isomirs_only=isomirs_only, as_table=True, quiet=quiet) as path,
        keeps(kept),
        progress("nt·miRNA", quiet=quiet) as shown,
    ):
        assert path is not None
        inputs = ScanInputs(path, transcripts, cds, annotation, genome, known, genes)
        result = scan_files(
            ScanJob(inputs, settings, output, model),
            part=shard,
            resume=resume,
            workers=workers,
            force=force,
            command=typed_command(),
            on_work=shown.update if quiet else _suggesting(shown.update, settings, model),
        )
    written = []
    if result.merged:
        with claim_folder(output, SCAN_FOLDER, force=force):
            written = [export_sites(output, name) for name in also]
            written += _draw(output, formats) if formats else []
            write_or_remove_content(output, lambda: scan_contents(output, run_name(output)), multiqc=multiqc)
        write_or_remove_report(output, report=report, quiet=quiet, transcripts=transcripts, cds=cds)
    if quiet:
        return
    print_notes(result.counts)
    made = f"{result.n_shards:,} shards made, {result.n_found:,} were there"
    if result.merged is None:
        left = f"{result.n_missing:,} of all are missing"
        click.echo(f"{output}: {made}, {left}; when none is, run once with --resume", err=True)
        return
    found = f"{result.merged.n_sites:,} sites, {result.merged.n_genes:,} miRNA-gene pairs"
    click.echo(f"{output}: {found} ({made})" + "".join(f"; {path.name}" for path in written), err=True)


def _suggesting(
    on_work: Callable[[int, int], None], settings: ScanSettings, model: str | None
) -> Callable[[int, int], None]:
    """Return what passes reports on, and speaks of the first look when a long scan of every offset begins."""

    def report(done: int, total: int) -> None:
        if done == 0 and total >= _LONG and _could_look_first(settings):
            from dmiso.models import resolve
            from dmiso.networks import network_entry

            if network_entry(resolve(model).config.network).gate is not None:
                click.echo(_SUGGESTION, err=True)
        on_work(done, total)

    return report


def _could_look_first(settings: ScanSettings) -> bool:
    return not settings.looks_first and settings.engine == "numba" and settings.min_percentile > 0


def _draw(output: Path, formats: tuple[Format, ...]) -> list[Path]:
    """Draw the genes of a finished scan; nothing where no repression was predicted."""
    import polars as pl

    from dmiso.plot.repression_ranks import plot_repression_ranks

    picture = plot_repression_ranks(pl.scan_parquet(output / "genes.parquet"))
    return [] if picture is None else picture.write(output / "repression", formats)


@command.command("query", epilog=_QUERY_EPILOG, cls=GroupedCommand)
@click.argument("scan", type=INPUT_FOLDER)
@_option(
    "--mirna",
    group="Question",
    help="The genes that this miRNA or isomiR, by name or sequence, represses most.",
)
@_option("--gene", group="Question", help="The miRNAs that repress this gene or transcript most.")
@_option(
    "--compare",
    group="Question",
    nargs=2,
    metavar="ISOMIR MIRNA",
    help="The genes that an isomiR gains and loses against another miRNA.",
)
@_option("--sql", group="Question", help="SQL over the tables sites, genes and genes_total.")
@_option(
    "--time-limit",
    needs=("sql",),
    group="Question",
    type=Whole(SECONDS),
    default=60,
    show_default=True,
    help="Seconds after which the question is given up.",
)
@_option(
    "-n",
    needs=(
        "mirna",
        "gene",
        "compare",
    ),
    group="Output",
    type=Whole(RECORDS),
    default=20,
    show_default=True,
    help="Rows at most.",
)
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_TABLE,
    help="Table: .tsv, .csv or .parquet.  [default: show]",
)
def query(
    *,
    scan: Path,
    mirna: str | None,
    gene: str | None,
    compare: tuple[str, str] | None,
    sql: str | None,
    time_limit: int,
    n: int,
    output: Path | None,
) -> None:
    """Ask a finished scan: give one of --mirna, --gene, --compare, --sql. Needs DuckDB."""
    from dmiso.errors import UsageError
    from dmiso.io import write_table
    from dmiso.scan.query import gained_and_lost, mirnas_of, run_query, top_genes

    if sum(bool(question) for question in (mirna, gene, compare, sql)) != 1:
        raise UsageError("Give one of --mirna, --gene, --compare and --sql.")
    if mirna:
        found = top_genes(scan, mirna, n)
    elif gene:
        found = mirnas_of(scan, gene, n)
    elif compare:
        found = gained_and_lost(scan, *compare, n)
    else:
        found = run_query(scan, str(sql), time_limit=time_limit)
    if output is None:
        print_table(found, f"{found.height:,} rows")
        return
    write_table(output, found)
