"""``--mirnas FOLDER --top N --isomirs-only``: the most abundant sequences of counted samples as a command's miRNAs."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from dmiso.cli.numbers import Whole
from dmiso.cli.options import GroupedOption, add_options
from dmiso.errors import UsageError
from dmiso.settings.ranges import Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

__all__ = ["abundant_options", "mirnas_file"]

_Command = TypeVar("_Command", bound="Callable[..., Any]")
_SHOWN: Final = 3
_option = partial(click.option, cls=GroupedOption)


def abundant_options(flag: str) -> Callable[[_Command], _Command]:
    """Return what adds ``--top``, under a name that the command has free, and ``--isomirs-only``."""
    options = [
        _option(
            flag,
            "top_mirnas",
            group="Input",
            type=Whole(Range(1, 1_000_000)),
            help="Of a folder of counts in --mirnas: the most abundant sequences, by mean counts per million.  "
            "[default: 50]",
        ),
        _option(
            "--isomirs-only",
            group="Input",
            is_flag=True,
            help="Of a folder of counts in --mirnas: isomiRs, no exact miRNAs.",
        ),
    ]
    return partial(add_options, options)


@contextmanager
def mirnas_file(
    mirnas: Path | None, top: int | None, *, isomirs_only: bool, as_table: bool, quiet: bool
) -> Iterator[Path | None]:
    """Give the file of miRNAs: that which was given, or one of the most abundant sequences of a folder of counts.

    Parameters
    ----------
    mirnas
        File or folder.
    top, isomirs_only
        What to take of a folder.
    as_table
        Write a table with counts per million as ``read_count``, else FASTA.
    quiet
        Do not say what was picked.

    Raises
    ------
    UsageError
        If the options are given without a folder.
    """
    if mirnas is None or not mirnas.is_dir():
        if top is not None or isomirs_only:
            option = ("--top" if as_table else "--top-mirnas") if top is not None else "--isomirs-only"
            raise UsageError(f"{option} is for a folder of counts in --mirnas, which dmiso isomirs wrote.")
        yield mirnas
        return
    from dmiso.io.streams import display_name
    from dmiso.provenance import sha256_file, using_mirnas
    from dmiso.samples.abundant import DEFAULT_TOP, counts_of, most_abundant

    picked = most_abundant(mirnas, top or DEFAULT_TOP, isomirs_only=isomirs_only)
    if not picked.height:
        raise UsageError(f"{display_name(mirnas)} holds no {'isomiR' if isomirs_only else 'miRNA'}.")
    if not quiet:
        _say(picked, mirnas, isomirs_only=isomirs_only)
    told = {
        "counts": counts_of(mirnas).name,
        "sha256": sha256_file(counts_of(mirnas)),
        "top": top or DEFAULT_TOP,
        "isomirs_only": isomirs_only,
        "picked": picked["feature"].to_list(),
    }
    with tempfile.TemporaryDirectory(prefix="dmiso-mirnas-") as folder, using_mirnas(told):
        yield _written(picked, Path(folder), as_table=as_table)


def _written(picked: pl.DataFrame, folder: Path, *, as_table: bool) -> Path:
    """Write the sequences picked, under their names in the matrix."""
    from dmiso.io.atomic import write_text

    rows = picked.select("feature", "sequence", "cpm").iter_rows()
    if as_table:
        lines = ["sequence_id\tsequence\tread_count"]
        lines += [f"{name}\t{sequence}\t{max(round(cpm), 1)}" for name, sequence, cpm in rows]
        path = folder / "abundant.tsv"
    else:
        lines = [f">{name}\n{sequence}" for name, sequence, _ in rows]
        path = folder / "abundant.fa"
    write_text(path, "\n".join(lines) + "\n")
    return path


def _say(picked: pl.DataFrame, folder: Path, *, isomirs_only: bool) -> None:
    what = "isomiRs" if isomirs_only else "miRNAs and isomiRs"
    names = picked["feature"].head(_SHOWN).to_list()
    more = ", …" if picked.height > _SHOWN else ""
    click.echo(
        f"{folder}: the {picked.height} most abundant {what}, {picked['cpm'][-1]:,.0f} to {picked['cpm'][0]:,.0f} "
        f"counts per million ({', '.join(names)}{more})",
        err=True,
    )
