"""Columns of calls: the same as a row at a time, worked out from each sequence's explanations."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.columns import schema_of
from dmiso.isomir import call_columns
from dmiso.isomir.align import Aligner
from dmiso.isomir.calls import CALLS_COLUMNS, Caller
from dmiso.isomir.classify import isomir_types
from dmiso.isomir.counted import CountedSequence
from dmiso.isomir.naming import other_readings, variant
from dmiso.isomir.reference import Mature
from dmiso.isomir.uid import encode_uid
from dmiso.records import Counts
from dmiso.settings.isomirs import Limits

from .conftest import HAIRPINS, LET7A, LET7C, LONE, build_reference

WIDE = Limits(max_substitutions=4, min_matches=15, max_cost=40, max_3p_tail=8)
FAMILY = [LET7A, LET7A, LET7C, LONE, *(LET7A[:9] + base + LET7A[10:] for base in "ACU")]
REFERENCE = build_reference([Mature(f"x-miR-{i}", str(i), bases) for i, bases in enumerate(FAMILY)], HAIRPINS)
CALLERS = {limits: Caller(REFERENCE, limits) for limits in (Limits(), WIDE)}


def row(record, one, found, parents):
    """Return one call, from explanations."""
    mature, sequence = REFERENCE.matures[one.mature], record.sequence
    alike = [f for f in found if f.mature == one.mature and f.form == one.form and f.hairpin >= 0]
    hairpins = list(dict.fromkeys(f.hairpin for f in alike))
    placed = [p.hairpin for p in REFERENCE.placements if p.mature == one.mature and p.hairpin >= 0]
    start = one.start - len(one.added_5p)
    types = isomir_types(
        one.iso5_offset,
        one.iso3_offset,
        n_added_5p=len(one.added_5p),
        n_added_3p=len(one.added_3p),
        changed=[change.position for change in one.changes],
        mature_length=len(mature.sequence),
    )
    return {
        "sequence_id": record.id,
        "sequence": sequence,
        "read_count": sum(record.counts),
        "sample_counts": ",".join(map(str, record.counts)) if len(record.counts) > 1 else None,
        "mirna_id": mature.id,
        "mirna_accession": mature.accession,
        "precursor_ids": ",".join(REFERENCE.hairpins[i].id for i in hairpins),
        "isomir_types": ",".join(types),
        "variant": str(variant(one)),
        "iso5_offset": one.iso5_offset,
        "iso3_offset": one.iso3_offset,
        "added_5p": one.added_5p,
        "added_3p": one.added_3p,
        "templated_5p": one.templated_5p,
        "templated_3p": one.templated_3p,
        "changes": ",".join(map(str, one.changes)),
        "seed": sequence[1:8],
        "seed_shifted": sequence[1:8] != mature.sequence[1:8],
        "precursor_start": start if hairpins else None,
        "precursor_end": start + len(sequence) if hairpins else None,
        "n_parents": len(parents),
        "uid": encode_uid(sequence),
        "ambiguity": other_readings(
            one,
            [f for f in found if f.mature == one.mature or f.mature not in parents],
            REFERENCE,
            hairpins=hairpins,
            all_hairpins=list(dict.fromkeys(placed)),
        ),
    }


def rows(records, limits):
    """Return the calls of some sequences, one after the other."""
    calls = []
    for record, found in zip(
        records, Aligner(REFERENCE, limits).explain([r.sequence for r in records]), strict=True
    ):
        chosen = {}
        for one in found:
            if one.cost == found[0].cost:
                chosen.setdefault(one.mature, one)
        calls += [row(record, chosen[mature], found, set(chosen)) for mature in sorted(chosen)]
    return pl.DataFrame(calls, schema=schema_of(CALLS_COLUMNS))


@st.composite
def isomirs(draw):
    """An isomiR of the family, with what its hairpin has around it."""
    hairpin = draw(st.sampled_from([h.sequence for h in HAIRPINS] + FAMILY))
    start, end = draw(st.integers(0, 12)), draw(st.integers(len(hairpin) - 12, len(hairpin)))
    bases = list(hairpin[start:end] or "A")
    for _ in range(draw(st.integers(0, 4))):
        bases[draw(st.integers(0, len(bases) - 1))] = draw(st.sampled_from("ACGUN"))
    return draw(st.text("ACGU", max_size=2)) + "".join(bases) + draw(st.text("ACGU", max_size=6))


@settings(max_examples=100, deadline=None)
@given(st.lists(isomirs(), max_size=20), st.sampled_from([Limits(), WIDE]), st.integers(1, 2))
def test_calls__are_those_of_one_sequence_at_a_time(sequences, limits, n_samples):
    records = [CountedSequence(f"r{i}", bases, (i, 3)[:n_samples]) for i, bases in enumerate(sequences)]
    frames = [batch.frame for batch in CALLERS[limits].batches(records, Counts())]
    calls = pl.concat([pl.DataFrame(schema=schema_of(CALLS_COLUMNS)), *frames])
    assert calls.rows(named=True) == rows(records, limits).rows(named=True)


def test_calls__forget_what_was_said_where_too_much_was(monkeypatch):
    monkeypatch.setattr(call_columns, "_KEPT", 1)
    sequences = [LET7A[:-1] + "C", LET7A + "U", LET7C + "AA", LET7A[:-1] + "C"]
    records = [CountedSequence(f"r{i}", bases, (1,)) for i, bases in enumerate(sequences)]
    [batch] = Caller(REFERENCE).batches(records, Counts())
    assert batch.frame["ambiguity"].to_list() == rows(records, Limits())["ambiguity"].to_list()
    assert sum(map(bool, batch.frame["ambiguity"])) > 3


def test_batches__are_parted_where_a_sequence_has_thousands_of_explanations(monkeypatch):
    monkeypatch.setattr("dmiso.isomir.align._ROWS", 4)
    records = [
        CountedSequence(f"r{i}", bases, (i,)) for i, bases in enumerate(["C" * 22, LET7A, LET7C, LONE])
    ]
    counts = Counts()
    batches = list(CALLERS[Limits()].batches(records, counts))
    assert sum(batch.n_sequences for batch in batches) == 4
    assert len(batches) > 1
    assert [record.id for batch in batches for record in batch.unassigned] == ["r0"]
    assert pl.concat(batch.frame for batch in batches).rows() == rows(records, Limits()).rows()
    assert counts.kept["reads assigned"] == 6
