"""What the program says when it is asked to stop: what is kept, and how to go on."""

from __future__ import annotations

import click

from dmiso.workers.stopping import Stopped

__all__ = ["left_of", "stopped_code"]

_INTERRUPTED = 130


def left_of(output: object) -> str:
    """Say what a stopped run leaves that keeps nothing to go on from.

    Parameters
    ----------
    output
        The value of ``--output``; None where a command has none.
    """
    if output is None:
        return "nothing was written"
    if str(output) == "-":
        return "the rows on standard output are not complete"
    return f"nothing incomplete was left at {output}: run the same command again"


def stopped_code(error: BaseException) -> int:
    """Say in one line what a stopped run leaves, and return the exit code.

    Parameters
    ----------
    error
        What ended the run: a signal, or ``KeyboardInterrupt`` where the program runs inside another. Its notes tell
        what is kept (:func:`dmiso.workers.keeps`); the first comes from where most is known.
    """
    code = error.exit_code if isinstance(error, Stopped) else _INTERRUPTED
    word = "interrupted" if code == _INTERRUPTED else "terminated"
    kept: list[str] = getattr(error, "__notes__", [])
    click.echo(f"dmiso: {word}; {kept[0] if kept else left_of(None)}", err=True)
    return code
