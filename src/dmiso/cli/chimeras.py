"""``dmiso chimeras``: from chimeric reads to interactions.

A group whose subcommand may be left out: ``dmiso chimeras reads.fq …`` is ``dmiso chimeras call reads.fq …``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from dmiso.cli.numbers import (
    LETTERS,
    LETTERS_OR_NONE,
    PROCESSES,
    RECORDS,
    SEED,
    SHARE,
    SHARE_BELOW_ONE,
    Real,
    Whole,
)
from dmiso.cli.options import DefaultGroup, GroupedCommand, GroupedOption, force_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, OUTPUT_TABLE, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes
from dmiso.workers import keeps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dmiso.chimera.run import ChimeraResult

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the references):
  dmiso chimeras simulate --mature dmiso-examples/isomirs.fa --transcripts dmiso-examples/transcripts.fa --reads 2000 --isomirs 8 --interactions 40 -o simulated
  dmiso chimeras simulated/reads.fastq.gz --mature dmiso-examples/isomirs.fa --transcripts dmiso-examples/transcripts.fa --adapter TGGAATTCTCGGGTGCCAAGG --umi5 8 --duplicates umi -o chimeras
"""  # noqa: E501 - an example is one line, to be pasted

_DEFAULT: Final = "call"
_option = partial(click.option, cls=GroupedOption)
_QUALITY = Whole(0, 93)
_PATH = INPUT


@click.group("chimeras", cls=DefaultGroup, default=_DEFAULT, usage="[OPTIONS] READS...", epilog=_EPILOG)
def command() -> None:
    """Turn chimeric reads (CLASH, CLEAR-CLIP, miR-eCLIP) into miRNA/isomiR-mRNA interactions.

    READS are FASTQ files, plain or gzip, a sample each. The output directory holds interactions.tsv (what dmiso dataset
    reads), isomirs.gff3 (mirGFF3), sites.bed, chimeras.hyb, funnel.tsv, qc.tsv, report.txt, report.json and
    manifest.json. A run that was interrupted goes on where it was; workers change no byte.
    """


_RULES: Final[tuple[tuple[str, str, Any, str], ...]] = (
    ("Trimming", "adapter", str, "3' adapter, letters.  [default: none]"),
    ("Trimming", "front_adapter", str, "5' adapter, letters.  [default: none]"),
    (
        "Trimming",
        "error_rate",
        SHARE_BELOW_ONE,
        "Wrong letters allowed in an adapter, share.",
    ),
    ("Trimming", "min_overlap", LETTERS, "Letters of an adapter that must be seen."),
    ("Trimming", "quality_cutoff", _QUALITY, "3' ends below this Phred quality are cut off; 0 cuts nothing."),
    ("Trimming", "umi5", LETTERS_OR_NONE, "Random letters at the 5' end, nt."),
    ("Trimming", "umi3", LETTERS_OR_NONE, "Random letters at the 3' end, adapter off, nt."),
    ("Trimming", "barcode5", LETTERS_OR_NONE, "Sample barcode after the 5' UMI, nt; cut off."),
    ("Trimming", "min_read_length", LETTERS, "Shorter reads are left out, nt."),
    ("Trimming", "max_n", LETTERS_OR_NONE, "Letters N in a read, at most."),
    (
        "Trimming",
        "duplicates",
        click.Choice(["exact", "umi", "keep"]),
        "Copies of a read that count once: with the same letters; with the same letters and UMI; none.",
    ),
    (
        "Locating",
        "engine",
        click.Choice(["embedded", "blast"]),
        "blast runs blastn of BLAST+ as the paper did; embedded needs nothing.",
    ),
    (
        "Locating",
        "max_evalue",
        Real(0, 1_000_000, above_least=True),
        "Expected chance alignments, either part.",
    ),
    (
        "Locating",
        "mirna_word",
        Whole(4, 12),
        "Letters in a row that begin an alignment with a miRNA.",
    ),
    ("Locating", "target_word", Whole(8, 14), "The same with a transcript."),
    ("Locating", "max_repeats", RECORDS, "embedded: words at more places begin no alignment."),
    ("Locating", "max_hits", Whole(1, 100_000), "Alignments of a read kept, either part."),
    ("Locating", "max_gap", LETTERS_OR_NONE, "Letters between the parts, at most."),
    ("Locating", "max_overlap", LETTERS_OR_NONE, "Letters shared by the parts, at most."),
    (
        "Locating",
        "max_end_distance",
        LETTERS_OR_NONE,
        "Letters between the miRNA part and the read's end, at most.",
    ),
    (
        "Locating",
        "order",
        click.Choice(["both", "mirna-first", "target-first"]),
        "Order of the parts in a read, 5' first.",
    ),
    (
        "Locating",
        "max_alignment_gaps",
        LETTERS_OR_NONE,
        "blast: loops (gap openings) of an alignment, at most.",
    ),
    ("Locating", "min_mirna_match", LETTERS_OR_NONE, "Letters of the miRNA alignment, at least."),
    ("Locating", "top", Whole(1, 1000), "Pairs written for each read; above 1 to candidates.tsv."),
    (
        "Calling",
        "junction",
        click.Choice(["alignment", "joint"]),
        "Border of the parts: by the alignments; or where most letters are explained by one of them.",
    ),
    (
        "Calling",
        "outer",
        click.Choice(["isomir", "cut"]),
        "Letters between the miRNA and its end of the read: the isomiR's, or left out (rests of a UMI).",
    ),
    ("Calling", "min_quality", _QUALITY, "Quality that letters other than the miRNA's must exceed, Phred."),
    ("Calling", "extend", LETTERS_OR_NONE, "Letters of the transcript added at the site's 3' end, nt."),
    ("Filters", "min_reads", RECORDS, "Chimeric reads with the same miRNA part, all samples."),
    ("Filters", "min_site_length", LETTERS_OR_NONE, "Shorter extended sites are left out, nt."),
    ("Filters", "min_replicates", Whole(1, 10_000), "Samples that show an interaction."),
    ("Filters", "join_sites", bool, "Overlapping sites of an isomiR are one interaction."),
)
"""Heading, field of the settings, type, sentence; one option each."""

