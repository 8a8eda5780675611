"""What the miRNA portions of chimeric reads are: parents, types, names, and which of their nucleotides are variant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.columns import schema_of
from dmiso.isomir.calls import CALLS_COLUMNS, Caller
from dmiso.isomir.counted import CountedSequence
from dmiso.records import Counts
from dmiso.settings.isomirs import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmiso.isomir.reference import Reference

__all__ = ["NamedPortions", "mirna_bases", "name_portions", "portion_limits", "variant_positions"]

_CHANGE: Final = re.compile(r"(\d+):")


class NamedPortions(NamedTuple):
    """Isomir calls, a row per portion and parent; and for each explained portion the positions of its variant bases."""

    calls: pl.DataFrame
    positions: Mapping[str, tuple[int, ...]]


def mirna_bases(reference: Reference) -> dict[str, str]:
    """Return reference miRNAs by name; those with the same nucleotides are one, their names joined by commas.

    Examples
    --------
    >>> from dmiso.isomir.reference import Mature, Placement, Reference
    >>> two = (Mature("x-miR-1", "", "ACGU"), Mature("x-miR-2", "", "ACGU"))
    >>> mirna_bases(Reference(two, (), (Placement(0, -1, 0, 4), Placement(1, -1, 0, 4)), ""))
    {'x-miR-1,x-miR-2': 'ACGU'}
    """
    names: dict[str, list[str]] = {}
    for mature in reference.matures:
        names.setdefault(mature.sequence, []).append(mature.id)
    return {",".join(dict.fromkeys(group)): bases for bases, group in names.items()}


def variant_positions(row: Mapping[str, object]) -> tuple[int, ...]:
    """Return the positions of a call's nucleotides that its miRNA does not have there, 0-based.

    Added nucleotides count, with a template or without (the paper compares with the miRNA alone), and substitutions.

    Examples
    --------
    >>> row = {"sequence": "AUGACGUAGU", "added_5p": "A", "templated_5p": "", "added_3p": "", "templated_3p": "U",
    ...        "changes": "4:G>C", "iso5_offset": 0}
    >>> variant_positions(row)
    (0, 4, 9)
    """
    length = len(str(row["sequence"]))
    before = len(str(row["added_5p"] or "")) + len(str(row["templated_5p"] or ""))
    after = len(str(row["added_3p"] or "")) + len(str(row["templated_3p"] or ""))
    first = len(str(row["added_5p"] or "")) - int(str(row["iso5_offset"]))
    inside = [int(position) - 1 + first for position in _CHANGE.findall(str(row["changes"] or ""))]
    return tuple(sorted({*range(before), *inside, *range(length - after, length)}))


def portion_limits(min_mirna_match: int = 0) -> Limits:
    """Return how far a portion may be from a miRNA: RNases cut miRNAs in chimeras shorter than in small RNA libraries.

    Parameters
    ----------
    min_mirna_match
        Nucleotides of the miRNA alignment that are asked for anyway.

    Examples
    --------
    >>> portion_limits().min_matches, portion_limits(16).min_matches
    (12, 14)
    """
    return Limits(max_3p_offset=10, min_matches=max(12, min_mirna_match - 2))


def name_portions(
    portions: Mapping[str, Sequence[int]], reference: Reference, counts: Counts, limits: Limits | None = None
) -> NamedPortions:
    """Name miRNA portions.

    Parameters
    ----------
    portions
        Nucleotides → chimeric reads in each sample.
    reference
        Of :func:`dmiso.isomir.reference.read_reference`.
    counts
        Notes portions that several miRNAs explain alike.
    limits
        How far a portion may be from a miRNA; None takes :func:`portion_limits`.

    Returns
    -------
    NamedPortions
        Without portions that no miRNA explains within the limits of the isomiR search.
    """
    ordered = sorted(portions.items(), key=lambda item: (-sum(item[1]), item[0]))
    records = (
        CountedSequence(f"isomir_{i}", bases, tuple(n)) for i, (bases, n) in enumerate(ordered, start=1)
    )
    own = Counts()
    frames = [batch.frame for batch in Caller(reference, limits or portion_limits()).batches(records, own)]
    calls = pl.concat(frames) if frames else pl.DataFrame(schema=schema_of(CALLS_COLUMNS))
    for sentence, n in own.notes.items():
        counts.note(sentence, n)
    first = calls.unique("sequence", keep="first", maintain_order=True)
    positions = {row["sequence"]: variant_positions(row) for row in first.iter_rows(named=True)}
    return NamedPortions(calls, positions)
