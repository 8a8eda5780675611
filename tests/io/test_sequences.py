"""FASTA and FASTQ in all the forms users have them."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.errors import InputError, UsageError
from dmiso.io import read_sequences
from dmiso.io.streams import STDIN
from dmiso.records import Counts


def read(path, **options):
    counts = Counts()
    return [(r.id, r.sequence) for r in read_sequences(path, counts, **options)], counts


FORMS = {
    "plain": b">a one\nACGT\nAC\n>b\nGG\n",
    "windows line ends": b">a one\r\nACGT\r\nAC\r\n>b\r\nGG\r\n",
    "no final newline": b">a one\nACGTAC\n>b\nGG",
    "lower case and U": b">a one\nacguac\n>b\ngg\n",
    "blank lines and blanks": b">a one\nACGT\n\nAC\n\n>b\nG G\n\n",
    "fastq": b"@a one\nACGTAC\n+\nIIIIII\n@b\nGG\n+\nII\n",
    "tab after the id": b">a\tone\nACGTAC\n>b\nGG\n",
}


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("form", FORMS)
def test_read_sequences__same_records_from_every_form(tmp_path, form, zipped):
    path = tmp_path / "x.seq"  # neither .fa nor .gz: the content tells
    path.write_bytes(gzip.compress(FORMS[form]) if zipped else FORMS[form])
    records, counts = read(path)
    assert records == [("a", "ACGUAC"), ("b", "GG")]
    assert counts.kept["record records"] == 2
    assert counts.sentences() == []


def test_read_sequences__reads_standard_input(monkeypatch):
    raw = io.BufferedReader(io.BytesIO(gzip.compress(FORMS["plain"])))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(raw))
    assert read(STDIN)[0] == [("a", "ACGUAC"), ("b", "GG")]


@given(
    st.dictionaries(st.text("abcXYZ09_-|", min_size=1, max_size=9), st.text("ACGUN", min_size=1), max_size=6)
)
def test_read_sequences__gives_back_what_was_written(tmp_path_factory, records):
    path = tmp_path_factory.mktemp("fasta") / "x.fa"
    path.write_text("".join(f">{name}\n{sequence}\n" for name, sequence in records.items()))
    assert read(path)[0] == list(records.items())


def test_read_sequences__keeps_records_with_one_id_and_says_so(tmp_path):
    path = tmp_path / "x.fa"
    path.write_text(">a\nAC\n>a\nGG\n")
    records, counts = read(path, kind="miRNA")
    assert records == [("a", "AC"), ("a", "GG")]
    assert counts.sentences() == [
        "1 miRNA records repeat an id; all are kept, distinguished by their sequence (a)"
    ]


def test_read_sequences__counts_ambiguity_codes(tmp_path):
    path = tmp_path / "x.fa"
    path.write_text(">a\nARYNA\n")
    records, counts = read(path, kind="target")
    assert records == [("a", "ANNNA")]
    assert counts.sentences() == ["2 ambiguity codes in target sequences read as N (a)"]


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n \n"])
def test_read_sequences__an_empty_file_has_no_records_and_a_note(tmp_path, content):
    path = tmp_path / "x.fa"
    path.write_bytes(content)
    records, counts = read(path)
    assert records == []
    assert "files are empty" in counts.sentences()[0]


BROKEN = {
    b">a\nACGT\n>b\nAC-T\n": r"x\.fa, line 3, record b: '-' at position 3 is not one of A C G U",
    b">a\nAC\n\n>\nACG\n": r"x\.fa, line 4, record number 2: the header has no name",
    b">a\n>b\nAC\n": r"x\.fa, line 1, record a: the record has no sequence",
    b"hello\n": r"x\.fa, line 1: neither whole FASTA nor whole FASTQ.*Give FASTA",
    b"@a\nACGT\n+\nIII\n": r"x\.fa, line 4: neither whole FASTA nor whole FASTQ",
    b"@a\nACGT\n+\nIIII\n@b\nAC\n": r"x\.fa, line \d: neither whole FASTA nor whole FASTQ",
    ">é\nACGT\n".encode(): r"x\.fa.*ASCII",
    gzip.compress(b">a\nACGT\n" * 999)[:-20]: r"x\.fa: the gzip stream is damaged or cut short.*gzip -t",
}


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_read_sequences__says_where_and_what_to_do(tmp_path, content):
    path = tmp_path / "x.fa"
    path.write_bytes(content)
    with pytest.raises(InputError, match=BROKEN[content]):
        read(path)


def test_read_sequences__skips_bad_records_if_asked_and_counts_them(tmp_path):
    path = tmp_path / "x.fa"
    path.write_text(">a\nAC-T\n>b\nGG\n>c\n\n")
    records, counts = read(path, on_bad="skip")
    assert records == [("b", "GG")]
    assert sum(counts.dropped.values()) == 2
    assert "a: '-' at position 3" in counts.sentences()[0]


def test_read_sequences__a_missing_file_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        read(tmp_path / "none.fa")
    with pytest.raises(UsageError, match="is a directory"):
        read(tmp_path)


@pytest.mark.real_data
def test_read_sequences__reads_mirbase_and_reads_whole(shared_data):
    mature, counts = read(shared_data / "references/mirbase22/mature.fa.gz")
    assert len(mature) == 48_885
    assert counts.kept["record records"] == 48_885
    assert len(read(shared_data / "reads/smallrna_human_lcl_10k.fastq.gz")[0]) == 10_000
