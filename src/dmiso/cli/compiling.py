"""Says that functions are being compiled, which the first run on a machine has to wait for.

One line on a terminal, and the count goes where the command shows how far it is; elsewhere the count alone, which
appears if it takes long.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmiso.workers.reports import OnWork

__all__ = ["teller"]

_COUNTED: Final = "functions compiled"
_LINE: Final = "dmiso: compiling for this machine (once: some seconds, then kept for later runs)"


def teller(shown: OnWork) -> Callable[[str], None]:
    """Return what to call with the name of each function that is compiled.

    Parameters
    ----------
    shown
        Where the command shows how far it is.
    """
    compiled = 0

    def tell(name: str) -> None:
        nonlocal compiled
        del name  # of use in a log, not to whoever waits
        if not compiled and sys.stderr.isatty():
            click.echo(_LINE, err=True)
        shown(_COUNTED, compiled, None)
        compiled += 1

    return tell
