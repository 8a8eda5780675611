"""Inputs that used to fail, as a new user meets them: by the command they came with, and what came out before.

They are rebuilt from difficulties that users of neighbouring tools reported; each stands for its kind, whose tests lie
beside the code. What came out of version 0.1.0 is said in each test's docstring.
"""

import os
import random
import stat
import threading

import polars as pl
import pytest

from dmiso.cli.main import _run
from dmiso.examples import write_examples
from dmiso.io import read_table

EXONS = {"T1": ("+", ((100, 400), (600, 900))), "T2": ("-", ((1500, 1800), (2000, 2300)))}
CODING = {"T1": (200, 700), "T2": (1700, 2200)}
LET_7 = "TGAGGTAGTAGGTTGTATAGTT"
SITE = "AACTATACAACCTACTACCTCA"
_COMPLEMENT = str.maketrans("ACGT", "TGCA")


def genome():
    """A chromosome with a perfect let-7 site in the 3'UTR of either transcript."""
    draw = random.Random(7)
    bases = [draw.choice("ACGT") for _ in range(3000)]
    bases[800 : 800 + len(SITE)] = SITE
    bases[1550 : 1550 + len(SITE)] = SITE.translate(_COMPLEMENT)[::-1]
    return "".join(bases)


def spliced(name):
    strand, exons = EXONS[name]
    bases = "".join(genome()[a:b] for a, b in exons)
    return bases if strand == "+" else bases.translate(_COMPLEMENT)[::-1]


