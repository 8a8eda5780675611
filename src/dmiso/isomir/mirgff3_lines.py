"""IsomiR calls as lines of mirGFF3, whole columns at a time.

A row of calls is one sequence and one miRNA, and becomes one line. What the format has no word for stands in attributes
of our own, in lower case as GFF3 asks for: ``sequence_id``, ``isomir_types``, ``changes``, ``seed_shifted``,
``ambiguity``; :func:`dmiso.isomir.exchange.mirgff3_to_calls` reads them back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.alphabet import to_dna
from dmiso.io.gff3_escapes import escape, escape_seqid
from dmiso.io.mirgff3_words import Variant, parse_variant
from dmiso.isomir.exchange import CHANGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmiso.records import Counts

__all__ = ["mirgff3_lines"]

_TO_ESCAPE: Final = r"[^!-~ ]|[%;=&,]|^ | $"
"""What :func:`dmiso.io.gff3_escapes.escape` may change; most columns hold none of it."""


def mirgff3_lines(frame: pl.DataFrame, counts: Counts, *, source: str) -> list[str]:
    """Return a line per row.

    Parameters
    ----------
    frame
        Calls, columns as :data:`dmiso.columns.EXCHANGE_COLUMNS`; ``sample_counts`` is needed for several samples only.
    counts
        Filled: records, and sequences with N, which are left out because mirGFF3 has no UID for them.
    source
        Database and version for column 2, such as ``miRBase22``.

    Returns
    -------
    list of str
        In the order of the rows, without line ends.
    """
    kept = frame.filter(~pl.col("sequence").str.contains("N", literal=True))
    if kept.height < frame.height:
        left_out = "calls of sequences with N left out of mirGFF3, which has no UID for them"
        counts.drop(left_out, frame.height - kept.height)
    if kept.is_empty():
        return []
    counts.keep("mirGFF3 records", kept.height)
    on_precursor = (kept["precursor_ids"].fill_null("") != "") & kept["precursor_start"].is_not_null()
    lines = kept.select(pl.concat_str(*_place(kept, on_precursor, source), *_attributes(kept)))
    return lines.to_series().to_list()


def _place(calls: pl.DataFrame, on_precursor: pl.Series, source: str) -> list[pl.Expr | pl.Series]:
    """Return the first eight columns: on the precursor, or on the miRNA where there is none."""
    first = calls["precursor_ids"].str.split(",").list.first()
    begin = calls["iso5_offset"] - calls["added_5p"].str.len_bytes().cast(pl.Int64)
    start = calls["precursor_start"].zip_with(on_precursor, begin)
    length = calls["sequence"].str.len_bytes().cast(pl.Int64)
    return [
        _each(first.zip_with(on_precursor, calls["mirna_id"]), escape_seqid),
        pl.lit(f"\t{escape(source, keep=';=&,')}\t"),
        _each(calls["variant"], _kind),
        pl.lit("\t"),
        start + 1,
        pl.lit("\t"),
        start + length,
        pl.lit("\t.\t+\t.\t"),
    ]


def _attributes(calls: pl.DataFrame) -> list[pl.Expr | pl.Series]:
    """Return column 9."""
    has_precursor = calls["precursor_ids"].fill_null("") != ""
    # several precursors are joined by commas; a miRNA in their place is one name
    parents = _escaped(calls["precursor_ids"], keep=",").zip_with(has_precursor, _escaped(calls["mirna_id"]))
    reads = calls["read_count"].cast(pl.String)
    if "sample_counts" in calls.columns:
        per_sample = calls["sample_counts"]
        reads = per_sample.zip_with(per_sample.fill_null("") != "", reads)
    return [
        pl.lit("Read="),
        _dna(calls["sequence"]),
        pl.lit(";UID="),
        calls["uid"],
        pl.lit(";Name="),
        _escaped(calls["mirna_id"]),
        pl.lit(";Parent="),
        parents,
        pl.lit(";Variant="),
        _each(calls["variant"], _valid),
        pl.lit(";Cigar="),
        _cigars(calls),
        pl.lit(";Expression="),
        reads,
        pl.lit(";Filter=PASS;Hits="),
        calls["n_parents"],
        _optional("Alias", calls["mirna_accession"]),
        _optional("sequence_id", calls["sequence_id"]),
        _optional("isomir_types", calls["isomir_types"]),
        _optional("changes", calls["changes"]),
        pl.when(calls["seed_shifted"].fill_null(value=False))
        .then(pl.lit(";seed_shifted=true"))
        .otherwise(pl.lit("")),
        _optional("ambiguity", calls["ambiguity"]),
    ]


def _optional(key: str, values: pl.Series) -> pl.Expr:
    """Return an attribute where it has a value."""
    escaped = _escaped(values, keep=",")
    return pl.when(escaped != "").then(pl.concat_str(pl.lit(f";{key}="), escaped)).otherwise(pl.lit(""))


def _each(values: pl.Series, function: Callable[[str], str]) -> pl.Series:
    """Return a column of text turned by a function, which is called once for each text."""
    distinct = values.unique()
    return values.replace_strict(
        distinct, pl.Series([function(text) for text in distinct], dtype=pl.String), return_dtype=pl.String
    )


def _escaped(values: pl.Series, *, keep: str = "") -> pl.Series:
    """Return a column as it may stand in column 9; empty for null."""
    values = values.fill_null("")
    if not values.str.contains(_TO_ESCAPE).any():
        return values
    return _each(values, lambda text: escape(text, keep=keep))


def _dna(values: pl.Series) -> pl.Series:
    return values.str.replace_all("U", "T", literal=True)


def _kind(variant: str) -> str:
    return "ref_miRNA" if parse_variant(variant).variant == Variant() else "isomiR"


def _valid(variant: str) -> str:
    """Return a variant that mirtop's validator takes: it does not know ``iso_add5p`` alone."""
    return f"iso_5p:0,{variant}" if re.fullmatch(r"iso_add5p:\d+", variant) else variant


def _cigars(calls: pl.DataFrame) -> pl.Series:
    """Return runs of nucleotides that agree with the precursor as ``nM``, and other nucleotides themselves.

    The definition says that a nucleotide is the reference's; every tool's files have the read's, and so have ours.
    """
    length = pl.col("sequence").str.len_bytes().cast(pl.Int64)
    tails = (pl.col("added_5p").str.len_bytes() + pl.col("added_3p").str.len_bytes()).cast(pl.Int64)
    plain = pl.concat_str("added_5p", (length - tails).cast(pl.String), pl.lit("M"), "added_3p")
    cigars = _dna(calls.select(plain).to_series())
    changed = (calls["changes"].fill_null("") != "").arg_true()
    rows = calls[changed].select("sequence", "added_5p", "added_3p", "iso5_offset", "changes")
    return cigars.scatter(changed, [_cigar(*row) for row in rows.iter_rows()])


def _cigar(sequence: str, added_5p: str, added_3p: str, iso5_offset: int, changes: str) -> str:
    """Return the CIGAR of a sequence with replaced nucleotides."""
    bases = to_dna(sequence)
    begin, end = len(added_5p), len(bases) - len(added_3p)
    text = bases[:begin]
    for position, _, _ in CHANGE.findall(changes):
        at = int(position) - 1 - iso5_offset + len(added_5p)
        text += (f"{at - begin}M" if at > begin else "") + bases[at]
        begin = at + 1
    return text + (f"{end - begin}M" if end > begin else "") + bases[end:]
