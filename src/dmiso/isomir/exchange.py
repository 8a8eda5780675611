"""mirGFF3 records as isomiR calls.

A row of calls is one sequence and one miRNA. What the format has no word for stands in attributes of our own
(:mod:`dmiso.isomir.mirgff3_lines` writes them). Files of other tools lack them: there they are worked out from
``Variant``, ``Cigar`` and, if they are given, the reference miRNAs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.alphabet import CODED
from dmiso.columns import EXCHANGE_COLUMNS, schema_of
from dmiso.isomir.classify import isomir_types
from dmiso.isomir.uid import decode_uid, encode_uid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dmiso.io.mirgff3_record import Mirgff3Record
    from dmiso.io.mirgff3_words import Variant
    from dmiso.records import Counts

__all__ = ["CHANGE", "EXCHANGE_COLUMNS", "mirgff3_to_calls"]

CHANGE: Final = re.compile(rf"(\d+):([{CODED}])>([{CODED}])")
"""A replaced nucleotide in the column ``changes``."""
_CIGAR: Final = re.compile(rf"([0-9]{{0,9}})([MID{CODED}T])")


def mirgff3_to_calls(
    records: Iterable[Mirgff3Record],
    counts: Counts,
    *,
    older_signs: bool = False,
    matures: Mapping[str, str] | None = None,
    hairpins: Mapping[str, str] | None = None,
    keep_rejected: bool = False,
) -> pl.DataFrame:
    """Return records as calls: a row per sequence, miRNA and variant.

    Parameters
    ----------
    records
        Of one file.
    counts
        Filled: calls, and records left out.
    older_signs
        ``iso_5p`` has the sign of versions before 1.1: see ``reader.older_signs``.
    matures
        Nucleotides of reference miRNAs by name; with them replaced nucleotides get their reference nucleotide, and
        ``isomir_types`` and ``seed_shifted`` are known for files of other tools.
    hairpins
        Nucleotides of precursors by name; with them positions are checked, and set where a file counts them on the
        miRNA or from 0 (as mirtop 0.4 does).
    keep_rejected
        Keep records whose filter says REJECT; the definition says to pass them over.

    Returns
    -------
    polars.DataFrame
        Columns :data:`EXCHANGE_COLUMNS`; records that differ by their precursor only are one row. What a file does
        not state is null.
    """
    rows = []
    for record in records:
        if record.value("Filter").upper().startswith("REJECT") and not keep_rejected:
            counts.drop("mirGFF3 records whose filter says REJECT", example=record.value("Name"))
            continue
        variant = record.variant(older_signs=older_signs)
        row = _row(record, variant, matures or {}, _position(record, variant, hairpins or {}, counts))
        if row is None:
            counts.drop(
                "mirGFF3 records with neither nucleotides nor a licence plate", example=record.value("Name")
            )
        else:
            rows.append(row)
    frame = pl.DataFrame(rows, schema=schema_of(EXCHANGE_COLUMNS))
    key = ["sequence", "mirna_id", "variant"]
    others = [pl.col(name).first() for name in EXCHANGE_COLUMNS if name not in {*key, "precursor_ids"}]
    parents = pl.col("precursor_ids").str.split(",").explode().unique(maintain_order=True).str.join(",")
    frame = frame.group_by(key, maintain_order=True).agg(parents, *others)
    frame = frame.with_columns(
        pl.col("mirna_id").n_unique().over("sequence").cast(pl.Int64).alias("n_parents")
    )
    counts.keep("calls from mirGFF3", frame.height)
    return frame.select(EXCHANGE_COLUMNS)


def _position(
    record: Mirgff3Record, variant: Variant, hairpins: Mapping[str, str], counts: Counts
) -> tuple[int | None, int | None]:
    """Return start and end on the first precursor; None where the file does not state them."""
    parents, sequence = _precursors(record), record.sequence
    if not parents or not sequence:
        return None, None
    if (hairpin := hairpins.get(parents[0])) is None:
        on_precursor = record.reference in parents or record.value("Name") != record.reference
        return (record.start, record.end) if on_precursor else (None, None)
    inner = sequence[variant.iso_add5p : len(sequence) - variant.iso_add3p]

    def price(start: int) -> tuple[int, int]:
        bases = hairpin[start : start + len(inner)]
        differ = sum(a != b for a, b in zip(inner, bases, strict=False)) + len(inner) - len(bases)
        return differ, abs(start - variant.iso_add5p - record.start)

    best = min(range(max(1, len(hairpin) - len(inner) + 1)), key=price) - variant.iso_add5p
    if best != record.start:
        counts.note(
            "mirGFF3 records whose position was set by the sequence of their precursor",
            example=record.value("Name"),
        )
    return best, best + len(sequence)


def _precursors(record: Mirgff3Record) -> tuple[str, ...]:
    """Return the precursors; none where a file puts the miRNA itself in their place."""
    return tuple(name for name in record.values("Parent") if name != record.value("Name"))


def _row(
    record: Mirgff3Record,
    variant: Variant,
    matures: Mapping[str, str],
    offset: tuple[int | None, int | None],
) -> dict[str, Any] | None:
    """Return a record as a row of calls, or None if its nucleotides are unknown."""
    sequence = record.sequence or _from_uid(record.value("UID"))
    if not sequence:
        return None
    mature = matures.get(record.value("Name"))
    inner = sequence[variant.iso_add5p : len(sequence) - variant.iso_add3p]
    changes = record.value("changes") or _changes(record, variant, sequence, mature)
    shifted = record.value("seed_shifted") == "true" if "isomir_types" in record.attributes else None
    if mature is not None:
        shifted = sequence[1:8] != mature[1:8]
    reads = record.expression
    return {
        "sequence_id": record.value("sequence_id") or encode_uid(sequence),
        "sequence": sequence,
        "read_count": round(sum(reads)),
        "sample_counts": ",".join(f"{count:g}" for count in reads) if len(reads) > 1 else None,
        "mirna_id": record.value("Name"),
        "mirna_accession": ",".join(record.values("Alias")) or None,
        "precursor_ids": ",".join(_precursors(record)),
        "isomir_types": record.value("isomir_types") or _types(variant, changes, mature),
        "variant": str(variant),
        "iso5_offset": variant.iso_5p,
        "iso3_offset": variant.iso_3p,
        "added_5p": sequence[: variant.iso_add5p],
        "added_3p": sequence[len(sequence) - variant.iso_add3p :],
        "templated_5p": inner[: max(0, -variant.iso_5p)],
        "templated_3p": inner[len(inner) - max(0, variant.iso_3p) :],
        "changes": changes,
        "seed": sequence[1:8],
        "seed_shifted": shifted,
        "precursor_start": offset[0],
        "precursor_end": offset[1],
        "uid": encode_uid(sequence),
        "ambiguity": record.value("ambiguity"),
    }


def _from_uid(uid: str) -> str:
    try:
        return decode_uid(uid)
    except ValueError:
        return ""


def _changes(record: Mirgff3Record, variant: Variant, sequence: str, mature: str | None) -> str:
    """Return replaced nucleotides, from ``Cigar``, if ``Variant`` has any; the reference's is N where it is unknown."""
    found, at = [], 0
    for number, sign in _CIGAR.findall(record.value("Cigar") if variant.snv else ""):
        if sign in "ID" or at >= len(sequence):
            # an insertion or deletion, or more than there are nucleotides: positions would be guesses
            return ""
        if sign != "M" and variant.iso_add5p <= at < len(sequence) - variant.iso_add3p:
            position = at - variant.iso_add5p + variant.iso_5p
            known = mature is not None and 0 <= position < len(mature)
            before = mature[position] if mature is not None and known else "N"
            found.append(f"{position + 1}:{before}>{sequence[at]}")
        at += int(number or 1)
    return ",".join(found)


def _types(variant: Variant, changes: str, mature: str | None) -> str | None:
    """Return the paper's types, or None where the miRNA's length or a replaced nucleotide's position is unknown."""
    if mature is None or (variant.snv and not changes):
        return None
    return ",".join(
        isomir_types(
            variant.iso_5p,
            variant.iso_3p,
            n_added_5p=variant.iso_add5p,
            n_added_3p=variant.iso_add3p,
            changed=[int(position) for position, _, _ in CHANGE.findall(changes)],
            mature_length=len(mature),
        )
    )
