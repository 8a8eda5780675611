"""The ``.vienna`` format of folded sequences: three lines a record, as hybkit reads it beside a ``.hyb``.

``>name``, the nucleotides (DNA, as in the ``.hyb``), dots and brackets with the energy in parentheses after a tab.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dmiso.alphabet import to_dna
from dmiso.io.atomic import open_output

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["ViennaRecord", "write_vienna"]


class ViennaRecord(NamedTuple):
    r"""A folded sequence: name, nucleotides, structure of the same length, energy in kcal/mol.

    Examples
    --------
    >>> ViennaRecord("r1", "GGAAACC", "((...))", -1.5).text()
    '>r1\nGGAAACC\n((...))\t(-1.50)'
    """

    id: str
    sequence: str
    structure: str
    energy: float

    def text(self) -> str:
        """Return the record's lines, without the end of the last."""
        return f">{self.id}\n{to_dna(self.sequence)}\n{self.structure}\t({self.energy:.2f})"


def write_vienna(path: Path, records: Iterable[ViennaRecord]) -> int:
    """Write records; return how many. The file appears when it is whole."""
    n = 0
    with open_output(path) as handle:
        for record in records:
            handle.write(f"{record.text()}\n".encode())
            n += 1
    return n
