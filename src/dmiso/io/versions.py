"""Names with and without a version: ``NM_000014.6`` and ``NM_000014`` are one transcript; ``STRG.1.1`` has none.

Whether a number after a dot is a version or distinguishes transcripts (``AT1G01010.2``, ``B0205.4``) shows only in
accessions. So other names are found with and without their number, but never by another number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NameIndex", "gene_key", "without_version"]

_Value = TypeVar("_Value")

_VERSIONED: Final = re.compile(r"(?P<name>[^.\s]+)\.(?P<version>\d{1,3})(?P<rest>_PAR_Y)?")
"""One dot and up to three digits. Names with more dots (StringTie's ``STRG.1.2``) number transcripts, not versions."""
_ENSEMBL: Final = re.compile(
    r"(ENS[A-Z]*[GT]\d{6,})(?:\.\d{1,3})?(?:_PAR_Y)?|((?:N|X)[MR]_\d+)(?:\.\d{1,3})?"
)
"""Names of Ensembl, GENCODE and RefSeq; only in these is a number after a dot a version."""
_ACCESSION: Final = re.compile(r"(?:ENS[A-Z]*T\d{6,}|[NX][MR]_\d{1,})(?:_PAR_Y)?")
"""Names of Ensembl, GENCODE and RefSeq without their versions."""


def without_version(name: str) -> str:
    """Return a name without its version; other names as they are.

    Examples
    --------
    >>> [without_version(n) for n in ("ENST00000340828.2", "NM_000014", "ENST00000381192.10_PAR_Y", "STRG.1.2")]
    ['ENST00000340828', 'NM_000014', 'ENST00000381192_PAR_Y', 'STRG.1.2']
    """
    match = _VERSIONED.fullmatch(name)
    if match is None:
        return name
    return match["name"] + (match["rest"] or "")


def gene_key(name: str) -> str:
    """Return a gene's or transcript's name as it is compared: upper case, accessions without version.

    Examples
    --------
    >>> [gene_key(name) for name in ("ENSG00000111640.15", "gapdh", "AC103686.3", "NM_002046.7")]
    ['ENSG00000111640', 'GAPDH', 'AC103686.3', 'NM_002046']
    """
    upper = name.strip().upper()
    match = _ENSEMBL.fullmatch(upper)
    return (match[1] or match[2]) if match else upper


class NameIndex(Generic[_Value]):
    """Values by name, found with or without a version on either side.

    Parameters
    ----------
    values
        Name → value. Where two names differ in their version only, each is found by its whole name alone.

    Examples
    --------
    >>> index = NameIndex({"NM_1.2": "a", "NM_2.1": "b", "NM_2.3": "c"})
    >>> [index.get(name) for name in ("NM_1", "NM_1.5", "NM_2.1", "NM_2")]
    ['a', 'a', 'b', None]
    """

    def __init__(self, values: Mapping[str, _Value]) -> None:
        self._values = values
        self._names: dict[str, str | None] = {}
        for name in values:
            short = without_version(name)
            self._names[short] = None if short in self._names else name

    def get(self, name: str) -> _Value | None:
        """Return the value of a name, the exact one first; None if there is none, or several versions."""
        if name in self._values:
            return self._values[name]
        short = without_version(name)
        known = self._names.get(short)
        if known is None or (short not in {name, known} and not _ACCESSION.fullmatch(short)):
            return None
        return self._values[known]
