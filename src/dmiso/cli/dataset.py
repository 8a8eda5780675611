"""``dmiso dataset``: interactions to a labelled, split data set."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import click

from dmiso.cli.numbers import COPIES, LETTERS, LETTERS_OR_NONE, RECORDS, SEED, SHARE_BELOW_ONE, Real, Whole
from dmiso.cli.options import GroupedCommand, GroupedOption, force_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso dataset dmiso-examples/labelled.tsv --site-rule as-given -o dataset
  dmiso dataset dmiso-examples/labelled.tsv --negatives dinucleotide-shuffle --ratio 10 --tsv -o shuffled
"""

_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT
_FRACTION = SHARE_BELOW_ONE


@click.command("dataset", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("interactions", nargs=-1, required=True, type=_PATH)
@_option(
    "--layout",
    "layouts",
    group="Input",
    multiple=True,
    metavar="NAME",
    help="Layout of the interactions: helwak, hejret, hybridetector, grosswendt, mirbench, mirbind, moore or dmiso; "
    "once for all files or once a file.  [default: told by the header]",
)
@_option("--transcripts", group="Input", type=_PATH, help="mRNAs the sites lie on, FASTA.")
@_option(
    "--cds",
    needs=("transcripts",),
    group="Input",
    type=_PATH,
    help="Coding sequences on the transcripts: TSV with transcript_id, cds_start, cds_end (0-based half-open).",
)
@_option(
    "--mature", group="Input", type=_PATH, help="Reference miRNAs, FASTA, for layouts without miRNA letters."
)
@_option(
    "--on-bad",
    group="Input",
    type=click.Choice(["stop", "skip"]),
    default="stop",
    show_default=True,
    help="At a row that cannot be used: stop, or leave it out and count it.",
)
@_option(
    "--top",
    group="Input",
    type=RECORDS,
    default=1,
    show_default=True,
    help="Candidate pairs taken of each read, where the input ranks them.",
)
@_option(
    "--min-mirna-length",
    group="Input",
    type=LETTERS,
    default=16,
    show_default=True,
    help="Shorter miRNAs are left out, nt.",
)
@_option(
    "--exclude",
    group="Left out",
    multiple=True,
    type=_PATH,
    help="Table of test sites: sites that share a 16-mer with one are left out. May be given again.",
)
@_option(
    "--exclude-chromosome",
    "exclude_chromosomes",
    group="Left out",
    multiple=True,
    metavar="[SOURCE:]NAME",
    help="Chromosome whose sites are left out, of all sources or one (hejret:1). May be given again.",
)
@_option(
    "--site-rule",
    group="Sites",
    type=click.Choice(["paper", "window", "as-given"]),
    default="paper",
    show_default=True,
    help="paper: fragments extended by 25 nt at 3', sites below 30 nt left out; window: one length, around the "
    "middle; as-given: unchanged.",
)
@_option(
    "--window-length",
    needs=("site_rule=window",),
    group="Sites",
    type=LETTERS,
    default=50,
    show_default=True,
    help="For window, nt.",
)
@_option(
    "--jitter",
    needs=("site_rule=window",),
    group="Sites",
    type=LETTERS_OR_NONE,
    default=5,
    show_default=True,
    help="For window: largest random shift either way, nt.",
)
@_option(
    "--negatives",
    group="Negatives",
    default="site-swap",
    show_default=True,
    metavar="NAME",
    help="site-swap, dinucleotide-shuffle, region-matched or paper; docs/datasets.md tells the bias of each.",
)
@_option(
    "--ratio",
    group="Negatives",
    type=COPIES,
    default=1,
    show_default=True,
    help="Negatives a positive.",
)
@_option(
    "--max-energy",
    needs=("negatives=paper",),
    group="Negatives",
    type=Real(-1000, 1000),
    default=-10.0,
    show_default=True,
    help="For paper: RNAcofold energy below which a site is taken, kcal/mol.",
)
@_option(
    "--split",
    group="Splits",
    type=click.Choice(["cluster", "random", "chromosome", "gene", "mirna", "family"]),
    default="cluster",
    show_default=True,
    help="What the parts do not share. Site clusters never cross parts, but with random (the paper's).",
)
@_option(
    "--test-fraction",
    needs=("folds=0",),
    group="Splits",
    type=_FRACTION,
    default=0.2,
    show_default=True,
    help="Share for testing.",
)
@_option(
    "--validation-fraction",
    needs=("folds=0",),
    group="Splits",
    type=_FRACTION,
    default=0.1,
    show_default=True,
    help="Share of the rest for validation.",
)
@_option(
    "--test-chromosome",
    "test_chromosomes",
    needs=("split=chromosome",),
    group="Splits",
    multiple=True,
    default=("1",),
    show_default=True,
    help="For chromosome. May be given again.",
)
@_option(
    "--folds",
    group="Splits",
    type=Whole(0, 1000),
    default=0,
    show_default=True,
    help="Part into this many folds (fold-0, fold-1 …) in place of the fractions.",
)
@_option(
    "--seed",
    group="Other",
    type=SEED,
    default=0,
    show_default=True,
    help="Of every random choice.",
)
@_option("--tsv", group="Output", is_flag=True, help="Write data.tsv beside data.parquet.")
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_FOLDER,
    required=True,
    help="Directory to write.",
)
@force_option
@_option("-q", "--quiet", group="Other", is_flag=True, help="Say nothing but errors.")
def command(
    *,
    interactions: tuple[Path, ...],
    layouts: tuple[str, ...],
    transcripts: Path | None,
    cds: Path | None,
    mature: Path | None,
    on_bad: Literal["stop", "skip"],
    top: int,
    min_mirna_length: int,
    exclude: tuple[Path, ...],
    exclude_chromosomes: tuple[str, ...],
    site_rule: Literal["paper", "window", "as-given"],
    window_length: int,
    jitter: int,
    negatives: str,
    ratio: int,
    max_energy: float,
    split: str,
    test_fraction: float,
    validation_fraction: float,
    test_chromosomes: tuple[str, ...],
    folds: int,
    seed: int,
    tsv: bool,
    output: Path,
    force: bool,
    quiet: bool,
) -> None:
    """Turn INTERACTIONS into a labelled, split data set.

    The output directory holds data.parquet, with the columns mirna_sequence, target_sequence, label and split that
    dmiso train reads, and manifest.json, which accounts for every row kept and left out. The same files and seed give
    the same bytes.
    """
    from dmiso.dataset.build import BuildSettings, Sources, build_dataset
    from dmiso.dataset.sites import SiteRule
    from dmiso.dataset.splits import SplitSettings

    sources = Sources(interactions, layouts, transcripts, cds, mature, exclude)
    settings = BuildSettings(
        negatives=negatives,
        ratio=ratio,
        max_energy=max_energy,
        site_rule=SiteRule(site_rule, length=window_length, jitter=jitter),
        split=split,
        parts=SplitSettings(test_fraction, validation_fraction, test_chromosomes, folds),
        exclude_chromosomes=exclude_chromosomes,
        top=top,
        min_mirna_length=min_mirna_length,
        on_bad=on_bad,
        seed=seed,
    )
    with progress("rows", quiet=quiet):
        counts = build_dataset(sources, output, settings, tsv=tsv, force=force, command=typed_command())
    if quiet:
        return
    print_notes(counts)
    kept = counts.kept
    click.echo(f"{kept['positives']:,} positives and {kept['negatives']:,} negatives in {output}", err=True)
