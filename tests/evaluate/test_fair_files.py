"""``dmiso evaluate fair`` from files to a file, and the fair versions of the public test sets."""

import hashlib
import importlib.util
import json
import sys
from pathlib import Path

import polars as pl
import pytest

from dmiso.dataset.fair import FAIR_VERSION, rows_sha256
from dmiso.dataset.readers import read_interactions
from dmiso.evaluate.fair import FairInputs, fair_files
from dmiso.evaluate.metrics import auroc
from dmiso.records import Counts
from dmiso.seeds import seed_class
from dmiso.settings.fair import FairSettings

pytest.importorskip("RNA")

SCRIPTS = Path(__file__).resolve().parents[2] / "models"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "fair_sets.md"
LET7, MIR21 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA"
SEEDED, BARE = "GGAUUACCGGACUACCUCAGGCAUUGC", "CCAUGAACGUUCGGAACUUGAGCAGAA"


@pytest.fixture
def table(tmp_path):
    rows = [
        (LET7, SEEDED, 1, 0.9),
        (MIR21, SEEDED, 0, 0.2),
        (MIR21, BARE, 1, 0.7),
        (LET7, BARE, 0, 0.4),
    ]
    path = tmp_path / "pairs.tsv"
    pl.DataFrame(rows, ["mirna", "site", "label", "score"], orient="row").write_csv(path, separator="\t")
    return FairInputs(path, columns={"mirna_sequence": "mirna", "target_sequence": "site"})


def test_fair_files__keep_scores_and_account_for_every_pair(table, tmp_path):
    fair, counts = fair_files(table, tmp_path / "fair.tsv", FairSettings(matched=False))
    assert fair["score"].to_list() == [0.9, 0.7, 0.4]
    account = json.loads((tmp_path / "fair.tsv.manifest.json").read_text())
    assert account["settings"] == {
        "seedless": False,
        "matched": False,
        "recipe_version": FAIR_VERSION,
        "rows_sha256": rows_sha256(fair),
    }
    assert account["counts"]["kept"] == {"positives": 2, "negatives": 1} == dict(counts.kept)
    assert account["counts"]["dropped"] == {"negatives: seed match of a true partner in the site": 1}
    written = pl.read_csv(tmp_path / "fair.tsv", separator="\t")
    assert rows_sha256(written) == rows_sha256(fair)


def test_fair_files__are_hashed_as_the_page_says(table, tmp_path):
    """The hash of the page, made by hand: sorted lines of miRNA, site and label."""
    fair_files(table, tmp_path / "fair.tsv", FairSettings(matched=False))
    rows = pl.read_csv(tmp_path / "fair.tsv", separator="\t").select(
        "mirna_sequence", "target_sequence", "label"
    )
    lines = sorted("\t".join(map(str, row)) + "\n" for row in rows.iter_rows())
    stated = json.loads((tmp_path / "fair.tsv.manifest.json").read_text())["settings"]["rows_sha256"]
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == stated


@pytest.fixture(scope="module")
def fair_tests():
    for name in ("chimera_data", "fair_tests"):
        spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    yield sys.modules["fair_tests"]
    for name in ("chimera_data", "fair_tests"):
        del sys.modules[name]


@pytest.fixture(scope="module")
def public(fair_tests, shared_data):
    return fair_tests.read_fair_tests(shared_data, Counts())


@pytest.mark.real_data
def test_fair_test_sets__have_the_hashes_that_the_page_states(public):
    page = PAGE.read_text(encoding="utf-8")
    assert len(public) == 6
    for name, made in public.items():
        assert f"| `{name}` | {made.height:,} | `{rows_sha256(made)}` |" in page


@pytest.mark.real_data
def test_fair_test_sets__show_no_seed_match_of_a_true_partner_and_give_no_mirna_away(
    public, fair_tests, shared_data
):
    chimera_data = sys.modules["chimera_data"]
    for name, made in public.items():
        source = chimera_data.SOURCES[fair_tests.PARTNERS[fair_tests.whole_name(name)]]
        seen, _ = read_interactions(shared_data / source.file, source.layout)
        partners = dict(seen.group_by("target_sequence").agg(pl.col("mirna_sequence").unique()).iter_rows())
        for mirna, site, label in made.select("mirna_sequence", "target_sequence", "label").iter_rows():
            if label:
                assert not name.endswith(fair_tests.SEEDLESS) or seed_class(mirna, site) == "none"
            else:
                known = partners.get(site, [])
                assert mirna not in known
                assert all(seed_class(partner, site) == "none" for partner in known)
        share = made.group_by("mirna_sequence").agg(pl.col("label").mean())["label"]
        assert share.unique().to_list() == [0.5]


@pytest.mark.real_data
def test_seedless_test_sets__have_sites_that_no_composition_tells_apart(public, fair_tests):
    for name, made in public.items():
        if name.endswith(fair_tests.SEEDLESS):
            gc = made["target_sequence"].str.count_matches("[GC]").to_numpy().astype(float)
            assert abs(auroc(made["label"].to_numpy(), gc) - 0.5) < 0.06
