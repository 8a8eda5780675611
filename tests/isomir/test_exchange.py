"""Calls to mirGFF3 and back: nothing is lost, mirtop's validator is content, other tools' files are understood."""

import importlib.util
import os
import subprocess
import sys

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.columns import schema_of
from dmiso.io import read_sequences
from dmiso.io.mirgff3 import Mirgff3Record, Mirgff3Writer, open_mirgff3
from dmiso.io.mirgff3_words import new_header
from dmiso.isomir.calls import call_isomirs
from dmiso.isomir.exchange import EXCHANGE_COLUMNS, mirgff3_to_calls
from dmiso.isomir.mirgff3_lines import mirgff3_lines
from dmiso.records import Counts

from .conftest import records_of

LET7A = "UGAGGUAGUAGGUUGUAUAGUU"
FILES = {"SQL_sample.gff": 106, "isomiRs_mirtop.gff": 164, "synthetic_100_full.gff3": 30}
"""Example files of other tools, and how many calls are in each (26 records of the last are REJECT)."""


@pytest.fixture(scope="session")
def mirtop_python():
    """A Python that has mirtop; it needs more than it declares, so it is best kept in an environment of its own."""
    given_python = os.environ.get("DMISO_MIRTOP_PYTHON")
    if given_python:
        return given_python
    if importlib.util.find_spec("mirtop"):
        return sys.executable
    pytest.skip(
        "mirtop is not installed: pip install mirtop==0.4.28 six pandas pyyaml pysam pybedtools 'biopython<1.86' "
        "in an environment of its own, and set DMISO_MIRTOP_PYTHON to its python"
    )


