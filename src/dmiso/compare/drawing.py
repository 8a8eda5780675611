"""Seeds and duplexes in plain letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmiso.alphabet import WATSON_CRICK

if TYPE_CHECKING:
    from dmiso.compare.pairs import Pair

__all__ = ["draw_duplex", "draw_seeds"]


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
    for name, letters, before in (
        ("canonical", pair.canonical.sequence, max(0, -shift)),
        ("isomiR", pair.isomir.sequence, max(0, shift)),
    ):
        lines.append(f"{name:<10} 5' {' ' * before}{letters} 3'")
        lines.append(f"{'':<14}{' ' * (before + 1)}{'^' * len(letters[1:8])}  seed {letters[1:8]}")
    return "\n".join(lines)


def draw_duplex(mirna: str, site: str, structure: str) -> str:
    """Draw a duplex: the site above 5'→3', the miRNA below 3'→5'; bars are Watson-Crick, colons wobble pairs.

    Parameters
    ----------
    mirna, site
        Letters 5'→3'.
    structure
        Dots and brackets of both, ``miRNA&site``, as :func:`dmiso.scan.duplexes.fold_sites` gives them.

    Returns
    -------
    str
        Three lines; dashes fill up the shorter side of a loop.

    Raises
    ------
    ValueError
        If the structure is not of these letters.

    Examples
    --------
    >>> print(draw_duplex("UGAGGUAG", "AACUAGCCUCAU", "(((((.((&..))..)))))."))
    target 5' AACUAGCCUCAU 3'
                ||  |||||
    miRNA  3'   GAU-GGAGU  5'
    """
    own, other = structure.split("&")
    opened = [i for i, sign in enumerate(own) if sign == "("]
    closed = [j for j, sign in enumerate(other) if sign == ")"]
    if (len(own), len(other)) != (len(mirna), len(site)) or len(opened) != len(closed):
        raise ValueError(f"structure {structure!r} is not of {len(mirna)} and {len(site)} letters")
    rows = ["", "", ""]
    i_before, j_before = len(mirna), -1
    for i, j in zip(reversed(opened), closed, strict=True):
        _add_loop(rows, site[j_before + 1 : j], mirna[i + 1 : i_before][::-1], first=j_before < 0)
        pair = mirna[i] + site[j]
        for row, sign in enumerate((site[j], "|" if pair in WATSON_CRICK else ":", mirna[i])):
            rows[row] += sign
        i_before, j_before = i, j
    _add_loop(rows, site[j_before + 1 :], mirna[:i_before][::-1], first=j_before < 0, last=True)
    top, middle, bottom = rows
    lines = [f"target 5' {top} 3'", f"          {middle}".rstrip(), f"miRNA  3' {bottom} 5'"]
    return "\n".join(lines)


def _add_loop(rows: list[str], above: str, below: str, *, first: bool = False, last: bool = False) -> None:
    """Add letters that do not pair: ends are flush with the duplex, loops filled up with dashes."""
    width = max(len(above), len(below))
    if first and not last:
        above, below = above.rjust(width), below.rjust(width)
    elif last:
        above, below = above.ljust(width), below.ljust(width)
    else:
        above, below = above.ljust(width, "-"), below.ljust(width, "-")
    for row, text in enumerate((above, " " * width, below)):
        rows[row] += text
