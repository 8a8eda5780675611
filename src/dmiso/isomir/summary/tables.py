"""What calls amount to: types per miRNA, replaced nucleotides, preferred types, and how much of it MirGeneDB holds.

A sequence that several miRNAs explain alike is counted once: its reads are shared evenly among them. The test of
preference takes sequences of one miRNA only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from dmiso.alphabet import CODED, NUCLEOTIDES
from dmiso.isomir.classify import EXACT, TYPES
from dmiso.isomir.preference import type_preference

if TYPE_CHECKING:
    from dmiso.records import Counts

__all__ = ["UNTOLD", "CountBy", "IsomirSummary", "summarise"]

CountBy = Literal["reads", "sequences"]
"""What an observation is in the test of preference."""

UNTOLD: Final = "not told"
"""Type of calls from files that do not state it."""

_ORDER: Final = (EXACT, *TYPES, UNTOLD)
_CHANGE: Final = rf"^(-?\d+):([{CODED}])>([{NUCLEOTIDES}])$"


@dataclass(frozen=True, slots=True)
class IsomirSummary:
    """Tables of a summary.

    Parameters
    ----------
    types
        A row per type: ``isomir_type``, ``sequences``, ``reads``, ``read_share``. Types overlap.
    mirnas
        A row per miRNA, most reads first: ``mirna_id``, ``reads``, ``sequences``, ``exact_reads``, ``isomir_reads``,
        ``seed_shifted_reads``, its most frequent isomiR, and ``mirgenedb_ids`` if a cross-reference was given.
    mirna_types
        A row per miRNA and type: ``mirna_id``, ``isomir_type``, ``sequences``, ``reads``, ``read_share``.
    substitutions
        A row per position and replaced nucleotide: ``position``, ``reference_base``, ``found_base``, ``sequences``,
        ``reads``.
    preference
        See :func:`dmiso.isomir.preference.type_preference`; its ``interactions`` are ``observations`` here, reads
        or sequences.
    ends
        Where reads begin and end, a row per miRNA, end and position: ``mirna_id``, ``which_end``, ``end_position``,
        ``sequences``, ``reads``, ``read_share``. Calls that do not tell it are left out.
    facts
        Numbers of the whole, by name.
    """

    types: pl.DataFrame
    mirnas: pl.DataFrame
    mirna_types: pl.DataFrame
    substitutions: pl.DataFrame
    preference: pl.DataFrame
    ends: pl.DataFrame
    facts: dict[str, float]


def summarise(
    calls: pl.DataFrame,
    counts: Counts,
    *,
    least: int = 100,
    count_by: CountBy = "reads",
    crossref: pl.DataFrame | None = None,
) -> IsomirSummary:
    """Summarise calls.

    Parameters
    ----------
    calls
        Columns of :data:`dmiso.isomir.exchange.EXCHANGE_COLUMNS`.
    counts
        Filled: what the test of preference leaves out.
    least
        IsomiR observations under which a miRNA is not tested for preferred types; the paper's 100.
    count_by
        What an observation is in that test.
    crossref
        From :func:`dmiso.isomir.names.crossref.cross_reference`; None leaves MirGeneDB out.

    Examples
    --------
    >>> from dmiso.records import Counts
    >>> calls = pl.DataFrame({"sequence": ["UGAG", "UGAGA"], "read_count": [6, 2], "mirna_id": ["m", "m"],
    ...     "iso5_offset": [0, 0], "iso3_offset": [0, 1], "added_5p": ["", ""], "added_3p": ["", ""],
    ...     "isomir_types": ["exact miRNA", "3' addition"], "variant": ["NA", "iso_add3p:1"], "changes": ["", ""],
    ...     "seed_shifted": [False, False], "n_parents": [1, 1], "ambiguity": ["", ""]})
    >>> summarise(calls, Counts()).types.rows()
    [('exact miRNA', 1, 6.0, 0.75), ("3' addition", 1, 2.0, 0.25)]
    """
    shared = calls.with_columns(
        reads=pl.col("read_count") / pl.col("n_parents").clip(1),
        types=pl.col("isomir_types").fill_null(UNTOLD).str.split(","),
    ).with_columns(exact=pl.col("types").list.contains(EXACT))
    mirnas = _by_mirna(shared)
    if crossref is not None:
        mirnas = _with_mirgenedb(mirnas, crossref)
    return IsomirSummary(
        _by_type(shared, []),
        mirnas,
        _by_type(shared, ["mirna_id"]),
        _substitutions(shared),
        _preference(shared, counts, least, count_by),
        _ends(shared),
        _facts(shared, mirnas, crossref),
    )


def _by_type(shared: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Count sequences and reads of each type, over all or by miRNA; the share is of all reads of the group."""
    whole = pl.col("reads").sum()
    each = (
        shared.with_columns(_all=whole.over(key) if key else whole)
        .explode("types", empty_as_null=True)
        .group_by(*key, pl.col("types").alias("isomir_type"))
        .agg(sequences=pl.col("sequence").n_unique().cast(pl.Int64), reads=whole, _all=pl.col("_all").first())
        .filter(pl.col("isomir_type").is_not_null())
    )
    offset = pl.col("isomir_type").replace_strict(
        {name: i for i, name in enumerate(_ORDER)}, default=len(_ORDER)
    )
    return (
        each.with_columns(read_share=pl.col("reads") / pl.col("_all"), _position=offset)
        .sort(*key, "_position", "isomir_type")
        .drop("_all", "_position")
    )


