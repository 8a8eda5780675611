"""``dmiso isomirs simulate``: small-RNA samples whose truth is known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.options import GroupedCommand, GroupedOption, force_option, quiet_option, reference_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.progress import progress
from dmiso.settings.sample_simulation import SampleSimulation

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the references):
  dmiso isomirs simulate --mature dmiso-examples/mature.fa --hairpin dmiso-examples/hairpin.fa --reads 2000 -o simulated
  dmiso isomirs simulate --mature dmiso-examples/mature.fa --kit qiaseq --mean-copies 3 --reads 2000 --seed 7 -o with-umis
"""  # noqa: E501 - an example is one line, to be pasted

_option = partial(click.option, cls=GroupedOption)


@click.command("simulate", cls=GroupedCommand, epilog=_EPILOG)
@_option("--mature", group="Input", type=INPUT, help="Mature miRNAs, FASTA.")
@_option("--hairpin", group="Input", type=INPUT, help="Precursors, FASTA: what longer isomiRs have.")
@_option(
    "--gff3",
    needs=("hairpin",),
    group="Input",
    type=INPUT,
    help="miRBase's or MirGeneDB's GFF3, with --hairpin; --mature may then be left out.",
)
@reference_option("Input", needed=("mature",))
@_option("--species", group="Input", help="Only miRNAs whose names begin so: hsa, mmu.  [default: all]")
@options_of(
    SampleSimulation,
    *("samples", "reads", "changed_share", "fold_change", "dispersion"),
    group="Samples",
)
@options_of(SampleSimulation, "mirnas", "isomirs", "other_share", "dimer_share", group="Molecules")
@options_of(SampleSimulation, "kit", "mean_copies", "error_rate", "read_length", group="Reads")
@options_of(SampleSimulation, "seed", group="Other")
@_option(
    "-o", "--output", group="Output", required=True, type=OUTPUT_FOLDER, help="Directory for reads and truth."
)
@force_option
@quiet_option()
def command(
    *,
    mature: Path | None,
    hairpin: Path | None,
    gff3: Path | None,
    species: str | None,
    output: Path,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Write small-RNA FASTQ of two groups whose truth is known.

    Samples control_1, control_2 … and treated_1 … of miRNAs and isomiRs of a reference, with their sample sheet
    samples.tsv, and truth.tsv, truth_mirnas.tsv and truth_counts.tsv.
    """
    from dmiso.samples.simulate.run import simulate_samples

    with progress("reads written", quiet=quiet):
        counts = simulate_samples(
            (mature, hairpin, gff3),
            output,
            settings_of(SampleSimulation, given),
            species=species,
            force=force,
            command=typed_command(),
        )
    if not quiet:
        click.echo(
            f"{output}: {counts.kept['samples']:,} samples of two groups, {counts.kept['reads']:,} reads; "
            f"the truth is in truth.tsv, truth_mirnas.tsv and truth_counts.tsv",
            err=True,
        )
