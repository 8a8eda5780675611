"""Whose prediction is it? Names and positions in a tool's output compared with the rows of a labelled table.

The rule is the paper's for RNA22: the miRNA's name and the target's agree, and where both have a position, these
overlap. Names are compared as their sources mean them: hyphens and underscores are the same, versions of accessions
are passed over, a FASTA header of GENCODE, Ensembl or RefSeq stands for its transcript and its gene, and a name that is
the nucleotides themselves stands for every row that has them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from dmiso.alphabet import normalise
from dmiso.columns import COLUMNS
from dmiso.errors import InputError
from dmiso.io.numbers import whole_number
from dmiso.io.transcript_headers import read_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from dmiso.evaluate.adapters.hits import Hit
    from dmiso.records import Counts

__all__ = ["RowsByName", "name_key", "target_keys"]

_ACCESSION: Final = re.compile(
    r"(ENS[A-Z]*(?P<kind>[TG])\d{6,}|[NX][MR]_\d+)(?:\.\d{1,3})?(_PAR_Y)?", re.ASCII
)
_TARGET_COLUMNS: Final = ("target_id", "transcript_id", "gene_id", "gene_name")
_SHORTEST_SEQUENCE: Final = 10
"""A shorter name of A, C, G and T is not taken for nucleotides (nt)."""
_ELSEWHERE: Final = (
    "predictions on another transcript than the labelled pair's: their positions cannot be compared"
)


@lru_cache(maxsize=1 << 16)
def name_key(name: str) -> str:
    """Return a name in the one spelling that is compared; an accession without its version.

    Examples
    --------
    >>> name_key("hsa_miR_21_5p") == name_key("hsa-miR-21-5p")
    True
    >>> [name_key(name) for name in ("ENST00000381192.10", "NM_000014.6", "AC103686.3")]
    ['enst00000381192', 'nm-000014', 'ac103686.3']
    """
    text = name.strip()
    if match := _ACCESSION.fullmatch(text):
        text = match[1] + (match[3] or "")
    return text.replace("_", "-").lower()


@lru_cache(maxsize=1 << 16)
def target_keys(name: str) -> frozenset[str]:
    """Return every name that a target's name or FASTA header holds, as they are compared.

    Examples
    --------
    >>> header = "ENST00000616016.5|ENSG00000187634.13|-|-|SAMD11-209|SAMD11|3465|UTR5:1-509|CDS:510-3044|"
    >>> sorted(target_keys(header) - {name_key(header)})
    ['ensg00000187634', 'enst00000616016', 'samd11']
    >>> sorted(target_keys("ENSG00000187634_ENST00000616016"))[:2]
    ['ensg00000187634', 'ensg00000187634-enst00000616016']
    """
    word, _, rest = name.strip().partition(" ")
    header = read_header(word, rest)
    found = {name, word, header.id, header.gene_id, header.gene_name}
    found.update(match[0] for match in _ACCESSION.finditer(name))
    return frozenset(key for text in found if (key := name_key(text)) not in {"", "-"})


@lru_cache(maxsize=1 << 16)
def _keys_of_hit(name: str) -> frozenset[str]:
    """Return every name that a prediction's target may go by; programs join names, as ``gene_transcript``."""
    return target_keys(name) | {name_key(part) for part in re.split(r"[|_]", name) if part not in {"", "-"}}


@lru_cache(maxsize=1 << 16)
def _transcripts_in(name: str) -> frozenset[str]:
    """Return the accessions of transcripts in a target's name."""
    return frozenset(
        name_key(match[0]) for match in _ACCESSION.finditer(name) if match["kind"] in {"T", None}
    )


@lru_cache(maxsize=1 << 16)
def _nucleotides(name: str) -> str | None:
    """Return the nucleotides that a name consists of, or None for a name."""
    if len(name) < _SHORTEST_SEQUENCE:
        return None
    try:
        sequence, n_ambiguous = normalise(name)
    except ValueError:
        return None
    return None if n_ambiguous else sequence


