"""MirGeneDB and miRBase side by side: which miRNA of the one is which of the other, by nucleotides.

MirGeneDB holds the miRNAs that stand up to manual curation; that an isomiR's miRNA is among them is a reason to
trust it. Names differ in every part, so miRNAs are compared by nucleotides: the same, or the same but for ends that the
databases set differently (at least 16 nucleotides shared, ends moved by at most 3). A GFF3 of MirGeneDB names miRBase's
accessions itself; where given, it is a second witness.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import CROSSREF_COLUMNS, schema_of
from dmiso.io.streams import open_input

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dmiso.isomir.names.aliases import NamedMirna
    from dmiso.records import Counts

__all__ = ["CROSSREF_COLUMNS", "cross_reference", "read_mirgenedb_accessions"]


_FEWEST_SHARED: Final = 16
_MOST_MOVED: Final = 3
_ID: Final = re.compile(r"\bID=([^;\s]+)")
_ALIAS: Final = re.compile(r"\bAlias=([^;\s]+)")


def read_mirgenedb_accessions(path: Path) -> dict[str, tuple[str, ...]]:
    """Read which accessions of miRBase a GFF3 of MirGeneDB names.

    Parameters
    ----------
    path
        Plain or gzip.

    Returns
    -------
    dict
        miRNA of MirGeneDB, without the star of a rarer arm, to accessions.
    """
    found: dict[str, tuple[str, ...]] = {}
    with open_input(path) as handle:
        for raw in handle:
            fields = raw.decode("utf-8", "replace").rstrip("\r\n").split("\t")
            if len(fields) != 9 or fields[2] != "miRNA":
                continue
            name, alias = _ID.search(fields[8]), _ALIAS.search(fields[8])
            if name and alias and alias[1].startswith("MIMAT"):
                key = name[1].removesuffix("*")
                found[key] = tuple(dict.fromkeys((*found.get(key, ()), *alias[1].split(","))))
    return found


def cross_reference(
    mirgenedb: Iterable[NamedMirna],
    mirbase: Iterable[NamedMirna],
    counts: Counts,
    *,
    accessions: Mapping[str, tuple[str, ...]] | None = None,
) -> pl.DataFrame:
    """Find each miRNA of MirGeneDB in miRBase.

    Parameters
    ----------
    mirgenedb, mirbase
        miRNAs of one species of both.
    counts
        Filled: miRNAs found by which rule, and not found.
    accessions
        Of :func:`read_mirgenedb_accessions`; None compares nucleotides only.

    Returns
    -------
    polars.DataFrame
        Columns :data:`CROSSREF_COLUMNS`, a row per pair; ``rules`` are ``sequence`` or ``ends``, and ``accession``.
        All pairs of a miRNA found by its strongest rule on bases are there. One that is not found has a row without
        a partner.

    Examples
    --------
    >>> from dmiso.isomir.names.aliases import NamedMirna
    >>> from dmiso.records import Counts
    >>> one = [NamedMirna("Hsa-Mir-10-P1a_5p", "", "UACCCUGUAGAUCCGAAUUUGU")]
    >>> other = [NamedMirna("hsa-miR-10a-5p", "MIMAT0000253", "UACCCUGUAGAUCCGAAUUUGUG")]
    >>> cross_reference(one, other, Counts()).select("mirna_id", "rules").row(0)
    ('hsa-miR-10a-5p', 'ends')
    """
    others = list(mirbase)
    by_bases, by_core, by_accession = _indexes(others)
    rows: list[tuple[str | None, ...]] = []
    for mirna in mirgenedb:
        same = by_bases[mirna.sequence]
        near = by_core[mirna.sequence[_MOST_MOVED:_FEWEST_SHARED]] if not same else set()
        ends = sorted(n for n in near if _same_but_ends(mirna.sequence, others[n].sequence))
        rules = {number: ["sequence" if same else "ends"] for number in same or ends}
        for accession in (accessions or {}).get(mirna.name.removesuffix("*"), ()):
            for number in by_accession[accession]:
                rules.setdefault(number, []).append("accession")
        if rules:
            rule = (
                "the same nucleotides"
                if same
                else "the same nucleotides but for ends"
                if ends
                else "accession only"
            )
            counts.keep(f"MirGeneDB miRNAs found in miRBase by {rule}")
        else:
            counts.note("MirGeneDB miRNAs not found in miRBase", example=mirna.name)
            rows.append((mirna.name, None, None, "", mirna.sequence, None))
        for number in sorted(rules):
            other = others[number]
            found = (other.name, other.accession, ",".join(rules[number]), mirna.sequence, other.sequence)
            rows.append((mirna.name, *found))
    return pl.DataFrame(rows, schema=schema_of(CROSSREF_COLUMNS), orient="row")


def _indexes(
    mirnas: list[NamedMirna],
) -> tuple[dict[str, list[int]], dict[str, set[int]], dict[str, list[int]]]:
    """Return numbers of miRNAs by nucleotides, by the middle that miRNAs with moved ends share, and by accession."""
    by_bases: dict[str, list[int]] = defaultdict(list)
    by_core: dict[str, set[int]] = defaultdict(set)
    by_accession: dict[str, list[int]] = defaultdict(list)
    length = _FEWEST_SHARED - _MOST_MOVED
    for number, mirna in enumerate(mirnas):
        by_bases[mirna.sequence].append(number)
        by_accession[mirna.accession].append(number)
        for start in range(2 * _MOST_MOVED + 1):
            by_core[mirna.sequence[start : start + length]].add(number)
    return by_bases, by_core, by_accession


def _same_but_ends(one: str, other: str) -> bool:
    """Return whether two sequences agree wherever they overlap, with ends moved a little."""
    for shift in range(-_MOST_MOVED, _MOST_MOVED + 1):
        first, second = (one[shift:], other) if shift >= 0 else (one, other[-shift:])
        length = min(len(first), len(second))
        close = length >= _FEWEST_SHARED and abs(len(first) - len(second)) <= _MOST_MOVED
        if close and first[:length] == second[:length]:
            return True
    return False
