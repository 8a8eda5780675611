"""The table for R's isomiRs: as its documentation says, as mirtop exports it, and read by R with the calls it makes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dmiso.errors import InputError
from dmiso.examples import write_examples
from dmiso.io import read_sequences
from dmiso.isomir.bioconductor import RAW_DATA_COLUMNS, write_raw_data
from dmiso.records import Counts

HAIRPIN = "UGGGAUGAGGUAGUAGGUUGUAUAGUUUUAGGGUCACACCCACCACUGGGAGAUAACUAUACAAUCUACUGUCUUUCCUA"
LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
READS = {
    LET7: ("0", "0", "0", "0"),
    LET7[1:]: ("0", "0", "t", "0"),
    "A" + LET7: ("0", "0", "A", "0"),
    LET7[:-2]: ("0", "0", "0", "tt"),
    LET7 + "UU": ("0", "0", "0", "TT"),
    LET7 + "C": ("0", "C", "0", "0"),
    LET7[1:] + "UUC": ("0", "C", "t", "TT"),
    LET7[:8] + "C" + LET7[9:]: ("9CT", "0", "0", "0"),
    LET7[1:8] + "C" + LET7[9:]: ("8CT", "0", "t", "0"),
}
"""Sequence to what differs: mism, add, t5, t3. A position is that on the sequence itself."""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "mature.fa").write_text(f">hsa-let-7a-5p MIMAT0000062\n{LET7}\n")
    (tmp_path / "hairpin.fa").write_text(f">hsa-let-7a-1 MI0000060\n{HAIRPIN}\n")
    rows = "".join(f"{sequence}\t{10 * n + 5}\t{n}\n" for n, sequence in enumerate([*READS, "CC" + LET7]))
    (tmp_path / "reads.tsv").write_text(f"sequence\tcontrol\ttreated\n{rows}")
    return tmp_path


def called(folder):
    from dmiso.cli.main import _run

    words = ["isomirs", "reads.tsv", "--mature", "mature.fa", "--hairpin", "hairpin.fa"]
    before = Path.cwd()
    os.chdir(folder)
    try:
        assert _run([*words, "-q", "-o", "calls.gff3"]) == 0
    finally:
        os.chdir(before)
    return folder / "calls.gff3"


def table(path):
    header, *rows = (line.split("\t") for line in path.read_text().splitlines())
    return header, rows


def test_raw_data__says_what_differs_as_isomirs_does(files):
    counts = write_raw_data(called(files), files / "mature.fa", files / "raw.tsv")
    header, rows = table(files / "raw.tsv")
    assert header == [*RAW_DATA_COLUMNS, "control", "treated"]
    found = {row[0].replace("T", "U"): tuple(row[2:6]) for row in rows}
    assert found == READS
    assert [row[6:] for row in rows] == [[str(10 * n + 5), str(n)] for n in range(len(READS))]
    # the one that begins with nucleotides of no hairpin
    assert [n for kind, n in counts.dropped.items() if "added at the 5' end" in kind] == [1]


def test_raw_data__of_another_reference_is_refused(files):
    path = called(files)
    (files / "other.fa").write_text(">hsa-miR-21-5p\nUAGCUUAUCAGACUGAUGUUGA\n")
    with pytest.raises(InputError, match=r"hsa-let-7a-5p is not in .*other\.fa"):
        write_raw_data(path, files / "other.fa", files / "raw.tsv")
    assert not (files / "raw.tsv").exists()


EXPORT = """
import sys
from types import SimpleNamespace
from mirtop.exporter.isomirs import convert
folder = sys.argv[1]
convert(SimpleNamespace(files=[folder + "/calls.gff3"], out=folder + "/mirtop", hairpin=folder + "/hairpin.fa",
                        gtf=folder + "/hsa.gff3", sps="hsa"))
