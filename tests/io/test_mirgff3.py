"""mirGFF3 files: nothing is lost on the way through, older dialects are read, faults are named."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.errors import InputError
from dmiso.io.gff3_escapes import escape, escape_seqid
from dmiso.io.mirgff3 import GFF3_STYLE, Mirgff3Record, Mirgff3Writer, Style, open_mirgff3
from dmiso.io.mirgff3_words import new_header, parse_header
from dmiso.records import Counts

HEADER = "## mirGFF3. VERSION 1.2\n## source-ontology: miRBase22\n## TOOLS: t\n## COLDATA: a,b\n"
COLUMNS = ["hsa-mir-21", "miRBase22", "ref_miRNA", "8", "29", ".", "+", "."]
ATTRIBUTES = {
    "Read": "TAGCTTATCAGACTGATGTTGA",
    "UID": "iso-22-YUSPSI26J",
    "Name": "hsa-miR-21-5p",
    "Parent": "hsa-mir-21",
    "Variant": "NA",
    "Cigar": "22M",
    "Expression": "3,0",
    "Filter": "PASS",
    "Hits": "1",
}


def line(columns=(), **attributes):
    """Return a good line, changed; an attribute that is None is left out."""
    changed = {**ATTRIBUTES, **attributes}
    column9 = ";".join(f"{key}={value}" for key, value in changed.items() if value is not None)
    return "\t".join([*(dict(columns).get(i, c) for i, c in enumerate(COLUMNS)), column9])


def read(path, text):
    """Return the records of a file with this text, and what was counted."""
    path.write_text(text)
    counts = Counts()
    with open_mirgff3(path, counts) as reader:
        return list(reader), counts


def test_coordinates__are_half_open_inside_and_closed_in_the_file(tmp_path):
    [record], counts = read(tmp_path / "a.gff3", HEADER + line() + "\n")
    assert (record.start, record.end) == (7, 29)
    assert record.end - record.start == len(record.sequence)
    assert record.text() == line()
    assert counts.sentences() == []


def test_sequence__is_rna_inside(tmp_path):
    [record], _ = read(tmp_path / "a.gff3", HEADER + line(Read="tagcuNATCAGACTGATGTTGA") + "\n")
    assert record.sequence == "UAGCUNAUCAGACUGAUGUUGA"


def test_expression__has_a_value_a_sample(tmp_path):
    [record], _ = read(tmp_path / "a.gff3", HEADER + line(Expression="3,0.5"))
    assert record.expression == (3.0, 0.5)


def test_unknown_attributes__are_kept_in_their_place(tmp_path):
    text = HEADER + line(my_key="x%3By", Other="1") + "\n"
    [record], _ = read(tmp_path / "a.gff3", text)
    assert list(record.attributes)[-2:] == ["my_key", "Other"]
    assert record.value("my_key") == "x;y"
    with Mirgff3Writer(tmp_path / "b.gff3", new_header("miRBase22", ["a", "b"])) as writer:
        writer.write([record])
    assert "my_key=x%3By;Other=1" in (tmp_path / "b.gff3").read_text()


def test_both_ways_to_write_attributes__are_read(tmp_path):
    blanks = line().replace("=", " ").replace(";", "; ")
    [record], _ = read(tmp_path / "a.gff3", HEADER + blanks + "\n")
    assert record.value("Name") == "hsa-miR-21-5p"
    assert record.style == Style(" ", "; ", "")
    assert record.text() == blanks
    assert record.text(GFF3_STYLE) == line()


def test_batches__hold_all_records_in_order(tmp_path):
    path = tmp_path / "a.gff3"
    path.write_text(HEADER + "".join(line(Hits=str(i)) + "\n" for i in range(7)))
    with open_mirgff3(path, Counts()) as reader:
        batches = list(reader.batches(3))
    assert [len(batch) for batch in batches] == [3, 3, 1]
    assert [record.value("Hits") for batch in batches for record in batch] == list("0123456")
    assert batches[2][0].line == 11


def test_empty_files_and_files_of_a_header_only__have_no_record(tmp_path):
    assert read(tmp_path / "a.gff3", "")[0] == []
    assert read(tmp_path / "b.gff3", HEADER)[0] == []


def test_gzip__is_read_and_written_with_the_same_bytes_each_time(tmp_path):
    [record], _ = read(tmp_path / "a.gff3", HEADER + line() + "\n")
    for name in ("b.gff3.gz", "c.gff3.gz"):
        with Mirgff3Writer(tmp_path / name, new_header("miRBase22", ["a", "b"])) as writer:
            writer.write([record])
    assert (tmp_path / "b.gff3.gz").read_bytes() == (tmp_path / "c.gff3.gz").read_bytes()
    assert gzip.decompress((tmp_path / "b.gff3.gz").read_bytes()).decode().endswith(line() + "\n")
    with open_mirgff3(tmp_path / "b.gff3.gz", Counts()) as reader:
        assert [r.attributes for r in reader] == [record.attributes]


def test_writer__leaves_nothing_behind_after_an_error(tmp_path):
    def write_half():
        with Mirgff3Writer(tmp_path / "a.gff3", new_header("x", ["a"])) as writer:
            writer.write([])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert list(tmp_path.iterdir()) == []


def test_writer__takes_standard_output(capsysbinary):
    from pathlib import Path

    with Mirgff3Writer(Path("-"), new_header("miRBase22", ["a"])) as writer:
        writer.write([])
    assert capsysbinary.readouterr().out.startswith(b"## mirGFF3. VERSION 1.2\n")


def test_comments_between_records__are_counted(tmp_path):
    records, counts = read(tmp_path / "a.gff3", HEADER + line() + "\n# note\n\n" + line() + "\n")
    assert len(records) == 2
    assert counts.dropped["comments between mirGFF3 records left out"] == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            line().replace("\t", " "),
            "line 5: 1 columns were found where GFF3 has 9. Part the columns by tabs",
        ),
        (line({3: "x"}), "line 5, column start: 'x' is not a whole number. Write a position counted from 1"),
        (line({3: "30"}), "line 5: the end 29 lies before the start 30"),
        (line({6: "x"}), "line 5, column strand: strand 'x' is not one of"),
        (line(Name=None), "line 5, column Name: the miRNA's name is missing"),
        (line() + ";Hits=2", "line 5, column Hits: attribute Hits appears twice"),
        (line() + ";loose", "line 5, column attributes: attribute 'loose' has no value"),
        (line(Variant="iso_6p:1"), "line 5, record hsa-miR-21-5p, column Variant: 'iso_6p' in Variant"),
        (line(Expression="3,x"), "column Expression: Expression '3,x' is not a list of numbers"),
        (line(Expression="3,inf"), "'inf' is not a finite number"),
        (line(Expression="3,-1"), "a number of reads is 0 or more"),
        (line({3: "9" * 5000}), "has more than 18 digits"),
        (line(Variant="iso_3p:" + "9" * 30), "needs a number of nt"),
        (line(Expression="3"), "1 values of Expression were found for 2 samples. Give one value per sample"),
    ],
)
def test_faults__are_named_with_line_field_and_hint(tmp_path, text, message):
    with pytest.raises(InputError) as caught:
        read(tmp_path / "a.gff3", HEADER + text + "\n")
    assert message in str(caught.value)
    assert "a.gff3, line 5" in str(caught.value)


def test_text_that_is_not_utf8__is_named(tmp_path):
    (tmp_path / "a.gff3").write_bytes(b"## VERSION 1.2\n\xff\xfe\n")
    with pytest.raises(InputError, match="not UTF-8"), open_mirgff3(tmp_path / "a.gff3", Counts()) as reader:
        list(reader)


@pytest.mark.parametrize(
    ("changed", "note"),
    [
        ({"Hits": None}, "without Hits"),
        ({"UID": "7AwwRIB71"}, "whose UID is not the licence plate of version 1.1 on"),
        ({"Read": "read_7"}, "without the nucleotides of the read"),
        ({"Read": "TAGCTTATCAGACTG"}, "whose coordinates span another length than their read has"),
        ({"Variant": "iso_snp"}, "with the older word iso_snp"),
    ],
)
def test_what_is_not_as_version_1_2_wants__is_counted(tmp_path, changed, note):
    _, counts = read(tmp_path / "a.gff3", HEADER + line(**changed) + "\n")
    assert [sentence.split(" (")[0] for sentence in counts.sentences()] == [f"1 mirGFF3 records {note}"]


def test_record_of_another_type__is_counted_and_kept(tmp_path):
    records, counts = read(tmp_path / "a.gff3", HEADER + line({2: "miRNA"}) + "\n")
    assert records[0].type == "miRNA"
    assert list(counts.notes) == ["mirGFF3 records of another type than ref_miRNA, isomiR, pre_miRNA"]


def test_missing_header_lines__are_counted(tmp_path):
    _, counts = read(tmp_path / "a.gff3", "## VERSION 1.2\n")
    assert set(counts.notes) == {
        "mirGFF3 headers without TOOLS",
        "mirGFF3 headers without COLDATA",
        "mirGFF3 headers without source-ontology",
    }


values = st.text(st.characters(codec="utf-8"), min_size=1)


@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), values, max_size=5),
    st.sampled_from(["#", ">", "", "%41", " "]).flatmap(lambda first: values.map(first.__add__)),
)
def test_escaped_values__come_back_whatever_they_hold(tmp_path_factory, own, precursor):
    attributes = {**ATTRIBUTES, **{key: escape(value) for key, value in own.items()}}
    made = Mirgff3Record(escape_seqid(precursor), "s", "isomiR", 0, 22, ".", "+", ".", attributes)
    path = tmp_path_factory.mktemp("own") / "a.gff3"
    path.write_text(HEADER + made.text() + "\n", encoding="utf-8")
    with open_mirgff3(path, Counts()) as reader:
        [record] = reader
    assert {key: record.value(key) for key in own} == own
    assert record.reference == precursor


@given(st.lists(values, min_size=1, max_size=3), values)
def test_header__keeps_names_of_samples_and_database_whatever_they_hold(samples, database):
    made = new_header(database, samples)
    read_again = parse_header("\n".join(made.lines).splitlines())
    assert read_again.lines == made.lines
    assert read_again.samples == tuple(samples)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["SQL_sample.gff", "isomiRs_mirtop.gff", "synthetic_100_full.gff3"])
def test_files_of_other_tools__come_back_byte_by_byte(shared_data, tmp_path, name):
    source = shared_data / "references" / "mirgff3" / name
    copy = tmp_path / name
    with open_mirgff3(source, Counts()) as reader, Mirgff3Writer(copy, reader.header, style=None) as writer:
        for batch in reader.batches(10):
            writer.write(batch)
    assert copy.read_bytes() == source.read_bytes()


@pytest.mark.real_data
def test_the_oldest_dialect__is_told(shared_data):
    counts = Counts()
    with open_mirgff3(shared_data / "references" / "mirgff3" / "SQL_sample.gff", counts) as reader:
        assert len(list(reader)) == 106
        assert reader.older_signs
    assert counts.notes["mirGFF3 records with the older word iso_add"] == 50
    assert counts.notes["mirGFF3 records with iso_5p in the sign used before version 1.1"] == 25
    assert counts.notes["mirGFF3 records with the miRNA in place of its precursor in column 1"] == 106
    assert counts.notes["mirGFF3 records that start before position 1"] == 1
