"""``dmiso dataset`` without sense calls and repeats, and its negatives on sites that are free of competition."""

import sys

import polars as pl
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.dataset.clusters import site_clusters
from dmiso.dataset.doubtful import REASONS, without_doubtful
from dmiso.dataset.negatives import DrawSettings, draw_negatives
from dmiso.dataset.run import Sources, dataset_files
from dmiso.errors import MissingExtraError, NothingKeptError
from dmiso.records import Counts
from dmiso.seeds import seed_class
from dmiso.settings.dataset import BuildSettings, SiteRule

AS_GIVEN = SiteRule("as-given")
COLUMNS = ["mirna_id", "mirna_sequence", "target_sequence"]


@pytest.fixture
def interactions(tmp_path, rng):
    """Thirty interactions, of which one is a piece of its site and one a repeat."""
    mirnas = ["".join(rng.choice(list("ACGU"), 21)) for _ in range(30)]
    sites = ["".join(rng.choice(list("ACGU"), 44)) for _ in range(30)]
    sites[3] = sites[3][:12] + mirnas[3][2:16] + sites[3][12:]
    sites[5], mirnas[5] = "CA" * 22, "CACACAGGAACGGCACACAGG"
    rows = [(f"miR-{i}", *pair) for i, pair in enumerate(zip(mirnas, sites, strict=True))]
    frame = pl.DataFrame(rows, COLUMNS, orient="row")
    frame.write_csv(tmp_path / "pairs.tsv", separator="\t")
    return frame


def positives(folder, **settings):
    build = BuildSettings(site_rule=AS_GIVEN, **settings)
    counts = dataset_files(Sources((folder / "pairs.tsv",)), folder / "out", build)
    data = pl.read_parquet(folder / "out" / "data.parquet")
    return data.filter(pl.col("label") == 1), counts


def test_dataset__leaves_out_sense_calls_and_repeats_and_says_so(interactions, tmp_path):
    pytest.importorskip("RNA")
    data, counts = positives(tmp_path)
    assert set(interactions["mirna_id"]) - set(data["mirna_id"]) == {"miR-3", "miR-5"}
    assert {reason: counts.dropped[reason] for reason in REASONS.values()} == dict.fromkeys(
        REASONS.values(), 1
    )
    assert counts.examples[REASONS["repeat"]] == ["miR-5"]


def test_dataset__keeps_them_where_asked_and_by_the_papers_recipe(interactions, tmp_path):
    data, counts = positives(tmp_path, keep_repeats=True)
    assert data.height == interactions.height
    assert not set(REASONS.values()) & set(counts.dropped)
    assert BuildSettings(negatives="paper").keeps_repeats
    assert not BuildSettings(negatives="paper", keep_repeats=False).keeps_repeats
    assert not BuildSettings().keeps_repeats


def test_dataset__of_repeats_alone_is_an_error_that_names_the_option(interactions, tmp_path):
    pytest.importorskip("RNA")
    interactions[[3, 5]].write_csv(tmp_path / "pairs.tsv", separator="\t")
    with pytest.raises(NothingKeptError, match="Keep them with --keep-repeats"):
        positives(tmp_path)


def test_dataset__without_viennarna_says_what_needs_it_and_the_way_around(interactions, monkeypatch):
    monkeypatch.setitem(sys.modules, "RNA", None)
    monkeypatch.setattr("dmiso.energies.many.require_extra", _absent)
    with pytest.raises(MissingExtraError, match=r"--keep-repeats goes without\) needs ViennaRNA"):
        without_doubtful(interactions, Counts())
    unambiguous = interactions[[0, 1, 2]]  # nothing to be judged by an energy
    assert without_doubtful(unambiguous, Counts()).equals(unambiguous)


def _absent(module, purpose=""):
    raise MissingExtraError("ViennaRNA", extra="energy", purpose=purpose or module)


def swappable(rng, n=120):
    """Positives of which every third site shows the seed match of its own miRNA."""
    mirnas = ["".join(rng.choice(list("ACGU"), 21)) for _ in range(12)]
    rows = []
    for i, m in enumerate(rng.integers(0, 12, n).tolist()):
        mirna, site = mirnas[m], "".join(rng.choice(list("ACGU"), 40))
        if i % 3 == 0:
            site = site[:20] + reverse_complement(mirna[1:8]) + site[20:]
        rows.append((f"miR-{m}", mirna, site, "ab"[i % 2]))
    frame = pl.DataFrame(rows, [*COLUMNS, "source"], orient="row")
    return frame.with_columns(cluster=pl.Series(site_clusters(frame["target_sequence"].to_list())))


@pytest.mark.parametrize("ratio", [1, 3])
def test_avoid_competition__no_negative_lies_on_a_site_with_its_own_mirnas_seed_match(rng, ratio):
    frame = swappable(rng)
    settings = DrawSettings(ratio=ratio, seed=3, within=("source",), avoid_competition=True)
    labelled = draw_negatives(frame, settings=settings)
    owners = dict(zip(frame["target_sequence"], frame["mirna_sequence"], strict=True))
    negatives = labelled.filter(pl.col("label") == 0)
    assert negatives.height == ratio * (labelled.height - negatives.height) > 0
    for mirna, site in negatives.select("mirna_sequence", "target_sequence").iter_rows():
        assert seed_class(owners[site], site) == "none"
        assert mirna[1:7] != owners[site][1:7]
    per_mirna = labelled.group_by("source", "mirna_sequence").agg(pl.col("label").sum(), pl.len())
    assert (per_mirna["label"] * (1 + ratio) == per_mirna["len"]).all()


def test_avoid_competition__uses_free_sites_about_equally_often(rng):
    labelled = draw_negatives(
        swappable(rng), settings=DrawSettings(seed=1, within=(), avoid_competition=True)
    )
    used = labelled.filter(pl.col("label") == 0).group_by("target_sequence").len()["len"]
    assert used.max() - used.min() <= 1


def test_avoid_competition__the_same_seed_gives_the_same_table_and_nothing_of_nothing(rng):
    frame = swappable(rng)
    settings = DrawSettings(seed=5, within=("source",), avoid_competition=True)
    first, second = (draw_negatives(frame, settings=settings) for _ in range(2))
    assert first.equals(second)
    assert draw_negatives(frame.clear(), settings=settings).is_empty()