def mirtop_errors(python, path):
    """Return what mirtop's validator finds; its command `mirtop validate` never calls it (0.4.28)."""
    code = "import sys; from mirtop.gff import validator; print('errors', validator._check_file(sys.argv[1]))"
    done = subprocess.run(
        [python, "-W", "ignore", "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return int(done.stdout.split()[-1]), done.stderr


def written(calls, path, samples=("s",), database="miRBase22"):
    """Write calls as mirGFF3; return what was counted."""
    counts = Counts()
    with Mirgff3Writer(path, new_header(database, samples)) as writer:
        writer.write_lines(mirgff3_lines(calls, counts, source=database))
    return counts


def back(path, **options):
    """Read calls from mirGFF3."""
    with open_mirgff3(path, Counts()) as reader:
        return mirgff3_to_calls(reader, Counts(), older_signs=reader.older_signs, **options)


def shapes(reference):
    """Return one sequence of each kind of isomiR of the small reference."""
    del reference
    return {
        "exact": LET7A,
        "templated": "A" + LET7A + "UU",
        "tails": "CC" + LET7A + "CGG",
        "inside": LET7A[1:-2],
        "seed": LET7A[:3] + "C" + LET7A[4:],
        "two": LET7A[:9] + "A" + LET7A[10:14] + "C" + LET7A[15:],
        "tail5": "C" + LET7A,
        "lone": "ACCAGGCUUCACGCACCCAGUCAA",
    }


def test_calls__come_back_column_by_column(reference, tmp_path):
    calls = call_isomirs(shapes(reference), reference)
    assert calls["sequence_id"].n_unique() == 8
    written(calls, tmp_path / "a.gff3")
    assert back(tmp_path / "a.gff3").equals(calls)


mutated = st.builds(
    lambda start, end, tail, changes: (start, end, tail, changes),
    st.integers(0, 3),
    st.integers(0, 3),
    st.text("AUCG", max_size=2),
    st.lists(st.tuples(st.integers(0, 15), st.sampled_from("AUCG")), max_size=2),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(mutated, min_size=1, max_size=6))
def test_any_calls__come_back_column_by_column(reference, tmp_path_factory, forms):
    sequences = {}
    for number, (start, end, tail, changes) in enumerate(forms):
        bases = list(LET7A[start : len(LET7A) - end])
        for position, base in changes:
            bases[position] = base
        sequences[f"r{number}"] = "".join(bases) + tail
    sequences = {name: s for name, s in sequences.items() if list(sequences.values()).count(s) == 1}
    calls = call_isomirs(sequences, reference)
    path = tmp_path_factory.mktemp("calls") / "a.gff3"
    written(calls, path)
    assert back(path).equals(calls)


names = st.sampled_from(["", "#", ">", "%41", " ", "NA"]).flatmap(
    lambda first: st.text(st.characters(codec="utf-8", exclude_characters=","), min_size=1).map(first.__add__)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(names, min_size=5, max_size=5), st.sampled_from([None, 7]), st.text(min_size=1))
def test_any_names__come_back(reference, tmp_path_factory, given_names, start, database):
    calls = call_isomirs({"r": LET7A + "G"}, reference)
    columns = ("sequence_id", "mirna_id", "mirna_accession", "precursor_ids", "ambiguity")
    calls = calls.with_columns(
        **{name: pl.lit(text) for name, text in zip(columns, given_names, strict=True)},
        precursor_start=pl.lit(start, pl.Int64),
        precursor_end=pl.lit(start and start + 23, pl.Int64),
    ).filter(pl.col("precursor_ids") != pl.col("mirna_id"))
    path = tmp_path_factory.mktemp("names") / "a.gff3"
    written(calls, path, samples=(given_names[0],), database=database)
    assert back(path).select(columns).equals(calls.select(columns))
    with open_mirgff3(path, Counts()) as reader:
        assert reader.header.samples == (given_names[0],)


def test_a_mirna_whose_name_has_a_comma__comes_back(reference, tmp_path):
    calls = call_isomirs({"r": LET7A}, reference).with_columns(
        mirna_id=pl.lit("#let,7"), precursor_ids=pl.lit("")
    )
    written(calls, tmp_path / "a.gff3")
    assert back(tmp_path / "a.gff3")["mirna_id"].to_list() == ["#let,7"]


def test_records__are_valid_for_mirtop(reference, tmp_path, mirtop_python):
    calls = call_isomirs(shapes(reference), reference)
    written(calls, tmp_path / "a.gff3")
    assert mirtop_errors(mirtop_python, tmp_path / "a.gff3")[0] == 0


def test_mirtop__does_find_faults(tmp_path, mirtop_python):
    (tmp_path / "a.gff3").write_text(
        "## VERSION 1.2\nx\ty\tz\t1\t2\t.\t?\t.\tUID=x;Name=x;Variant=wrong;Expression=1\n"
    )
    assert mirtop_errors(mirtop_python, tmp_path / "a.gff3")[0] > 3


def test_sequences_with_n__are_left_out_and_counted(reference, tmp_path):
    calls = call_isomirs({"n": LET7A[:12] + "N" + LET7A[13:], "good": LET7A}, reference)
    counts = written(calls, tmp_path / "a.gff3")
    assert back(tmp_path / "a.gff3")["sequence_id"].to_list() == ["good"]
    assert counts.sentences() == [
        "1 calls of sequences with N left out of mirGFF3, which has no UID for them"
    ]


def test_samples__keep_their_counts(reference, tmp_path):
    calls = call_isomirs({"a": LET7A}, reference).with_columns(
        sample_counts=pl.lit("3,0,4"), read_count=pl.lit(7, pl.Int64)
    )
    written(calls, tmp_path / "a.gff3", ["x", "y", "z"])
    assert "Expression=3,0,4" in (tmp_path / "a.gff3").read_text()
    assert back(tmp_path / "a.gff3").equals(calls)


@pytest.mark.parametrize(
    ("name", "cigar", "variant", "start"),
    [
        ("exact", "22M", "NA", 5),
        ("templated", "25M", "iso_5p:-1,iso_3p:+2", 4),
        ("tails", "CC22MCGG", "iso_add5p:2,iso_add3p:3", 3),
        ("seed", "3MC18M", "iso_snv_seed", 5),
        ("tail5", "C22M", "iso_5p:0,iso_add5p:1", 4),  # mirtop does not know iso_add5p alone
    ],
)
def test_record__says_bases_other_than_the_precursors_in_cigar(reference, name, cigar, variant, start):
    calls = call_isomirs({name: shapes(reference)[name]}, reference)
    record = records_of(calls)[0]
    assert (record.value("Cigar"), record.value("Variant"), record.start) == (cigar, variant, start)
    assert record.type == ("ref_miRNA" if name == "exact" else "isomiR")


def test_mirna_without_precursor__is_its_own_position(reference):
    calls = call_isomirs({"lone": "ACCAGGCUUCACGCACCCAGUCAA"}, reference)
    record = records_of(calls)[0]
    assert (record.seqid, record.start, record.end, record.value("Parent")) == (
        "hsa-miR-lone",
        0,
        24,
        "hsa-miR-lone",
    )


def foreign(**attributes):
    """Return a record as another tool writes it."""
    made = {
        "Read": "TGAGGTAGTAGGTTGTATAGTT",
        "Name": "m",
        "Parent": "h",
        "Variant": "NA",
        "Expression": "5",
        **attributes,
    }
    length = len(made["Read"])
    return Mirgff3Record("h", "x", "isomiR", 4, 4 + length, ".", "+", ".", made)


def test_foreign_record__gets_types_changes_and_seed_from_the_reference():
    read = "TGAGCTAGTAGGTTGTATAGTTAA"
    record = foreign(Read=read, Variant="iso_snv_seed,iso_add3p:2", Cigar="4MC17MAA")
    row = mirgff3_to_calls([record], Counts(), matures={"m": LET7A}).row(0, named=True)
    assert row["changes"] == "5:G>C"
    assert row["isomir_types"] == "3' addition,SNP"
    assert row["seed_shifted"] is True
    assert row["added_3p"] == "AA"


def test_foreign_record__without_reference_leaves_unknown_bases_unknown():
    record = foreign(Read="TGAGCTAGTAGGTTGTATAGTT", Variant="iso_snv_seed", Cigar="4MC17M")
    row = mirgff3_to_calls([record], Counts()).row(0, named=True)
    assert (row["changes"], row["isomir_types"], row["seed_shifted"]) == ("5:N>C", None, None)


def test_foreign_record__with_an_insertion_tells_no_changes():
    record = foreign(Variant="iso_snv", Cigar="4MI3MC13M")
    assert mirgff3_to_calls([record], Counts(), matures={"m": LET7A}).row(0, named=True)["changes"] == ""


def test_foreign_record__whose_read_is_a_name_is_read_from_its_licence_plate():
    record = foreign(Read="read_7_of_sample", UID="iso-22-XKVLRYVPQ")
    assert mirgff3_to_calls([record], Counts())["sequence"].to_list() == [LET7A]


def test_record_without_bases_or_plate__is_counted():
    counts = Counts()
    assert mirgff3_to_calls([foreign(Read="read_7", UID=".")], counts).height == 0
    assert counts.sentences() == ["1 mirGFF3 records with neither nucleotides nor a licence plate (m)"]


def test_rejected_records__are_passed_over_unless_wanted():
    counts = Counts()
    records = [foreign(Filter="REJECT,x"), foreign(Filter="Pass", Name="n")]
    assert mirgff3_to_calls(records, counts)["mirna_id"].to_list() == ["n"]
    assert counts.dropped["mirGFF3 records whose filter says REJECT"] == 1
    assert mirgff3_to_calls(records, Counts(), keep_rejected=True).height == 2


def test_records_of_several_precursors__are_one_call_and_parents_are_counted():
    records = [foreign(Parent="h1"), foreign(Parent="h2"), foreign(Name="n", Parent="h3,h2")]
    calls = mirgff3_to_calls(records, Counts())
    assert calls.select("mirna_id", "precursor_ids", "n_parents").rows() == [
        ("m", "h1,h2", 2),
        ("n", "h3,h2", 2),
    ]


def test_position_counted_from_0__is_set_by_the_precursors_bases():
    counts = Counts()
    calls = mirgff3_to_calls([foreign()], counts, hairpins={"h": "CCCCC" + LET7A + "AAA"})
    assert calls.select("precursor_start", "precursor_end").row(0) == (5, 27)
    assert list(counts.notes) == ["mirGFF3 records whose position was set by the sequence of their precursor"]


def test_no_records__give_a_table_with_all_columns():
    assert mirgff3_to_calls([], Counts()).schema == schema_of(EXCHANGE_COLUMNS)


@pytest.fixture(scope="module")
def mirbase(shared_data):
    folder = shared_data / "references" / "mirbase22"
    matures = {
        r.id: r.sequence for r in read_sequences(folder / "mature.fa.gz", Counts()) if r.id.startswith("hsa")
    }
    return matures, {r.id: r.sequence for r in read_sequences(folder / "hsa_hairpins.fa.gz", Counts())}


def samples_of(name):
    """Return names of as many samples as a file has."""
    return ["a", "b"] if name == "isomiRs_mirtop.gff" else ["a"]


@pytest.mark.real_data
@pytest.mark.parametrize("name", FILES)
def test_files_of_other_tools__come_back_as_calls(shared_data, mirbase, tmp_path, name):
    matures, hairpins = mirbase
    calls = back(shared_data / "references" / "mirgff3" / name, matures=matures, hairpins=hairpins)
    assert calls.height == FILES[name]
    counts = written(calls, tmp_path / "a.gff3", samples_of(name))
    again = back(tmp_path / "a.gff3", matures=matures, hairpins=hairpins)
    assert again.equals(calls.filter(~pl.col("sequence").str.contains("N")))
    assert counts.dropped.total() == (3 if name == "SQL_sample.gff" else 0)


@pytest.mark.real_data
@pytest.mark.parametrize("name", FILES)
def test_files_of_other_tools__become_valid_for_mirtop(shared_data, mirbase, tmp_path, name, mirtop_python):
    matures, hairpins = mirbase
    calls = back(shared_data / "references" / "mirgff3" / name, matures=matures, hairpins=hairpins)
    written(calls, tmp_path / "a.gff3", samples_of(name))
    assert mirtop_errors(mirtop_python, tmp_path / "a.gff3")[0] == 0


@pytest.mark.real_data
def test_mirtops_own_positions__are_all_one_too_small(shared_data, mirbase):
    counts = Counts()
    path = shared_data / "references" / "mirgff3" / "isomiRs_mirtop.gff"
    with open_mirgff3(path, Counts()) as reader:
        records = list(reader)
    calls = mirgff3_to_calls(records, counts, matures=mirbase[0], hairpins=mirbase[1])
    given_starts = {record.sequence: record.start for record in records}
    moved = {start - given_starts[s] for s, start in calls.select("sequence", "precursor_start").iter_rows()}
    assert moved == {1}
    assert counts.notes.total() == 164
