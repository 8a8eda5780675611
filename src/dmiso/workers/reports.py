"""How far a long piece of work is, reported to whoever listens: a command's bar, or nobody.

Work deep inside (energies in a baseline in an evaluation) reports itself here, as programs log, so that no function
between has to hand a callback on.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OnWork", "Share", "Work", "heard", "listening", "tick", "ticking"]

OnWork = Callable[[str, int, "int | None"], None]
"""Called with what is being done in the plural (``reads located``), how many are done, and of how many if that is
known. With another word, or fewer done, another piece of work begins."""

_LISTENER: ContextVar[OnWork | None] = ContextVar("listener", default=None)


_COUNTER: ContextVar[Callable[[int], None] | None] = ContextVar("counter", default=None)


@contextmanager
def ticking(counter: Callable[[int], None]) -> Iterator[None]:
    """Count what compiled code below does while the block runs.

    Parameters
    ----------
    counter
        Called with what was done since the last call, in the unit of whoever calls :func:`tick`.
    """
    token = _COUNTER.set(counter)
    try:
        yield
    finally:
        _COUNTER.reset(token)


def tick(n: int) -> None:
    """Say that ``n`` more are done, to the nearest :func:`ticking` block, if there is one.

    Examples
    --------
    >>> with ticking(print):
    ...     tick(3)
    3
    """
    counter = _COUNTER.get()
    if counter is not None:
        counter(n)


@contextmanager
def listening(on_work: OnWork | None) -> Iterator[None]:
    """Receive reports of all work that is done in this thread while the block runs.

    Parameters
    ----------
    on_work
        Called at each step; None reports to nobody, as where the work is a part of a larger one.
    """
    token = _LISTENER.set(on_work)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def heard() -> bool:
    """Say whether anybody listens: what is only done to be reported can be left out if not.

    Examples
    --------
    >>> with listening(print):
    ...     heard()
    True
    """
    return _LISTENER.get() is not None


class Work:
    """One piece of work, which counts what is done.

    Parameters
    ----------
    what
        What is counted, in the plural.
    total
        How many there are; None if that is not known.
    done
        How many an earlier run did.

    Examples
    --------
    >>> with listening(lambda *told: print(told)):
    ...     work = Work("pairs", 3)
    ...     work.advance(2)
    ('pairs', 0, 3)
    ('pairs', 2, 3)
    """

    def __init__(self, what: str, total: int | None = None, *, done: int = 0) -> None:
        self._listener, self._what, self._total, self._done = _LISTENER.get(), what, total, done
        self.advance(0)

    def advance(self, n: int) -> None:
        """Count on, and tell."""
        self._done += n
        if self._listener is not None:
            self._listener(self._what, self._done, self._total)

    def expect(self, total: int) -> None:
        """Say how many there are, as far as that is known by now."""
        self._total = total
        self.advance(0)


class Share:
    """A piece of work of known size within a larger one: reports add up to its size, however it ends.

    Parameters
    ----------
    size
        Of the piece.
    report
        Called with how much more is done; None is nobody.
    times
        What each unit counts for in the larger one.

    Examples
    --------
    >>> told = []
    >>> share = Share(10, told.append, times=2)
    >>> share.advance(7)
    >>> share.advance(7)
    >>> share.finish()
    >>> told
    [14, 6]
    """

    def __init__(self, size: int, report: Callable[[int], None] | None, *, times: int = 1) -> None:
        self._left, self._report, self._times = size, report, times

    def advance(self, n: int) -> None:
        """Count on, up to the size."""
        n = min(n, self._left)
        self._left -= n
        if n and self._report is not None:
            self._report(n * self._times)

    def finish(self) -> None:
        """Count the rest."""
        self.advance(self._left)
