"""Which kind of isomiR a sequence is, in the paper's eight types, from its offsets and its reference's letters.

The paper (Methods, "Identification of ..."): 5' and 3' isomiRs (addition, deletion, replacement), single and
multiple nucleotide polymorphic ones (SNP, MNP); an isomiR may be of several. It does not say how far from an
end a replaced letter belongs to it: here it is the end letter of an end without an offset; replaced letters
further in are polymorphic. Letters count as replaced only in a sequence that no reference miRNA of the species
contains: sources name many a miRNA after a sibling of its family.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.isomir.classify import EXACT, TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EXACT", "GROUPS", "TYPES", "UNTOLD", "isomir_types", "type_groups", "with_types"]

UNTOLD: Final = "not told (reference miRNA only)"
"""The source names the reference miRNA, and does not keep the letters as sequenced."""

_REPLACED: Final = frozenset({"5' replacement", "3' replacement", "SNP", "MNP"})

GROUPS: Final = (EXACT, "5' isomiR", "3' isomiR", "polymorphic isomiR", UNTOLD)
"""What Table S5 parts interactions into, and what cannot be told."""


def isomir_types(
    sequence: str, five: int | None, three: int | None, reference: str | None = None
) -> tuple[str, ...]:
    """Return the types of one miRNA or isomiR.

    Parameters
    ----------
    sequence
        As sequenced.
    five, three
        Offsets of its ends against the reference (5': positive begins inside it; 3': positive ends after it);
        None where the source does not tell.
    reference
        Letters of the reference miRNA; None leaves replaced letters unseen.

    Returns
    -------
    tuple of str
        Of :data:`TYPES`, or one of :data:`EXACT` and :data:`UNTOLD`.

    Examples
    --------
    >>> isomir_types("GAGGUAGU", 1, 0, "UGAGGUAGU"), isomir_types("UGAGGUAGUA", 0, 1, "UGAGGUAGU")
    (("5' deletion",), ("3' addition",))
    >>> isomir_types("UGACGUAGA", 0, 0, "UGAGGUAGU")
    ("3' replacement", 'SNP')
    """
    if five is None or three is None:
        return (UNTOLD,)
    found = []
    if five:
        found.append("5' addition" if five < 0 else "5' deletion")
    if three:
        found.append("3' addition" if three > 0 else "3' deletion")
    if reference is not None:
        found += _replaced(sequence, five, three, reference)
    return tuple(name for name in TYPES if name in found) or (EXACT,)


def _replaced(sequence: str, five: int, three: int, reference: str) -> list[str]:
    """Return the types that letters other than the reference's make."""
    shared_reference = reference[max(five, 0) : len(reference) + min(three, 0)]
    shared = sequence[max(-five, 0) : len(sequence) - max(three, 0)]
    if len(shared) != len(shared_reference):
        return []  # the offsets are not against this reference: nothing can be said of its letters
    places = [i for i, (a, b) in enumerate(zip(shared, shared_reference, strict=True)) if a != b]
    found = []
    if five == 0 and 0 in places:
        found.append("5' replacement")
        places.remove(0)
    if three == 0 and len(shared) - 1 in places:
        found.append("3' replacement")
        places.remove(len(shared) - 1)
    if places:
        found.append("SNP" if len(places) == 1 else "MNP")
    return found


def type_groups(types: tuple[str, ...]) -> tuple[str, ...]:
    """Return the groups of Table S5 that types belong to.

    Examples
    --------
    >>> type_groups(("5' deletion", "3' addition"))
    ("5' isomiR", "3' isomiR")
    """
    if types in {(EXACT,), (UNTOLD,)}:
        return types
    ends = {f"{name[:2]} isomiR" if name[0] in "53" else "polymorphic isomiR" for name in types}
    return tuple(group for group in GROUPS if group in ends)


def _is_reference(sequence: str, name: str, references: Mapping[str, str]) -> bool:
    """Tell whether a reference miRNA of the same species, told by the name's beginning, contains a sequence."""
    species = name.partition("-")[0]
    return any(
        sequence in letters for other, letters in references.items() if other.partition("-")[0] == species
    )


def with_types(frame: pl.DataFrame, references: Mapping[str, str]) -> pl.DataFrame:
    """Add ``isomir_types`` and ``isomir_groups``, lists, from the row's own miRNA.

    Parameters
    ----------
    frame
        With ``mirna_id``, ``mirna_sequence``, ``iso5_offset`` and ``iso3_offset``.
    references
        Letters of reference miRNAs by name; may be empty.
    """
    rows = frame.select("mirna_sequence", "iso5_offset", "iso3_offset", "mirna_id")
    known: dict[tuple[object, ...], tuple[str, ...]] = {}
    for row in rows.unique(maintain_order=True).iter_rows():
        sequence, five, three, name = row
        known[row] = isomir_types(sequence, five, three, references.get(name))
        if _REPLACED & set(known[row]) and _is_reference(sequence, name, references):
            known[row] = isomir_types(sequence, five, three)
    types = [known[row] for row in rows.iter_rows()]
    lists = pl.List(pl.String)
    return frame.with_columns(
        pl.Series("isomir_types", [list(t) for t in types], lists),
        pl.Series("isomir_groups", [list(type_groups(t)) for t in types], lists),
    )
