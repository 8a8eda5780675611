"""The ``.hyb`` format: a line a chimeric read, as Hyb (Travis et al. 2014) writes and hybkit reads it.

Fifteen columns, then flags ``name=value;``. In the file positions are 1-based and closed, and nucleotides DNA;
inside they are 0-based and half-open, and RNA.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.alphabet import to_dna
from dmiso.io.atomic import open_output

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["HybRecord", "HybSegment", "hyb_region", "write_hyb"]

_REGIONS: Final = {"5'UTR": "5pUTR", "CDS": "C", "3'UTR": "3pUTR", None: "U"}


class HybSegment(NamedTuple):
    """A part of a read: its reference and kind, positions on the read and the reference (0-based half-open), score."""

    reference: str
    kind: str
    read_start: int
    read_end: int
    start: int
    end: int
    score: float


class HybRecord(NamedTuple):
    r"""A chimeric read: name, nucleotides, the parts in the order of the read, energy, flags.

    Examples
    --------
    >>> mirna = HybSegment("miR-1", "microRNA", 0, 3, 0, 3, 6.0)
    >>> target = HybSegment("NM_1", "mRNA", 3, 6, 99, 102, 6.0)
    >>> HybRecord("r1", "ACGUUU", mirna, target, None, {"count_total": "2"}).text()
    'r1\tACGTTT\t.\tmiR-1_microRNA\t1\t3\t1\t3\t6.0\tNM_1_mRNA\t4\t6\t100\t102\t6.0\tcount_total=2;'
    """

    id: str
    sequence: str
    first: HybSegment
    second: HybSegment
    energy: float | None = None
    flags: Mapping[str, str] | None = None

    def text(self) -> str:
        """Return the record's line, without its end."""
        fields = [
            self.id,
            to_dna(self.sequence),
            "." if self.energy is None else f"{self.energy:.2f}",
        ]
        for part in (self.first, self.second):
            fields += [f"{part.reference}_{part.kind}", str(part.read_start + 1), str(part.read_end)]
            fields += [str(part.start + 1), str(part.end), f"{part.score:.1f}"]
        flags = "".join(f"{name}={value};" for name, value in (self.flags or {}).items())
        return "\t".join([*fields, flags] if flags else fields)


def hyb_region(region: str | None) -> str:
    """Return hybkit's word for a region.

    Examples
    --------
    >>> hyb_region("3'UTR"), hyb_region(None)
    ('3pUTR', 'U')
    """
    return _REGIONS[region]


def write_hyb(path: Path, records: Iterable[HybRecord]) -> int:
    """Write records; return how many. The file appears when it is whole."""
    n = 0
    with open_output(path) as handle:
        for record in records:
            handle.write(f"{record.text()}\n".encode())
            n += 1
    return n
