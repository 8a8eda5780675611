"""What a tool's own output is to us: predictions with names, and what is known of the kind of file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Hit", "OutputReader"]


class Hit(NamedTuple):
    """One prediction of a tool; ``start`` and ``end`` are None where it names no position. 0-based, half-open."""

    mirna_id: str
    target_id: str
    start: int | None
    end: int | None
    score: float


@dataclass(frozen=True, slots=True)
class OutputReader:
    """One kind of file.

    Parameters
    ----------
    name, meaning
        What ``--tool-output`` takes, and a sentence.
    threshold
        Smallest score that the tool calls positive.
    hits
        (lines, file name) → predictions; None for a table in row order, whose column ``columns[0]`` is read.
    columns
        What a table of pairs may call the tool's score, best name first.
    probability
        Whether the score is a probability.
    """

    name: str
    meaning: str
    threshold: float
    hits: Callable[[Iterator[str], str], Iterator[Hit]] | None = None
    columns: tuple[str, ...] = ()
    probability: bool = False
