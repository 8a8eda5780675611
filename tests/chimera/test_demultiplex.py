"""Samples told apart by barcode: every read goes to its sample, or is counted by what it had in its place."""

import gzip
import json

import polars as pl
import pytest

from dmiso.chimera import demultiplex
from dmiso.chimera.inputs import ChimeraInputs
from dmiso.chimera.run import chimeras_files
from dmiso.errors import NothingKeptError, UsageError
from dmiso.settings.chimeras import preset

ADAPTER = "TGGAATTCTCGGGTGCCAAGG"
LET7, MIR21 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA"
UMIS = ("AAAC", "CCGT", "GTGT")
TABLE = "sample\tbarcode\nbrain\tACGTAC\nliver\tTTGGCC\nblood\tCAGTCA\n"


@pytest.fixture
def inserts(world):
    """Twelve chimeric inserts of two miRNAs."""
    return [(LET7, MIR21)[i % 2] + world.site(f"NM_{i % 5 + 1}", 60 + 11 * i)[2] for i in range(12)]


def run(world, tmp_path, reads, *, table=TABLE, out="out", files=1, samples=(), **rules):
    barcodes = tmp_path / "barcodes.tsv"
    barcodes.write_text(table)
    parts = [world.fastq(tmp_path / f"lane{i}.fastq", reads[i::files]) for i in range(files)]
    inputs = ChimeraInputs(tuple(parts), world.mature, world.mrna, samples=samples, barcodes=barcodes)
    settings = preset("paper").with_options(
        {"min_reads": 1, "target_word": 8, "adapter": ADAPTER, "energies": False, **rules}
    )
    return chimeras_files(inputs, tmp_path / out, settings)


def reads_of(folder, sample):
    text = gzip.decompress((folder / "demultiplexed" / f"{sample}.fastq.gz").read_bytes()).decode()
    return text.split("\n")[1::4]


def sample_counts(result):
    rows = [list(map(int, row.split(","))) for row in result.interactions["sample_counts"]]
    return [sum(column) for column in zip(*rows, strict=True)]


def test_5p_barcodes__after_the_umi_part_reads_and_are_cut_off(world, tmp_path, inserts):
    made = [(UMIS[i % 3], ("ACGTAC", "TTGGCC", "TTGGCA")[i % 3], insert) for i, insert in enumerate(inserts)]
    reads = [umi + barcode + insert + ADAPTER for umi, barcode, insert in made]
    result = run(world, tmp_path, reads, umi5=4, duplicates="umi", files=2)
    assert sample_counts(result) == [4, 8, 0]
    assert set(result.interactions["isomir_types"]) == {"exact miRNA"}
    own = reads_of(tmp_path / "out", "brain")
    assert sorted(own) == sorted(r.replace("U", "T") for r in reads[0::3])
    table = pl.read_csv(tmp_path / "out" / "barcodes.tsv", separator="\t")
    assert table.rows() == [
        ("brain", "ACGTAC", "assigned", 4, pytest.approx(1 / 3)),
        ("liver", "TTGGCA", "assigned", 4, pytest.approx(1 / 3)),
        ("liver", "TTGGCC", "assigned", 4, pytest.approx(1 / 3)),
    ]
    assert result.counts.notes["samples without a read of their barcodes"] == 1
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["settings"]["samples"] == [
        "brain",
        "liver",
        "blood",
    ]


def test_3p_barcodes__before_the_adapter_part_reads_and_are_cut_off(world, tmp_path, inserts):
    reads = [insert + ("ACGTAC", "TTGGCC")[i % 2] + ADAPTER for i, insert in enumerate(inserts)]
    result = run(world, tmp_path, reads, barcode3=6)
    assert sample_counts(result) == [6, 6, 0]
    lengths = result.interactions["end"] - result.interactions["start"]
    assert set(lengths) == {32}


