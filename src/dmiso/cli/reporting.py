"""``--report``, the option of every command that a page can be made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from dmiso.cli.options import GroupedOption

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["report_option", "write_or_remove_report"]

_Command = TypeVar("_Command", bound="Callable[..., Any]")


def report_option(
    *, default: bool = False, where: str = "report.html in the folder", needs: tuple[str, ...] = ()
) -> Callable[[_Command], _Command]:
    """Return what adds ``--report``.

    Parameters
    ----------
    default
        Whether the page is written if nothing is said.
    where
        Where it is, for the help page.
    needs
        Options without which there is no page.
    """
    return click.option(
        "--report/--no-report",
        "report",
        cls=GroupedOption,
        needs=needs,
        group="Output",
        default=default,
        show_default=True,
        help=f"Write one page to read, send and print: {where}.",
    )


def write_or_remove_report(
    output: Path, *, report: bool, quiet: bool, transcripts: Path | None = None, cds: Path | None = None
) -> None:
    """Write the page of the run that just ended; without one, remove that of an earlier run, whose numbers are others.

    Parameters
    ----------
    output
        What the run wrote.
    report
        What ``--report`` says.
    quiet
        Say nothing.
    transcripts, cds
        As for :func:`dmiso.report.report_of`.
    """
    from dmiso.report.write import remove_report, write_report

    if not report:
        remove_report(output)
        return
    place = write_report(output, transcripts=transcripts, cds=cds)
    if not quiet:
        click.echo(f"{place}: open it in a browser", err=True)
