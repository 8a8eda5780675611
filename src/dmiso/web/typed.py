"""What people type and paste: names, bare sequences and FASTA, told apart and checked with line and position.

A word is a sequence if it has nucleotides only and at least :data:`SHORTEST` of them: no gene's symbol is one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.alphabet import ALPHABETICAL
from dmiso.errors import InputError, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NUCLEOTIDES", "SHORTEST", "Typed", "read_typed"]

SHORTEST: Final = 12
"""Nucleotides of the shortest sequence."""
NUCLEOTIDES: Final = f"{ALPHABETICAL}TN"
"""What a sequence may hold, in upper or lower case."""
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_*:()+-]|\.(?!\.)){0,79}")
"""A name of a miRNA, gene or transcript: it begins as no option does, and leads to no other folder."""
_MOST_HEADER: Final = 200


class Typed(NamedTuple):
    """An entry: name and sequence. A bare sequence has no name; what was typed as a name has no sequence."""

    name: str
    sequence: str

    @property
    def is_name(self) -> bool:
        """Whether it has to be looked up."""
        return not self.sequence


def read_typed(text: str, *, wrapped: bool = False) -> list[Typed]:
    r"""Return the entries of a text field, in their order.

    Parameters
    ----------
    text
        FASTA if its first line that is not empty begins with ``>``; otherwise words, between spaces, commas,
        semicolons or lines.
    wrapped
        Bare sequences on lines that follow one another are one sequence, as a long one is pasted.

    Raises
    ------
    InputError
        With the line of the field, and the position of what is no nucleotide.

    Examples
    --------
    >>> read_typed("let-7a-5p, UACAGUACUGUGAUAACUGAA")
    [Typed(name='let-7a-5p', sequence=''), Typed(name='', sequence='UACAGUACUGUGAUAACUGAA')]
    >>> read_typed(">mine\nUACAGUAC\nUGUGAUAACUGAA")
    [Typed(name='mine', sequence='UACAGUACUGUGAUAACUGAA')]
    """
    if text.lstrip().startswith(">"):
        return list(_of_fasta(text))
    found: list[Typed] = []
    for line, content in enumerate(text.splitlines(), start=1):
        words = [word for word in re.split(r"[\s,;]+", content) if word]
        for word in words:
            entry = _of_word(word, line)
            if wrapped and not entry.is_name and found and not found[-1].is_name:
                found[-1] = Typed("", found[-1].sequence + entry.sequence)
            else:
                found.append(entry)
    return found


def _of_word(word: str, line: int) -> Typed:
    if _is_meant_as_sequence(word):
        return Typed("", _checked(word, line, None))
    if _NAME.fullmatch(word) is None:
        raise InputError(
            f"{shortened(word, 60)!r} is neither a sequence nor a name",
            line=line,
            hint="Names have letters, digits and - . _ *; a sequence has at least "
            f"{SHORTEST} of A C G U T N; FASTA begins with >",
        )
    return Typed(word, "")


def _is_meant_as_sequence(word: str) -> bool:
    """Say whether a word is a sequence, perhaps with a slip in it: nearly all nucleotides, and long."""
    if len(word) < SHORTEST:
        return False
    return sum(base in NUCLEOTIDES for base in word.upper()) >= 0.9 * len(word)


def _checked(sequence: str, line: int, record: str | None) -> str:
    for position, base in enumerate(sequence, start=1):
        if base.upper() not in NUCLEOTIDES:
            raise InputError(
                f"{base!r} at position {position} is not one of {' '.join(NUCLEOTIDES)}",
                line=line,
                record=record,
                hint="Correct the sequence, or remove it",
            )
    return sequence


def _of_fasta(text: str) -> Iterator[Typed]:
    name, begun, parts = "", 0, list[str]()
    for line, content in enumerate(text.splitlines(), start=1):
        if content.startswith(">"):
            if begun:
                yield _record(name, begun, parts)
            name, begun, parts = _header(content, line), line, []
        elif words := content.split():
            parts += [_checked("".join(words), line, name)]
    yield _record(name, begun, parts)


def _header(content: str, line: int) -> str:
    words = content[1:].split()
    if not words:
        raise InputError("a record has no name", line=line, hint="Write a name after >")
    name = words[0]
    if len(name) > _MOST_HEADER or not name.isprintable():
        raise InputError(
            "a record's name is too long, or has characters that cannot be shown",
            line=line,
            hint=f"Use at most {_MOST_HEADER} letters, digits and signs",
        )
    return name


def _record(name: str, line: int, parts: list[str]) -> Typed:
    sequence = "".join(parts)
    if not sequence:
        raise InputError(
            "there is no sequence", line=line, record=name, hint="Paste it below the record's name"
        )
    return Typed(name, sequence)
