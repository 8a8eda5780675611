"""BAM and SAM: reads as they were sequenced, each once, with their UMIs; files that cannot be read say what to do."""

import gzip
import sys

import pytest

from dmiso.errors import InputError, MissingExtraError
from dmiso.io.bam import OTHER_ALIGNMENTS, SECOND_READS
from dmiso.io.reads import read_reads
from dmiso.io.streams import read_once
from dmiso.records import Counts

pysam = pytest.importorskip("pysam")

BASES, QUALITY = "ACGTACGTTTGG", "ABCDEFGHIJ<#"
TURNED = "CCAAACGTACGT"
HEADER = {"HD": {"VN": "1.6"}, "SQ": [{"SN": "chr1", "LN": 1000}]}


def record(name, flag=4, bases=BASES, quality=QUALITY, cigar=None, **tags):
    """Make a record; aligned where the flag does not say unmapped (4)."""
    one = pysam.AlignedSegment()
    one.query_name, one.flag, one.query_sequence = name, flag, bases
    one.query_qualities = None if quality is None else pysam.qualitystring_to_array(quality)
    if not flag & 4:
        one.reference_id, one.reference_start = 0, 10
        one.cigarstring = cigar or f"{len(bases)}M"
    for tag, value in tags.items():
        one.set_tag(tag, value)
    return one


def write(path, records, mode="wb", header=HEADER):
    with pysam.AlignmentFile(path, mode, header=header) as file:
        for one in records:
            file.write(one)
    return path


def test_ubam__gives_reads_and_their_umis(tmp_path):
    path = write(
        tmp_path / "a.bam", [record("r1", RX="AAC-T"), record("r2", RX="GG")], header={"HD": {"VN": "1.6"}}
    )
    counts = Counts()
    assert list(read_reads(path, counts, umi_tag="RX")) == [
        ("r1", BASES, QUALITY, "AAC-T"),
        ("r2", BASES, QUALITY, "GG"),
    ]
    assert list(read_reads(path, counts)) == [("r1", BASES, QUALITY, ""), ("r2", BASES, QUALITY, "")]
    assert not counts.notes


def test_aligned_bam__gives_primary_reads_once_as_they_were_sequenced(tmp_path):
    path = write(
        tmp_path / "a.bam",
        [
            record("forward", 0, cigar="3S9M"),
            record("reverse", 16, TURNED, QUALITY[::-1]),
            record("reverse", 256 + 16, TURNED, QUALITY[::-1]),
            record("forward", 2048, BASES[:5], QUALITY[:5], cigar="5M7H"),
            record("pair", 1 + 128 + 4 + 8),
            record("pair", 1 + 64 + 4 + 8),
            record("clipped", 0, BASES[:8], QUALITY[:8], cigar="8M4H"),
            record("unaligned"),
        ],
    )
    counts = Counts()
    reads = list(read_reads(path, counts))
    assert [read.id for read in reads] == ["forward", "reverse", "pair", "clipped", "unaligned"]
    assert {read[1:3] for read in reads if read.id != "clipped"} == {(BASES, QUALITY)}
    assert counts.notes[OTHER_ALIGNMENTS] == 2
    assert counts.notes[SECOND_READS] == 1
    said = " ".join(counts.sentences())
    assert "1 reads aligned to the reverse strand: turned back" in said
    assert "1 reads whose alignment was hard-clipped: nucleotides of them are missing (clipped)" in said
    assert "all of them aligned" not in said


def test_aligned_bam__without_unaligned_reads_is_said_to_lack_the_chimeras(tmp_path):
    counts = Counts()
    assert len(list(read_reads(write(tmp_path / "a.bam", [record("r1", 0)]), counts))) == 1
    [said] = counts.sentences()
    assert said.startswith(
        "1 reads, all of them aligned: if the unaligned ones were left out, most chimeric reads were"
    )


def test_sam__is_read_like_bam(tmp_path):
    path = write(tmp_path / "a.sam", [record("r1", 16, TURNED, QUALITY[::-1], RX="AC")], mode="w")
    assert path.read_text().startswith("@HD\t")
    assert list(read_reads(path, Counts(), umi_tag="RX")) == [("r1", BASES, QUALITY, "AC")]


def test_fastq__is_told_from_sam_by_its_content(tmp_path):
    path = tmp_path / "reads.bam"  # the name says nothing
    path.write_bytes(gzip.compress(b"@HD.1\nACGT\n+\nIIII\n"))
    assert list(read_reads(path, Counts())) == [("HD.1", "ACGT", "IIII", "")]


def test_standard_input__may_be_bam(tmp_path, monkeypatch):
    path = write(tmp_path / "a.bam", [record("r1")])
    with path.open("rb") as stream:
        monkeypatch.setattr("sys.stdin", type("In", (), {"buffer": stream}))
        with read_once():
            from dmiso.io.streams import STDIN

            assert [read.id for read in read_reads(STDIN, Counts())] == ["r1"]


def test_cram__is_refused_with_the_command_that_helps(tmp_path):
    path = tmp_path / "a.cram"
    path.write_bytes(b"CRAM\3\0" + bytes(40))
    with pytest.raises(
        InputError, match=r"samtools fastq -T RX --reference genome\.fa .*a\.cram > reads\.fastq"
    ):
        read_reads(path, Counts(), umi_tag="RX")


@pytest.mark.parametrize("cut", [1, 40, 300])
def test_bam__cut_short_names_the_file(tmp_path, cut, rng, random_rna):
    records = [
        record(f"r{i}", bases=(b := random_rna(rng, 50).replace("U", "T")), quality="I" * len(b))
        for i in range(300)
    ]
    path = write(tmp_path / "a.bam", records)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(InputError, match=r"a\.bam: .*damaged or cut short.*samtools quickcheck|gzip -t"):
        list(read_reads(path, Counts()))


def test_bam__without_qualities_or_tag_names_the_read(tmp_path):
    path = write(tmp_path / "a.bam", [record("bare", quality=None)])
    with pytest.raises(InputError, match=r"a\.bam, record bare: the read has no qualities"):
        list(read_reads(path, Counts()))
    path = write(tmp_path / "b.bam", [record("r1")])
    with pytest.raises(InputError, match=r"record r1: record 1 has no tag RX.*--umi-tag"):
        list(read_reads(path, Counts(), umi_tag="RX"))


def test_bam__without_pysam_names_the_extra(tmp_path, monkeypatch):
    path = write(tmp_path / "a.bam", [record("r1")])
    monkeypatch.setitem(sys.modules, "pysam", None)
    with pytest.raises(MissingExtraError, match=r"reading BAM needs pysam.*dmiso\[reads\]"):
        list(read_reads(path, Counts()))