_NEEDS: Final = {
    "error_rate": ("adapter", "front_adapter"),
    "min_overlap": ("adapter", "front_adapter"),
    "max_repeats": ("engine!=blast",),
    "max_alignment_gaps": ("engine=blast",),
}
"""Rules that mean something only beside another option."""


def _rule_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each rule; its default is the preset's, which the help shows."""
    from dmiso.chimera.settings import PRESETS

    for heading, name, kind, sentence in reversed(_RULES):
        values = []
        for title, rules in PRESETS.items():
            groups = (rules.trim, rules.locate, rules.call, rules.filters)
            value = next(getattr(group, name) for group in groups if hasattr(group, name))
            values.append((title, value))
        flag = "--" + name.replace("_", "-")
        if "[default" not in sentence:
            same = len({value for _, value in values}) == 1
            said = f"{values[0][1]}" if same else ", ".join(f"{title} {value}" for title, value in values)
            sentence += f"  [default: {said}]"  # noqa: PLW2901 - the sentence as shown
        declared = f"{flag}/--no-{name.replace('_', '-')}" if kind is bool else flag
        extra = {"needs": _NEEDS.get(name, ())} | ({} if kind is bool else {"type": kind})
        function = _option(declared, name, group=heading, default=None, help=sentence, **extra)(function)
    return function


