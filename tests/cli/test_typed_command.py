"""Manifests hold the command as it was typed."""

import ast
import json
from pathlib import Path

import pytest

import dmiso
from dmiso.cli.main import _run

SOURCE = Path(dmiso.__file__).parent
INSIDE = ("studies/trainings.py", "api/", "web/")
"""Nobody typed a command for a network that a study trains within itself, for a call from Python, nor for a question
that the local page asks: what it runs is the record of that."""


def commands():
    """Yield file, line and text of what is handed on as the words of the command line."""
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for keyword in getattr(node, "keywords", ()):
                if (
                    isinstance(keyword, ast.keyword)
                    and keyword.arg == "command"
                    and not name.startswith(INSIDE)
                ):
                    yield name, keyword.value.lineno, ast.unparse(keyword.value)


def test_manifests__hold_the_words_of_the_command_line_in_every_command():
    found = list(commands())
    of_cli = [(name, line, text) for name, line, text in found if name.startswith("cli/")]
    assert len(of_cli) >= 16
    assert not [one for one in of_cli if one[2] != "typed_command()"]
    # below the program the words are only handed on, some of them made readable
    below = [one for one in found if not one[0].startswith("cli/")]
    assert not [one for one in below if one[2] != "command" and not one[2].endswith("for word in command]")]


def test_manifests__are_told_the_command_wherever_one_is_made():
    silent = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "manifest":
                silent += [path] * ("command" not in {keyword.arg for keyword in node.keywords})
    assert not silent


@pytest.mark.parametrize(
    ("words", "position"),
    [
        (
            "chimeras simulate --mature ex/isomirs.fa --transcripts ex/transcripts.fa --reads 50 -q -o out",
            "out",
        ),
        ("dataset ex/labelled.tsv --negatives site-swap -q -o out", "out"),
    ],
)
def test_manifest__of_a_command_has_its_options(words, position, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _run(["examples", "-o", "ex"]) == 0
    assert _run(words.split()) == 0
    assert json.loads((tmp_path / position / "manifest.json").read_text())["command"] == [
        "dmiso",
        *words.split(),
    ]
