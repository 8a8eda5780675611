"""The share of positives called positive, by source, and its control."""

import numpy as np
import polars as pl
import pytest

from dmiso.columns import RECALL_COLUMNS, schema_of
from dmiso.evaluate.recall.measure import dealt_anew, groups_of, recall_table
from dmiso.evaluate.score_column import ScoreColumn, absent

MIRNAS = ["UGAGGUAGUAGG", "UAGCUUAUCAGA", "CAUUGCACUUGU", "ACUGCAUUAUGA"]


@pytest.fixture
def table(rng, random_rna):
    """Twelve positives: eight of one source, four of another, of which one is a pair of the first too."""
    sites = [random_rna(rng, 40) for _ in range(11)]
    return pl.DataFrame(
        {
            "mirna_sequence": [MIRNAS[i % 4] for i in range(11)] + [MIRNAS[0]],
            "target_sequence": [*sites, sites[0]],
            "source": ["functional"] * 8 + ["non-functional"] * 4,
        }
    )


def measured(table, *columns, controls=(), n_replicates=0):
    dealt = dealt_anew(table, seed=3)
    return recall_table(
        table,
        columns,
        {one.name: one for one in controls},
        dealt=dealt,
        n_replicates=n_replicates,
        seed=1,
    )


def column(values, threshold=0.5, **more):
    return ScoreColumn("s", "model", np.asarray(values, np.float64), threshold, **more)


def test_recall__is_of_all_distinct_pairs_and_of_each_source(table):
    found = measured(table, column([1] * 6 + [0] * 2 + [1, 0, 0, 1]))
    assert found.schema == pl.Schema(schema_of(RECALL_COLUMNS))
    assert found.select("source", "positives", "called", "recall").rows() == [
        ("all", 11, 7, pytest.approx(7 / 11)),
        ("functional", 8, 6, 0.75),
        ("non-functional", 4, 2, 0.5),
    ]
    assert found["control"].to_list() == [None] * 3


def test_recall__has_an_interval_of_site_clusters(table):
    found = measured(table, column([1] * 6 + [0] * 6), n_replicates=200).row(1, named=True)
    assert 0 < found["low"] < found["recall"] < found["high"] <= 1


def test_control__is_the_share_of_rows_that_got_another_mirna(table):
    dealt = dealt_anew(table, seed=3)
    other = (table["mirna_sequence"] != dealt["mirna_sequence"]).to_numpy()
    assert 0 < other.sum() < table.height
    # the control calls the rows alone that got their own miRNA back: none of those that count
    found = measured(table, column(np.ones(12)), controls=[column(np.where(other, 0.0, 1.0))])
    assert found["control"].to_list() == [0.0] * 3
    found = measured(table, column(np.ones(12)), controls=[column(np.where(other, 1.0, 0.0))])
    assert found["control"].to_list() == [1.0] * 3


def test_threshold__is_that_of_probabilities_where_there_are_any(table):
    logits = np.full(12, -3.0)
    assert measured(table, column(logits, probabilities=np.full(12, 0.9)))["recall"].to_list() == [1.0] * 3


def test_scores__without_threshold_and_absent_tools_say_why_they_have_no_recall(table):
    found = measured(table, column(np.ones(12), threshold=None), absent("tool", "get it there"))
    assert found["recall"].null_count() == 6
    assert all("--threshold NAME=VALUE" in note for note in found["note"][:3])
    assert found["note"].to_list()[3:] == ["get it there"] * 3


def test_sample__is_judged_on_its_rows(table):
    rows = np.zeros(12, np.bool_)
    rows[[0, 1, 9]] = True
    found = measured(table, column(np.where(rows, 1.0, np.nan), rows=rows))
    assert found["positives"].to_list() == [3, 2, 1]
    assert found["recall"].to_list() == [1.0] * 3
    none = measured(table, column(np.full(12, np.nan), rows=np.zeros(12, np.bool_)))
    assert none["positives"].to_list() == [0] * 3


def test_groups__without_sources_are_all_rows():
    table = pl.DataFrame({"mirna_sequence": ["A", "A"], "target_sequence": ["C", "G"]})
    assert [name for name, _ in groups_of(table)] == ["all"]


def test_dealing__keeps_the_mirnas_and_the_sites(table):
    dealt = dealt_anew(table, seed=5)
    assert sorted(dealt["mirna_sequence"]) == sorted(table["mirna_sequence"])
    assert dealt["target_sequence"].equals(table["target_sequence"])
    assert dealt.equals(dealt_anew(table, seed=5))
