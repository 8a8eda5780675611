"""``dmiso explain data``: profiles of a data set with controls, and clusters of miRNAs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.explain_options import FILE, model_option, option, output_options
from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.numbers import Whole
from dmiso.cli.options import GroupedCommand
from dmiso.cli.paths import typed_command
from dmiso.cli.pictures import chosen_formats
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes
from dmiso.settings.explain import DataSettings
from dmiso.settings.ranges import RECORDS

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.settings.pictures import Format

__all__ = ["command"]


@click.command(
    "data",
    cls=GroupedCommand,
    epilog="\b\nExamples (dmiso examples writes the files):\n"
    "  dmiso explain data dmiso-examples/labelled.tsv -o profiles\n"
    "  dmiso explain data dmiso-examples/labelled.tsv --controls 0 --clusters 2 -o clusters",
)
@click.argument("pairs", type=FILE)
@model_option(many=True)
@option("--mirna-column", group="Input", default="mirna_sequence", show_default=True, help="miRNA sequences.")
@option(
    "--target-column", group="Input", default="target_sequence", show_default=True, help="Target sequences."
)
@option("--label-column", group="Input", default="label", show_default=True, help="Labels, if there are any.")
@option("--negatives-too", group="Input", is_flag=True, help="Explain rows of label 0 too.")
@option(
    "--max-pairs",
    group="Input",
    type=Whole(RECORDS),
    default=10_000,
    show_default=True,
    help="Pairs explained at most, drawn at random.",
)
@options_of(DataSettings, "width", "controls", "control_pairs", group="Method")
@options_of(DataSettings, "clusters", "target_id_column", "gene_sets", group="miRNA clusters")
@options_of(DataSettings, "seed", "threads", group="Other")
@output_options("profiles.tsv, its pictures, and the tables of clusters")
def command(
    *,
    pairs: Path,
    models: tuple[str, ...],
    mirna_column: str,
    target_column: str,
    label_column: str,
    negatives_too: bool,
    max_pairs: int,
    output: Path,
    force: bool,
    pictures: bool | None,
    formats: tuple[Format, ...] | None,
    quiet: bool,
    **given: Any,
) -> None:
    """Explain a data set: the mean and variation of the change when 4 nucleotides are masked (the paper's Fig. 2).

    PAIRS is a table of miRNA and target sequences; where it has labels, its positives are explained. Beside the
    probability, logits; beside the model, the same network with its weights shuffled, and its edge coverage.
    """
    from dmiso.explain.inputs import PairsInput
    from dmiso.explain.output import EXPLAIN_FOLDER
    from dmiso.explain.run_data import explain_data_files
    from dmiso.io.folders import whole_folder
    from dmiso.models import resolve
    from dmiso.plot.profiles import draw_profiles

    formats = chosen_formats(pictures, formats, purpose="drawing an explanation", quiet=quiet)
    source = PairsInput(pairs, mirna_column, target_column, label_column, negatives_too, max_pairs)
    settings = settings_of(DataSettings, given)
    stored = [resolve(name) for name in models or (None,)]
    with whole_folder(output, EXPLAIN_FOLDER, force=force) as folder:
        with progress("profiles", quiet=quiet) as shown:
            found = explain_data_files(
                stored, source, folder, settings=settings, command=typed_command(), progress=shown.advance
            )
        for number, one in enumerate(stored if formats else (), start=1):
            name = "profiles" if len(stored) == 1 else f"profiles_{number}"
            picture = draw_profiles(found.profiles, one.config.name, title=pairs.name)
            picture.write(folder / name, formats)
    if not quiet:
        print_notes(found.counts)
        click.echo(f"The tables are in {output}", err=True)
