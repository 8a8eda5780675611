"""``dmiso chimeras simulate``: reads whose truth is known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.options import GroupedCommand, GroupedOption, force_option, quiet_option, reference_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.progress import progress
from dmiso.settings.simulation import SimulationSettings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the references):
  dmiso chimeras simulate --mature dmiso-examples/isomirs.fa --transcripts dmiso-examples/transcripts.fa --reads 1000 --isomirs 8 --interactions 20 -o simulated
  dmiso chimeras simulate --mature dmiso-examples/isomirs.fa --transcripts dmiso-examples/transcripts.fa --reads 1000 --isomirs 8 --error-rate 0.005 --seed 7 -o with-errors
"""  # noqa: E501 - an example is one line, to be pasted

_option = partial(click.option, cls=GroupedOption)


@click.command("simulate", cls=GroupedCommand, epilog=_EPILOG)
@_option("--mature", group="Input", required=True, type=INPUT, help="Mature miRNAs, FASTA.")
@_option("--species", group="Input", help="Only miRNAs whose names begin so: hsa, mmu.  [default: all]")
@_option("--transcripts", group="Input", required=True, type=INPUT, help="mRNAs, FASTA, 5'->3'.")
@reference_option("Input")
@options_of(
    SimulationSettings,
    *("reads", "isomirs", "interactions", "chimera_share", "mirna_share", "dimer_share"),
    *("seed_share", "target_first_share"),
    group="Molecules",
)
@options_of(SimulationSettings, "error_rate", "mean_copies", "read_length", "umi5", "adapter", group="Reads")
@options_of(SimulationSettings, "seed", group="Other")
@_option(
    "-o", "--output", group="Output", required=True, type=OUTPUT_FOLDER, help="Directory for reads and truth."
)
@force_option
@quiet_option()
def command(
    *,
    mature: Path,
    species: str | None,
    transcripts: Path,
    output: Path,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Write reads whose truth is known: reads.fastq.gz, truth.tsv.gz and manifest.json."""
    from dmiso.chimera.simulate.reads import simulate_files

    with progress("reads written", quiet=quiet):
        counts = simulate_files(
            mature,
            transcripts,
            output,
            settings_of(SimulationSettings, given),
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
