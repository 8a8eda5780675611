"""The letters of a sequence: what is accepted, and what it becomes inside the program.

Inside, every sequence is upper-case RNA over ``A U C G N``. This happens once, when a record is read:
lower case is raised, ``T`` becomes ``U``, the IUPAC ambiguity codes become ``N`` (counted, never silent),
and anything else is an error that names the position.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["AMBIGUOUS", "LETTERS", "NormalisedSequence", "normalise"]

LETTERS = "AUCGN"
"""Letters inside the program, in the order of the published network's one-hot columns, then N."""

AMBIGUOUS = "RYSWKMBDHVX."
"""IUPAC codes for more than one base (X and, in older reads, a dot for any), read as N."""

_ACCEPTED = "ACGTUN" + AMBIGUOUS
_INSIDE = "ACGUUN" + "N" * len(AMBIGUOUS)
_TABLE = bytes.maketrans(
    bytes(range(256)) + (_ACCEPTED + _ACCEPTED.lower()).encode(), b"?" * 256 + (_INSIDE * 2).encode()
)
_AMBIGUOUS_BYTES = (AMBIGUOUS + AMBIGUOUS.lower()).encode()


class NormalisedSequence(NamedTuple):
    """A sequence in the letters used inside, and how many ambiguity codes became N in it."""

    sequence: str
    n_ambiguous: int


def normalise(text: str) -> NormalisedSequence:
    """Return a sequence in upper-case RNA letters.

    Parameters
    ----------
    text
        Letters as read from a file: any case, T or U, IUPAC codes.

    Returns
    -------
    NormalisedSequence
        The sequence over ``A U C G N`` and the number of IUPAC ambiguity codes (N itself not counted)
        that were replaced by N.

    Raises
    ------
    ValueError
        If a character is not a nucleotide code; the message names it and its position, counted from 1.

    Examples
    --------
    >>> normalise("tgaRgu")
    NormalisedSequence(sequence='UGANGU', n_ambiguous=1)
    """
    raw = text.encode("utf-8")
    inside = raw.translate(_TABLE)
    if b"?" in inside:
        for position, letter in enumerate(text, start=1):
            if letter.upper() not in _ACCEPTED:
                message = f"{letter!r} at position {position} is not one of A C G U (or T) N or an IUPAC code"
                raise ValueError(message)
    n_ambiguous = len(raw) - len(raw.translate(None, _AMBIGUOUS_BYTES))
    return NormalisedSequence(inside.decode("ascii"), n_ambiguous)