@command.command(_DEFAULT, cls=GroupedCommand, epilog=_EPILOG)
@click.argument("reads", nargs=-1, required=True, type=_PATH)
@_option("--mature", group="Input", required=True, type=_PATH, help="Mature miRNAs, FASTA.")
@_option("--hairpin", group="Input", type=_PATH, help="Precursors, FASTA: which added letters are templated.")
@_option(
    "--gff3",
    needs=("hairpin",),
    group="Input",
    type=_PATH,
    help="miRBase's or MirGeneDB's GFF3, with --hairpin.",
)
@_option("--species", group="Input", help="Only miRNAs whose names begin so: hsa, mmu.  [default: all]")
@_option("--transcripts", group="Input", required=True, type=_PATH, help="mRNAs, FASTA, 5'->3'.")
@_option(
    "--cds",
    group="Input",
    type=_PATH,
    help="Coding sequences: TSV with transcript_id, cds_start, cds_end (0-based half-open); gives regions.",
)
@_option(
    "--sample",
    "samples",
    group="Input",
    multiple=True,
    metavar="NAME",
    help="Name of the sample of a file, once a file; files of one name are one sample.  [default: the files' names]",
)
@_option(
    "--preset",
    group="Rules",
    default="paper",
    show_default=True,
    metavar="NAME",
    help="paper: Talukder et al. 2022; modern: what the field learnt since. Every rule below changes one of its.",
)
@_rule_options
@_option(
    "-o",
    "--output",
    group="Output",
    required=True,
    type=OUTPUT_FOLDER,
    help="Directory for all that is made.",
)
@force_option
@_option("--pictures", group="Output", is_flag=True, help="Draw the quality report too (SVG and PNG).")
@_option(
    "--workers",
    group="Other",
    type=PROCESSES,
    default=1,
    show_default=True,
    help="Processes; changes no result.",
)
@_option("--seed", group="Other", type=SEED, default=0, show_default=True, help="Of the shuffled partners.")
@_option("-q", "--quiet", group="Other", is_flag=True, help="Say nothing but errors.")
def call(
    *,
    reads: tuple[Path, ...],
    mature: Path,
    hairpin: Path | None,
    gff3: Path | None,
    species: str | None,
    transcripts: Path,
    cds: Path | None,
    samples: tuple[str, ...],
    preset: str,
    output: Path,
    force: bool,
    pictures: bool,
    workers: int,
    seed: int,
    quiet: bool,
    **rules: Any,
) -> None:
    """Turn chimeric reads into miRNA/isomiR-mRNA interactions."""
    from dmiso.chimera.run import ChimeraInputs, chimeras_to_folder
    from dmiso.chimera.settings import preset as preset_of

    settings = preset_of(preset).with_options(rules)
    inputs = ChimeraInputs(reads, mature, transcripts, hairpin, gff3, species, cds, samples)
    kept = f"parts that are done are kept in {output}: the same command goes on"
    with keeps(kept), progress("reads", quiet=quiet):
        result = chimeras_to_folder(
            inputs,
            output,
            settings,
            workers=workers,
            seed=seed,
            force=force,
            command=typed_command(),
        )
    if pictures:
        from dmiso.plot.chimera_qc import draw_chimera_qc

        draw_chimera_qc(result.funnel, result.qc, result.seeds, output / "pictures")
    if not quiet:
        _say(result, output)


def _say(result: ChimeraResult, output: Path) -> None:
    """Say how it went."""
    print_notes(result.counts)
    kept = result.counts.kept
    click.echo(
        f"{output / 'interactions.tsv'}: {kept['interactions']:,} interactions of "
        f"{kept['isomiRs and miRNAs']:,} miRNAs and isomiRs; the funnel is in report.txt",
        err=True,
    )


_SIMULATE_EPILOG = """\b
Examples (dmiso examples writes the references):
  dmiso chimeras simulate --mature dmiso-examples/isomirs.fa --transcripts dmiso-examples/transcripts.fa --reads 1000 --isomirs 8 --interactions 20 -o simulated
  dmiso chimeras simulate --mature dmiso-examples/isomirs.fa --transcripts dmiso-examples/transcripts.fa --reads 1000 --isomirs 8 --error-rate 0.005 --seed 7 -o with-errors
"""  # noqa: E501 - an example is one line, to be pasted
_share = partial(_option, group="Molecules", type=SHARE, show_default=True)


