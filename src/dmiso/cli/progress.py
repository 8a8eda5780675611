"""How far a command is: the one place that shows it.

On a terminal a line that is drawn again and again (with a bar, if the end is known); elsewhere, and on terminals that
cannot move their cursor, a plain line on standard error now and then; nothing with ``--quiet``. A program that started
the command is told on the pipe it gave (:mod:`dmiso.workers.progress_pipe`).
"""

from __future__ import annotations

import sys
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from dmiso.cli.compiling import teller
from dmiso.compiling import hearing
from dmiso.workers.progress_pipe import ProgressPipe, ProgressReport
from dmiso.workers.reports import listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import TextIO

    from rich.console import Console, RenderableType

__all__ = ["Meter", "PlainLines", "Progress", "progress"]

_FIRST_LINE: Final = 10.0
"""Seconds until the first plain line: shorter runs say nothing."""
_NEXT_LINES: Final = (30.0, 30.0, 60.0, 120.0, 300.0)
"""Seconds between plain lines; the last for all that follow, so that the log of a long run stays short."""
_WINDOW: Final = 60.0
"""Seconds over which the rate is taken: it follows a change, and does not jump with every report."""
_SOON: Final = 0.1
"""Seconds of which no rate is taken yet."""
_NARROW: Final = 60
"""Columns below which the bar is short and units are left out."""


class Progress(Protocol):
    """Where a command reports how far it is."""

    def advance(self, n: int) -> None:
        """Say that ``n`` more are done."""

    def update(self, done: int, total: int) -> None:
        """Say how many are done of how many; the first call also says where the run begins."""

    def tell(self, what: str, done: int, total: int | None) -> None:
        """Say how far the piece of work is that is being done now (:data:`dmiso.workers.OnWork`)."""


