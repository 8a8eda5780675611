"""A way to break a file, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

__all__ = ["Expected", "Mutation"]

Expected = Literal["refused", "accepted", ""]


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way to break a file.

    Parameters
    ----------
    name
        In case ids.
    change
        (good bytes, random numbers) → bad bytes; None where the path is changed and not the bytes.
    kinds
        Of files it fits; empty fits all.
    expected
        What must come of it.
    times
        How many cases the long bench makes of it for each file: random ones are worth several.
    heavy
        The broken file is large: a share of the cases is made.
    """

    name: str
    change: Callable[[bytes, Random], bytes] | None
    kinds: frozenset[str] = frozenset()
    expected: Expected = ""
    times: int = 1
    heavy: bool = False
