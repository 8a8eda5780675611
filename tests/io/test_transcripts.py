"""Transcripts and their coding sequences: names, bounds, regions, and every way a table can be wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.errors import InputError
from dmiso.io.transcripts import REGIONS, Transcript, read_cds, read_transcripts
from dmiso.records import Counts


def _write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_transcripts__ucsc_headers_give_the_name_at_their_end(tmp_path):
    fasta = _write(
        tmp_path,
        "t.fa",
        ">hg19_ct_UserTrack_3545_NM_173083 range=chr1:1-9\nACGTACGTA\n>ENST00000340828.2\nACGT\n>my_NM_x\nAC\n",
    )
    cds = _write(
        tmp_path,
        "c.tsv",
        "refseq\ttx_len\tcds_start0\tcds_end\nNM_173083\t9\t2\t8\nENST00000340828\t4\t0\t3\n",
    )
    transcripts = read_transcripts(fasta, Counts(), cds=cds)
    assert list(transcripts) == ["NM_173083", "ENST00000340828.2", "my_NM_x"]
    assert transcripts["NM_173083"] == Transcript("NM_173083", "ACGUACGUA", (2, 8))
    assert transcripts["ENST00000340828.2"].cds == (0, 3)
    assert transcripts["my_NM_x"].cds is None


def test_transcripts__without_a_row_in_the_table_are_noted(tmp_path):
    counts = Counts()
    fasta = _write(tmp_path, "t.fa", ">a\nACGT\n>b\nACGT\n")
    cds = _write(tmp_path, "c.tsv", "transcript_id\tcds_start\tcds_end\na\t1\t3\nb\t\t\nc\t2\t2\n")
    transcripts = read_transcripts(fasta, counts, cds=cds)
    assert (transcripts["a"].cds, transcripts["b"].cds) == ((1, 3), None)
    assert counts.notes["transcripts without a coding sequence in the table"] == 1
    assert counts.notes["rows of the coding sequence table without bounds"] == 1
    assert counts.notes["rows of the coding sequence table that are empty"] == 1
    assert counts.kept["coding sequences"] == 1


@given(st.integers(0, 30), st.integers(1, 30), st.integers(0, 30), st.data())
def test_region__holds_most_of_a_site_and_the_parts_tile_the_transcript(five, coding, three, data):
    mrna = Transcript("t", "A" * (five + coding + three), (five, five + coding))
    assert [mrna.part(region) for region in REGIONS] == [
        (0, five),
        (five, five + coding),
        (five + coding, five + coding + three),
    ]
    start = data.draw(st.integers(0, len(mrna.sequence) - 1))
    end = data.draw(st.integers(start + 1, len(mrna.sequence)))
    bases = (["5'UTR"] * five + ["CDS"] * coding + ["3'UTR"] * three)[start:end]
    found = mrna.region(start, end)
    assert found is not None
    assert bases.count(found) == max(bases.count(region) for region in REGIONS)


def test_region__is_unknown_without_a_coding_sequence():
    assert Transcript("t", "ACGU").region(0, 2) is None


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("name\tcds_start\n", r"line 1, column cds_end: no column is called cds_end; found name, cds_start"),
        (
            "gene\tcds_start\tcds_end\n",
            r"column transcript_id: no column is called transcript_id or refseq or",
        ),
        (
            "name\tcds_start\tcds_end\n\na\tone\t5\n",
            r"line 3, column cds_start: 'one' is not a whole number",
        ),
        ("name\tcds_start\tcds_end\na\t6\t5\n", r"line 2, .* from 6 to 5 runs backwards"),
        ("name\tcds_start\tcds_end\na\t-1\t5\n", r"line 2, column cds_start: '-1' is not between 0 and"),
    ],
)
def test_cds__a_wrong_table_names_line_and_column(tmp_path, table, message):
    with pytest.raises(InputError, match=message):
        read_cds(_write(tmp_path, "c.tsv", table), Counts())


def test_transcripts__a_coding_sequence_beyond_the_end_names_the_record(tmp_path):
    fasta = _write(tmp_path, "t.fa", ">a\nACGT\n")
    cds = _write(tmp_path, "c.tsv", "name\tcds_start\tcds_end\na\t0\t5\n")
    with pytest.raises(
        InputError,
        match=r"record a: the coding sequence ends at 5, the transcript at 4 in .*\.fa\. Use a table",
    ):
        read_transcripts(fasta, Counts(), cds=cds)


def test_transcripts__a_name_twice_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"record a: a transcript of this name came before"):
        read_transcripts(_write(tmp_path, "t.fa", ">a\nACGT\n>a\nGG\n"), Counts())


@pytest.mark.real_data
def test_real_transcripts__all_4000_have_their_coding_sequence_from_start_to_stop_codon(shared_data):
    counts = Counts()
    folder = shared_data / "transcripts"
    transcripts = read_transcripts(
        folder / "refseq4000_mrna.fa.gz", counts, cds=folder / "refseq4000_cds.tsv.gz"
    )
    assert len(transcripts) == 4_000
    begins, stops = 0, 0
    for mrna in transcripts.values():
        assert mrna.cds is not None
        start, end = mrna.cds
        begins += mrna.sequence.startswith("AUG", start)
        stops += mrna.sequence[end - 3 : end] in {"UAA", "UAG", "UGA"}
    assert min(begins, stops) > 3_900
