"""``--no-multiqc``, the option of every command that MultiQC shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dmiso.cli.options import GroupedOption

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmiso.mqc.content import Content

__all__ = ["multiqc_option", "run_name", "write_or_remove_content"]

_Command = TypeVar("_Command", bound="Callable[..., Any]")


def multiqc_option(where: str = "multiqc/*_mqc.json in the folder") -> Callable[[_Command], _Command]:
    """Return what adds ``--multiqc/--no-multiqc``.

    Parameters
    ----------
    where
        Where the content is, for the help page.
    """
    return click.option(
        "--multiqc/--no-multiqc",
        "multiqc",
        cls=GroupedOption,
        group="Output",
        default=True,
        show_default=True,
        help=f"Write what MultiQC shows of the run: {where}.",
    )


def run_name(output: Path) -> str:
    """Return what a run without samples is called on MultiQC's page: the name of its output, of a file without ending.

    Examples
    --------
    >>> run_name(Path("kidney.gff3.gz")), run_name(Path("runs/v1"))
    ('kidney', 'v1')
    """
    from dmiso.io.atomic import compression_of

    name = output.resolve().name
    if output.is_dir():
        return name
    ending = compression_of(name)
    return Path(name[: -len(ending)] if ending else name).stem


def write_or_remove_content(
    output: Path, contents: Callable[[], Sequence[Content]], *, multiqc: bool
) -> None:
    """Write what MultiQC shows of the run that just ended; without, remove that of an earlier run.

    Parameters
    ----------
    output
        What the run wrote.
    contents
        Makes the sections.
    multiqc
        What ``--multiqc`` says.
    """
    from dmiso.mqc.write import remove_contents, write_contents

    if multiqc:
        write_contents(output, contents())
    else:
        remove_contents(output)
