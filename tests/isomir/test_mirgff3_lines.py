"""Lines of mirGFF3: every column as the record that a reader finds, names as GFF3 may hold them."""

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.alphabet import to_dna
from dmiso.isomir.calls import CALLS_COLUMNS, call_isomirs
from dmiso.isomir.mirgff3_lines import mirgff3_lines
from dmiso.isomir.reference import Hairpin, Mature
from dmiso.records import Counts

from .conftest import LET7A, build_reference, records_of

ODD = "a;b=c,d%e &f\tg é\x1a"


def letters(row):
    """Return the CIGAR of a call, a nucleotide at a time."""
    before = len(row["added_5p"])
    other = {*range(before), *range(len(row["sequence"]) - len(row["added_3p"]), len(row["sequence"]))}
    for position in re.findall(r"(\d+):", row["changes"]):
        other.add(int(position) - 1 - row["iso5_offset"] + before)
    signs = "".join(base if i in other else "M" for i, base in enumerate(to_dna(row["sequence"])))
    return re.sub("M+", lambda run: f"{len(run[0])}M", signs)


@given(st.data())
def test_cigar__is_that_of_one_nucleotide_at_a_time(reference, data):
    bases = list(LET7A)
    for at in data.draw(st.sets(st.integers(0, 21), max_size=2)):
        bases[at] = data.draw(st.sampled_from("ACGU"))
    tails = data.draw(st.text("ACGU", max_size=2)), data.draw(st.text("ACGU", max_size=4))
    calls = call_isomirs({"x": tails[0] + "".join(bases) + tails[1]}, reference)
    assert [record.value("Cigar") for record in records_of(calls)] == [
        letters(row) for row in calls.iter_rows(named=True)
    ]


def test_lines__names_with_signs_that_part_columns_come_back():
    reference = build_reference(
        [Mature(ODD, "acc,1;2", LET7A)], [Hairpin("p;1 x", "", "GG" + LET7A + "CC"), Hairpin("p2", "", LET7A)]
    )
    calls = call_isomirs({ODD: LET7A, " plain ": LET7A[1:]}, reference)
    first, second = records_of(calls)
    assert (first.value("Name"), first.value("sequence_id"), first.values("Parent")) == (
        ODD,
        ODD,
        ("p;1 x", "p2"),
    )
    assert first.values("Alias") == ("acc", "1;2")
    assert second.value("sequence_id") == " plain "
    assert first.reference == "p;1 x"


def test_lines__of_a_table_without_samples_have_its_reads(reference):
    calls = call_isomirs({"x": LET7A}, reference).with_columns(read_count=pl.lit(17, pl.Int64))
    for frame in (calls, calls.drop("sample_counts"), calls.with_columns(sample_counts=pl.lit(""))):
        assert "Expression=17;" in mirgff3_lines(frame, Counts(), source="x")[0]


@pytest.mark.parametrize("sequences", [{}, {"n": LET7A[:12] + "N" + LET7A[13:]}])
def test_lines__none_of_nothing(reference, sequences):
    counts = Counts()
    calls = call_isomirs(sequences, reference)
    assert calls.columns == list(CALLS_COLUMNS)
    assert mirgff3_lines(calls, counts, source="x") == []
    assert "mirGFF3 records" not in counts.kept
    assert counts.dropped.total() == len(sequences)
