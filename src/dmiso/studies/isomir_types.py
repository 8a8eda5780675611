"""The paper's types of the isomiRs in a table of interactions, and the groups of Table S5 that they make up.

Types are defined in :mod:`dmiso.isomir.classify`. Nucleotides count as replaced only in a sequence that no
reference miRNA of the species contains: sources name many miRNAs after a sibling of its family.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.isomir.classify import EXACT, TYPES, isomir_types, types_between

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EXACT", "GROUPS", "TYPES", "UNTOLD", "forms_of", "type_groups", "with_types"]

UNTOLD: Final = "not told (reference miRNA only)"
"""The source names the reference miRNA, and does not keep the nucleotides as sequenced."""

_REPLACED: Final = frozenset({"5' replacement", "3' replacement", "SNP", "MNP"})

GROUPS: Final = (EXACT, "5' isomiR", "3' isomiR", "polymorphic isomiR", UNTOLD)
"""What Table S5 divides interactions into, and what is unknown."""


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
    """Return whether a reference miRNA of the same species, by the prefix of its name, contains a sequence."""
    species = name.partition("-")[0]
    return any(sequence in bases for other, bases in references.items() if other.partition("-")[0] == species)


def with_types(frame: pl.DataFrame, references: Mapping[str, str]) -> pl.DataFrame:
    """Add ``isomir_types`` and ``isomir_groups``, lists, from the row's own miRNA.

    Parameters
    ----------
    frame
        With ``mirna_id``, ``mirna_sequence``, ``iso5_offset`` and ``iso3_offset``.
    references
        Sequences of reference miRNAs by name; without a row's own, its types come from its offsets alone.
    """
    rows = frame.select("mirna_sequence", "iso5_offset", "iso3_offset", "mirna_id")
    known: dict[tuple[object, ...], tuple[str, ...]] = {}
    for row in rows.unique(maintain_order=True).iter_rows():
        sequence, five, three, name = row
        if five is None or three is None:
            known[row] = (UNTOLD,)
            continue
        reference = references.get(name)
        types = types_between(sequence, reference, five, three) if reference is not None else None
        of_ends = isomir_types(five, three)
        sibling = types and _REPLACED & set(types) and _is_reference(sequence, name, references)
        known[row] = of_ends if types is None or sibling else types
    every = [known[row] for row in rows.iter_rows()]
    lists = pl.List(pl.String)
    return frame.with_columns(
        pl.Series("isomir_types", [list(t) for t in every], lists),
        pl.Series("isomir_groups", [list(type_groups(t)) for t in every], lists),
    )


def forms_of(frame: pl.DataFrame, references: Mapping[str, str]) -> dict[str, pl.Series]:
    """Return which rows are of exact miRNAs, of isomiRs, and of miRNAs whose form is not told (Table S6).

    Parameters
    ----------
    frame, references
        As for :func:`with_types`.
    """
    groups = with_types(frame, references)["isomir_groups"]
    exact, untold = groups.list.contains(EXACT), groups.list.contains(UNTOLD)
    return {
        "miRNA only": exact,
        "isomiR only": ~exact & ~untold,
        "reference miRNA, form not told": untold,
    }
