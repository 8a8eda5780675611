"""``dmiso ask``: one miRNA or isomiR, one gene, an answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.options import GroupedCommand, GroupedOption, force_option, model_option, quiet_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, typed_command
from dmiso.cli.pictures import chosen_formats, picture_options
from dmiso.cli.progress import progress
from dmiso.cli.reporting import report_option, write_or_remove_report
from dmiso.cli.show import print_notes, print_table
from dmiso.settings.confidence import VerdictSettings

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.ask import Answer
    from dmiso.settings.pictures import Format

__all__ = ["command"]

_EPILOG = """\b
Examples:
  dmiso ask hsa-let-7a-5p LIN28B-like
  dmiso ask GUACAGUACUGUGAUAACUGAA SHIFT101-like --against canonical -o asked
"""
_SHOWN = (
    *("mirna_id", "transcript_id", "start", "end", "region", "seed_class"),
    *("score", "percentile", "repression", "energy"),
)
_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT


@click.command("ask", cls=GroupedCommand, epilog=_EPILOG)
@click.argument("mirna")
@click.argument("gene")
@_option(
    "--against",
    group="Question",
    metavar="canonical|NAME|SEQUENCE|FASTA",
    help="Say what changes against this miRNA; canonical is the one that an isomiR comes from.",
)
@_option("--as-utrs", group="Question", is_flag=True, help="GENE is a 3'UTR without its mRNA.")
@_option(
    "--reference",
    group="Reference",
    metavar="NAME|DIR",
    help="Where names are looked up.  [default: the one in use, else tiny-hsa, which is shipped]",
)
@_option("--mature", group="Reference", type=_PATH, help="Known miRNAs, FASTA.  [default: the reference's]")
@_option("--hairpin", needs=("mature",), group="Reference", type=_PATH, help="Their precursors, FASTA.")
@_option("--species", needs=("mature",), group="Reference", help="Only names that begin so: hsa, mmu.")
@_option(
    "--transcripts",
    group="Reference",
    type=_PATH,
    help="Known transcripts, FASTA.  [default: the reference's]",
)
@_option(
    "--cds",
    group="Reference",
    type=_PATH,
    help="Table of coding sequences: transcript_id, cds_start, cds_end.",
)
@_option(
    "--genes",
    needs=("transcripts",),
    group="Reference",
    type=_PATH,
    help="Table of transcript_id and gene_id.",
)
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_FOLDER,
    help="Folder of the answer.  [default: none is written]",
)
@picture_options("the sites of each transcript", by_default=True, needs=("output",))
@report_option(needs=("output",))
@_option("--json", "as_json", group="Output", is_flag=True, help="Print the answer as JSON.")
@force_option
@options_of(VerdictSettings, group="Verdict")
@model_option("Verdict")
@quiet_option("Say nothing but errors and the verdict.")
def command(
    *,
    mirna: str,
    gene: str,
    against: str | None,
    as_utrs: bool,
    reference: str | None,
    mature: Path | None,
    hairpin: Path | None,
    species: str | None,
    transcripts: Path | None,
    cds: Path | None,
    genes: Path | None,
    output: Path | None,
    pictures: bool | None,
    formats: tuple[Format, ...] | None,
    report: bool,
    as_json: bool,
    force: bool,
    model: str | None,
    quiet: bool,
    **given: Any,
) -> None:
    """Ask whether a miRNA or isomiR binds and represses a gene, where, and how sure that is.

    MIRNA is a sequence, a name of any release, an accession or a FASTA; GENE a gene or transcript of the reference, a
    sequence or a FASTA. Says how often shuffles of the miRNA and of the gene do as much: the same answer whatever else
    is scanned. Binding and repression are answers of two models, and are told apart.
    """
    from dmiso.ask.inputs import AskInputs
    from dmiso.ask.run import ASK_FOLDER, ask_files, write_answer
    from dmiso.io.folders import whole_folder
    from dmiso.provenance import to_json

    files = () if output is None else chosen_formats(pictures, formats, purpose="drawing sites", quiet=quiet)
    inputs = AskInputs(
        *(mirna, gene, against, reference, mature, hairpin, species, transcripts, cds, genes),
        as_utrs=as_utrs,
    )
    settings = settings_of(VerdictSettings, given)
    with progress("transcripts", quiet=quiet) as shown:
        answer = ask_files(inputs, settings, model=model, output=output, force=force, on_work=shown.update)
    if output is not None:
        with whole_folder(output, ASK_FOLDER, force=force) as folder:
            if files:
                _draw_tracks(answer, model, folder, files)
            write_answer(answer, inputs, folder, model=model, command=typed_command())
        write_or_remove_report(output, report=report, quiet=quiet)
    click.echo(to_json(answer.as_dict()) if as_json else answer.text(with_limits=False), nl=False)
    if quiet:
        return
    if not as_json:
        _print_sites(answer)
    print_notes(answer.counts)
    if output is not None:
        click.echo(f"The tables are in {output}", err=True)


def _print_sites(answer: Answer) -> None:
    """Show the sites, what the answer rests on, and what it does not mean."""
    from dmiso.ask.sentences import LIMITS

    n = answer.sites.height
    print_table(answer.sites.select(_SHOWN), f"{n:,} site" if n == 1 else f"{n:,} sites")
    about = answer.about
    places = dict.fromkeys((about["mirnas_of"], about["transcripts_of"]))
    models = f"Models {about['model']} (binding) and {about['repression_model']}"
    click.echo(f"{models}; names are those of {' and '.join(places)}.", err=True)
    for sentence in LIMITS:
        click.echo(sentence, err=True)


def _draw_tracks(answer: Answer, model: str | None, folder: Path, formats: tuple[Format, ...]) -> None:
    """Draw the sites of each transcript."""
    from dmiso.models import resolve
    from dmiso.plot import write_pictures
    from dmiso.plot.ask_tracks import draw_tracks

    drawn = draw_tracks(answer.pairs, answer.sites, answer.transcripts, resolve(model))
    write_pictures(drawn, folder, formats)
