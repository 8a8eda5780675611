"""One line of a mirGFF3 file as a value: its columns, and its attributes as they stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from dmiso.alphabet import normalise
from dmiso.io.mirgff3_words import Variant, parse_variant
from dmiso.io.numbers import finite_number

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GFF3_STYLE", "Mirgff3Record", "Style"]

_MOST_READS: Final = 10**15


class Style(NamedTuple):
    """How column 9 is set: what stands between key and value, between attributes, and at the end."""

    assign: str = "="
    between: str = ";"
    final: str = ""


GFF3_STYLE: Final = Style()
"""As GFF3 says: ``Key=value;Key=value``."""


@dataclass(frozen=True, slots=True)
class Mirgff3Record:
    """One line of a mirGFF3 file.

    Parameters
    ----------
    seqid, source, type
        Precursor (some tools: miRNA), database, and ``ref_miRNA`` or ``isomiR``; escaped as in the file.
    start, end
        On the sequence ``seqid``, 0-based half-open.
    score, strand, phase
        As in the file.
    attributes
        Column 9 in its order: key to value, escaped as in the file.
    line
        Where it stands in its file, counted from 1; 0 for a record from no file.
    style
        How its column 9 was set.
    """

    seqid: str
    source: str
    type: str
    start: int
    end: int
    score: str
    strand: str
    phase: str
    attributes: Mapping[str, str]
    line: int = 0
    style: Style = GFF3_STYLE

    @property
    def reference(self) -> str:
        """Return the name of the sequence that start and end are on: ``seqid`` with escapes undone."""
        return unquote(self.seqid)

    def value(self, key: str) -> str:
        """Return an attribute with escapes undone; empty where the record lacks it."""
        return unquote(self.attributes.get(key, ""))

    def values(self, key: str) -> tuple[str, ...]:
        """Return the values of an attribute with several, separated by commas."""
        return tuple(unquote(part) for part in self.attributes.get(key, "").split(",") if part)

    @property
    def sequence(self) -> str:
        """Return the read as RNA; empty where ``Read`` is missing or, as in some files, a read's name."""
        try:
            return normalise(self.value("Read")).sequence
        except ValueError:
            return ""

    @property
    def expression(self) -> tuple[float, ...]:
        """Return the reads in each sample, in the order of the header's samples.

        Raises
        ------
        ValueError
            If one is not a number, infinite, or below 0.
        """
        parts = self.attributes.get("Expression", "").split(",")
        reads = tuple(finite_number(part) for part in parts if part)
        if any(not 0 <= n <= _MOST_READS for n in reads):
            raise ValueError("a number of reads is 0 or more, and less than 10^15")
        return reads

    def variant(self, *, older_signs: bool = False) -> Variant:
        """Return the variant in today's words; a record without one is the reference."""
        return parse_variant(self.value("Variant"), older_signs=older_signs).variant

    def text(self, style: Style | None = None) -> str:
        """Return the record as a line, without line end; in its own style, or in another."""
        assign, between, final = self.style if style is None else style
        column9 = between.join(f"{key}{assign}{value}" for key, value in self.attributes.items()) + final
        position = (str(self.start + 1), str(self.end))
        return "\t".join(
            [self.seqid, self.source, self.type, *position, self.score, self.strand, self.phase, column9]
        )
