"""Links lead somewhere, and the numbers of README.md are those measured.

``make docs`` runs these checks: a change of code cannot fail them, so they are no tests of the program.
"""

import json
import re
from pathlib import Path

import pytest

from dmiso.models.registry import BUNDLED

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links__lead_to_files_that_exist(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


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
