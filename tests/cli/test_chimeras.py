"""The command line of dmiso chimeras, on the example files."""

import json
from pathlib import Path

import pytest

from dmiso.cli.main import _run


@pytest.fixture
def simulated(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _run(["examples", "-o", "ex"]) == 0
    words = (
        "chimeras simulate --mature ex/isomirs.fa --transcripts ex/transcripts.fa --reads 1500 --isomirs 8"
    )
    assert _run([*words.split(), "--interactions", "20", "-q", "-o", "sim"]) == 0
    return [
        "--mature",
        "ex/isomirs.fa",
        "--transcripts",
        "ex/transcripts.fa",
        "--adapter",
        "TGGAATTCTCGGGTGCCAAGG",
        "--umi5",
        "8",
    ]


def test_chimeras__reads_to_interactions_without_naming_the_subcommand(simulated, capsys):
    assert _run(["chimeras", "sim/reads.fastq.gz", *simulated, "--duplicates", "umi", "-o", "out"]) == 0
    said = capsys.readouterr().err
    assert "interactions of" in said
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert manifest["settings"]["trim"]["umi5"] == 8
    assert manifest["settings"]["filters"]["min_reads"] == 10
    assert "/" not in json.dumps(manifest["inputs"])


def test_chimeras__reads_may_come_from_standard_input(simulated, monkeypatch):
    with Path("sim/reads.fastq.gz").open("rb") as stream:
        monkeypatch.setattr("sys.stdin", type("In", (), {"buffer": stream}))
        assert _run(["chimeras", "-", *simulated, "--min-reads", "1", "-q", "-o", "piped"]) == 0
    assert _run(["chimeras", "sim/reads.fastq.gz", *simulated, "--min-reads", "1", "-q", "-o", "read"]) == 0
    piped, read = (Path(name, "sites.bed").read_bytes() for name in ("piped", "read"))
    assert piped == read


def test_chimeras__a_run_that_finds_little_says_what_is_wrong_everywhere(simulated, capsys):
    library = [*simulated[:-1], "5"]  # three bases of the UMI are left on
    assert _run(["chimeras", "sim/reads.fastq.gz", *library, "--report", "-o", "out"]) == 0
    said = capsys.readouterr().err
    assert "probably wrong: 3 bases before the miRNA in" in said
    assert "Give --umi5 8 --duplicates umi-directional" in said
    report = json.loads(Path("out/report.json").read_text(encoding="utf-8"))
    assert len(report["diagnoses"]) == 1
    assert "What is probably wrong" in Path("out/report.html").read_text(encoding="utf-8")
    assert report["diagnoses"][0] in Path("out/report.txt").read_text(encoding="utf-8")


def test_chimeras__a_preset_gives_the_rules_and_options_change_them(simulated):
    words = [
        *simulated,
        "--preset",
        "modern",
        "--max-gap",
        "2",
        "--no-join-sites",
        "--min-reads",
        "1",
        "-q",
        "-o",
        "out",
    ]
    assert _run(["chimeras", "call", "sim/reads.fastq.gz", *words]) == 0
    rules = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))["settings"]
    assert rules["call"]["junction"] == "joint"
    assert (rules["locate"]["max_gap"], rules["filters"]["join_sites"]) == (2, False)


def test_chimeras__pictures_are_drawn(simulated, tmp_path):
    assert (
        _run(
            [
                "chimeras",
                "sim/reads.fastq.gz",
                *simulated,
                "--min-reads",
                "1",
                "--pictures",
                "-q",
                "-o",
                "out",
            ]
        )
        == 0
    )
    drawn = {path.name for path in (tmp_path / "out" / "pictures").iterdir()}
    assert drawn == {
        f"{name}.{ending}"
        for name in ("funnel", "lengths", "classes", "ligation", "seeds")
        for ending in ("svg", "png")
    }


def test_chimeras__statistics_of_two_experiments(simulated, capsys):
    assert _run(["chimeras", "sim/reads.fastq.gz", *simulated, "--min-reads", "1", "-q", "-o", "out"]) == 0
    table = "out/interactions.tsv"
    assert _run(["chimeras", "statistics", table, "--other", table, "--least", "2", "-o", "s.tsv"]) == 0
    assert "numbers; tests in s.preference.tsv" in capsys.readouterr().err


def test_chimeras__interactions_are_input_of_dataset(simulated, tmp_path):
    assert _run(["chimeras", "sim/reads.fastq.gz", *simulated, "--min-reads", "1", "-q", "-o", "out"]) == 0
    words = ["dataset", "out/interactions.tsv", "--transcripts", "ex/transcripts.fa", "-q", "-o", "data"]
    assert _run(words) == 0
    assert (tmp_path / "data" / "data.parquet").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--preset", "papers"], "Did you mean paper?"),
        (["--duplicates", "umi", "--umi5", "0"], "--umi5 is given 2 times"),
        (["--sample", "a", "--sample", "b"], "give one per file"),
    ],
)
def test_chimeras__wrong_usage_is_told(simulated, words, said, capsys):
    assert _run(["chimeras", "sim/reads.fastq.gz", *simulated, *words, "-o", "out"]) == 2
    assert said in capsys.readouterr().err
