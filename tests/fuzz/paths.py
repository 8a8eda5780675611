"""Ways to break a path: what stands there is missing, a folder or a pipe, or has a name that tools trip over."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from random import Random

    from .mutations import Mutation

__all__ = ["ODD_NAMES", "position_odd"]

ODD_NAMES: tuple[Callable[[str], str], ...] = (
    lambda name: f"a b {name}",
    lambda name: f'it\'s "q" {name}',
    lambda name: f"p*{name}",
    lambda name: f"q[1]?{name}",
    lambda name: f"100%s{{x}}{name}",
    lambda name: f"-{name}",
    lambda name: f"two\nlines{name}",
    lambda name: f"\udcff\udce9{name}",
    lambda name: f"µ5′{name}",
    lambda name: "n" * (255 - len(name)) + name,
    lambda name: f"file:{name}",
    lambda name: f"a=b,{name}",
)
"""Names of the same file; the ending stays, it tells the format."""


@contextmanager
def position_odd(mutation: Mutation, data: bytes, target: Path, rng: Random) -> Iterator[None]:
    """Put what a mutation makes of good bytes at a path; pipes are fed while the block runs."""
    target.unlink(missing_ok=True)
    if mutation.change is not None:
        target.write_bytes(mutation.change(data, rng))
    elif mutation.name == "folder":
        target.mkdir()
    elif mutation.name.startswith("pipe"):
        with _fed(target, data if mutation.name == "pipe" else b""):
            yield
        return
    elif mutation.name == "name-odd":
        target.write_bytes(data)
    yield


@contextmanager
def _fed(target: Path, data: bytes) -> Iterator[None]:
    """Make a named pipe that gives some bytes to its first reader and then ends."""
    os.mkfifo(target)
    thread = threading.Thread(target=_feed, args=(target, data), daemon=True)
    thread.start()
    yield
    # a run that never opened the pipe leaves its writer waiting: open it once to let it go
    reader = os.open(target, os.O_RDONLY | os.O_NONBLOCK)
    while thread.is_alive():
        try:
            while os.read(reader, 1 << 16):
                pass
        except BlockingIOError:
            pass
        thread.join(0.01)
    os.close(reader)


def _feed(target: Path, data: bytes) -> None:
    try:
        with target.open("wb") as pipe:
            pipe.write(data)
    except BrokenPipeError:
        return
