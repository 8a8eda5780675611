"""Input of which nothing is kept ends with exit code 1 and reasons, whatever the command; no result gets its name."""

import pytest

from dmiso.cli.main import _run
from dmiso.examples import write_examples

_LONG = "GCAGCAGCAUUGCAACUAUACAACCUACUACCUCAUUGCAGCAAGC"
_LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
FILES = {
    "strange.fa": ">r1\nCCCCCCCCCCCCCCCCCCCCCC\n>r2\nGGGGGGGGGGGGGGGGGGGGGG\n",
    "lengthless.fq": "@r1\n\n+\n\n@r2\n\n+\n\n",
    "short.fa": ">t1\nACGUACGUAC\n>t2\nACGUACGUAA\n",
    "bad.fa": ">b1\nAC-GU\n>b2\nJJJJ\n",
    "bad.tsv": "mirna_sequence\ttarget_sequence\nAC-GU\tACGU\n",
    "one_class.tsv": "mirna_sequence\ttarget_sequence\tlabel\n" + f"{_LET7}\t{_LONG}\t1\n" * 4,
    "unknown.tsv": "mirna_sequence\ttarget_sequence\tlabel\n"
    f"{_LET7}\t{_LONG}\t1\nUAGCUUAUCAGACUGAUGUUGA\t{'ACGUUGCAAGCCUAGGAUUC' * 2}\t0\n",
    "one_mirna.tsv": "mirna_sequence\ttarget_sequence\n" + f"{_LET7}\t{_LONG}\n",
    "negatives.tsv": "mirna_sequence\ttarget_sequence\tlabel\n" + f"{_LET7}\t{_LONG}\t0\n",
    "reads.fq": "".join(f"@r{i}\n{'ACGTTGCA' * 6}\n+\n{'I' * 48}\n" for i in range(5)),
    "changes.txt": "nowhere:n.3A>G\n",
}
LOST = {
    "isomirs": (
        "isomirs strange.fa --mature e/mature.fa -o out.tsv",
        "strange.fa: none of 2 reads was named",
    ),
    "isomirs, length 0": ("isomirs lengthless.fq --mature e/mature.fa -o out.tsv", "2 reads of length 0"),
    "isomirs, samples": (
        "isomirs strange.fa --mature e/mature.fa -o out",
        "strange.fa: none of 2 molecules was named",
    ),
    "isomirs, samples, length 0": (
        "isomirs lengthless.fq --mature e/mature.fa -o out",
        "none of 2 reads was kept after trimming: 2 reads too short after trimming",
    ),
    "isomirs names": ("isomirs names xyz-999 --mature e/mature.fa -o out", "none of 1 names was found"),
    "isomirs compare": (
        "isomirs compare strange.fa --mature e/mature.fa --transcripts e/transcripts.fa -o out",
        "none of 2 isomiRs was compared",
    ),
    "scan --regions": (
        "scan --mirnas e/mature.fa --transcripts e/transcripts.fa --regions 3utr -o out",
        "transcripts was found to have one of --regions 3utr",
    ),
    "scan, short": (
        "scan --mirnas e/mature.fa --transcripts short.fa --decoys 0 -o out",
        "30 nt long or longer",
    ),
    "predict --pairs": (
        "predict --pairs bad.tsv --on-bad skip -o out",
        "bad.tsv: none of 1 pairs was usable",
    ),
    "predict --targets": (
        "predict --mirnas e/mature.fa --targets bad.fa --on-bad skip -o out",
        "bad.fa: none of 2 target records was usable",
    ),
    "dataset, no negatives": (
        "dataset one_mirna.tsv --site-rule as-given -o out",
        "none of 1 negatives was drawn",
    ),
    "dataset, no positives": (
        "dataset negatives.tsv --site-rule as-given -o out",
        "none of 1 interactions was taken",
    ),
    "audit": ("audit one_class.tsv -o out.json", "one_class.tsv: none of 4 pairs was of label 0"),
    "evaluate": ("evaluate one_class.tsv -o out", "one_class.tsv: none of 4 pairs was of label 0"),
    "evaluate fair": (
        "evaluate fair one_class.tsv -o out.tsv",
        "one_class.tsv: none of 4 pairs was of label 0",
    ),
    "evaluate fair, nothing left": (
        "evaluate fair unknown.tsv -o out.tsv",
        "unknown.tsv: none of 2 pairs was fair: 1 positives: more pairs of the miRNA than in the other class",
    ),
    "evaluate genes": (
        "evaluate genes e/gene_responses.tsv --utrs e/transcripts.fa -o out",
        "none of 240 genes with a response was judged: others have no 3'UTR",
    ),
    "chimeras": (
        "chimeras reads.fq --mature e/mature.fa --transcripts e/transcripts.fa -o out",
        "none of 5 reads was of an interaction",
    ),
    "chimeras, adapter": (
        "chimeras reads.fq --mature e/mature.fa --transcripts e/transcripts.fa --adapter GGGGGGGGGG -o out",
        "reads.fq: none of 5 reads was with the 3' adapter",
    ),
    "explain variants": (
        (
            "explain variants --changes changes.txt --on-bad skip --mirnas e/mature.fa "
            "--transcripts e/transcripts.fa --no-pictures -o out"
        ),
        "changes.txt: none of 1 changes was usable",
    ),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    write_examples(tmp_path / "e")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", LOST)
def test_nothing_kept__ends_with_code_1_and_reasons(case, here, capsys):
    words, said = LOST[case]
    assert _run(words.split()) == 1
    message = capsys.readouterr().err
    assert said in message
    assert "Traceback" not in message
    tables = {
        "interactions.tsv",
        "sites.parquet",
        "genes.parquet",
        "data.parquet",
        "variants.tsv",
        "metrics.tsv",
    }
    out = here / "out"
    assert not out.is_file()
    assert not (here / "out.json").exists()
    assert not tables & {path.name for path in out.rglob("*")}


def test_chimeras__leave_the_report_that_tells_where_reads_went(here, capsys):
    assert _run(LOST["chimeras"][0].split()) == 1
    assert "report.txt has details" in capsys.readouterr().err
    assert (here / "out" / "report.txt").is_file()
    assert (here / "out" / "funnel.tsv").is_file()


def test_isomirs__warn_where_over_half_is_lost(here, capsys):
    (here / "mixed.fa").write_text(FILES["strange.fa"] + f">known\n{_LET7}\n")
    assert _run(["isomirs", "mixed.fa", "--mature", "e/mature.fa", "-o", "out.tsv"]) == 0
    assert "WARNING: only 1 of 3 reads were named (33.3%). Trim adapters" in capsys.readouterr().err


def test_isomirs__empty_input_gives_an_empty_table(here):
    (here / "empty.fa").write_text("")
    assert _run(["isomirs", "empty.fa", "--mature", "e/mature.fa", "-o", "out.tsv"]) == 0
    assert (here / "out.tsv").read_text().startswith("sequence")


def test_isomirs__note_counts_in_names_that_are_not_used(here, capsys):
    (here / "collapsed.fa").write_text(f">seq_0_x1500\n{_LET7}\n")
    assert _run(["isomirs", "collapsed.fa", "--mature", "e/mature.fa", "-o", "out.tsv"]) == 0
    assert "use --counts-from-names if they are counts (seq_0_x1500)" in capsys.readouterr().err
