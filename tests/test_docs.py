"""What the documentation says holds: commands and examples run as pasted. (Links and figures: ``make docs``.)"""

import importlib
import re
import shlex
from pathlib import Path

import click
import pytest

from dmiso.cli.main import COMMANDS, _run

ROOT = Path(__file__).resolve().parent.parent
SLOW = {"train", "crossval", "study"}
"""Commands whose examples train networks: their own tests run them on smaller settings."""
ENDLESS = {"serve"}
"""Ends by a signal: its own test gives one."""


def test_docs__list_every_command():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"`dmiso {name}`" in text, f"docs/commands.md does not mention dmiso {name}"


def test_readme__is_one_screen():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 60


EXIT_CODES = {"audit": {1}}
"""Of help examples that do not end with 0: the example table, site swaps of few miRNAs, is convicted of competition."""


def examples_of(name: str) -> list[str]:
    """Return the example lines of a help page."""
    command = importlib.import_module(f"dmiso.cli.{name}").command
    epilogs = [command.epilog or ""]
    if isinstance(command, click.Group):
        epilogs += [sub.epilog or "" for sub in command.commands.values()]
    return [
        line.strip() for text in epilogs for line in text.splitlines() if line.strip().startswith("dmiso ")
    ]


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in SLOW | ENDLESS])
def test_help_examples__run_as_pasted(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert _run(["examples"]) == 0
    for line in examples_of(name):
        if "$(" in line:
            assert _run(["models", "list", "--default"]) == 0
            default = capsys.readouterr().out.splitlines()[-1]
            line = re.sub(r'"\$\(.*\)"', default, line)  # noqa: PLW2901 - the shell would put it in
        assert _run(shlex.split(line)[1:]) in EXIT_CODES.get(name, {0}), line
