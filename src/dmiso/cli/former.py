"""Options under their former names: they work for one version more, and say what they are called now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["say_former"]


def say_former(command: click.Command, words: Sequence[str]) -> None:
    """Say the new names of options that were given by their former ones, a line each.

    Parameters
    ----------
    command
        Whose options may have former spellings (``formerly=("--by",)``).
    words
        As they were typed.
    """
    typed = {word.partition("=")[0] for word in words}
    for option in command.params:
        for former in getattr(option, "formerly", ()):
            if former in typed:
                click.echo(
                    f"note: {former} is called {option.opts[0]} now; the old name goes with the next version",
                    err=True,
                )