def gtf(*, chromosome="chr1", kinds=("exon", "CDS"), version="", more=""):
    """GTF of both transcripts; the stop codon stands apart, as in GTF."""
    lines = []
    for name, (strand, exons) in EXONS.items():
        start, end = CODING[name]
        body, stop = (
            ((start, end - 3), (end - 3, end)) if strand == "+" else ((start + 3, end), (start, start + 3))
        )
        parts = [("exon", a, b) for a, b in exons]
        parts += [
            ("CDS", max(a, body[0]), min(b, body[1])) for a, b in exons if max(a, body[0]) < min(b, body[1])
        ]
        parts += [("stop_codon", *stop)]
        ninth = f'gene_id "G{name}{version}"; transcript_id "{name}{version}";{more}'
        lines += [
            f"{chromosome}\tsrc\t{kind}\t{a + 1}\t{b}\t.\t{strand}\t.\t{ninth}\n"
            for kind, a, b in parts
            if kind in kinds or kind == "stop_codon"
        ]
    return "".join(lines)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with the examples, a genome, and one miRNA."""
    write_examples(tmp_path / "e")
    (tmp_path / "genome.fa").write_text(f">chr1 AC:CM000663.2\n{genome()}\n")
    (tmp_path / "mir.fa").write_text(f">hsa-let-7a-5p\n{LET_7}\n")
    (tmp_path / "tx.fa").write_text("".join(f">{name}\n{spliced(name)}\n" for name in EXONS))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scan(*words):
    return _run(["scan", "--mirnas", "mir.fa", "--decoys", "0", "-o", "out", *words])


def regions():
    sites = pl.read_parquet("out/sites.parquet")
    return dict(
        sites.group_by("transcript_id")
        .agg(pl.col("region").unique().sort())
        .sort("transcript_id")
        .iter_rows()
    )


@pytest.fixture
def expected(here):
    """Sites of a plain run on the same genome, to compare with."""
    (here / "ok.gtf").write_text(gtf())
    assert scan("--genome", "genome.fa", "--annotation", "ok.gtf", "-q") == 0
    found = pl.read_parquet("out/sites.parquet")
    assert set(found["transcript_id"]) == {"T1", "T2"}
    assert "3'UTR" in set(found["region"])
    for path in (here / "out").rglob("*"):
        if path.is_file():
            path.unlink()
    return found


def same_sites(expected):
    """Say whether the last scan found the same sites; names may have versions."""
    found = pl.read_parquet("out/sites.parquet").with_columns(
        pl.col("transcript_id").str.replace(r"\.\d+$", "")
    )
    columns = ["transcript_id", "start", "end", "region", "seed_class"]
    return found.select(columns).sort(columns).equals(expected.select(columns).sort(columns))


@pytest.mark.parametrize("kind", ["device", "fifo", "link"])
def test_a2__an_output_that_is_no_plain_file_is_written_through(here, kind, toy_model):
    """Before: the device, the FIFO and the link were replaced by a file."""
    words = ["predict", "--model", str(toy_model), "--pairs", "e/pairs.tsv", "-q", "-o"]
    assert _run([*words, "plain.tsv"]) == 0
    out, got = here / "out", []
    if kind == "device":
        try:
            os.mknod(out, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        except PermissionError:
            pytest.skip("only root may make a device")
        assert _run([*words, "out"]) == 0
        assert stat.S_ISCHR(out.stat().st_mode)
        return
    if kind == "fifo":
        os.mkfifo(out)
        reader = threading.Thread(target=lambda: got.append(out.read_bytes()))
        reader.start()
        assert _run([*words, "out"]) == 0
        reader.join(timeout=60)
        assert stat.S_ISFIFO(out.stat().st_mode)
    else:
        out.symlink_to(here / "target.tsv")
        assert _run([*words, "out"]) == 0
        assert out.is_symlink()
        got.append((here / "target.tsv").read_bytes())
    assert got == [(here / "plain.tsv").read_bytes()]


@pytest.mark.parametrize("output", ["calls.tsv", "calls.gff3"])
def test_a4__an_id_ends_at_a_tab(here, output):
    """Before: the id held the tab, and the columns of every table shifted."""
    (here / "tab.fa").write_text(f">hsa-let-7a-5p\tMIMAT0000062 Homo sapiens\n{LET_7}\n")
    assert _run(["isomirs", "tab.fa", "--mature", "e/mature.fa", "-q", "-o", output]) == 0
    if output.endswith("tsv"):
        assert read_table(here / output)["sequence_id"].to_list() == ["hsa-let-7a-5p"]
    else:
        assert all(
            line.count("\t") == 8 for line in (here / output).read_text().splitlines() if line[0] != "#"
        )


@pytest.mark.parametrize("strand", ["+", "-"])
def test_a5__one_name_at_two_positions_is_no_transcript_of_both(here, strand, capsys):
    """Before: exons of two loci, and of two strands, were joined to one transcript that no cell makes."""
    one = 'chr1\ts\texon\t101\t400\t.\t+\t.\tgene_id "G"; transcript_id "NM_1"; tss_id "TSS1";\n'
    two = f'chr1\ts\texon\t601\t900\t.\t{strand}\t.\tgene_id "G"; transcript_id "NM_1"; tss_id "TSS2";\n'
    (here / "a.gtf").write_text(one + two)
    assert scan("--genome", "genome.fa", "--annotation", "a.gtf") == 0
    assert "1 loci of transcripts beyond the first of each name (NM_1)" in capsys.readouterr().err
    # the site lies in the second position
    assert pl.read_parquet("out/sites.parquet").filter(pl.col("end") > 300).is_empty()


def test_a8__coding_sequences_alone_are_exons_and_it_is_said(here, capsys):
    """Before: 0 sites, no note, exit 0."""
    (here / "a.gtf").write_text(gtf(kinds=("CDS",)))
    assert scan("--genome", "genome.fa", "--annotation", "a.gtf", "--min-percentile", "50") == 0
    assert "2 transcripts without exon lines" in capsys.readouterr().err
    assert regions() == {"T1": ["CDS"], "T2": ["CDS"]}


def test_a9__gencode_headers_and_versions_on_either_side(here, expected, capsys):
    """Before: no transcript matched, 0 sites, exit 0."""
    pipes = "".join(f">{name}.2|G{name}.3|OTT|-|N-201|N|600|\n{spliced(name)}\n" for name in EXONS)
    (here / "gencode.fa").write_text(pipes)
    (here / "versions.gtf").write_text(gtf(version=".2"))
    assert scan("--transcripts", "gencode.fa", "--annotation", "ok.gtf") == 0
    assert same_sites(expected)
    for path in (here / "out").iterdir():
        if path.is_file():
            path.unlink()
    (here / "one.fa").write_text(
        f">T1.2|GT1.3|OTT|-|N-201|N|600|UTR5:1-100|CDS:101-400|UTR3:401-600|\n{spliced('T1')}\n"
    )
    assert (
        _run(
            [
                "scan",
                "--mirnas",
                "mir.fa",
                "--decoys",
                "0",
                "--transcripts",
                "one.fa",
                "--regions",
                "3utr",
                "-o",
                "o3",
            ]
        )
        == 0
    )
    sites = pl.read_parquet("o3/sites.parquet")
    assert set(sites["region"]) == {"3'UTR"}
    assert pl.read_parquet("o3/genes.parquet")["gene_id"].unique().to_list() == ["GT1.3"]


def test_a9__names_that_nobody_shares_are_an_error(here, capsys):
    """Before: 0 sites, exit 0."""
    (here / "a.gtf").write_text(gtf().replace("T1", "X1").replace("T2", "X2"))
    assert scan("--transcripts", "tx.fa", "--annotation", "a.gtf") == 1
    error = capsys.readouterr().err
    assert "none of the 2 transcripts (such as T1) is among its 2 (such as X1)" in error
    assert not (here / "out" / "sites.parquet").exists()


def test_a10__a_users_own_mirnas_are_placed_by_their_bases(here, capsys):
    """Before: 'none of the miRNAs lies in any hairpin', which was untrue."""
    (here / "hp.fa").write_text(
        f">Cluster_12\nCTGAGGATGCACTTACAGG{LET_7}TTAGGGTCACACCCACCACTGGGAGATAACTATACAATC\n"
    )
    (here / "mat.fa").write_text(f">Cluster_12.mature\n{LET_7}\n")
    (here / "reads.fa").write_text(f">ref\n{LET_7}\n>t5\n{LET_7[1:]}\n")
    assert _run(["isomirs", "reads.fa", "--mature", "mat.fa", "--hairpin", "hp.fa", "-o", "o.tsv"]) == 0
    assert read_table(here / "o.tsv")["precursor_ids"].to_list() == ["Cluster_12", "Cluster_12"]
    assert "placed in hairpins of another name" in capsys.readouterr().err


def test_a11__a_read_of_length_0_is_counted(here, capsys):
    """Before: the run stopped, and named an option that the command lacks."""
    (here / "r.fastq").write_text(
        f"@r1\n{LET_7}\n+\n{'I' * 22}\n@r2\n\n+\n\n@r3\n{LET_7}\n+\n{'I' * 22}\n\n\n"
    )
    assert _run(["isomirs", "r.fastq", "--mature", "e/mature.fa", "-o", "o.tsv"]) == 0
    assert read_table(here / "o.tsv")["read_count"].to_list() == ["2"]
    assert "1 reads of length 0, left out (r2)" in capsys.readouterr().err


def test_a12__a_transcript_without_a_strand_is_left_out_and_counted(here, expected, capsys):
    """Before: the whole file was refused."""
    (here / "a.gtf").write_text(
        gtf() + 'chr1\ts\texon\t2401\t2500\t.\t.\t.\tgene_id "S.1"; transcript_id "S.1.1";\n'
    )
    assert scan("--genome", "genome.fa", "--annotation", "a.gtf") == 0
    assert "1 transcript models without a strand (S.1.1)" in capsys.readouterr().err
    assert same_sites(expected)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8-sig"])
def test_a13_a14__an_annotation_of_another_encoding_is_read(here, expected, encoding):
    """Before: a traceback, or a refusal whose cause nobody could see."""
    (here / "a.gtf").write_bytes(gtf(more=' note "café";').encode(encoding))
    assert scan("--genome", "genome.fa", "--annotation", "a.gtf", "-q") == 0
    assert same_sites(expected)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("isomirs e/isomirs.fa --mature e/mature.fa -o calls.bed", 2, "cannot be written as .bed"),
        ("predict --pairs e/pairs.tsv -o .", 2, "is a directory"),
        ("predict --pairs e/pairs.tsv -o out.json", 2, "cannot be written as .json"),
        ("predict --pairs e/pairs.tsv -o out.xls", 2, "cannot be written as .xls"),
        (
            "predict --mirnas dash.fa --targets e/transcripts.fa -o o.tsv",
            1,
            "dash.fa, line 1, record a: '-' at position 3",
        ),
    ],
)
def test_a13_a16__mistakes_end_in_one_line(here, capsys, words, code, message):
    """Before: tracebacks, and tables under names that promised something else."""
    (here / "dash.fa").write_text(">a\nAC-GUACGUACGUACGUACGU\n")
    assert _run(words.split()) == code
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert message in error


def test_a14__a_byte_order_mark_is_passed_over(here, toy_model):
    """Before: the file was refused."""
    (here / "bom.fa").write_bytes(b"\xef\xbb\xbf" + (here / "mir.fa").read_bytes())
    words = ["predict", "--model", str(toy_model), "--targets", "tx.fa", "-q"]
    assert _run([*words, "--mirnas", "bom.fa", "-o", "a.tsv"]) == 0
    assert _run([*words, "--mirnas", "mir.fa", "-o", "b.tsv"]) == 0
    assert (here / "a.tsv").read_bytes() == (here / "b.tsv").read_bytes()


def test_a15__chromosomes_of_ensembl_and_ucsc_are_equated(here, expected, capsys):
    """Before: a note, 0 sites, exit 0."""
    (here / "a.gtf").write_text(gtf(chromosome="1"))
    assert scan("--genome", "genome.fa", "--annotation", "a.gtf") == 0
    assert "called otherwise in annotation and genome (1, chr1)" in capsys.readouterr().err
    assert same_sites(expected)


def test_a17__gff3_is_read(here, expected):
    """Before: 'a transcript_id and a strand are expected'."""
    lines = ["##gff-version 3"]
    for line in gtf().splitlines():
        fields = line.split("\t")
        name = fields[8].split('"')[3]
        lines.append("\t".join([*fields[:8], f"ID={fields[2]}:{name};Parent=transcript:{name}"]))
    (here / "a.gff3").write_text("\n".join(lines) + "\n")
    assert scan("--genome", "genome.fa", "--annotation", "a.gff3", "-q") == 0
    assert same_sites(expected)


def test_a18__blank_lines_after_the_last_read_are_accepted(here):
    """Before: 'Premature end of file'."""
    (here / "r.fastq").write_text(f"@r1\n{LET_7}\n+\n{'I' * 22}\n\n \n\n")
    assert _run(["isomirs", "r.fastq", "--mature", "e/mature.fa", "-q", "-o", "o.tsv"]) == 0
    assert read_table(here / "o.tsv").height == 1
