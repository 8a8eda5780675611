"""Reads as they come: U against adapters in T, old qualities, nucleotides that are none; adapters that cannot be."""

import pytest

from dmiso.chimera.collapse import deal_reads
from dmiso.chimera.trim import make_trimmer
from dmiso.errors import InputError, UsageError
from dmiso.io.phred import NOTE_PHRED64
from dmiso.records import Counts
from dmiso.settings.chimeras import TrimSettings

_SITE = "ACGUUGCAACGUUGCAACGUUGCAACGUUGCA"


@pytest.mark.parametrize("adapter", ["TGGAATTCTC", "UGGAAUUCUC", "tggaattctc"])
@pytest.mark.parametrize("read", [_SITE + "UGGAAUUCUCGGG", _SITE.replace("U", "T") + "TGGAATTCTCGGG"])
def test_an_adapter__is_found_whatever_t_is_written_as(adapter, read):
    pytest.importorskip("cutadapt")
    trim = make_trimmer(TrimSettings(adapter=adapter), Counts())
    assert trim(read, "I" * len(read)).sequence == _SITE


@pytest.mark.parametrize(
    ("adapter", "said"),
    [
        ("TGG TGC", "' ' at position 4 is not a nucleotide code"),
        ("TGG1", "'1' at position 4"),
        ("TGG\tTGC", "at position 4"),
        ("", "matches every read"),
        ("NNNN", "matches every read"),
    ],
)
def test_an_adapter_that_cannot_be__is_wrong_usage(adapter, said):
    with pytest.raises(UsageError, match=said):
        TrimSettings(adapter=adapter)
    with pytest.raises(UsageError, match=said):
        TrimSettings(front_adapter=adapter)


def fastq(tmp_path, bases, quality):
    path = tmp_path / "reads.fq"
    path.write_text(f"@good\n{_SITE}\n+\n{'h' * len(_SITE)}\n@r2\n{bases}\n+\n{quality}\n")
    return path


@pytest.mark.parametrize(
    ("bases", "quality", "said"),
    [
        ("AC-GU", "IIIII", "record r2: '-' at position 3 of the read is not a nucleotide code"),
        ("ACJGU", "IIIII", "'J' at position 3"),
        ("ACAGU", "II II", "qualities hold a blank"),
    ],
)
def test_a_read_that_is_none__is_told_by_file_and_name(bases, quality, said, tmp_path):
    with pytest.raises(InputError, match=said):
        deal_reads([fastq(tmp_path, bases, quality)], tmp_path / "parts", TrimSettings(), Counts())


def test_qualities_as_phred64__are_converted_and_said(tmp_path):
    counts = Counts()
    path = fastq(tmp_path, _SITE.lower().replace("a", "."), "B" * len(_SITE))
    parts = deal_reads([path], tmp_path / "parts", TrimSettings(max_n=32), counts)
    rows = [line.split("\t") for part in parts for line in part.read_text().splitlines()]
    assert [row[2] for row in rows] == ["I" * len(_SITE), "#" * len(_SITE)]
    assert rows[1][1] == _SITE.replace("A", "N")
    assert counts.notes[NOTE_PHRED64] == 2
