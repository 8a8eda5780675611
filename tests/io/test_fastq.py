"""FASTQ with qualities, and the .hyb writer."""

import gzip

import pytest

from dmiso.errors import InputError, UsageError
from dmiso.io.fastq import read_fastq
from dmiso.io.hyb import HybRecord, HybSegment, write_hyb


def test_fastq__plain_and_gzip_give_the_same(tmp_path):
    text = "@r1 more\nACGT\n+\nIIII\n@r2\nGG\n+\n##\n"
    plain, zipped = tmp_path / "a.fastq", tmp_path / "b.fq.gz"
    plain.write_text(text)
    zipped.write_bytes(gzip.compress(text.encode()))
    expected = [("r1", "ACGT", "IIII", ""), ("r2", "GG", "##", "")]
    assert list(read_fastq(plain)) == list(read_fastq(zipped)) == expected


def test_fastq__a_tag_in_the_header_is_the_umi(tmp_path):
    path = tmp_path / "a.fastq"
    path.write_text("@r1\tBC:Z:AA\tRX:Z:ACGT-TT\nACGT\n+\nIIII\n@r2 1:N:0\nGG\n+\n##\n")
    reads = read_fastq(path, umi_tag="RX")
    assert next(reads) == ("r1", "ACGT", "IIII", "ACGT-TT")
    with pytest.raises(
        InputError, match=r"record r2: its header has no tag RX. Write it with samtools fastq -T RX"
    ):
        next(reads)


def test_fastq__an_empty_file_has_no_reads(tmp_path):
    path = tmp_path / "empty.fastq"
    path.write_text("")
    assert list(read_fastq(path)) == []


def test_fastq__a_fault_names_file_and_line(tmp_path):
    path = tmp_path / "bad.fastq"
    path.write_text("@r1\nACGT\n+\nIIII\n@r2\nACGT\n+\nIII\n")
    with pytest.raises(InputError, match=r"bad\.fastq, line \d+: the FASTQ is broken.*four lines per record"):
        list(read_fastq(path))


def test_fastq__a_missing_file_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        list(read_fastq(tmp_path / "none.fastq"))


def test_hyb__positions_are_counted_from_1_and_closed(tmp_path):
    path = tmp_path / "a.hyb"
    one = HybSegment("t", "mRNA", 0, 10, 90, 100, 20.0)
    two = HybSegment("m", "microRNA", 12, 20, 0, 8, 16.0)
    assert write_hyb(path, [HybRecord("r", "ACGU" * 5, one, two, -12.3)]) == 1
    fields = path.read_text().rstrip("\n").split("\t")
    assert fields[2:9] == ["-12.30", "t_mRNA", "1", "10", "91", "100", "20.0"]
    assert fields[9:] == ["m_microRNA", "13", "20", "1", "8", "16.0"]
