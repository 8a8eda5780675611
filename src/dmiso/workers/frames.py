"""Values on a pipe between a parent and its child interpreter, each with its length before it."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import io

__all__ = ["read_frame", "write_frame"]

_LENGTH: Final = 8
"""Bytes before each value that hold its length."""


def write_frame(stream: io.FileIO, value: object) -> None:
    """Write a value to a pipe.

    Parameters
    ----------
    stream
        Unbuffered, so that nothing is left to write when the process ends.
    value
        Anything that can be pickled.
    """
    data = pickle.dumps(value)
    rest = memoryview(len(data).to_bytes(_LENGTH, "little") + data)
    while rest:
        rest = rest[stream.write(rest) :]


def read_frame(stream: io.FileIO) -> bytes | None:
    """Read the next value of a pipe, still pickled; None at its end, also if that comes early."""
    head = _read(stream, _LENGTH)
    return None if head is None else _read(stream, int.from_bytes(head, "little"))


def _read(stream: io.FileIO, n: int) -> bytes | None:
    parts = []
    while n:
        part = stream.read(min(n, 1 << 20))
        if not part:
            return None
        parts.append(part)
        n -= len(part)
    return b"".join(parts)
