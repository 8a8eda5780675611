"""The table of calls: its columns, one row by hand, samples, batches."""

import polars as pl

from dmiso.columns import COLUMNS, schema_of
from dmiso.isomir import calls
from dmiso.isomir.calls import CALLS_COLUMNS, Caller, call_isomirs
from dmiso.isomir.counted import CountedSequence
from dmiso.records import Counts

from .conftest import LET7A, LET7C, LONE


def test_columns__are_declared_with_their_types():
    assert {name: COLUMNS[name].type for name in CALLS_COLUMNS} == {
        name: str(dtype) for name, dtype in schema_of(CALLS_COLUMNS).items()
    }


def test_row__as_worked_by_hand(reference):
    """One nucleotide before, the fifth replaced, two templated and two added nucleotides behind."""
    sequence = "A" + LET7A[:4] + "C" + LET7A[5:] + "UUCC"
    assert call_isomirs({"x": sequence}, reference).row(0, named=True) == {
        "sequence_id": "x",
        "sequence": sequence,
        "read_count": 1,
        "sample_counts": None,
        "mirna_id": "hsa-let-7a-5p",
        "mirna_accession": "MIMAT0000062",
        "precursor_ids": "hsa-let-7a-1",
        "isomir_types": "5' addition,3' addition,SNP",
        "variant": "iso_5p:-1,iso_3p:+2,iso_add3p:2,iso_snv_seed",
        "iso5_offset": -1,
        "iso3_offset": 2,
        "added_5p": "",
        "added_3p": "CC",
        "templated_5p": "A",
        "templated_3p": "UU",
        "changes": "5:G>C",
        "seed": "UGAGCUA",
        "seed_shifted": True,
        "precursor_start": 4,
        "precursor_end": 31,
        "n_parents": 1,
        "uid": "iso-27-I0431NSL7ZJ",
        "ambiguity": "templated or tail: iso_5p:-1,iso_add3p:4,iso_snv_seed (+0); only from hsa-let-7a-1",
    }


def test_a_tail_before__is_counted_in_the_position_on_the_precursor(reference):
    row = call_isomirs({"x": "C" + LET7A}, reference).row(0, named=True)
    assert (row["added_5p"], row["precursor_start"], row["precursor_end"]) == ("C", 4, 27)


def test_without_a_hairpin__there_is_no_position(reference):
    row = call_isomirs({"x": LONE + "A"}, reference).row(0, named=True)
    assert (row["precursor_ids"], row["precursor_start"], row["precursor_end"]) == ("", None, None)


def test_seed__is_not_shifted_by_changes_behind_it(reference):
    table = call_isomirs({"a": LET7C[:8] + "C" + LET7C[9:], "b": LET7C[:7] + "C" + LET7C[8:]}, reference)
    assert table.filter(mirna_id="hsa-let-7c-5p")["seed_shifted"].to_list() == [False, True]


def test_no_sequence__is_a_table_with_all_columns(reference):
    assert call_isomirs({}, reference).schema == pl.Schema(schema_of(CALLS_COLUMNS))


def test_batches__count_what_is_assigned_and_what_is_not(reference, monkeypatch):
    monkeypatch.setattr(calls, "_BATCH", 2)
    records = [
        CountedSequence("a", LET7A, (3, 4)),
        CountedSequence("b", "C" * 22, (5, 0)),
        CountedSequence("c", LET7A[:18], (0, 1)),
    ]
    counts = Counts()
    batches = list(Caller(reference).batches(records, counts))
    assert [b.n_sequences for b in batches] == [2, 1]
    assert batches[0].unassigned == [records[1]]
    table = pl.concat(b.frame for b in batches)
    assert table["sequence_id"].to_list() == ["a", "c", "c"]
    assert table["sample_counts"].to_list() == ["3,4", "0,1", "0,1"]
    assert counts.kept == {"sequences assigned": 2, "reads assigned": 8, "calls": 3}
    assert counts.dropped == {"sequences that no miRNA explains": 1, "reads that no miRNA explains": 5}
    assert counts.notes["sequences that several miRNAs explain alike: all are reported"] == 1
