"""``dmiso explain model``: kernels as motifs, and what pairs are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.explain_options import FILE, model_option, option, output_options
from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.options import GroupedCommand
from dmiso.cli.paths import typed_command
from dmiso.cli.pictures import chosen_formats
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes
from dmiso.settings.explain import ModelSettings

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.settings.pictures import Format

__all__ = ["command"]


@click.command(
    "model",
    cls=GroupedCommand,
    epilog="\b\nExamples (dmiso examples writes the files):\n"
    "  dmiso explain model -o model\n"
    "  dmiso explain model --model dmiso-chimeras@v0.1.0 --pairs dmiso-examples/labelled.tsv -o kernels",
)
@model_option()
@option(
    "--pairs",
    group="Input",
    type=FILE,
    help="Pairs whose sequences the kernels are shown.  [default: random sequences, every base equally likely]",
)
@option(
    "--mirna-column",
    needs=("pairs",),
    group="Input",
    default="mirna_sequence",
    show_default=True,
    help="miRNA sequences.",
)
@option(
    "--target-column",
    needs=("pairs",),
    group="Input",
    default="target_sequence",
    show_default=True,
    help="Target sequences.",
)
@options_of(ModelSettings, "motifs", group="Input")
@options_of(ModelSettings, "shuffles", "made_up_targets", group="Method")
@options_of(ModelSettings, "seed", group="Other")
@output_options("motifs.meme, kernels.tsv, pair_energies.tsv, pair_tables.tsv and their pictures")
def command(
    *,
    model: str | None,
    pairs: Path | None,
    mirna_column: str,
    target_column: str,
    output: Path,
    force: bool,
    pictures: bool | None,
    formats: tuple[Format, ...] | None,
    quiet: bool,
    **given: Any,
) -> None:
    """Explain a model: its first-layer kernels as motifs, and what each pair is worth along the miRNA.

    Kernels are read by what activates them and, as the paper did, by their weights; matches have permutation q-values
    and flat kernels are named. What a pair is worth is measured on made-up sites, for any network.
    """
    from dmiso.explain.inputs import PairsInput
    from dmiso.explain.output import EXPLAIN_FOLDER
    from dmiso.explain.run_model import explain_model_files
    from dmiso.io.folders import whole_folder
    from dmiso.models import resolve
    from dmiso.plot.motif_logo import draw_logos, draw_pair_energies

    formats = chosen_formats(pictures, formats, purpose="drawing an explanation", quiet=quiet)
    source = None if pairs is None else PairsInput(pairs, mirna_column, target_column, negatives_too=True)
    settings = settings_of(ModelSettings, given)
    if settings.motifs and not quiet:
        click.echo("Matching motifs: the first match on a machine compiles for minutes.", err=True)
    with whole_folder(output, EXPLAIN_FOLDER, force=force) as folder:
        with progress("logits", quiet=quiet) as shown:
            found = explain_model_files(
                resolve(model),
                folder,
                source=source,
                settings=settings,
                command=typed_command(),
                progress=shown.advance,
            )
        if formats:
            for way in ("activating", "weights"):
                if own := [motif for motif in found.motifs if motif.way == way]:
                    draw_logos(own).write(folder / f"logos_{way}", formats)
            draw_pair_energies(found.energies).write(folder / "pair_energies", formats)
    if not quiet:
        print_notes(found.counts)
        click.echo(found.summary, nl=False)
        click.echo(f"The tables are in {output}", err=True)