class RowsByName:
    """Finds the rows of a labelled table that a prediction is about.

    Parameters
    ----------
    table
        Labelled table with ``mirna_id`` and one or more of ``target_id``, ``transcript_id``, ``gene_id``,
        ``gene_name``; with ``start`` and ``end`` on the transcript where positions are compared.
    where
        The tool's file, for messages.

    Raises
    ------
    InputError
        If positions of the table are no numbers.
    """

    def __init__(self, table: pl.DataFrame, where: str) -> None:
        self._where = where
        self._mirnas = table["mirna_sequence"].to_list()
        self._mirna_keys = _keys(table, "mirna_id")
        self._known_mirnas = {*self._mirna_keys, *self._mirnas}
        self._positions = _positions(table, where)
        self._transcripts = _keys(table, "transcript_id")
        self._of_places = _place_keys(table)
        self._by_target: dict[str, list[int]] = {}
        self._by_site: dict[str, list[int]] = {}
        self._named = "mirna_id" in table.columns and bool(set(_TARGET_COLUMNS) & set(table.columns))
        for row, site in enumerate(table["target_sequence"]):
            self._by_site.setdefault(site, []).append(row)
        names = [table[column].to_list() for column in _TARGET_COLUMNS if column in table.columns]
        for row, of_row in enumerate(zip(*names, strict=True)):
            for key in {key for name in of_row if name for key in target_keys(name)}:
                self._by_target.setdefault(key, []).append(row)

    def rows_of(self, hit: Hit, tool: str, counts: Counts) -> list[int]:
        """Return the rows of a prediction.

        Parameters
        ----------
        hit
            The prediction.
        tool
            Whose it is, for the notes.
        counts
            Filled: predictions whose positions are on another transcript.

        Raises
        ------
        InputError
            If the table has no names and the prediction gives no nucleotides in their place.
        """
        # most predictions of a whole transcriptome end here: the rest is slower
        if self._named and self._known_mirnas.isdisjoint(
            (name_key(hit.mirna_id), _nucleotides(hit.mirna_id) or hit.mirna_id)
        ):
            return []
        if (site := _nucleotides(hit.target_id)) is not None and site in self._by_site:
            return [row for row in self._by_site[site] if self._same_mirna(hit, row)]
        if not self._named:
            raise InputError(
                "the labelled table has no names to match (mirna_id, and target_id, transcript_id, gene_id or "
                "gene_name)",
                path=self._where,
                hint="Add these columns to the labelled table, or name miRNAs and targets by their nucleotides",
            )
        named = {row for key in _keys_of_hit(hit.target_id) for row in self._by_target.get(key, ())}
        same = [row for row in sorted(named) if self._same_mirna(hit, row)]
        found = [row for row in same if self._comparable(hit, row) and self._overlaps(hit, row)]
        if same and not any(self._comparable(hit, row) for row in same):
            counts.note(f"{tool} {_ELSEWHERE}", example=hit.target_id)
        return found

    def _same_mirna(self, hit: Hit, row: int) -> bool:
        """Return whether a prediction is of a row's miRNA: its name, or its nucleotides."""
        key = self._mirna_keys[row]
        return (key is not None and key == name_key(hit.mirna_id)) or _nucleotides(
            hit.mirna_id
        ) == self._mirnas[row]

    def _comparable(self, hit: Hit, row: int) -> bool:
        """Return whether both positions, where there are any, count on one transcript."""
        if self._position_of(hit, row) is None:
            return True
        key, accessions = self._transcripts[row], _transcripts_in(hit.target_id)
        return key is None or not accessions or key in _keys_of_hit(hit.target_id)

    def _overlaps(self, hit: Hit, row: int) -> bool:
        position = self._position_of(hit, row)
        if position is None or hit.start is None or hit.end is None:
            return True
        return hit.start < position[1] and position[0] < hit.end

    def _position_of(self, hit: Hit, row: int) -> tuple[int, int] | None:
        """Return the row's position, where the prediction has one that counts from the same end."""
        if hit.start is None or not self._of_places[row] & _keys_of_hit(hit.target_id):
            return None  # of the site itself, by its name
        return self._positions[row]


def _keys(table: pl.DataFrame, column: str) -> list[str | None]:
    """Return a column's names as they are compared; None where there is none."""
    if column not in table.columns:
        return [None] * table.height
    known: dict[str, str] = {}
    keys: list[str | None] = []
    for name in table[column]:
        if name and name not in known:
            known[name] = name_key(read_header(name).id if column == "transcript_id" else name)
        keys.append(known.get(name) if name else None)
    return keys


def _place_keys(table: pl.DataFrame) -> list[frozenset[str]]:
    """Return the names of each row's transcript and gene: a prediction on one of them has a position there."""
    columns = [table[name].to_list() for name in _TARGET_COLUMNS[1:] if name in table.columns]
    if not columns:
        return [frozenset()] * table.height
    return [
        frozenset(key for name in names if name for key in target_keys(name))
        for names in zip(*columns, strict=True)
    ]


def _positions(table: pl.DataFrame, where: str) -> list[tuple[int, int] | None]:
    """Return where each row's site lies on its transcript; None where the table does not say."""
    if not {"start", "end", "transcript_id"} <= set(table.columns):
        return [None] * table.height
    pairs: Sequence[tuple[object, object]] = table.select("start", "end").rows()
    try:
        return [
            None if start in {None, ""} or end in {None, ""} else _position(str(start), str(end))
            for start, end in pairs
        ]
    except ValueError as error:
        raise InputError(
            f"start and end of the labelled table, compared with the positions of this file: {error}",
            path=where,
            hint="Correct the labelled table, or leave the two columns out",
        ) from error


def _position(start: str, end: str) -> tuple[int, int]:
    """Return a position as numbers."""
    first, last = whole_number(start), whole_number(end)
    least, most = COLUMNS["start"].bounds
    if not least <= first <= last <= most:
        raise ValueError(f"{first:,} to {last:,} is not a 0-based, half-open range")
    return first, last
