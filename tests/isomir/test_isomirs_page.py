"""docs/isomirs.md: its examples are what the program says."""

import re
from pathlib import Path

import pytest

from dmiso.cli import isomirs
from dmiso.examples import write_examples
from dmiso.isomir import Limits, call_isomirs, read_reference
from dmiso.records import Counts

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "isomirs.md").read_text(encoding="utf-8")
RESULTS = ROOT / "benchmarks" / "results"
KINDS = ("exact", "templated ends", "tails", "one substitution", "two substitutions")


def rows_below(heading, n_columns):
    """Return the rows of tables with so many columns below a heading, cells without back-quotes."""
    below = TEXT[TEXT.index(heading) :].splitlines()
    lines = [line for line in below if line.startswith("|") and line.count("|") == n_columns + 1]
    cells = [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if set("".join(row)) != {"-"}]


def sequence_rows(heading, n_columns):
    """Return the rows below a heading that begin with a sequence, up to the next heading."""
    rows = rows_below(heading, n_columns)
    return [row for row in rows if re.fullmatch("[ACGU]+", row[0])]


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    write_examples(folder)
    return read_reference(folder / "mature.fa", folder / "hairpin.fa", Counts())


def test_rules__are_what_the_program_says(reference):
    rows = sequence_rows("## The rules, by example", 4)
    table = call_isomirs({row[0]: row[0] for row in rows}, reference)
    assert table.select("sequence", "variant", "isomir_types").rows() == [
        (sequence, variant, types.replace(", ", ",")) for sequence, variant, types, _ in rows
    ]
    assert len(rows) == 19


def test_ambiguities__are_what_the_program_says(reference):
    rows = sequence_rows("## What cannot be told", 3)
    table = call_isomirs({row[0]: row[0] for row in rows}, reference)
    assert table.select("sequence", "variant", "ambiguity").rows() == [tuple(row) for row in rows]
    assert len(rows) == 5


def test_limits__are_the_defaults():
    told = {}
    for names, values in rows_below("| limit | default |", 2):
        if names.startswith("--m"):
            told |= dict(zip(names.split(", "), values.split(", "), strict=True))
    limits = Limits()
    assert told == {"--" + name.replace("_", "-"): str(getattr(limits, name)) for name in Limits.__slots__}
    options = {option for p in isomirs.command.commands["call"].params for option in p.opts}
    assert set(re.findall(r"`(--[a-z0-9-]+)", TEXT)) <= options | {"--max-"}


def test_python__example_runs(monkeypatch, tmp_path):
    lines = TEXT[TEXT.index("## From Python") :].splitlines()[2:]
    code = "\n".join(line[4:] for line in lines[: lines.index("", 5)])
    write_examples(tmp_path / "dmiso-examples")
    monkeypatch.chdir(tmp_path)
    scope = {}
    exec(compile(code, "isomirs.md", "exec"), scope)
    assert scope["table"]["variant"].to_list() == ["iso_5p:-1,iso_3p:+3"]
