"""Seeds drawn as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dmiso.compare.pairs import Pair

__all__ = ["draw_seeds"]


def draw_seeds(pair: Pair) -> str:
    """Draw both sequences with their seeds beneath each, aligned without gaps.

    Examples
    --------
    >>> from dmiso.compare.pairs import Pair
    >>> from dmiso.records import SequenceRecord
    >>> isomir, canonical = "GUACAGUACUGUGAUAACUGAA", "UACAGUACUGUGAUAACUGAA"
    >>> print(draw_seeds(Pair(SequenceRecord("i", isomir), SequenceRecord("c", canonical))))
    canonical  5'  UACAGUACUGUGAUAACUGAA 3'
                    ^^^^^^^  seed ACAGUAC
    isomiR     5' GUACAGUACUGUGAUAACUGAA 3'
                   ^^^^^^^  seed UACAGUA
    """
    shift = pair.shift
    lines = []
    for name, bases, before in (
        ("canonical", pair.canonical.sequence, max(0, -shift)),
        ("isomiR", pair.isomir.sequence, max(0, shift)),
    ):
        lines.append(f"{name:<10} 5' {' ' * before}{bases} 3'")
        lines.append(f"{'':<14}{' ' * (before + 1)}{'^' * len(bases[1:8])}  seed {bases[1:8]}")
    return "\n".join(lines)
