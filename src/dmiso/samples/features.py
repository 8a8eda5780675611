"""What a row of a count matrix is, and its name: unique, the same in every run against one reference.

A miRNA row is the set of miRNAs that explain a sequence best, ``hsa-miR-199a-3p|hsa-miR-199b-3p``: their reads cannot
be told apart, and are counted once. An isomiR row is one sequence: its miRNAs, ``exact`` or what differs in mirGFF3's
words, and the licence plate of the sequence, as the words of two sequences can be the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import FEATURE_COLUMNS, schema_of
from dmiso.isomir.classify import EXACT as EXACT_TYPE

if TYPE_CHECKING:
    from dmiso.isomir.reference import Reference

__all__ = ["EXACT", "NO_VARIANT", "features_of"]

EXACT: Final = "exact"
"""What a sequence without difference is called. Not ``NA``: R and pandas read that as a missing value."""

NO_VARIANT: Final = "NA"
"""What mirGFF3 calls it."""

_BETWEEN: Final = "|"
_PARTS: Final = ";"


def features_of(calls: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Return the row of each sequence in the count matrices.

    Parameters
    ----------
    calls
        A row per sequence and miRNA that explains it best, the rows of a sequence together, as
        :class:`dmiso.isomir.calls.Caller` gives them.
    reference
        What they were called against.

    Returns
    -------
    polars.DataFrame
        Columns ``FEATURE_COLUMNS``: a row per sequence, in the order of the calls.

    Examples
    --------
    >>> from dmiso.isomir import Mature, Reference, call_isomirs
    >>> from dmiso.isomir.reference import Placement
    >>> let7 = Mature("hsa-let-7a-5p", "MIMAT0000062", "UGAGGUAGUAGGUUGUAUAGUU")
    >>> reference = Reference((let7,), (), (Placement(0, -1, 0, 22),), "miRBase")
    >>> calls = call_isomirs({"a": let7.sequence, "b": let7.sequence[1:] + "A"}, reference)
    >>> features_of(calls, reference)["feature"].to_list()
    ['hsa-let-7a-5p;exact', 'hsa-let-7a-5p;iso_5p:+1,iso_add3p:1;iso-22-531P7WH3O']
    """
    shared = _names_of_several(reference)
    rows = (
        calls.group_by("sequence", maintain_order=True)
        .agg("mirna_id", "variant", "isomir_types", pl.col("uid").first(), pl.col("seed").first())
        .iter_rows(named=True)
    )
    named = []
    for row in rows:
        # by name, not in the order of the reference: files of one database are sorted in several ways
        parents = sorted(zip(row["mirna_id"], row["variant"], strict=True))
        mirnas = list(dict.fromkeys(name for name, _ in parents))
        variant = _BETWEEN.join(dict.fromkeys(EXACT if one == NO_VARIANT else one for _, one in parents))
        types = sorted({one for types in row["isomir_types"] for one in types.split(",")})
        name = _BETWEEN.join(mirnas) + _PARTS + variant
        if variant != EXACT or shared & set(mirnas):
            name += _PARTS + (row["sequence"] if row["uid"] == "." else row["uid"])
        named.append(
            {
                "feature": name,
                "mirna_ids": _BETWEEN.join(mirnas),
                "variant": variant,
                "isomir_types": _BETWEEN.join(EXACT if one == EXACT_TYPE else one for one in types),
                "sequence": row["sequence"],
                "seed": row["seed"],
            }
        )
    return pl.DataFrame(named, schema=schema_of(FEATURE_COLUMNS))


def _names_of_several(reference: Reference) -> set[str]:
    """Return the names that miRNAs with different nucleotides share: "exact" does not tell them apart."""
    sequences: dict[str, str] = {}
    shared = set()
    for mature in reference.matures:
        if sequences.setdefault(mature.id, mature.sequence) != mature.sequence:
            shared.add(mature.id)
    return shared
