"""Tables in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["markdown_table"]


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    r"""Return a Markdown table.

    Cells may hold anything: a ``|``, which would end a cell, is escaped, and a line end becomes a space.

    Examples
    --------
    >>> print(markdown_table(["part", "pairs"], [["train", "80"], ["a|b", "1"]]))
    | part | pairs |
    |---|---|
    | train | 80 |
    | a\|b | 1 |
    """
    lines = ["| " + " | ".join(_cell(text) for text in row) + " |" for row in (header, *rows)]
    lines.insert(1, "|" + "---|" * len(header))
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split("\n")).replace("|", "\\|")