def test_unknown_and_ambiguous_barcodes__are_counted_and_listed(world, tmp_path, inserts):
    words = ["ACGTAC"] * 6 + ["GTACGT"] * 3 + ["GGGGGG"] * 2 + ["ACGTAN"]
    reads = [word + insert + ADAPTER for word, insert in zip(words, inserts, strict=True)]
    result = run(world, tmp_path, reads)
    assert sample_counts(result) == [7, 0, 0]
    assert (
        result.counts.dropped["reads with a barcode of no sample (barcodes.tsv has the most frequent)"] == 5
    )
    said = " ".join(result.counts.sentences())
    assert (
        "3 reads with the barcode GTACGT, which is no sample's but the reverse complement of brain's" in said
    )
    assert "2 reads with the barcode GGGGGG, which is no sample's" in said
    table = pl.read_csv(tmp_path / "out" / "barcodes.tsv", separator="\t")
    assert table.filter(pl.col("barcode_outcome") == "unknown")["barcode"].to_list() == ["GTACGT", "GGGGGG"]
    assert table["n"].sum() == 12
    near = "sample\tbarcode\nbrain\tACGTAC\nliver\tACGTTT\n"
    result = run(
        world, tmp_path, ["ACGTAT" + one + ADAPTER for one in inserts[:4]] + reads[:2], table=near, out="b"
    )
    assert result.counts.dropped["reads whose barcode is as near to two samples' (barcodes.tsv)"] == 4
    exact = run(world, tmp_path, reads, barcode_mismatches=0, out="c")
    assert sample_counts(exact) == [6, 0, 0]


def test_many_unknown_barcodes__are_listed_up_to_twenty_and_summed(world, tmp_path, inserts):
    words = ["".join("ACGT"[(i // 4**k) % 4] for k in range(3)) + "GGG" for i in range(40)]
    reads = ["ACGTAC" + one + ADAPTER for one in inserts] + [word + inserts[0] + ADAPTER for word in words]
    run(world, tmp_path, reads)
    table = pl.read_csv(tmp_path / "out" / "barcodes.tsv", separator="\t")
    assert table["barcode_outcome"].to_list()[-1] == "20 others"
    assert table["n"].sum() == 52


def test_no_known_barcode__is_an_error_that_names_those_seen(world, tmp_path, inserts):
    with pytest.raises(
        NothingKeptError, match=r"none of 12 reads was assigned to a sample.*12 reads with the barcode GGGGGG"
    ):
        run(world, tmp_path, ["GGGGGG" + one + ADAPTER for one in inserts])
    assert "GGGGGG" in (tmp_path / "out" / "barcodes.tsv").read_text()


def test_samples_parted_before__are_not_parted_again(world, tmp_path, inserts, monkeypatch):
    reads = [("ACGTAC", "TTGGCC")[i % 2] + insert + ADAPTER for i, insert in enumerate(inserts)]
    first = run(world, tmp_path, reads)
    asked = []
    part = demultiplex._part
    monkeypatch.setattr(demultiplex, "_part", lambda *a: (asked.append(1), part(*a))[1])
    again = run(world, tmp_path, reads, min_reads=2)
    assert asked == []
    assert again.counts.flows["reads assigned to a sample"].kept == 12
    assert again.funnel.filter(pl.col("step") == "read").equals(first.funnel.filter(pl.col("step") == "read"))
    (tmp_path / "out" / "demultiplexed" / "liver.fastq.gz").write_bytes(b"")
    run(world, tmp_path, reads)
    assert asked == [1]


def test_umi_tag__goes_with_the_read(world, tmp_path, inserts):
    path = tmp_path / "tagged.fastq"
    lines = [
        f"@r{i}\tRX:Z:{UMIS[i % 3]}\nACGTAC{inserts[0]}{ADAPTER}\n+\n{'I' * (27 + len(inserts[0]))}\n"
        for i in range(9)
    ]
    path.write_text("".join(lines).replace("U", "T"))
    barcodes = tmp_path / "barcodes.tsv"
    barcodes.write_text(TABLE)
    settings = preset("paper").with_options(
        {"min_reads": 1, "adapter": ADAPTER, "umi_tag": "RX", "duplicates": "umi", "energies": False}
    )
    inputs = ChimeraInputs((path,), world.mature, world.mrna, barcodes=barcodes)
    result = chimeras_files(inputs, tmp_path / "out", settings)
    assert result.interactions["read_count"].to_list() == [3]


def test_wrong_usage__is_told(world, tmp_path, inserts):
    with pytest.raises(UsageError, match="--barcode5 4 is given, but the barcodes have 6 nt"):
        run(world, tmp_path, inserts, barcode5=4)
    with pytest.raises(UsageError, match="--barcodes names the samples: leave --sample out"):
        run(world, tmp_path, inserts, samples=("a",))