def _ends(shared: pl.DataFrame) -> pl.DataFrame:
    """Count reads by where they begin and end, added nucleotides included; the share is of the miRNA's reads."""
    added = [pl.col(f"added_{end}p").fill_null("").str.len_chars().cast(pl.Int64) for end in (5, 3)]
    positions = {"5'": pl.col("iso5_offset") - added[0], "3'": pl.col("iso3_offset") + added[1]}
    sides = [
        shared.with_columns(which_end=pl.lit(end), end_position=position)
        for end, position in positions.items()
    ]
    key = ("mirna_id", "which_end", "end_position")
    known = pl.concat(sides).filter(pl.col("end_position").is_not_null())
    each = known.group_by(key).agg(
        sequences=pl.col("sequence").n_unique().cast(pl.Int64), reads=pl.col("reads").sum()
    )
    share = pl.col("reads") / pl.col("reads").sum().over("mirna_id", "which_end")
    return each.with_columns(read_share=share).sort(
        "mirna_id", "which_end", "end_position", descending=[False, True, False]
    )


def _by_mirna(shared: pl.DataFrame) -> pl.DataFrame:
    """Count reads and sequences of each miRNA, and name its most frequent isomiR."""
    isomirs = shared.filter(~pl.col("exact")).sort("reads", "sequence", descending=[True, False])
    top = isomirs.group_by("mirna_id", maintain_order=True).agg(
        top_isomir=pl.col("variant").first(),
        top_isomir_sequence=pl.col("sequence").first(),
        top_isomir_reads=pl.col("reads").first(),
    )
    reads = pl.col("reads")
    return (
        shared.group_by("mirna_id")
        .agg(
            reads=reads.sum(),
            sequences=pl.len().cast(pl.Int64),
            exact_reads=reads.filter(pl.col("exact")).sum(),
            isomir_reads=reads.filter(~pl.col("exact")).sum(),
            seed_shifted_reads=reads.filter(pl.col("seed_shifted").fill_null(value=False)).sum(),
        )
        .join(top, on="mirna_id", how="left")
        .sort("reads", "mirna_id", descending=[True, False])
    )


def _with_mirgenedb(mirnas: pl.DataFrame, crossref: pl.DataFrame) -> pl.DataFrame:
    """Add the names that MirGeneDB has for each miRNA."""
    names = (
        crossref.filter(pl.col("mirna_id").is_not_null())
        .group_by("mirna_id")
        .agg(mirgenedb_ids=pl.col("mirgenedb_id").unique(maintain_order=True).str.join(","))
    )
    return mirnas.join(names, on="mirna_id", how="left", maintain_order="left")


def _substitutions(shared: pl.DataFrame) -> pl.DataFrame:
    """Count replaced nucleotides by position on the miRNA; N, a nucleotide not read, replaces none."""
    each = shared.with_columns(change=pl.col("changes").fill_null("").str.split(",")).explode(
        "change", empty_as_null=True
    )
    each = each.filter(pl.col("change").str.contains(_CHANGE))
    parts = [pl.col("change").str.extract(_CHANGE, group) for group in (1, 2, 3)]
    return (
        each.with_columns(position=parts[0].cast(pl.Int64), reference_base=parts[1], found_base=parts[2])
        .group_by("position", "reference_base", "found_base")
        .agg(sequences=pl.col("sequence").n_unique().cast(pl.Int64), reads=pl.col("reads").sum())
        .sort("position", "reference_base", "found_base")
    )


def _preference(shared: pl.DataFrame, counts: Counts, least: int, count_by: CountBy) -> pl.DataFrame:
    """Test isomiRs of one miRNA for preferred types."""
    isomirs = shared.filter(~pl.col("exact") & pl.col("isomir_types").is_not_null())
    sure = isomirs.filter(pl.col("n_parents") == 1)
    if left_out := isomirs["sequence"].n_unique() - sure["sequence"].n_unique():
        counts.note("isomiR sequences of several miRNAs, left out of the test of preference", left_out)
    weights = sure["read_count"].to_list() if count_by == "reads" else None
    tests = type_preference(sure["mirna_id"].to_list(), sure["types"].to_list(), least=least, weights=weights)
    return tests.rename({"interactions": "observations"})


def _facts(shared: pl.DataFrame, mirnas: pl.DataFrame, crossref: pl.DataFrame | None) -> dict[str, float]:
    """Return numbers of the whole."""
    reads = pl.col("reads")
    facts = {
        "reads": reads.sum(),
        "exact_reads": reads.filter(pl.col("exact")).sum(),
        "seed_shifted_reads": reads.filter(pl.col("seed_shifted").fill_null(value=False)).sum(),
        "reads_of_several_mirnas": reads.filter(pl.col("n_parents") > 1).sum(),
        "reads_with_another_reading": reads.filter(pl.col("ambiguity").fill_null("") != "").sum(),
    }
    row = shared.select(**facts).row(0, named=True)
    found: dict[str, float] = {name: float(value or 0) for name, value in row.items()}
    found["sequences"] = shared["sequence"].n_unique()
    found["isomir_sequences"] = shared.filter(~pl.col("exact"))["sequence"].n_unique()
    found["mirnas"] = mirnas.height
    if crossref is not None:
        held = mirnas.filter(pl.col("mirgenedb_ids").is_not_null())
        found["mirnas_in_mirgenedb"] = held.height
        found["reads_in_mirgenedb"] = float(held["reads"].sum())
        found["isomir_reads_in_mirgenedb"] = float(held["isomir_reads"].sum())
        found["mirgenedb_mirnas"] = crossref["mirgenedb_id"].n_unique()
        seen = crossref.filter(pl.col("mirna_id").is_in(mirnas["mirna_id"].implode()))
        found["mirgenedb_mirnas_seen"] = seen["mirgenedb_id"].n_unique()
    return found
