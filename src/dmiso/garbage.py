"""Python's search for garbage in processes of our own, the program and its children: seldom, and not at their end."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["seldom_collected"]

_OBJECTS_BETWEEN_COLLECTIONS: Final = 50_000
"""Instead of Python's 700: imports make a hundred thousand that stay; looking through them took a tenth of the time."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage seldom while the block runs, and never after it: only for a process that ends with the block.

    Python looks through all objects once more as it ends, for as long as loading numba takes. What has to be written
    or ended is by then; the system takes memory back without being asked.
    """
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        yield
    finally:
        gc.freeze()
