"""``dmiso explain pair``: one pair on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dmiso.cli.explain_options import model_option, output_options
from dmiso.cli.options import GroupedCommand
from dmiso.cli.paths import typed_command
from dmiso.cli.pictures import chosen_formats
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.explain.run_pair import PairExplained
    from dmiso.plot import Picture
    from dmiso.settings.pictures import Format

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
    formats: tuple[Format, ...] | None,
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
    from dmiso.plot import write_pictures

    formats = chosen_formats(pictures, formats, purpose="drawing an explanation", quiet=quiet)
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
        if formats:
            write_pictures(_drawn(found), folder, formats)
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


def _drawn(found: PairExplained) -> dict[str, Picture]:
    from dmiso.plot.duplex_drawing import draw_duplex, draw_pair_page

    drawn = {"page": draw_pair_page(found)}
    return drawn if found.duplex is None else {**drawn, "duplex": draw_duplex(found)}
