"""GenBank's flat files: sequence, coding sequence, gene and keywords of mRNAs, and what cannot be one."""

import gzip

import pytest
from tests.references.layouts import TRANSCRIPTS, genbank, genbank_record

from dmiso.errors import InputError
from dmiso.io.genbank import is_genbank, read_genbank
from dmiso.records import Counts

RECORD = genbank_record(TRANSCRIPTS[1])


def read(tmp_path, text, counts=None):
    path = tmp_path / "a.gbff"
    path.write_text(text)
    return list(read_genbank(path, counts or Counts()))


def test_record__gives_what_the_file_says(tmp_path):
    made = TRANSCRIPTS[1]
    (record,) = read(tmp_path, RECORD)
    assert record == (made.refseq, made.bases.replace("T", "U"), "301", "AAA1", made.cds, ("MANE Select",))


def test_records__of_a_compressed_file_come_in_its_order(tmp_path):
    path = genbank(tmp_path)
    zipped = tmp_path / "a.gbff.gz"
    zipped.write_bytes(gzip.compress(path.read_bytes()))
    assert is_genbank(zipped)
    counts = Counts()
    assert [record.id for record in read_genbank(zipped, counts)] == [made.refseq for made in TRANSCRIPTS]
    assert counts.kept == {"records of GenBank": 4}


def test_keywords_over_several_lines__are_read_whole(tmp_path):
    text = RECORD.replace("RefSeq; MANE Select.", "RefSeq; RefSeq Select; MANE\n            Plus Clinical.")
    assert read(tmp_path, text)[0].tags == ("MANE Plus Clinical", "RefSeq Select")


@pytest.mark.parametrize(
    ("where", "cds"),
    [
        ("21..110", (20, 110)),
        ("<1..>301", (0, 301)),
        ("join(21..50,52..110)", (20, 110)),
        ("complement(21..110)", None),
        ("join(21..50,", None),
        ("NM_1.2:21..110", None),
    ],
)
def test_positions__are_those_on_the_mrna_itself(where, cds, tmp_path):
    counts = Counts()
    (record,) = read(
        tmp_path, RECORD.replace("     CDS             21..110", f"     CDS             {where}"), counts
    )
    assert record.cds == cds
    assert bool(counts.notes) == (cds is None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: "x\n" + t, r"a.gbff, line 1: a record of GenBank begins with LOCUS"),
        (
            lambda t: t.replace("//\n", ""),
            r"line 1: the record that begins here has no end \(//\): the file is cut short",
        ),
        (
            lambda t: t.replace("VERSION     NM_000002.1\n", ""),
            "line 1: the record that begins here has no VERSION",
        ),
        (lambda t: t.partition("        1 ")[0] + "//\n", r"record NM_000002.1: the record has no sequence"),
        (lambda t: t.replace("21..110", "21..999"), "the coding sequence ends at 999, the mRNA at 301"),
        (lambda t: t.replace("21..110", "110..21"), r"line 17: a coding sequence at 110..21 runs backwards"),
        (lambda t: t.replace("21..110", "0..21"), "runs backwards"),
        (lambda t: t[:-20] + "!" + t[-19:], "is not"),
    ],
)
def test_what_is_no_record__is_refused_by_its_line(change, said, tmp_path):
    with pytest.raises(InputError, match=said):
        read(tmp_path, change(RECORD))


def test_other_files__are_none(tmp_path):
    path = tmp_path / "a.fa"
    path.write_text(">LOCUS 1\nACGU\n")
    assert not is_genbank(path)
    path.write_text("")
    assert not is_genbank(path)
