"""``dmiso chimeras``: from chimeric reads to interactions.

A group whose subcommand may be left out: ``dmiso chimeras reads.fq …`` is ``dmiso chimeras call reads.fq …``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from dmiso.cli import chimeras_simulate, chimeras_statistics
from dmiso.cli.from_settings import options_of
from dmiso.cli.multiqc import multiqc_option, write_or_remove_content
from dmiso.cli.numbers import Whole
from dmiso.cli.options import (
    DefaultGroup,
    GroupedCommand,
    GroupedOption,
    add_options,
    force_option,
    quiet_option,
    reference_option,
)
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.pictures import chosen_formats, picture_options
from dmiso.cli.progress import progress
from dmiso.cli.reporting import report_option, write_or_remove_report
from dmiso.cli.show import print_notes
from dmiso.settings.chimeras import DEFAULT_PRESET, PRESETS
from dmiso.settings.chimeras import preset as preset_of
from dmiso.settings.ranges import PROCESSES, SEED
from dmiso.workers import keeps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dmiso.chimera.run import ChimeraResult
    from dmiso.settings.pictures import Format

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the references):
  dmiso chimeras simulate --mature dmiso-examples/isomirs.fa --transcripts dmiso-examples/transcripts.fa --reads 2000 --isomirs 8 --interactions 40 -o simulated
  dmiso chimeras simulated/reads.fastq.gz --mature dmiso-examples/isomirs.fa --transcripts dmiso-examples/transcripts.fa --adapter TGGAATTCTCGGGTGCCAAGG --umi5 8 --duplicates umi -o chimeras
"""  # noqa: E501 - an example is one line, to be pasted

_DEFAULT: Final = "call"
_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT


@click.group("chimeras", cls=DefaultGroup, default=_DEFAULT, usage="[OPTIONS] READS...", epilog=_EPILOG)
def command() -> None:
    """Turn chimeric reads (CLASH, CLEAR-CLIP, miR-eCLIP) into miRNA/isomiR-mRNA interactions.

    READS are FASTQ or BAM files, a sample each. The output directory holds interactions.tsv (what dmiso dataset
    reads), isomirs.gff3 (mirGFF3), sites.bed, chimeras.hyb and .vienna, funnel.tsv, qc.tsv, report.txt, report.json and
    manifest.json. A run that was interrupted goes on where it was; workers change no byte.
    """


_GROUPS: Final = {
    "Trimming": "trim",
    "Locating": "locate",
    "Calling": "call",
    "Filters": "filters",
    "Output": "output",
}
"""Heading to the group of rules."""


def _rule_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each rule; its default is the preset's, which the help shows."""
    groups = []
    for heading, name in _GROUPS.items():
        told = {title: getattr(rules, name) for title, rules in PRESETS.items()}
        groups.append(options_of(type(told[DEFAULT_PRESET]), group=heading, told=told))
    return add_options(groups, function)


@command.command(_DEFAULT, cls=GroupedCommand, epilog=_EPILOG)
@click.argument("reads", nargs=-1, required=True, type=_PATH)
@_option("--mature", group="Input", required=True, type=_PATH, help="Mature miRNAs, FASTA.")
@_option(
    "--hairpin", group="Input", type=_PATH, help="Precursors, FASTA: which added nucleotides are templated."
)
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
@reference_option("Input")
@_option(
    "--sample",
    "samples",
    group="Input",
    multiple=True,
    metavar="NAME",
    help="Name of the sample of a file, once per file; files of one name are one sample.  [default: the files' names]",
)
@_option(
    "--barcodes",
    group="Input",
    type=_PATH,
    help="Barcodes of samples (table with sample and barcode, or FASTA) that READS are parted by: after the 5' UMI, or "
    "at 3' with --barcode3.",
)
@_option(
    "--preset",
    group="Rules",
    default=DEFAULT_PRESET,
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
    help="Directory for all outputs.",
)
@force_option
@report_option()
@multiqc_option()
@picture_options("the funnel, lengths, classes, ligation and seeds", by_default=False)
@_option(
    "--workers",
    group="Other",
    type=Whole(PROCESSES),
    default=1,
    show_default=True,
    help="Processes; changes no result.",
)
@_option(
    "--seed", group="Other", type=Whole(SEED), default=0, show_default=True, help="Of the shuffled partners."
)
@quiet_option()
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
    barcodes: Path | None,
    preset: str,
    output: Path,
    force: bool,
    report: bool,
    multiqc: bool,
    pictures: bool | None,
    formats: tuple[Format, ...] | None,
    workers: int,
    seed: int,
    quiet: bool,
    **rules: Any,
) -> None:
    """Turn chimeric reads into miRNA/isomiR-mRNA interactions."""
    from dmiso.chimera.inputs import ChimeraInputs
    from dmiso.chimera.run import chimeras_files
    from dmiso.mqc.chimeras import chimera_contents

    settings = preset_of(preset).with_options(rules)
    formats = chosen_formats(pictures, formats, purpose="drawing chimeras", by_default=False)
    inputs = ChimeraInputs(reads, mature, transcripts, hairpin, gff3, species, cds, samples, barcodes)
    kept = f"parts that are done are kept in {output}: the same command goes on"
    with keeps(kept), progress("reads", quiet=quiet):
        result = chimeras_files(
            inputs,
            output,
            settings,
            workers=workers,
            seed=seed,
            force=force,
            command=typed_command(),
        )
    if formats:
        from dmiso.plot import write_pictures
        from dmiso.plot.chimera_qc import draw_chimera_qc

        write_pictures(draw_chimera_qc(result.funnel, result.qc, result.seeds), output / "pictures", formats)
    write_or_remove_content(output, lambda: chimera_contents(result, seed=seed), multiqc=multiqc)
    write_or_remove_report(output, report=report, quiet=quiet)
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
    for sentence in result.diagnoses:
        click.echo(f"probably wrong: {sentence}", err=True)


command.add_command(chimeras_simulate.command)
command.add_command(chimeras_statistics.command)
