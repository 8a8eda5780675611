"""What the program says when it was told to stop: what is kept, and how to go on."""

from __future__ import annotations

import click

from dmiso.workers.stopping import Stopped

__all__ = ["stopped_code"]

_INTERRUPTED = 130


def stopped_code(error: BaseException) -> int:
    """Say in one line what a stopped run leaves, and return the exit code.

    Parameters
    ----------
    error
        What ended the run: a signal, or ``KeyboardInterrupt`` where the program runs inside another. Its notes tell
        what is kept (:func:`dmiso.workers.keeps`).
    """
    code = error.exit_code if isinstance(error, Stopped) else _INTERRUPTED
    word = "interrupted" if code == _INTERRUPTED else "terminated"
    kept: list[str] = getattr(error, "__notes__", [])
    click.echo(f"dmiso: {word}; {kept[0] if kept else 'no incomplete file was left'}", err=True)
    return code
