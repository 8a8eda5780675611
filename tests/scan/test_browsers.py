"""Sites as genome browsers and their validators take them: BED, GFF3, bigBed; across junctions, on both strands."""

import os
import shutil
import subprocess

import pybigtools
import pytest

from dmiso.cli.main import _run

SITE = "CTATACAACCTACTACCTCA"
COMPLEMENT = str.maketrans("ACGT", "TGCA")
GTF = [("+", "g 1", "t1.1", ((100, 300), (400, 700))), ("-", "g2", "t2", ((1000, 1300), (1500, 1600)))]
NAME = "hsa-let-7a-5p|iso_5p:-1,iso_3p:+1"


def bases(rng, n):
    return "".join(rng.choice(list("ACGT"), n))


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """A scan of two spliced transcripts, one per strand, each with a site that lies across the junction."""
    import numpy as np

    rng, folder = np.random.default_rng(1), tmp_path_factory.mktemp("browsers")
    chromosome = list(bases(rng, 2000))
    for strand, _, _, exons in GTF:
        junction = exons[0][1] - exons[0][0] if strand == "+" else exons[1][1] - exons[1][0]
        length = sum(end - start for start, end in exons)
        text = bases(rng, junction - 10) + SITE
        text += bases(rng, length - len(text))
        text = text if strand == "+" else text.translate(COMPLEMENT)[::-1]
        for start, end in exons:
            chromosome[start:end], text = text[: end - start], text[end - start :]
    (folder / "genome.fa").write_text(">chr1 a toy\n" + "".join(chromosome) + "\n")
    (folder / "exons.gtf").write_text(
        "".join(
            f'chr1\ttest\texon\t{start + 1}\t{end}\t.\t{strand}\t.\tgene_id "{gene}"; transcript_id "{name}";\n'
            for strand, gene, name, exons in GTF
            for start, end in exons
        )
    )
    (folder / "m.fa").write_text(f">{NAME}\nUGAGGUAGUAGGUUGUAUAGUU\n")
    words = [
        "--mirnas",
        folder / "m.fa",
        "--genome",
        folder / "genome.fa",
        "--annotation",
        folder / "exons.gtf",
    ]
    also = [word for name in ("bed", "bed12", "gff3") for word in ("--also", name)]
    options = ["--decoys", "0", "--min-percentile", "99.99", "-q", "-o", str(folder / "out")]
    assert _run(["scan", *map(str, words), *also, *options]) == 0
    return folder / "out"


def rows(path):
    return [line.split("\t") for line in path.read_text().splitlines() if not line.startswith("#")]


def program(name, package):
    """A validator of Debian's; skipped where it is absent, an error in the CI."""
    path = shutil.which(name)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is absent: apt-get install {package}")
        pytest.skip(f"{name} is absent: apt-get install {package}")
    return path


def test_bed__on_transcripts_is_bed6_and_no_more(scanned):
    found = rows(scanned / "sites.bed")
    assert [(row[0], row[3], row[5]) for row in found] == [("t1.1", NAME, "+"), ("t2", NAME, "+")]
    assert all(len(row) == 6 and 0 <= int(row[4]) <= 1000 for row in found)


def test_bed12__lies_on_the_genome_across_junctions_on_both_strands(scanned):
    first, second = rows(scanned / "sites.genome.bed")
    assert (first[0], first[5], second[5]) == ("chr1", "+", "-")
    for row, exons in zip((first, second), (exons for _, _, _, exons in GTF), strict=True):
        assert len(row) == 12
        start, sizes, begins = int(row[1]), row[10].split(","), row[11].split(",")
        blocks = [(start + int(b), start + int(b) + int(s)) for s, b in zip(sizes, begins, strict=True)]
        assert (blocks[0][1], blocks[1][0]) == (exons[0][1], exons[1][0])
        assert sum(map(int, sizes)) == 22


@pytest.mark.parametrize("name", ["sites.bed", "sites.genome.bed"])
def test_bed__is_taken_by_genometools_and_bedtools(scanned, name):
    words = [program("gt", "genometools"), "bed_to_gff3", str(scanned / name)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\tBED_feature\t") == 2
    words = [program("bedtools", "bedtools"), "bed12tobed6", "-i", str(scanned / name)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == (2 if name == "sites.bed" else 4)


def test_gff3__is_valid_with_its_type_of_the_sequence_ontology(scanned):
    words = [program("gt", "genometools"), "gff3validator", "-typecheck", "so", str(scanned / "sites.gff3")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "input is valid GFF3" in done.stdout
    found = rows(scanned / "sites.gff3")
    assert len(found) == 4
    assert {row[2] for row in found} == {"miRNA_target_site"}
    assert all("transcript_id=" in row[8] and "%2C" in row[8] for row in found)


def test_bed12__becomes_a_bigbed_that_gives_the_sites_back(scanned, tmp_path):
    found = sorted(rows(scanned / "sites.genome.bed"), key=lambda row: (row[0], int(row[1])))
    entries = [(row[0], int(row[1]), int(row[2]), "\t".join(row[3:])) for row in found]
    path = str(tmp_path / "sites.bb")
    pybigtools.open(path, "w").write({"chr1": 2000}, iter(entries))
    kept = list(pybigtools.open(path).records("chr1"))
    assert [(start, end, *rest) for start, end, *rest in kept] == [
        (start, end, *rest.split("\t")) for _, start, end, rest in entries
    ]


@pytest.mark.parametrize("name", ["an isomiR", "50% of>x", "a,b;c=d&e"])
def test_names__of_any_kind_stay_one_column(tmp_path, name):
    import dmiso

    folder = tmp_path / "out"
    dmiso.scan({name: "UGAGGUAGUAGGUUGUAUAGUU"}, {name: "GCAGCAGCAUUGCAACUAUACAACCUACUACCUCAUUGCAGCAAGC"}, decoys=0,
               output=folder)  # fmt: skip
    from dmiso.scan.exports import export_sites

    [bed] = rows(export_sites(folder, "bed"))
    assert len("\t".join(bed).split()) == 6
    path = export_sites(folder, "gff3")
    done = subprocess.run(
        [program("gt", "genometools"), "gff3validator", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_bed12__without_an_annotation_is_refused_before_any_work(tmp_path, capsys):
    from dmiso.examples import write_examples

    write_examples(tmp_path / "e")
    e = tmp_path / "e"
    words = ["--mirnas", str(e / "isomirs.fa"), "--transcripts", str(e / "transcripts.fa"), "--also", "bed12"]
    assert _run(["scan", *words, "-o", str(tmp_path / "out")]) == 2
    assert "give --annotation" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_predictions__in_bed_have_six_columns_whatever_the_names(tmp_path):
    import polars as pl

    table = pl.DataFrame(
        {
            "mirna_id": ["an isomiR"],
            "mirna_sequence": ["UGAGGUAGUAGGUUGUAUAGUU"],
            "target_id": ["a gene"],
            "target_sequence": ["GGACUAUACAACCUACUACCUCAUU"],
        }
    )
    table.write_csv(tmp_path / "p.tsv", separator="\t")
    assert _run(["predict", "--pairs", str(tmp_path / "p.tsv"), "-q", "-o", str(tmp_path / "p.bed")]) == 0
    [line] = (tmp_path / "p.bed").read_text().splitlines()
    assert line.split()[:4] == ["a_gene", "0", "25", "an_isomiR"]
    assert len(line.split()) == 6
    words = [program("gt", "genometools"), "bed_to_gff3", str(tmp_path / "p.bed")]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0