class Meter:
    """Counts what is done, and knows rate and time left.

    Parameters
    ----------
    unit
        What is counted, in the plural.
    clock
        Gives seconds.

    Examples
    --------
    >>> now = [0.0]
    >>> meter = Meter("pairs", clock=lambda: now[0])
    >>> meter.update(0, 4000)
    >>> now[0] = 5.0
    >>> meter.advance(1000)
    >>> meter.line(5.0)
    '1,000 of 4,000 pairs (25 %), 200/s, 0:00:15 left'
    """

    def __init__(self, unit: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._own, self._own_done = unit, 0
        self._begin(unit, 0)

    def _begin(self, unit: str, done: int) -> None:
        self.unit = unit
        self.done = done
        self.total: int | None = None
        self.start = self._clock()
        self._last = self.start, done
        self._seen: deque[tuple[float, int]] = deque([self._last])

    def advance(self, n: int) -> None:
        """Count on."""
        self._go_on()
        self._own_done += n
        self._note(self._own_done)

    def _go_on(self) -> None:
        """Show our own unit again, if other work reported meanwhile."""
        if self.unit != self._own:
            self._begin(self._own, self._own_done)

    def update(self, done: int, total: int) -> None:
        """Take over how many are done of how many; what was done before this run does not count for the rate."""
        self._go_on()
        self._own_done = done
        self._set(done, total)

    def _set(self, done: int, total: int) -> None:
        if self.total is None and not self.done:
            self._last = self._clock(), done
            self._seen = deque([self._last])
        self.total = total
        self._note(done)

    def tell(self, what: str, done: int, total: int | None) -> None:
        """Take over how far a piece of work is; another piece begins with another word or fewer done."""
        if what != self.unit or done < self.done:
            self._begin(what, 0)
        if total is None:
            self._note(done)
        else:
            self._set(done, total)

    def _note(self, done: int) -> None:
        self.done = done
        now = self._clock()
        self._last = now, done
        if now - self._seen[-1][0] >= 1:
            self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[1][0] > _WINDOW:
            self._seen.popleft()

    @property
    def rate(self) -> float | None:
        """Things a second, of late; None before anything can be said."""
        (first, before), (last, after) = self._seen[0], self._last
        return (after - before) / (last - first) if last - first >= _SOON and after > before else None

    @property
    def left(self) -> float | None:
        """Seconds that are left; None where the end or the rate is not known."""
        return None if self.total is None or not self.rate else max(0, self.total - self.done) / self.rate

    def line(self, now: float) -> str:
        """Return a whole sentence: done, rate, and time left or spent."""
        words = [f"{self.done:,} {self.unit}"]
        if self.total is not None:
            words = [f"{self.done:,} of {self.total:,} {self.unit} ({self._percent():.0f} %)"]
        words += [_per_time(self.rate)] if self.rate else []
        if self.left is not None:
            words.append(f"{_clock_time(self.left)} left")
        elif self.total is None:
            words.append(f"{_clock_time(now - self.start)} so far")
        return ", ".join(words)

    def short(self, now: float, *, narrow: bool) -> str:
        """Return the words beside a bar or spinner, fewer if ``narrow``: they fit 40 columns then."""
        rate = _per_time(self.rate, "" if narrow else self.unit) if self.rate else ""
        if self.total is None:
            words = [f"{_short(self.done) if narrow else f'{self.done:,}'} {self.unit}"]
            words += [_per_time(self.rate)] if self.rate else []
            words.append(_clock_time(now - self.start))
        else:
            words = [f"{self._percent():3.0f} %", *([rate] if rate else [])]
            words += [] if self.left is None else [f"{_clock_time(self.left)} left"]
        return (" " if narrow else "  ").join(words)

    def _percent(self) -> float:
        return 100.0 if not self.total else min(100.0, 100 * self.done / self.total)


class PlainLines:
    """Writes a line now and then, as long as something is reported.

    Parameters
    ----------
    meter
        What is counted.
    stream
        Where lines go.
    clock
        Gives seconds.
    """

    def __init__(self, meter: Meter, stream: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._meter, self._stream, self._clock = meter, stream, clock
        self._due = clock() + _FIRST_LINE
        self._waits = iter(_NEXT_LINES)

    def advance(self, n: int) -> None:
        """Say that ``n`` more are done."""
        self._meter.advance(n)
        self._say_if_due()

    def update(self, done: int, total: int) -> None:
        """Say how many are done of how many."""
        self._meter.update(done, total)
        self._say_if_due()

    def tell(self, what: str, done: int, total: int | None) -> None:
        """Say how far the piece of work is that is being done now."""
        self._meter.tell(what, done, total)
        self._say_if_due()

    def _say_if_due(self) -> None:
        now = self._clock()
        if now < self._due:
            return
        self._due = now + next(self._waits, _NEXT_LINES[-1])
        self._stream.write(f"dmiso: {self._meter.line(now)}\n")
        self._stream.flush()


class _Piped:
    """Tells a program that started the command, on a pipe."""

    def __init__(self, meter: Meter, pipe: ProgressPipe) -> None:
        self._meter, self._pipe = meter, pipe

    def advance(self, n: int) -> None:
        """Say that ``n`` more are done."""
        self._meter.advance(n)
        self._send()

    def update(self, done: int, total: int) -> None:
        """Say how many are done of how many."""
        self._meter.update(done, total)
        self._send()

    def tell(self, what: str, done: int, total: int | None) -> None:
        """Say how far the piece of work is that is being done now."""
        self._meter.tell(what, done, total)
        self._send()

    def _send(self) -> None:
        meter = self._meter
        self._pipe.send(ProgressReport(meter.unit, meter.done, meter.total, meter.left))


class _Silence:
    """Takes reports and shows none."""

    def advance(self, n: int) -> None:
        """Do nothing."""

    def update(self, done: int, total: int) -> None:
        """Do nothing."""

    def tell(self, what: str, done: int, total: int | None) -> None:
        """Do nothing."""


@contextmanager
def progress(unit: str, *, quiet: bool, output: Path | None = None) -> Iterator[Progress]:
    """Show how far a command is while a block runs: what it reports, and what work in this thread reports.

    Parameters
    ----------
    unit
        What is counted, in the plural: ``pairs``.
    quiet
        Show nothing.
    output
        Where the results go; nothing is shown if that is the same terminal (``-``).

    Yields
    ------
    Progress
        To report to: ``advance`` where the end is not known, ``update`` where it is.
    """
    if quiet:
        yield _Silence()
        return
    if output is not None and str(output) == "-" and sys.stdout.isatty():
        silence = _Silence()
        with hearing(teller(silence.tell)):
            yield silence
        return
    if (pipe := ProgressPipe.of_environment()) is not None:
        piped = _Piped(Meter(unit), pipe)
        with listening(piped.tell), hearing(teller(piped.tell)):
            yield piped
        return
    if sys.stderr.isatty():
        from rich.console import Console

        console = Console(stderr=True)
        if not console.is_dumb_terminal:
            with _drawn(Meter(unit), console) as shown, listening(shown.tell), hearing(teller(shown.tell)):
                yield shown
            return
    lines = PlainLines(Meter(unit), sys.stderr)
    with listening(lines.tell), hearing(teller(lines.tell)):
        yield lines


@contextmanager
def _drawn(meter: Meter, console: Console) -> Iterator[Progress]:
    """Draw a line on a terminal, again and again; it is gone at the end."""
    from rich.progress import Progress as Drawing
    from rich.progress import ProgressColumn, SpinnerColumn, Task
    from rich.progress_bar import ProgressBar
    from rich.table import Column
    from rich.text import Text

    narrow = console.width < _NARROW

    # both ask the meter when they are drawn: reports, of which there may be thousands a second, draw nothing, and
    # rich's own fields are None before the second report, which no format can show
    class Words(ProgressColumn):
        def render(self, task: Task) -> Text:
            del task
            return Text(meter.short(time.monotonic(), narrow=narrow))

    class Sign(SpinnerColumn):
        """A bar where the end is known, a spinner where it is not."""

        def render(self, task: Task) -> RenderableType:
            if meter.total is None:
                return super().render(task)
            total = max(meter.total, 1)
            return ProgressBar(total, min(meter.done, total), width=8 if narrow else 28)

    # standard output is left alone: what is written there may be data
    drawing = Drawing(
        Sign("line"),
        Words(Column(no_wrap=True)),
        console=console,
        transient=True,
        redirect_stdout=False,
        refresh_per_second=5,
    )
    drawing.add_task(meter.unit, total=None)
    with drawing:
        yield meter


def _per_time(rate: float, unit: str = "") -> str:
    """Return a rate in words: by second, or by minute where that is less than one."""
    number, time_unit = (rate, "s") if rate >= 1 else (60 * rate, "min")
    shown = f"{number:.1f}" if number < 10 else _short(number)
    return f"{shown} {unit}/{time_unit}" if unit else f"{shown}/{time_unit}"


def _short(number: float) -> str:
    for least, sign in ((1e9, "G"), (1e6, "M")):
        if number >= least:
            return f"{number / least:,.1f} {sign}"
    return f"{number:,.0f}"


def _clock_time(seconds: float) -> str:
    """Return hours, minutes and seconds.

    Examples
    --------
    >>> _clock_time(3725.2)
    '1:02:05'
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
