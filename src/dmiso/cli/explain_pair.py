"""``dmiso explain pair``: one pair on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dmiso.cli.explain_options import draws_pictures, model_option, output_options
from dmiso.cli.options import GroupedCommand
from dmiso.cli.paths import typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.explain.run_pair import PairExplained

__all__ = ["command"]


@click.command(
    "pair",
    cls=GroupedCommand,
    epilog="\b\nExamples:\n"
    "  dmiso explain pair UGAGGUAGUAGGUUGUAUAGUU ACGAUGCAAAGGAUAAUACCUGUAUACAAGUCGCUACCUCAUAGUACU -o pair\n"
    "  dmiso explain pair TAGCTTATCAGACTGATGTTGA GGTCAACATCAGTCTGATAAGCTATT --no-pictures -o mir-21",
)
@click.argument("mirna")
@click.argument("target")
@model_option()
@output_options("bases.tsv, pair_effects.tsv, duplex.txt, page and duplex (SVG, PNG)")
def command(
    *,
    mirna: str,
    target: str,
    model: str | None,
    output: Path,
    force: bool,
    pictures: bool | None,
    quiet: bool,
) -> None:
    """Explain one pair: MIRNA and TARGET as nucleotides, 5'→3'.

    Shows the duplex, what every other base, deletion and mask does to the logit, and which bases the network takes
    for paired (double mutants), against ViennaRNA's duplex. Of a long target the best window is explained.
    """
    from dmiso.explain.output import EXPLAIN_FOLDER
    from dmiso.explain.run_pair import explain_pair_files
    from dmiso.io.folders import whole_folder
    from dmiso.models import resolve

    draw = draws_pictures(pictures, quiet=quiet)
    with whole_folder(output, EXPLAIN_FOLDER, force=force) as folder:
        with progress("double mutants", quiet=quiet) as shown:
            found, counts = explain_pair_files(
                resolve(model),
                _sequence(mirna, "MIRNA"),
                _sequence(target, "TARGET"),
                folder,
                command=typed_command(),
                progress=shown.advance,
            )
        if draw:
            _draw_pair(found, folder)
    if not quiet:
        print_notes(counts)
        click.echo(found.text(), nl=False)
        click.echo(f"The tables are in {output}", err=True)


def _sequence(text: str, name: str) -> str:
    from dmiso.alphabet import normalise

    try:
        sequence = normalise(text).sequence
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=name) from None
    if not sequence:
        raise click.BadParameter("the sequence is empty", param_hint=name)
    return sequence


def _draw_pair(found: PairExplained, output: Path) -> None:
    from dmiso.plot.duplex_drawing import draw_duplex, draw_pair_page

    draw_pair_page(output / "page", found)
    if found.duplex is not None:
        draw_duplex(output / "duplex", found)
