"""The page on data sets: its worked example runs, and its numbers are those of the code."""

import doctest
import json
import re
from pathlib import Path

import pytest

from dmiso.dataset.layouts import LAYOUTS
from dmiso.dataset.negatives import STRATEGIES
from dmiso.dataset.readers import read_interactions
from dmiso.dataset.run import Sources, dataset_files
from dmiso.dataset.splits import SCHEMES
from dmiso.settings.dataset import BuildSettings

PAGE = Path(__file__).parents[2] / "docs" / "datasets.md"


def _row(first_cell):
    """Return the cells of the last table row that begins with a name."""
    rows = re.findall(rf"^\| `{first_cell}` \|(.*)\|$", PAGE.read_text(), flags=re.MULTILINE)
    return [cell.strip() for cell in rows[-1].split("|")]


def test_page__its_worked_example_runs():
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted == 7
    assert result.failed == 0


@pytest.mark.parametrize("known", [LAYOUTS, STRATEGIES, SCHEMES])
def test_page__names_every_layout_strategy_and_scheme(known):
    text = PAGE.read_text()
    assert [name for name in known if f"`{name}`" not in text] == []


@pytest.mark.real_data
@pytest.mark.parametrize("strategy", ["site-swap", "dinucleotide-shuffle", "region-matched"])
def test_page__strategies_keep_as_many_rows_as_it_says(shared_data, tmp_path, strategy):
    folder = shared_data / "transcripts"
    sources = Sources(
        (shared_data / "chimeras/helwak2013_clash.csv.gz",),
        transcripts=folder / "refseq4000_mrna.fa.gz",
        cds=folder / "refseq4000_cds.tsv.gz",
    )
    kept = dataset_files(sources, tmp_path / "out", BuildSettings(negatives=strategy)).kept
    assert _row(strategy)[:2] == [f"{kept['positives']:,}", f"{kept['negatives']:,}"]


@pytest.mark.real_data
def test_page__mirtarbase_keeps_as_many_rows_as_it_says(shared_data):
    path = shared_data / "databases" / "mirtarbase8_target_sites.csv.gz"
    mature = shared_data / "references" / "mirbase22" / "mature.fa.gz"
    frame, counts = read_interactions(path, mature=mature)
    lost = list(counts.dropped.values())
    said = [int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", _row("mirtarbase")[0])]
    assert said[:2] == [frame.height, frame.height + sum(lost)]
    assert sorted(said[2:]) == sorted(lost)


def test_page__shows_the_raw_results_of_the_benchmark_of_repeats_and_draws():
    results = PAGE.parents[1] / "benchmarks" / "results" / "sense_calls-v0.1.0.json"
    if not results.is_file():
        pytest.skip("the benchmarks are not part of this copy")
    record = json.loads(results.read_text(encoding="utf-8"))
    text = PAGE.read_text(encoding="utf-8")
    for found in record["files"].values():
        counts = [found[kind]["interactions"] for kind in ("sense call", "repeat")]
        shares = [f"{n:,} ({100 * n / found['interactions']:.1f} %)" for n in counts]
        assert f"| {found['interactions']:,} | {' | '.join(shares)} |" in text
    for draws in record["draws"].values():
        for drawn in draws.values():
            assert f"| {drawn['negatives']:,} | {drawn['sites of negatives']:,} |" in text
            for name in ("target_kmers", "frequent_seeds_of_site", "other_frequent_seeds_absent"):
                assert f"| {drawn['auroc'][name]:.3f} |" in text
