"""``dmiso reference``: files of databases built once into a reference, found by its name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.options import GroupedCommand, GroupedOption, quiet_option
from dmiso.cli.paths import INPUT, OUTPUT_FOLDER, CheckedCommand, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes
from dmiso.errors import printable
from dmiso.settings.reference import ReferenceSettings

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.references import Reference

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso reference list
  dmiso reference where hsa
  dmiso scan --mirnas dmiso-examples/isomirs.fa --reference tiny-hsa -o scan
"""

_ADD_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso reference add example --mirnas dmiso-examples/mature.fa --hairpins dmiso-examples/hairpin.fa --transcripts dmiso-examples/transcripts.fa --without-cds
  $ dmiso reference add hsa-gencode --species hsa --mirnas mature.fa --hairpins hairpin.fa --transcripts gencode.v45.pc_transcripts.fa.gz --annotation gencode.v45.annotation.gtf.gz
"""  # noqa: E501 - an example is one line, to be pasted

_option = partial(click.option, cls=GroupedOption)
_PATH = INPUT


@click.group("reference", epilog=_EPILOG)
def command() -> None:
    """Keep references: miRNAs, hairpins, transcripts with coding sequences, and genes of a species, by a name.

    One is built once from files as miRBase, MirGeneDB, GENCODE, Ensembl, RefSeq or UCSC give them, and then stands for
    all of them: --reference NAME. They are kept in the folder that DMISO_REFERENCES names, else in the account's
    folder for data. Nothing is downloaded.
    """


@command.command("add", cls=GroupedCommand, epilog=_ADD_EPILOG)
@click.argument("name")
@_option(
    "--mirnas",
    group="miRNAs",
    type=_PATH,
    multiple=True,
    help="Mature miRNAs, FASTA of one species or all. Can be repeated.",
)
@_option("--hairpins", needs=("mirnas",), group="miRNAs", type=_PATH, help="Precursors, FASTA.")
@_option(
    "--gff3",
    needs=("hairpins",),
    group="miRNAs",
    type=_PATH,
    help="miRBase's or MirGeneDB's GFF3 of the same release.",
)
@options_of(ReferenceSettings, "species", group="miRNAs")
@_option(
    "--transcripts",
    group="Transcripts",
    type=_PATH,
    multiple=True,
    help="mRNAs: FASTA, or RefSeq's flat files (.rna.gbff), which hold coding sequences and genes. Can be repeated.",
)
@_option(
    "--annotation",
    needs=("transcripts", "genome"),
    group="Transcripts",
    type=_PATH,
    multiple=True,
    help="GTF, GFF3, BED12 or .rna.gbff: coding sequences, genes, MANE and canonical transcripts. Can be repeated.",
)
@_option(
    "--cds",
    needs=("transcripts", "genome"),
    group="Transcripts",
    type=_PATH,
    help="Table of coding sequences: transcript_id, cds_start, cds_end (0-based half-open).",
)
@_option(
    "--genes",
    needs=("transcripts", "genome"),
    group="Transcripts",
    type=_PATH,
    help="Table of transcript_id, gene_id and gene_name (or refseq, enst, ensg, symbol).",
)
@_option(
    "--genome",
    needs=("annotation",),
    group="Transcripts",
    type=_PATH,
    help="Chromosomes, FASTA: the annotation's transcripts are cut from them.",
)
@_option("--utrs", group="Transcripts", type=_PATH, help="3'UTRs without their mRNAs, by gene, FASTA.")
@options_of(ReferenceSettings, "without_cds", group="Transcripts")
@options_of(ReferenceSettings, "release", "note", group="Description")
@_option(
    "-o",
    "--output",
    group="Output",
    type=OUTPUT_FOLDER,
    help="Folder to make it in; it is found by this path then.  [default: NAME in the folder of references]",
)
@quiet_option()
def add(*, name: str, output: Path | None, quiet: bool, **given: Any) -> None:
    """Build a reference NAME from files as they were downloaded; plain or compressed.

    The files are read once, checked against each other and written as one folder, with the SHA-256 of each. Files that
    were built from may then be removed.
    """
    from dmiso.references import ReferenceSources, build_reference

    files = ("mirnas", "hairpins", "gff3", "transcripts", "annotation", "cds", "genes", "genome", "utrs")
    sources = ReferenceSources(**{file: given[file] for file in files})
    settings = settings_of(ReferenceSettings, given)
    with progress("records", quiet=quiet):
        built = build_reference(name, sources, settings, folder=output, command=typed_command())
    if quiet:
        return
    print_notes(built.counts)
    if not built.is_new:
        click.echo(f"{name} is there already, made of the same files: nothing was done", err=True)
        return
    click.echo(f"{built.reference.folder}: {printable(_summary(built.reference))}", err=True)
    how = f"Use it with --reference {printable(built.reference.name)}"
    click.echo(how if output else f"{how}, or for all commands: dmiso reference use {name}", err=True)


def _summary(reference: Reference) -> str:
    """Return what a reference is of, and how much it holds."""
    names = {"with_cds": "with coding sequences", "mirnas": "miRNAs", "utrs": "3'UTRs"}
    held = (f"{n:,} {names.get(kind, kind)}" for kind, n in reference.record.numbers.items() if n)
    return (
        f"{reference.record.species or 'species not stated'}; {reference.record.release}; {', '.join(held)}"
    )


@command.command("list", cls=CheckedCommand)
def list_references() -> None:
    """List the references at hand; a star marks the one in use."""
    from dmiso.errors import DmisoError
    from dmiso.references import open_reference
    from dmiso.references.homes import reference_in_use, reference_names, references_folder, unfinished_names

    in_use, names = reference_in_use(), reference_names()
    for name in names:
        try:
            said = _summary(open_reference(name))
        except DmisoError as error:
            said = f"cannot be used: {error}"
        click.echo(printable(f"{'*' if name == in_use else ' '} {name}\t{said}", keep="\t"))
    for name in unfinished_names():
        said = "not whole: its making was stopped. Run dmiso reference add again"
        click.echo(printable(f"  {name}\t{said}", keep="\t"))
    if in_use is not None and in_use not in names:
        click.echo(f"note: {printable(in_use)} is in use, and is not there any more", err=True)
    click.echo(f"Folder: {references_folder()}", err=True)


@command.command("use", cls=CheckedCommand)
@click.argument("name", required=False)
@click.option("--none", "clear", is_flag=True, help="Use none.")
def use(*, name: str | None, clear: bool) -> None:
    """Choose NAME for commands that miss an input and have no --reference; without NAME, say which is chosen.

    Where all inputs are given it is not looked at. Every command says that it takes it, and so does its manifest.
    """
    from dmiso.errors import UsageError
    from dmiso.references import open_reference
    from dmiso.references.homes import folder_of, reference_in_use, use_reference

    if clear:
        if name is not None:
            raise UsageError("Give NAME or --none, not both.")
        use_reference(None)
        click.echo("no reference is in use", err=True)
    elif name is None:
        click.echo(printable(reference_in_use() or "none"))
    else:
        reference = open_reference(name)
        if folder_of(name) != reference.folder:
            raise UsageError(f"{name} is a folder, not a name. Name it in each command: --reference {name}.")
        use_reference(name)
        click.echo(f"in use: {printable(reference.sentence)}", err=True)


@command.command("show", cls=CheckedCommand)
@click.argument("name", required=False)
def show(*, name: str | None) -> None:
    """Print what NAME (the one in use if left out) was made of, and compare its files with their hashes.

    The exit code is 1 if one was changed.
    """
    from dmiso.errors import DmisoError
    from dmiso.references import open_reference
    from dmiso.references.stored import FILES

    reference = open_reference(name)
    record = reference.record
    lines = [
        f"{record.name}: {_summary(reference)}",
        f"folder: {reference.folder}",
        *record.notes,
        "made of:",
    ]
    lines += [f"  {made.option}\t{made.file}\tsha256 {made.sha256}" for made in record.sources]
    click.echo(printable("\n".join([*lines, "files:"]), keep="\n\t"))
    whole = True
    for kind, file in FILES.items():
        if file not in record.files:
            continue
        try:
            reference.path(kind)
            said = f"sha256 {record.files[file].sha256}"
        except DmisoError as error:
            whole, said = False, str(error)
        click.echo(printable(f"  {kind}\t{file}\t{said}", keep="\t"))
    if not whole:
        raise click.exceptions.Exit(1)


@command.command("where", cls=CheckedCommand)
@click.argument("species")
def where(*, species: str) -> None:
    """Print where the files of SPECIES (hsa, mmu, mouse) can be downloaded; nothing is opened or downloaded.

    Choose one database of miRNAs and one of transcripts, and take all files of one release. Their terms of use are on
    the databases' pages.
    """
    from dmiso.references.species import addresses_of

    database = ""
    for address in addresses_of(species):
        if address.database != database:
            database = address.database
            click.echo(database)
        click.echo(f"  {address.option}\t{address.url}\n    {address.what}")


@command.command("remove", cls=CheckedCommand)
@click.argument("name")
def remove(*, name: str) -> None:
    """Remove NAME: the files that dmiso reference add made, and none else."""
    from dmiso.references.removal import remove_reference

    click.echo(f"removed {remove_reference(name)}", err=True)
