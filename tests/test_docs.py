"""What the documentation says holds: links lead somewhere, commands and examples run as pasted."""

import importlib
import json
import re
import shlex
from pathlib import Path

import click
import pytest

from dmiso.cli.main import COMMANDS, _run
from dmiso.models.registry import BUNDLED

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
    sets = ("mirbench_hejret2023_test", "hejret_isomir_chr1_balanced")

    def row(model, score="model"):
        numbers = json.loads((BUNDLED / model / "metrics.json").read_text(encoding="utf-8"))["tests"]
        values = [numbers[name]["scores"][score]["average_precision"]["value"] for name in sets]
        return " | ".join(f"{value:.3f}" for value in values)

    duplex, dmiso = "duplex-chimeras@v0.2.0", "dmiso-chimeras@v0.1.0"
    assert f"`{duplex}`, the default | {row(duplex)} |" in text
    assert f"`{dmiso}`, the published architecture on honest negatives | {row(dmiso)} |" in text
    assert f"the baseline to beat | {row(duplex, 'rnaduplex')} |" in text
    assert f"own weights | {row(dmiso, 'published_weights')} |" in text
    measured = ROOT / "benchmarks" / "results" / "duplex_rate-v0.1.0.json"
    models = json.loads(measured.read_text(encoding="utf-8"))["pairs_per_cpu_second"]
    for name in (duplex, dmiso):
        assert f"| {models[f'{name}, engine']:,.0f} |" in text
    results = json.loads(
        (ROOT / "benchmarks/results/all_against_all-v0.1.0.json").read_text(encoding="utf-8")
    )
    rates = {name: c["pairs_per_cpu_second"] for name, c in results["contenders"].items()}
    for rate in rates.values():
        assert f"| {rate:,.0f} |" in text
    assert f"| {max(rates.values()) / min(rates.values()):.1f} |" in text
