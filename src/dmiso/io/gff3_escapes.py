"""What GFF3 writes for characters that part its columns, attributes and values: ``%`` and two hexadecimal digits.

After the definition (github.com/The-Sequence-Ontology/Specifications, gff3.md, version 1.26);
:func:`urllib.parse.unquote` turns every escape back.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

__all__ = ["escape", "escape_seqid"]

_RESERVED: Final = "%;=&,"
"""What parts column 9; the sign of an escape itself comes first, since the others' escapes hold it."""
_SEQID: Final = ".:^*$@!+_?-|"
"""What the definition allows in column 1 beside letters and digits: no ``>``, ``#`` or white space, which would make
the line a sequence, a comment or another number of columns."""


def escape(text: str, *, keep: str = "") -> str:
    """Return text as it may stand in column 9, or with ``keep`` in a column of plain text or a line of the header.

    Parameters
    ----------
    text
        Any text.
    keep
        Reserved characters that stay, as the commas between several values.

    Examples
    --------
    >>> escape("a;b, c"), escape("a,b", keep=","), escape(" x ")
    ('a%3Bb%2C c', 'a,b', '%20x%20')
    """
    if text.isprintable():
        written = text
        for c in _RESERVED:
            if c in written and c not in keep:
                written = written.replace(c, quote(c, safe=""))
    else:
        written = "".join(
            quote(c, safe="") if not c.isprintable() or (c in _RESERVED and c not in keep) else c
            for c in text
        )
    # readers cut white space at the ends of a value off
    inner = written.strip(" ")
    before = len(written) - len(written.lstrip(" "))
    return "%20" * before + inner + "%20" * (len(written) - before - len(inner))


def escape_seqid(text: str) -> str:
    """Return the name of a sequence as it may stand in column 1.

    Examples
    --------
    >>> escape_seqid("#1 of>x"), escape_seqid("hsa-let-7a-1")
    ('%231%20of%3Ex', 'hsa-let-7a-1')
    """
    return quote(text, safe=_SEQID)
