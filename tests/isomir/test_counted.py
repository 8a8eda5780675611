"""Sequences with counts, from each kind of file, and what is said of a file that cannot be used."""

import gzip

import polars as pl
import pytest

from dmiso.errors import InputError
from dmiso.isomir.counted import CountedSequence, read_counted
from dmiso.records import Counts


def read(path, **options):
    counts = Counts()
    samples, sequences, _ = read_counted(path, counts, **options)
    return samples, list(sequences), counts


@pytest.fixture
def write(tmp_path):
    def run(name, text):
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return run


def test_fastq__is_collapsed_most_reads_first_then_by_bases(write):
    reads = ["TTTA", "acgt", "GGGG", "ACGT"]
    text = "".join(f"@r{i}\n{s}\n+\nIIII\n" for i, s in enumerate(reads))
    samples, sequences, counts = read(write("liver.fastq.gz", text))
    assert samples == ("liver",)
    assert [tuple(s) for s in sequences] == [
        ("seq_1", "ACGU", (2,)),
        ("seq_2", "GGGG", (1,)),
        ("seq_3", "UUUA", (1,)),
    ]
    assert counts.kept == {"read records": 4, "distinct sequences": 3}


def test_fasta__stays_one_by_one_unless_collapsed(write):
    path = write("a.fa", ">x\nACGT\n>y\nACGT\n")
    assert [s.id for s in read(path)[1]] == ["x", "y"]
    assert read(path, collapse=True)[1] == [CountedSequence("seq_1", "ACGU", (2,))]


@pytest.mark.parametrize("name", ["seq_7_x120", "7-120"])
def test_names__give_counts_where_asked(write, name):
    path = write("a.fa", f">{name}\nACGT\n")
    assert read(path)[1][0].counts == (1,)
    assert read(path, counts_from_names=True)[1][0].counts == (120,)


def test_names__without_counts_are_an_error(write):
    with pytest.raises(InputError, match="record mir-x: the name ends with no count such as _x120"):
        read(write("a.fa", ">mir-x\nACGT\n"), counts_from_names=True)


def test_table__has_one_sample_by_read_count(write):
    samples, sequences, _ = read(write("a.tsv", "sequence\tread_count\tnote\nacgt\t5\tkept out\n"))
    assert samples == ("a",)
    assert sequences == [CountedSequence("row_2", "ACGU", (5,))]


def test_table__has_several_samples_after_their_names(write):
    samples, sequences, _ = read(write("a.csv", "id,sequence,liver,brain\nm1,ACGU,5,0\nm2,GGG,1.0,2\n"))
    assert samples == ("liver", "brain")
    assert [tuple(s) for s in sequences] == [("m1", "ACGU", (5, 0)), ("m2", "GGG", (1, 2))]


def test_table__parquet_is_read(tmp_path):
    pl.DataFrame({"sequence": ["ACGU"], "read_count": [3]}).write_parquet(tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet")[1][0].counts == (3,)


def test_table__without_counts_is_one_read_a_row_and_said(write):
    _, sequences, counts = read(write("a.txt", "sequence\nACGU\n"))
    assert sequences[0].counts == (1,)
    assert counts.notes["tables without counts: each row counts as one read"] == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "bases\tread_count\nACGU\t1\n",
            r"line 1: column sequence is missing; found bases, read_count",
        ),
        ("sequence\tread_count\nAC?U\t1\n", r"line 2, column sequence: '\?' at position 3"),
        (
            "sequence\tread_count\nACGU\t1.5\n",
            r"line 2, column read_count: '1.5' is not a whole number of reads",
        ),
        ("sequence\tliver\nACGU\tmany\n", r"line 2, column liver: 'many' is not a whole number"),
        ("sequence\tread_count\nACGU\t-1\n", r"'-1' is not a whole number"),
        ("sequence\tread_count\nACGU\tinf\n", r"'inf' is not a whole number"),
    ],
)
def test_table__faults_name_line_and_column(write, text, problem):
    with pytest.raises(InputError, match=problem):
        read(write("a.tsv", text))


def test_table__an_empty_one_needs_a_header(write):
    with pytest.raises(InputError, match="the file is empty"):
        read(write("a.tsv", "\n"), input_format="table")


def test_mirgff3__gives_each_sequence_once_with_its_samples(write):
    column9 = "Read={};UID=iso-4-X;Name={};Parent=p;Variant=NA;Cigar=4M;Expression={};Filter=PASS;Hits=2"
    line = "hsa-let-7a-1\tmiRBase22\tref_miRNA\t6\t9\t.\t+\t.\t" + column9
    text = "## mirGFF3. VERSION 1.2\n## COLDATA: a,b\n" + "\n".join(
        [line.format("ACGT", "x", "5,0"), line.format("ACGT", "y", "5,0"), line.format("GGGG", "x", "0,2")]
    )
    samples, sequences, _ = read(write("a.gff3", text + "\n"))
    assert samples == ("a", "b")
    assert [(s.sequence, s.counts) for s in sequences] == [("ACGU", (5, 0)), ("GGGG", (0, 2))]


def test_an_empty_file__is_no_sequence(write):
    assert read(write("a.fa", ""))[1] == []
