"""Who hears that functions are being compiled: the first run on a machine does that, and without a word it looks stuck.

Apart from :mod:`dmiso.compiled`, so that one can listen without loading numba.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["hearing", "tell"]

_LISTENERS: Final[list[Callable[[str], None]]] = []
"""Of the whole process, since any of its threads may be the one that compiles; the last is told."""


@contextmanager
def hearing(listener: Callable[[str], None]) -> Iterator[None]:
    """Be told of functions that are compiled while the block runs.

    Parameters
    ----------
    listener
        Called with a function's name when its compiling begins.

    Examples
    --------
    >>> with hearing(print):
    ...     tell("helices")
    helices
    """
    _LISTENERS.append(listener)
    try:
        yield
    finally:
        _LISTENERS.remove(listener)


def tell(name: str) -> None:
    """Say that a function is being compiled, to whoever listens.

    Parameters
    ----------
    name
        Of the function.
    """
    if _LISTENERS:
        _LISTENERS[-1](name)