@command.command("simulate", cls=GroupedCommand, epilog=_SIMULATE_EPILOG)
@_option("--mature", group="Input", required=True, type=_PATH, help="Mature miRNAs, FASTA.")
@_option("--species", group="Input", help="Only miRNAs whose names begin so: hsa, mmu.  [default: all]")
@_option("--transcripts", group="Input", required=True, type=_PATH, help="mRNAs, FASTA, 5'->3'.")
@_option(
    "--reads",
    group="Molecules",
    type=RECORDS,
    default=100_000,
    show_default=True,
    help="Reads written.",
)
@_option(
    "--isomirs",
    group="Molecules",
    type=RECORDS,
    default=300,
    show_default=True,
    help="miRNAs and isomiRs, at most.",
)
@_option(
    "--interactions",
    group="Molecules",
    type=RECORDS,
    default=5_000,
    show_default=True,
    help="Pairs that chimeras are drawn from.",
)
@_share("--chimera-share", default=0.4, help="Chimeric molecules.")
@_share("--mirna-share", default=0.1, help="Lone miRNAs.")
@_share("--dimer-share", default=0.05, help="Adapter dimers; the rest are transcript fragments.")
@_share("--seed-share", default=0.5, help="Interactions whose site pairs with miRNA positions 2-8.")
@_share("--target-first-share", default=0.1, help="Interactions ligated the other way round.")
@_option(
    "--error-rate",
    group="Reads",
    type=Real(0, 0.5, below_most=True),
    default=0.0,
    show_default=True,
    help="Wrong letters.",
)
@_option(
    "--mean-copies",
    group="Reads",
    type=Real(1, 1000),
    default=1.5,
    show_default=True,
    help="PCR copies of a molecule.",
)
@_option(
    "--read-length",
    group="Reads",
    type=Whole(30, 100_000),
    default=100,
    show_default=True,
    help="Cycles, nt.",
)
@_option(
    "--umi5",
    group="Reads",
    type=LETTERS_OR_NONE,
    default=8,
    show_default=True,
    help="Random letters before, nt.",
)
@_option("--adapter", group="Reads", default="TGGAATTCTCGGGTGCCAAGG", show_default=True, help="3' adapter.")
@_option("--seed", group="Other", type=SEED, default=0, show_default=True, help="Of everything random.")
@_option(
    "-o", "--output", group="Output", required=True, type=OUTPUT_FOLDER, help="Directory for reads and truth."
)
@force_option
@_option("-q", "--quiet", group="Other", is_flag=True, help="Say nothing but errors.")
def simulate(
    *,
    mature: Path,
    species: str | None,
    transcripts: Path,
    output: Path,
    force: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Write reads whose truth is known: reads.fastq.gz, truth.tsv.gz and manifest.json."""
    from dmiso.chimera.simulate.reads import simulate_to_folder
    from dmiso.chimera.simulate.sample import SimulationSettings

    with progress("reads written", quiet=quiet):
        counts = simulate_to_folder(
            mature,
            transcripts,
            output,
            SimulationSettings(**settings),
            species=species,
            force=force,
            command=typed_command(),
        )
    if quiet:
        return
    for kind, n in sorted(counts.kept.items()):
        if n:
            click.echo(f"{n:,} {kind}", err=True)
    click.echo(f"{output / 'reads.fastq.gz'} and its truth.tsv.gz are written", err=True)


_STATISTICS_EPILOG = """\b
Examples (after those of dmiso chimeras):
  dmiso chimeras statistics chimeras/interactions.tsv --least 2 -o statistics.tsv
  dmiso chimeras statistics chimeras/interactions.tsv --other chimeras/interactions.tsv -o again.tsv
"""


@command.command("statistics", cls=GroupedCommand, epilog=_STATISTICS_EPILOG)
@click.argument("interactions", type=_PATH)
@_option(
    "--other", group="Input", type=_PATH, help="Interactions of another experiment: which isomiRs are shared."
)
@_option(
    "--mirgenedb",
    needs=("mature",),
    group="Input",
    type=_PATH,
    help="MirGeneDB's mature miRNAs, FASTA: counts of these miRNAs alone.",
)
@_option(
    "--mature",
    needs=("mirgenedb",),
    group="Input",
    type=_PATH,
    help="The mature miRNAs of the interactions, FASTA; with --mirgenedb.",
)
@_option(
    "--least",
    group="Tests",
    type=RECORDS,
    default=100,
    show_default=True,
    help="isomiR interactions under which a miRNA's preference of types is not tested.",
)
@_option(
    "-o", "--output", group="Output", required=True, type=OUTPUT_TABLE, help="Table; the tests go beside it."
)
@_option("-q", "--quiet", group="Other", is_flag=True, help="Say nothing but errors.")
def statistics(
    *,
    interactions: Path,
    other: Path | None,
    mirgenedb: Path | None,
    mature: Path | None,
    least: int,
    output: Path,
    quiet: bool,
) -> None:
    """Write the statistics of the paper's first results section for INTERACTIONS."""
    from dmiso.chimera.statistics.run import statistics_to_file

    result = statistics_to_file(
        interactions,
        output,
        other=other,
        mirgenedb=mirgenedb,
        mature=mature,
        least=least,
        command=typed_command(),
    )
    if not quiet:
        print_notes(result.counts)
        click.echo(f"{output}: {result.n_rows:,} numbers; tests in {result.tests.name}", err=True)
