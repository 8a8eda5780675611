"""Ctrl-C, SIGTERM and a closed terminal end a run in the same way: as an exception, so that all is tidied up.

``KeyboardInterrupt`` is not used: it says nothing of the signal, and click turns it into something else.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from dmiso.workers.worker_error import WorkerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["SIGNALS", "Stopped", "keeps", "signals_held", "stops_on_signals"]

SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""What ends a run; SIGHUP comes when the terminal is closed, and is not there on every system."""

_PATIENCE: Final = 2
"""Signals that are borne while a run is tidied up; at the next one it ends at once."""


class Stopped(BaseException):
    """A signal asked this process to end.

    Parameters
    ----------
    number
        Of the signal.

    Examples
    --------
    >>> Stopped(2).exit_code
    130
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


@contextmanager
def stops_on_signals(signals: tuple[signal.Signals, ...] = SIGNALS) -> Iterator[None]:
    """Raise :class:`Stopped` in the main thread when a signal comes while the block runs.

    Later signals are passed over while the run is tidied up, but the third ends the process at once. A signal that
    is ignored already (``nohup``, ``&`` in a script) stays so. Outside the main thread nothing is changed.

    Parameters
    ----------
    signals
        Which ones.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        came.append(number)
        if len(came) == 1:
            _HELD.stop(number)
        if len(came) > _PATIENCE:
            os._exit(128 + came[0])

    before = {number: signal.getsignal(number) for number in signals}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        yield
    finally:
        # after a signal the handlers stay: one more must not break the end of the process
        if not came:
            for number, handler in before.items():
                signal.signal(number, handler)


class _Held:
    """Holds a signal back while what it would tear in two is done."""

    def __init__(self) -> None:
        self._depth = 0
        self._number: int | None = None

    def stop(self, number: int) -> None:
        """Raise, now or when nothing holds it back any more."""
        if self._depth:
            self._number = number
        else:
            raise Stopped(number)

    def __enter__(self) -> None:
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if not self._depth and self._number is not None:
            number, self._number = self._number, None
            raise Stopped(number)


_HELD: Final = _Held()


def signals_held() -> AbstractContextManager[None]:
    """Hold signals back while a block runs, which must be short: :class:`Stopped` is raised at its end."""
    if threading.current_thread() is threading.main_thread():
        return _HELD
    return nullcontext()


@contextmanager
def keeps(sentence: str | Callable[[], str]) -> Iterator[None]:
    """Say what is kept, and how to go on, if the block is stopped or loses a worker.

    Parameters
    ----------
    sentence
        Without capital and full stop, or what gives it then: ``whole shards are kept: run again with --resume``.

    Examples
    --------
    >>> try:
    ...     with keeps("whole shards are kept"):
    ...         raise Stopped(15)
    ... except Stopped as stopped:
    ...     print(stopped.__notes__)
    ['whole shards are kept']
    """
    try:
        yield
    except (KeyboardInterrupt, Stopped, WorkerError) as error:
        error.add_note(sentence if isinstance(sentence, str) else sentence())
        raise
