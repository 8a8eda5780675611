"""What the documentation says holds: links lead somewhere, commands and examples run as pasted."""

import importlib
import json
import re
import shlex
from pathlib import Path

import click
import pytest

from dmiso.cli.main import COMMANDS, _run

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
SLOW = {"train", "crossval", "study"}
"""Commands whose examples train networks: their own tests run them on smaller settings."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links__lead_to_files_that_exist(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_readme__lists_every_command():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"`dmiso {name}`" in text, f"README.md does not mention dmiso {name}"


def test_readme__python_example_runs(monkeypatch):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.search(r"or from Python:\n\n((?:    .*\n)+)", text)
    code = "\n".join(line[4:] for line in lines.group(1).splitlines())
    monkeypatch.chdir(
        ROOT / "src" / "dmiso" / "examples"
    )  # it reads transcripts.fa from the working directory
    scope: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), scope)
    assert scope["table"].height == 6


def examples_of(name: str) -> list[str]:
    """Return the example lines of a help page."""
    command = importlib.import_module(f"dmiso.cli.{name}").command
    epilogs = [command.epilog or ""]
    if isinstance(command, click.Group):
        epilogs += [sub.epilog or "" for sub in command.commands.values()]
    return [
        line.strip() for text in epilogs for line in text.splitlines() if line.strip().startswith("dmiso ")
    ]


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in SLOW])
def test_help_examples__run_as_pasted(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert _run(["examples"]) == 0
    for line in examples_of(name):
        if "$(" in line:
            assert _run(["models", "list", "--default"]) == 0
            default = capsys.readouterr().out.splitlines()[-1]
            line = re.sub(r'"\$\(.*\)"', default, line)  # noqa: PLW2901 - the shell would put it in
        assert _run(shlex.split(line)[1:]) == 0, line


def test_readme__numbers_are_those_measured():
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    folder = ROOT / "src" / "dmiso" / "models" / "bundled" / "dmiso-chimeras@v0.1.0"
    tests = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["tests"]
    sets = ("mirbench_hejret2023_test", "hejret_isomir_chr1_balanced")

    def ap(score):
        return [f"{tests[name]['scores'][score]['average_precision']['value']:.2f}" for name in sets]

    ours, published, energy = ap("model"), ap("published_weights"), ap("rnaduplex")
    assert f"precision is {ours[0]} (Hejret test) and {ours[1]} (balanced isomiRs)" in text
    assert f"the authors' own weights reach {published[0]} and {published[1]}" in text
    assert f"RNAduplex energy reaches {energy[0]} and {energy[1]}" in text
    results = json.loads(
        (ROOT / "benchmarks/results/all_against_all-v0.1.0.json").read_text(encoding="utf-8")
    )
    rates = {name: c["pairs_per_cpu_second"] for name, c in results["contenders"].items()}
    for rate in rates.values():
        assert f"| {rate:,.0f} |" in text
    assert f"| {max(rates.values()) / min(rates.values()):.1f} |" in text