"""


def test_raw_data__is_what_mirtop_exports(files):
    python = os.environ.get("DMISO_MIRTOP_PYTHON")
    if python is None:
        if os.environ.get("CI") == "true":
            pytest.fail("mirtop is absent: name its python in DMISO_MIRTOP_PYTHON")
        pytest.skip("mirtop is absent: name its python in DMISO_MIRTOP_PYTHON")
    write_raw_data(called(files), files / "mature.fa", files / "raw.tsv")
    place = "chr9\t.\t{}\t{}\t{}\t.\t+\t.\tID={};Alias={};Name={}{}\n"
    start = 1001 + HAIRPIN.index(LET7)
    (files / "hsa.gff3").write_text(
        "##gff-version 3\n# microRNAs: miRBase v22\n"
        + place.format(
            "miRNA_primary_transcript",
            1001,
            1000 + len(HAIRPIN),
            "MI0000060",
            "MI0000060",
            "hsa-let-7a-1",
            "",
        )
        + place.format(
            "miRNA",
            start,
            start + 21,
            "MIMAT0000062",
            "MIMAT0000062",
            "hsa-let-7a-5p",
            ";Derives_from=MI0000060",
        )
    )
    (files / "mirtop").mkdir()
    words = [python, "-W", "ignore", "-c", EXPORT, str(files)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [written] = (files / "mirtop").glob("*_rawData.tsv")
    header, rows = table(written)
    ours = table(files / "raw.tsv")
    assert header == ours[0]
    # mirtop gives what begins before the hairpin's nucleotides as if it did not, and T in place of U everywhere
    kept = [row for row in rows if not row[0].startswith("CC")]
    assert sorted(kept) == sorted(ours[1])


IN_R = r"""
# what isomiRs does with the table: counts per miRNA and per isomiR named by type, then a SummarizedExperiment
path <- commandArgs(TRUE)[1]
raw <- read.delim(path, check.names = FALSE)
coldata <- data.frame(row.names = names(raw)[-(1:6)], group = c("a", "b"))
stopifnot(identical(names(raw)[1:6], c("seq", "mir", "mism", "add", "t5", "t3")))
differs <- raw[c("mism", "add", "t5", "t3")]
for (name in names(differs)) stopifnot(all(grepl("^(0|[0-9]+[ACGT]{2}|[ACGT]+|[acgt]+)$", differs[[name]])))
type <- apply(differs, 1, function(x) paste(names(differs)[x != "0"], x[x != "0"], sep = ":", collapse = ";"))
id <- paste(raw$mir, ifelse(type == "", "ref", type), sep = ";")
counts <- as.matrix(rowsum(raw[rownames(coldata)], id))
object <- SummarizedExperiment::SummarizedExperiment(assays = list(counts = counts), colData = coldata)
data <- DESeq2::DESeqDataSet(object, design = ~group)
bases <- strsplit(raw$seq[raw$mism != "0"], "")
places <- as.integer(gsub("[ACGT]", "", raw$mism[raw$mism != "0"]))
own <- substr(gsub("[0-9]", "", raw$mism[raw$mism != "0"]), 1, 1)
stopifnot(mapply(function(b, i, x) b[i] == x, bases, places, own))
cat(nrow(data), colSums(counts), sum(grepl(";ref$", id)), "\n")
"""


def test_raw_data__is_read_by_r_as_isomirs_reads_it(files):
    if shutil.which("Rscript") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("R is absent: apt-get install r-base-core r-bioc-deseq2")
        pytest.skip("R is absent: apt-get install r-base-core r-bioc-deseq2")
    write_raw_data(called(files), files / "mature.fa", files / "raw.tsv")
    words = ["Rscript", "-e", IN_R, str(files / "raw.tsv")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    known = [sum(10 * n + 5 for n in range(len(READS))), sum(range(len(READS)))]
    assert [int(word) for word in done.stdout.split()] == [len(READS), *known, 1]


def test_raw_data__of_the_examples_has_their_reads(tmp_path):
    from dmiso.cli.main import _run

    write_examples(tmp_path / "e")
    e = tmp_path / "e"
    words = ["--mature", str(e / "mature.fa"), "--hairpin", str(e / "hairpin.fa"), "-q"]
    assert _run(["isomirs", str(e / "isomirs.fa"), *words, "-o", str(tmp_path / "a.gff3")]) == 0
    write_raw_data(tmp_path / "a.gff3", e / "mature.fa", tmp_path / "raw.tsv")
    _, rows = table(tmp_path / "raw.tsv")
    known = {record.sequence.replace("U", "T") for record in read_sequences(e / "isomirs.fa", Counts())}
    assert {row[0] for row in rows} == known


def test_export__ends_with_0_and_a_manifest_and_with_1_where_nothing_can_be_written(
    files, monkeypatch, capsys
):
    from dmiso.cli.main import _run

    path = called(files)
    monkeypatch.chdir(files)
    assert _run(["isomirs", "export", "calls.gff3", "--mature", "mature.fa", "-o", "raw.tsv"]) == 0
    assert f"raw.tsv: {len(READS)} rows" in capsys.readouterr().err
    assert "nucleotides added at the 5' end" in (files / "raw.tsv.manifest.json").read_text()
    header, *records = path.read_text().split("\n")
    lines = [line for line in (header, *records) if line.startswith("#") or "CCTGAGG" in line]
    (files / "some.gff3").write_text("\n".join(lines) + "\n")
    assert _run(["isomirs", "export", "some.gff3", "--mature", "mature.fa", "-o", "none.tsv"]) == 1
    assert "none of 1 calls was writable" in capsys.readouterr().err
    assert not (files / "none.tsv").exists()
    (files / "empty.gff3").write_text("\n".join(line for line in lines if line.startswith("#")) + "\n")
    assert _run(["isomirs", "export", "empty.gff3", "--mature", "mature.fa", "-q", "-o", "empty.tsv"]) == 0
    assert table(files / "empty.tsv") == ([*RAW_DATA_COLUMNS, "control", "treated"], [])
