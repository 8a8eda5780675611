"""Trimming: what is cut in which order, and what is said of it."""

import sys

import pytest

from dmiso.chimera.trim import make_trimmer, note_few_trimmed
from dmiso.errors import MissingExtraError, UsageError
from dmiso.records import Counts
from dmiso.settings.chimeras import TrimSettings, preset

ADAPTER = "TGGAATTCTCGGGTGCCAAGG"
INSERT = "ACGTACGATCGATTACGGATCCATTACGGACT"


def trimmer(**options):
    counts = Counts()
    return make_trimmer(TrimSettings(**{"min_read_length": 4, **options}), counts), counts


def test_trim__umi_barcode_adapter_and_3p_umi_come_off_in_this_order():
    trim, counts = trimmer(adapter=ADAPTER, umi5=3, barcode5=2, umi3=2)
    read = trim("AAA" + "CC" + INSERT + "GG" + ADAPTER + "TTT", "I" * 63)
    assert read.sequence == INSERT.replace("T", "U")
    assert read.umi == "AAAGG"
    assert len(read.quality) == len(INSERT)
    assert counts.notes["reads with the 3' adapter"] == 1


def test_trim__a_3p_barcode_stands_before_the_3p_umi():
    trim, _ = trimmer(adapter=ADAPTER, umi3=3, barcode3=4, umi5=1, barcode5=2)
    read = trim("A" + "CC" + INSERT + "GTGT" + "TTT" + ADAPTER, "I" * 63)
    assert (read.sequence, read.umi) == (INSERT.replace("T", "U"), "ATTT")
    assert read.barcodes == ("CC", "GTGT")


def test_trim__reads_may_be_turned_first():
    trim, _ = trimmer(reverse_complement=True, umi5=2)
    read = trim("aNCCGGT", "ABCDEFG")
    assert (read.sequence, read.quality, read.umi) == ("CGGNU", "EDCBA", "AC")


def test_trim__a_umi_behind_the_adapter_must_be_whole():
    trim, _ = trimmer(adapter=ADAPTER, umi_behind=4)
    assert trim(INSERT + ADAPTER + "ACGTGG", "I" * 59).umi == "ACGT"
    assert (
        trim(INSERT + ADAPTER + "ACG", "I" * 56).dropped
        == "reads that end before the UMI behind their adapter"
    )
    assert trim(INSERT, "I" * 32).dropped == "reads that end before the UMI behind their adapter"


def test_kit__gives_what_is_not_given():
    kit = preset("paper").with_options({"kit": "qiaseq"}).trim
    assert (kit.adapter, kit.umi_behind, kit.duplicates) == ("AACTGTAGGCACCATCAAT", 12, "umi-directional")
    own = preset("paper").with_options({"kit": "qiaseq", "umi_behind": 10, "duplicates": "umi"}).trim
    assert (own.adapter, own.umi_behind, own.duplicates) == (kit.adapter, 10, "umi")
    with pytest.raises(UsageError, match=r"'qiasec' is no kit\. Did you mean qiaseq"):
        preset("paper").with_options({"kit": "qiasec"})
    with pytest.raises(UsageError, match="--umi-behind needs the adapter"):
        TrimSettings(umi_behind=12)


def test_trim__an_adapter_with_one_error_is_still_found():
    trim, _ = trimmer(adapter=ADAPTER)
    wrong = ADAPTER[:8] + "A" + ADAPTER[9:]
    assert trim(INSERT + wrong, "I" * 53).sequence == INSERT.replace("T", "U")


def test_trim__quality_cuts_the_3p_end_as_bwa_does():
    trim, counts = trimmer(quality_cutoff=20)
    assert len(trim(INSERT, "I" * 20 + "#" * 12).sequence) == 20
    assert counts.notes["reads cut at low quality"] == 1


def test_trim__a_5p_adapter_and_all_before_it_come_off():
    trim, _ = trimmer(front_adapter="GTTCAGAGTTCTACAGTC")
    assert trim("AC" + "GTTCAGAGTTCTACAGTC" + INSERT, "I" * 52).sequence == INSERT.replace("T", "U")


def test_trim__lower_case_and_ambiguity_codes_become_inside_bases():
    trim, _ = trimmer()
    assert trim("acgtRN", "IIIIII").sequence == "ACGUNN"


@pytest.mark.parametrize(
    ("read", "reason"),
    [("ACG", "reads too short after trimming"), ("ACGNNNT", "reads with too many nucleotides N")],
)
def test_trim__reads_that_cannot_be_used_say_why(read, reason):
    trim, _ = trimmer()
    assert trim(read, "I" * len(read)).dropped == reason


def test_few_trimmed__a_wrong_adapter_is_said():
    counts = Counts()
    counts.notes["reads with the 3' adapter"] = 12
    note_few_trimmed(TrimSettings(adapter=ADAPTER), 2000, counts)
    [sentence] = [s for s in counts.notes if "check that it is" in s]
    assert "0.6% of reads only" in sentence


def test_few_trimmed__nothing_is_said_of_a_right_adapter():
    counts = Counts()
    counts.notes["reads with the 3' adapter"] = 1500
    note_few_trimmed(TrimSettings(adapter=ADAPTER), 2000, counts)
    assert list(counts.notes) == ["reads with the 3' adapter"]


def test_trim__without_cutadapt_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cutadapt", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'dmiso\[reads\]'"):
        trimmer(adapter=ADAPTER)


@pytest.mark.parametrize("duplicates", ["umi", "umi-directional"])
def test_settings__umi_duplicates_need_a_umi(duplicates):
    with pytest.raises(
        UsageError, match=f"--duplicates {duplicates} needs the UMI: give --umi5, .*--umi-tag"
    ):
        TrimSettings(duplicates=duplicates)


def test_settings__a_umi_tag_is_two_characters():
    assert TrimSettings(duplicates="umi", umi_tag="RX").umi_tag == "RX"
    with pytest.raises(UsageError, match="--umi-tag 'RX:Z'"):
        TrimSettings(umi_tag="RX:Z")
