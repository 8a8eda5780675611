"""``dmiso isomirs compare`` in process."""

import json
import shlex

import polars as pl
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.cli.isomirs_compare import command
from dmiso.cli.main import _run
from dmiso.compare.matching import SITE_CHANGE_COLUMNS
from dmiso.errors import NothingKeptError, UsageError
from dmiso.io import read_table

CANONICAL, ISOMIR = "UACCCUGUAGAUCCGAAUUUGUG", "ACCCUGUAGAUCCGAAUUUGUG"


@pytest.fixture
def files(tmp_path, rng, random_rna):
    """Return the folder of a reference, transcripts, genes and counted isomiRs."""
    (tmp_path / "mature.fa").write_text(
        f">hsa-miR-10a-5p\n{CANONICAL}\n>hsa-let-7a-5p\nUGAGGUAGUAGGUUGUAUAGUU\n"
    )
    site = reverse_complement(CANONICAL)
    texts = {"t1": random_rna(rng, 60) + site + random_rna(rng, 40), "t2": random_rna(rng, 130)}
    (tmp_path / "t.fa").write_text("".join(f">{name}\n{text}\n" for name, text in texts.items()))
    (tmp_path / "genes.tsv").write_text("transcript_id\tgene_id\nt1\tHOXD10\nt2\tOTHER\n")
    (tmp_path / "counts.tsv").write_text(
        f"sequence_id\tsequence\tread_count\nshort\t{ISOMIR}\t20\nexact\t{CANONICAL}\t60\nlong\t{CANONICAL}A\t5\n"
    )
    return tmp_path


def run(line, files, *, decoys=3):
    base = f"--mature {files}/mature.fa --transcripts {files}/t.fa -o {files}/out --decoys {decoys}"
    command.main(shlex.split(f"{line} {base}"), prog_name="dmiso isomirs compare", standalone_mode=False)


def test_a_sequence_and_a_gene__give_a_page_on_the_terminal(files, capsys):
    run(f"{ISOMIR} --genes {files}/genes.tsv --gene HOXD10 --show-page", files, decoys=40)
    heard = capsys.readouterr()
    assert "hsa-miR-10a-5p iso_5p:+1" in heard.out
    assert "HOXD10" in heard.out
    assert "not that a gene is repressed" in heard.out
    assert "see report.html" in heard.err
    assert (files / "out" / "report.html").read_text().startswith("<!DOCTYPE html>")
    assert "```" in (files / "out" / "page.md").read_text()


def test_counts__give_mixtures_and_keep_the_most_read(files, capsys):
    run(f"{files}/counts.tsv --top 1 --max-q 1", files)
    summary = json.loads((files / "out" / "summary.json").read_text())
    (one,) = summary["comparisons"]
    assert (one["isomir_id"], one["isomir_reads"], one["canonical_reads"]) == ("short", 20, 60)
    genes = read_table(files / "out" / "genes.tsv")
    planted = genes.filter(pl.col("gene_id") == "t1").row(0, named=True)
    both = sorted(float(planted[name]) for name in ("isomir_binding", "canonical_binding"))
    assert both[0] * 0.9 < float(planted["mixture_binding"]) <= sum(both)
    assert "beyond the first 1 by reads" in capsys.readouterr().err


def test_results__are_the_same_bytes_again(files):
    names = ("sites.tsv", "genes.tsv", "summary.json", "report.html", "page.md", "compare.manifest.json")
    first = None
    for _ in range(2):
        run(f"{ISOMIR} --max-q 1 -q", files)
        now = [(files / "out" / name).read_bytes() for name in names]
        assert first in (None, now)
        first = now
    assert list(read_table(files / "out" / "sites.tsv").columns) == list(SITE_CHANGE_COLUMNS)
    record = json.loads(first[-1])
    assert record["settings"]["decoys"] == 3
    assert set(record["inputs"]) == {"mature", "transcripts"}


def test_a_given_mirna__by_name_or_bases_needs_no_call(files):
    for word in ("hsa-let-7a-5p", "UGAGGUAGUAGGUUGUAUAGUU"):
        run(f"{ISOMIR} --canonical {word} --max-q 1 -q", files)
        (one,) = json.loads((files / "out" / "summary.json").read_text())["comparisons"]
        assert (one["canonical_id"], one["variant"]) == (word, None)


def test_nothing_to_compare__is_an_error_that_says_why(files):
    with pytest.raises(NothingKeptError, match="a canonical miRNA: nothing to compare"):
        run(f"{CANONICAL} -q", files)
    assert not (files / "out").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "hsa-miR-10a",
            r"ISOMIR 'hsa-miR-10a' is not a file, a sequence or a name in --mature \(near: hsa-miR-10a-5p",
        ),
        ("ACGUACGUAC", "has 10 nucleotides"),
        (f"{ISOMIR} --gene t3", r"'t3' is not a gene or transcript of t.fa"),
        (f"{ISOMIR} --cds nowhere.tsv", "nowhere.tsv"),
        (f"{ISOMIR} --regions 4utr", "'4utr' is not a region"),
    ],
)
def test_wrong_words__are_explained(files, line, said):
    from dmiso.errors import DmisoError

    with pytest.raises(DmisoError, match=said):
        run(line, files)


def test_bases_too_long_for_a_file_name__are_a_sequence(files):
    run(f"{'ACGU' * 100} --canonical hsa-let-7a-5p --max-q 1 -q", files)
    (one,) = json.loads((files / "out" / "summary.json").read_text())["comparisons"]
    assert one["isomir_sequence"] == "ACGU" * 100


def test_no_reference__is_refused(files):
    with pytest.raises(UsageError, match="Give --canonical, or --mature"):
        command.main([ISOMIR, "--transcripts", f"{files}/t.fa", "-o", f"{files}/out"], standalone_mode=False)


def test_a_file_with_a_sequence_that_is_no_mirna__is_named(files):
    (files / "short.fa").write_text(">a\nACGUACGUAC\n")
    with pytest.raises(UsageError, match=r"short\.fa, record a has 10 nucleotides"):
        run(f"{files}/short.fa", files)


def test_pictures__show_the_genes_of_each_comparison(files):
    words = f"--mature {files}/mature.fa --transcripts {files}/t.fa --as-utrs --decoys 3 --formats svg,png -q"
    assert _run(shlex.split(f"isomirs compare {ISOMIR} {words} -o {files}/out")) == 0
    drawn = {path.name for path in (files / "out").iterdir() if path.suffix in {".svg", ".png", ".pdf"}}
    assert drawn == {"genes.svg", "genes.png"}
    assert "Genes gained and lost" in (files / "out" / "genes.svg").read_text()
