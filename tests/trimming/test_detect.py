"""Adapters, UMIs and barcodes are found in the reads themselves, and said in plain words."""

import gzip

import numpy as np
import pytest

from dmiso.errors import InputError
from dmiso.settings.kits import KITS, Kit
from dmiso.trimming import detect, detect_reads

from .made_reads import made_mirnas, made_reads

MIRNAS = made_mirnas()


@pytest.mark.parametrize("name", [name for name, kit in KITS.items() if set(kit.adapter) != {"A"}])
def test_detect__finds_every_kit_again(name):
    kit = KITS[name]
    found = detect_reads(made_reads(MIRNAS, kit), mirnas=MIRNAS)
    assert found.adapter == kit.adapter
    assert found.share > 0.9
    assert (found.before, found.after, found.umi_behind) == (kit.before, kit.after, kit.umi_behind)
    assert name in found.kits


def test_detect__finds_the_tail_of_kits_with_poly_a():
    found = detect_reads(made_reads(MIRNAS, KITS["cats"], length=60), mirnas=MIRNAS)
    assert set(found.adapter) == {"A"}
    assert found.before == 3
    assert {"cats", "smarter-smallrna"} == set(found.kits)


def test_detect__finds_an_adapter_of_no_list():
    unknown = Kit("CCTTGAGGACATCTGCAAGTC")
    found = detect_reads(made_reads(MIRNAS, unknown, length=50))
    assert unknown.adapter.startswith(found.adapter)
    assert len(found.adapter) >= 15
    assert any("unknown; it follows many different inserts" in said for said in found.sentences())
    assert found.kits == ()


def test_detect__says_that_trimmed_reads_have_no_adapter():
    reads = [read[: read.find("TGGAATTC")] for read in made_reads(MIRNAS, KITS["nextflex-v4"])]
    found = detect_reads(reads, mirnas=MIRNAS)
    assert found.adapter is None
    assert (found.before, found.after, found.umi_behind) == (0, 0, 0)
    assert "it was cut off before" in found.sentences()[0]


def test_detect__takes_no_frequent_mirna_for_an_adapter():
    reads = [MIRNAS[0].replace("U", "T") + tail for tail in ("", "A", "T", "AA", "G", "C", "TT")] * 200
    assert detect_reads(reads).adapter is None


def test_detect__names_the_bases_of_a_barcode():
    kit = KITS["illumina-truseq-smallrna"]
    found = detect_reads(made_reads(MIRNAS, kit, barcode="GATCA"), mirnas=MIRNAS)
    assert found.before == 5
    [said] = [said for said in found.sentences() if "before the miRNA" in said]
    assert "5 bases before the miRNA in 100% of those: GATCA, a barcode or a 5' adapter?" in said


def test_detect__takes_isomirs_of_one_mirna_for_no_barcode():
    reads = ["A" + MIRNAS[0].replace("U", "T") + "TGGAATTCTCGGG"] * 90
    found = detect_reads(reads, mirnas=MIRNAS)
    assert found.before == 0


def test_detect__says_that_bases_before_the_mirna_have_two_lengths():
    kit = KITS["chimeric-eclip"]
    reads = made_reads(MIRNAS, kit) + ["C" + read[:-1] for read in made_reads(MIRNAS, kit, n=1200, seed=8)]
    said = " ".join(detect_reads(reads, mirnas=MIRNAS).sentences())
    assert "10 bases before the miRNA" in said
    assert ", 11 in 3" in said


def test_detect__says_that_no_known_mirna_was_seen():
    reads = made_reads(MIRNAS, KITS["nextflex"])
    others = made_mirnas(seed=77)
    assert any("no known miRNA was seen" in said for said in detect_reads(reads, mirnas=others).sentences())
    assert not any("known miRNA" in said for said in detect_reads(reads).sentences())


def test_detect__of_no_reads_finds_nothing(tmp_path):
    path = tmp_path / "empty.fastq.gz"
    path.write_bytes(gzip.compress(b""))
    found = detect(path, mirnas=MIRNAS)
    assert found.n_reads == 0
    assert found.sentences() == ["no reads"]


def test_detect__names_the_file_of_a_broken_stream(tmp_path):
    whole = gzip.compress(
        "".join(f"@r{i}\nACGT{'ACGTTT' * 8}\n+\n{'I' * 52}\n" for i in range(3000)).encode()
    )
    path = tmp_path / "cut.fastq.gz"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"cut\.fastq\.gz.*damaged or cut short"):
        detect(path)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "adapter", "before"),
    [
        ("ago_clip_human_10k", "GTGTCAGTCACTTCCAGCGG", 5),
        ("smallrna_human_lcl_10k", None, 0),
        ("isomirs_synthetic_truth_in_name", "TGGAATTCTCGGGTGCCAAGG", 0),
    ],
)
def test_detect__finds_what_real_reads_have(shared_data, file, adapter, before):
    from dmiso.isomir.reference import read_reference
    from dmiso.records import Counts

    mature = shared_data / "references" / "mirbase22" / "mature.fa.gz"
    mirnas = [one.sequence for one in read_reference(mature, None, Counts(), species="hsa").matures]
    found = detect(shared_data / "reads" / f"{file}.fastq.gz", mirnas=mirnas)
    assert (found.adapter, found.before) == (adapter, before)


def test_a_frequent_mirna_behind_umis__is_no_adapter():
    draw, mirna = np.random.default_rng(4), "AACAUUCAACGCUGUCGGUGAGU"
    reads = [
        "".join(draw.choice(list("ACGT"), 10))
        + mirna.replace("U", "T")
        + "".join(draw.choice(list("ACGT"), 20))
        for _ in range(500)
    ]
    assert detect_reads(reads).adapter is not None  # nothing else is known of them
    found = detect_reads(reads, mirnas=[mirna])
    assert (found.adapter, found.before) == (None, 10)
