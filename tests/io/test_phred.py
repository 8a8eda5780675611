"""Qualities written as Phred+64 are told, converted and said; all others stay as they are."""

import pytest

from dmiso.io.fastq import Read
from dmiso.io.phred import NOTE_PHRED64, is_phred64, with_phred33
from dmiso.records import Counts


@pytest.mark.parametrize(
    ("qualities", "told"),
    [
        (["hhhhgf", "BBBBBB"], True),
        (["BBBBBB"], True),  # Illumina 1.5: reads not to be trusted
        (["hhhh;;"], True),  # Solexa's -5
        (["IIII#!"], False),
        (["FFFFFF", "::::,#"], False),
        (["FFFFFF"], False),
        (["<AFKKK"], False),  # binned qualities of HiSeq X, the low ones filtered out
        (["~~~~~~"], False),  # PacBio HiFi
        ([], False),
        ([""], False),
    ],
)
def test_is_phred64__tells_by_what_is_not_there_and_what_is(qualities, told):
    assert is_phred64(qualities) is told


def test_with_phred33__converts_every_read_and_counts_it():
    reads = [Read("a", "ACGU", "hhB;"), Read("b", "AC", "@g")]
    counts = Counts()
    assert [read.quality for read in with_phred33(reads, counts, name="x.fq")] == ["II#!", "!H"]
    assert counts.notes[NOTE_PHRED64] == 2
    assert counts.examples[NOTE_PHRED64] == ["x.fq"]


def test_with_phred33__leaves_others_alone():
    reads = [Read("a", "ACGU", "IIII")]
    counts = Counts()
    assert list(with_phred33(reads, counts, name="x.fq")) == reads
    assert not counts.notes
