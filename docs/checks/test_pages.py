"""Links lead somewhere, and the numbers of docs/models.md and benchmarks/README.md are those measured.

``make docs`` runs these checks: a change of code cannot fail them, so they are no tests of the program.
"""

import csv
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


def test_models__numbers_are_those_measured():
    text = " ".join((ROOT / "docs" / "models.md").read_text(encoding="utf-8").split())
    sets = ("mirbench_hejret2023_test", "hejret_isomir_chr1_balanced", "hybridetector_eclip_holdout")
    table = ROOT / "benchmarks/results/fair_sets-v0.1.0.tsv"
    with table.open(encoding="utf-8") as handle:
        measured_rows = list(csv.DictReader(handle, delimiter="\t"))
    precision = {
        (line["set"], line["version"], line["scorer"]): f"{float(line['value']):.3f}"
        for line in measured_rows
        if line["metric"] == "average_precision"
    }

    def row(scorer, *, fair=True):
        cells = [
            precision[name, "published", scorer]
            + (f", fair {precision[name, 'fair1', scorer]}" if fair else "")
            for name in (sets if fair else sets[:2])
        ]
        return " | ".join(cells)

    duplex, dmiso, before = "duplex-chimeras@v0.3.0", "dmiso-chimeras@v0.1.0", "duplex-chimeras@v0.2.0"
    eclip = "duplex-eclip@v0.3.0"
    assert f"`{duplex}`, the default | {row(duplex)} |" in text
    assert f"`{eclip}`, the same network with its outputs for eCLIP | {row(eclip)} |" in text
    assert f"`{before}`, the default before | {row(before)} |" in text
    assert f"`{dmiso}`, the published architecture on honest negatives | {row(dmiso, fair=False)} |" in text
    assert f"the baseline to beat | {row('rnaduplex')} |" in text
    judged = json.loads((BUNDLED / dmiso / "metrics.json").read_text(encoding="utf-8"))["tests"]
    theirs = [judged[name]["scores"]["published_weights"]["average_precision"]["value"] for name in sets[:2]]
    assert f"own weights | {' | '.join(f'{value:.3f}' for value in theirs)} |" in text
    assert f"trained on 2.5 million pairs | {row('miRBind2')} |" in text
    measured = ROOT / "benchmarks" / "results" / "duplex_rate-v0.1.0.json"
    models = json.loads(measured.read_text(encoding="utf-8"))["pairs_per_cpu_second"]
    for name in (before, dmiso):
        assert f"| {models[f'{name}, engine']:,.0f} |" in text


def test_benchmarks__rates_are_those_measured():
    text = " ".join((ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8").split())
    results = json.loads(
        (ROOT / "benchmarks/results/all_against_all-v0.1.0.json").read_text(encoding="utf-8")
    )
    rates = {name: c["pairs_per_cpu_second"] for name, c in results["contenders"].items()}
    for rate in rates.values():
        assert f"| {rate:,.0f} |" in text
    assert f"| **{max(rates.values()) / min(rates.values()):.1f}** |" in text
