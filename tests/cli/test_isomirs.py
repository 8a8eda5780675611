"""``dmiso isomirs``: the default subcommand, outputs, what is said; errors with their exit codes."""

import subprocess
import sys

import click
import pytest

from dmiso.cli import isomirs
from dmiso.cli.main import _run
from dmiso.examples import write_examples


@pytest.fixture
def examples(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_examples(tmp_path / "in")
    return ["in/isomirs.fa", "--mature", "in/mature.fa", "--hairpin", "in/hairpin.fa"]


def test_isomirs__files_may_come_before_or_after_options(examples, tmp_path, capsys):
    assert _run(["isomirs", *examples, "-o", "a.tsv"]) == 0
    assert _run(["isomirs", *examples[1:], "-o", "b.tsv", examples[0]]) == 0
    assert _run(["isomirs", "call", *examples, "-o", "c.tsv"]) == 0
    text = (tmp_path / "a.tsv").read_text()
    assert text == (tmp_path / "b.tsv").read_text() == (tmp_path / "c.tsv").read_text()
    lines = [line.split("\t") for line in text.splitlines()]
    at = lines[0].index("variant")
    assert [line[at] for line in lines[1:]] == ["NA", "NA", "iso_3p:+1", "NA", "iso_5p:-1", "NA"]
    assert capsys.readouterr().err.count("6 rows of 6 sequences") == 3


def test_isomirs__writes_to_standard_output(examples, capfdbinary):
    sys.stdout.flush()
    assert _run(["isomirs", *examples, "-q"]) == 0
    out, err = capfdbinary.readouterr()
    assert out.count(b"\n") == 7
    assert err == b""


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@a\nTGAGGTAGTAGGTTGTATAGTT\n+\n" + "I" * 22 + "\n", ["seq_1"]),
        (">a\nTGAGGTAGTAGGTTGTATAGTT\n", ["a"]),
        ("sequence\tread_count\nTGAGGTAGTAGGTTGTATAGTT\t3\n", ["row_2"]),
    ],
)
def test_isomirs__reads_standard_input(examples, text, ids):
    command = [sys.executable, "-m", "dmiso", "isomirs", "-", *examples[1:], "-q"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True, timeout=120)
    assert [line.split("\t")[0] for line in done.stdout.splitlines()[1:]] == ids


def test_isomirs__mirgff3_is_read_twice_from_a_pipe_too(examples, tmp_path):
    assert _run(["isomirs", *examples, "-o", "calls.gff3", "-q"]) == 0
    command = [sys.executable, "-m", "dmiso", "isomirs", "-", *examples[1:]]
    given = (tmp_path / "calls.gff3").read_bytes()
    done = subprocess.run(command, input=given, capture_output=True, check=True, timeout=120)
    assert _run(["isomirs", "calls.gff3", *examples[1:], "-o", "again.tsv", "-q"]) == 0
    assert done.stdout == (tmp_path / "again.tsv").read_bytes()


def test_isomirs__gff3_by_the_ending(examples, tmp_path):
    assert _run(["isomirs", *examples, "-o", "a.gff3", "-q"]) == 0
    lines = (tmp_path / "a.gff3").read_text().splitlines()
    assert lines[0] == "## mirGFF3. VERSION 1.2"
    assert sum(not line.startswith("#") for line in lines) == 6


def test_isomirs__limits_reach_the_search(examples, tmp_path):
    assert (
        _run(["isomirs", *examples, "--max-5p-offset", "0", "-o", "a.tsv", "-q", "--unassigned", "rest.fa"])
        == 0
    )
    # its first nucleotide is the hairpin's: it is no tail either
    assert "hsa-miR-101-3p.iso_5p:-1" in (tmp_path / "rest.fa").read_text()


def test_isomirs__says_that_adapters_may_be_left(examples, tmp_path, capsys):
    (tmp_path / "long.fa").write_text(">x\n" + "ACGU" * 15 + "\n")
    assert _run(["isomirs", "long.fa", *examples[1:], "-o", "a.tsv", "--show", "3"]) == 1
    err = capsys.readouterr().err
    assert "1 sequences that no miRNA explains" in err
    assert "Trim adapters first" in err
    assert not (tmp_path / "a.tsv").exists()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["in/isomirs.fa"], 2, "A reference is --mature with or without --hairpin"),
        (["absent.fa", "--mature", "in/mature.fa"], 2, "absent.fa does not exist"),
        (
            ["in/isomirs.fa", "--mature", "in/mature.fa", "--species", "mmu"],
            2,
            "is of species mmu. Known: hsa",
        ),
        (["in/isomirs.fa", "--mature", "in/hairpin.fa", "--hairpin", "in/mature.fa"], 1, "are not swapped"),
        (
            ["in/isomirs.fa", "--mature", "in/mature.fa", "--max-cost", "99"],
            2,
            "99 is not in the range 0<=x<=60",
        ),
        (["in/isomirs.fa", "--nonsense"], 2, "No such option"),
    ],
)
def test_isomirs__errors_say_what_to_do(examples, capsys, words, code, message):
    assert _run(["isomirs", *words, "-o", "a.tsv"]) == code
    assert message in capsys.readouterr().err


def test_help__shows_the_options_of_the_default_and_its_defaults(capsys):
    from dmiso.settings.isomirs import Limits

    assert _run(["isomirs", "--help"]) == 0
    text = capsys.readouterr().out
    for name in ("--mature", "--hairpin", "--unassigned"):
        assert name in text
    defaults = {p.name: p.default for p in isomirs.command.commands["call"].params}
    assert {name: defaults[name] for name in Limits.__slots__} == {
        name: getattr(Limits(), name) for name in Limits.__slots__
    }


def test_group__takes_another_subcommand_by_its_name(examples, monkeypatch, capsys):
    @click.command("other")
    def other():
        click.echo("other ran")

    monkeypatch.setitem(isomirs.command.commands, "other", other)
    assert _run(["isomirs", "other"]) == 0
    assert _run(["isomirs", "--help"]) == 0
    out = capsys.readouterr().out
    assert "other ran" in out
    assert "|other|" in out
