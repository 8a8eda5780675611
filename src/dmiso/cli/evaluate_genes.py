"""``dmiso evaluate genes``: scores of genes by any tool against what miRNAs do to genes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.numbers import RowsType
from dmiso.cli.options import GroupedCommand, GroupedOption, force_option, quiet_option, reference_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.pictures import chosen_formats, picture_options
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes
from dmiso.settings.evaluate_genes import EvaluateGenesSettings

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.settings.pictures import Format

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso evaluate genes dmiso-examples/gene_responses.tsv --utrs dmiso-examples/gene_utrs.fa --best 8 --min-responders 3 -o genes
  dmiso evaluate genes dmiso-examples/gene_responses.tsv --best 8 --min-responders 3 --no-pictures -o tool-alone
"""  # noqa: E501 - an example is one line, to be pasted

_option = partial(click.option, cls=GroupedOption)


@click.command("genes", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("responses", nargs=-1, required=True, type=INPUT)
@_option(
    "--experiments",
    group="Input",
    type=INPUT,
    help="Of tables of fold changes: which is of which miRNA, with the columns file, mirna_id and kind (oe or ko).",
)
@_option(
    "--mirnas",
    group="Input",
    type=INPUT,
    help="miRNAs, FASTA or a table with mirna_id and mirna_sequence: their seeds, and their names elsewhere.",
)
@_option(
    "--gene-map",
    group="Input",
    type=INPUT,
    help="Names of genes and transcripts: Ensembl, Entrez, RefSeq, symbols, a column each.",
)
@_option("--transcripts", group="Input", type=INPUT, help="mRNAs, FASTA, for the baselines; with --cds.")
@_option(
    "--cds",
    needs=("transcripts",),
    group="Input",
    type=INPUT,
    help="Table of coding sequences: transcript_id, cds_start, cds_end (0-based half-open).",
)
@_option("--utrs", group="Input", type=INPUT, help="3'UTRs, FASTA, instead of --transcripts.")
@reference_option("Input", without=("utrs",), unless={"transcripts": ("utrs",), "cds": ("utrs",)})
@_option(
    "--scores",
    group="What is judged",
    multiple=True,
    type=INPUT,
    help="Scores of a tool (dmiso scan, TargetScan, miRDB, PITA, scanMiR, or any table with miRNA, gene and score), "
    "or a set of targets without scores; can be repeated.",
)
@_option(
    "--score-column",
    "score_columns",
    group="What is judged",
    multiple=True,
    help="A column of scores to judge; can be repeated.  [default: a tool's own, else every numeric one]",
)
@options_of(EvaluateGenesSettings, "lower_is_better", group="What is judged")
@options_of(
    EvaluateGenesSettings,
    *("max_fdr", "min_fold_change", "min_expression"),
    group="Who responds, in tables of fold changes",
)
@options_of(
    EvaluateGenesSettings,
    *("best", "min_responders", "energy_genes", "replicates"),
    group="Statistics",
    types={"energy_genes": RowsType()},
)
@picture_options("means and cumulative curves", by_default=True)
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_FOLDER,
    required=True,
    help="Directory for experiments.tsv, metrics.tsv, comparisons.tsv, curves.tsv, summary.md and manifest.json.",
)
@force_option
@options_of(EvaluateGenesSettings, "seed", group="Other")
@quiet_option()
def command(
    *,
    responses: tuple[Path, ...],
    experiments: Path | None,
    mirnas: Path | None,
    gene_map: Path | None,
    transcripts: Path | None,
    cds: Path | None,
    utrs: Path | None,
    scores: tuple[Path, ...],
    score_columns: tuple[str, ...],
    pictures: bool | None,
    formats: tuple[Format, ...] | None,
    output: Path,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Judge scores of genes on RESPONSES: what over-expressed or knocked-out miRNAs do to genes.

    RESPONSES are long tables (experiment, mirna_id, gene_id, response, perhaps responds, set, and scores of tools), or
    tables of fold changes by edgeR, DESeq2 or limma, one per experiment. Seed matches, the 3'UTR and RNAduplex are
    shown beside as baselines; intervals and paired tests resample seed families.
    """
    from dmiso.evaluate.genes import EVALUATE_GENES_FOLDER, EvaluateGenesInputs, evaluate_genes_files
    from dmiso.io.folders import whole_folder
    from dmiso.plot import write_pictures
    from dmiso.plot.gene_scores import draw_gene_evaluation

    inputs = EvaluateGenesInputs(
        responses, experiments, scores, score_columns, mirnas, gene_map, transcripts, cds, utrs
    )
    settings = settings_of(EvaluateGenesSettings, given)
    formats = chosen_formats(pictures, formats, purpose="drawing an evaluation", quiet=quiet)
    with (
        whole_folder(output, EVALUATE_GENES_FOLDER, force=force) as folder,
        progress("rows", quiet=quiet),
    ):
        result, counts = evaluate_genes_files(inputs, folder, settings=settings, command=typed_command())
        if formats:
            write_pictures(draw_gene_evaluation(result, best=settings.best), folder, formats)
    if not quiet:
        print_notes(counts)
        click.echo((output / "summary.md").read_text(encoding="utf-8"), nl=False)
        click.echo(f"The tables are in {output}", err=True)
