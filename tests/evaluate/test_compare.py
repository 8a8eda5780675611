"""Scores side by side: metrics against scikit-learn, tests paired and adjusted, undefined metrics explained."""

import numpy as np
import polars as pl
import pytest
from sklearn import metrics as sk

from dmiso.columns import COLUMNS, schema_of
from dmiso.evaluate.compare import METRIC_COLUMNS, METRICS, comparison_table, holm, metric_table, replicate
from dmiso.evaluate.score_column import ScoreColumn, absent, guessed_threshold
from dmiso.evaluate.strata import find_strata, strata_table

N = 240


@pytest.fixture
def table(rng, random_rna):
    mirnas = [random_rna(rng, 22) for _ in range(8)]
    sites = [random_rna(rng, 40) for _ in range(N // 2)]
    return pl.DataFrame(
        {
            "mirna_sequence": [mirnas[i % 8] for i in range(N)],
            "target_sequence": [sites[i // 2] for i in range(N)],
            "label": [1 - i % 2 for i in range(N)],
            "iso5_offset": [str(i % 3) for i in range(N)],
            "iso3_offset": ["0" if i % 2 else "-1" for i in range(N)],
            "region": ["3'UTR" if i < 200 else "CDS,intron" for i in range(N)],
        }
    )


@pytest.fixture
def columns(table, rng):
    labels = table["label"].to_numpy()
    good = 1 / (1 + np.exp(-(rng.normal(size=N) + 2 * labels - 1)))
    weak = rng.normal(size=N) + 0.3 * labels
    return [
        ScoreColumn("good", "model", np.log(good / (1 - good)), 0.5, good),
        ScoreColumn("weak", "tool", weak),
        ScoreColumn("constant", "baseline", np.ones(N)),
        ScoreColumn("random", "baseline", rng.normal(size=N)),
    ]


@pytest.fixture
def clusters():
    return np.arange(N) // 2


def value(frame, scorer, metric):
    row = frame.filter((pl.col("scorer") == scorer) & (pl.col("metric") == metric))
    assert row.height == 1
    return row.row(0, named=True)


def test_metrics__equal_scikit_learn_and_lie_in_their_intervals(table, columns, clusters):
    draws = replicate(table, columns, clusters, n_replicates=200)
    frame = metric_table(table, columns, draws)
    assert dict(frame.schema) == schema_of(METRIC_COLUMNS)
    labels, good = table["label"].to_numpy(), columns[0].probabilities
    expected = {
        "auroc": sk.roc_auc_score(labels, good),
        "average_precision": sk.average_precision_score(labels, good),
        "ap_1_1": sk.average_precision_score(labels, good),
        "f1": sk.f1_score(labels, good >= 0.5),
        "precision": sk.precision_score(labels, good >= 0.5),
        "recall": sk.recall_score(labels, good >= 0.5),
        "specificity": sk.recall_score(labels, good >= 0.5, pos_label=0),
        "brier": sk.brier_score_loss(labels, good),
    }
    for metric, number in expected.items():
        row = value(frame, "good", metric)
        assert row["value"] == pytest.approx(number), metric
        assert row["low"] < row["value"] < row["high"]
        assert row["replicates"] == 200
    assert set(frame.filter(pl.col("scorer") == "good")["metric"]) == set(METRICS)
    chances = {
        m: value(frame, "good", m)["chance"] for m in ("auroc", "ap_1_1", "ap_1_10", "average_precision")
    }
    assert chances == pytest.approx(
        {"auroc": 0.5, "ap_1_1": 0.5, "ap_1_10": 1 / 11, "average_precision": 0.5}
    )


def test_scores_without_threshold__have_no_threshold_metrics(table, columns):
    found = metric_table(table, columns, {}).filter(pl.col("scorer") == "weak")
    assert not {"f1", "recall", "brier"} & set(found["metric"])
    assert found["low"].null_count() == found.height  # no replicates were drawn


def test_absent_tool__is_one_row_with_its_note(table):
    frame = metric_table(table, [absent("miranda", "put it on the PATH")], {})
    assert frame.row(0, named=True) | {"scorer": "miranda", "note": "put it on the PATH"} == frame.row(
        0, named=True
    )
    assert frame.height == 1
    assert frame["metric"][0] is None


def test_positives_only__give_recall_and_reasons_for_the_rest(table, columns, clusters):
    positives = table.with_columns(label=pl.lit(1, pl.Int8))
    frame = metric_table(positives, columns[:1], replicate(positives, columns[:1], clusters, n_replicates=20))
    assert value(frame, "good", "recall")["value"] is not None
    row = value(frame, "good", "auroc")
    assert row["value"] is None
    assert row["note"] == "all 240 rows are positives: a ranking metric needs both classes"
    assert "no negative" in value(frame, "good", "specificity")["note"]


def test_comparisons__cover_scores_and_baselines_but_not_baselines_among_themselves(table, columns, clusters):
    draws = replicate(table, columns, clusters, n_replicates=200)
    frame = comparison_table(table, columns, draws)
    pairs = set(frame.select("scorer", "other_scorer").unique().rows())
    assert pairs == {
        ("good", "weak"),
        ("good", "constant"),
        ("good", "random"),
        ("weak", "constant"),
        ("weak", "random"),
    }
    row = frame.filter((pl.col("metric") == "auroc") & (pl.col("other_scorer") == "weak")).row(0, named=True)
    metrics = metric_table(table, columns, draws)
    assert row["difference"] == pytest.approx(
        value(metrics, "good", "auroc")["value"] - value(metrics, "weak", "auroc")["value"]
    )
    assert row["low"] < row["difference"] < row["high"]
    assert row["p_value"] <= row["p_adjusted"] <= 1
    assert row["p_adjusted"] < 0.01


def test_comparisons__without_replicates_are_an_empty_table_with_columns(table, columns):
    frame = comparison_table(table, columns, {})
    assert frame.height == 0
    assert "p_adjusted" in frame.columns


def test_holm__equals_the_definition(rng):
    p = rng.random(9) / 5
    order = np.argsort(p)
    expected = np.empty(9)
    for rank in range(9):
        expected[order[rank]] = min(1, max((9 - j) * p[order[j]] for j in range(rank + 1)))
    np.testing.assert_allclose(holm(p), expected)
    assert holm(np.zeros(0)).shape == (0,)


def test_guessed_threshold__only_for_values_between_0_and_1():
    assert guessed_threshold(np.array([-np.inf, 0.2, 1.0])) == 0.5
    assert guessed_threshold(np.array([0.2, 1.1])) is None
    assert guessed_threshold(np.array([-np.inf])) is None


def test_strata__have_the_rows_of_their_value(table):
    strata = {(s.by, s.value): s.rows for s in find_strata(table, train=table.head(3))}
    assert strata["isomir_type", "5' isomiR"].tolist() == [i % 3 != 0 for i in range(N)]
    assert strata["isomir_type", "3' isomiR"].tolist() == [i % 2 == 0 for i in range(N)]
    assert strata["isomir_type", "reference"].tolist() == [i % 3 == 0 and i % 2 == 1 for i in range(N)]
    assert strata["iso5_offset", "2"].sum() == N // 3
    assert strata["region", "CDS"].sum() == strata["region", "intron"].sum() == 40
    assert strata["mirna_in_training", "seen"].sum() == 3 * N // 8
    assert sum(rows.sum() for (by, _), rows in strata.items() if by == "seed_class") == N


def test_strata__named_types_go_before_offsets(table):
    named = table.with_columns(isomir_types=pl.Series(["iso_5p, iso_3p", ""] * (N // 2)))
    strata = {s.value: s.rows.sum() for s in find_strata(named) if s.by == "isomir_type"}
    assert strata == {"iso_3p": N // 2, "iso_5p": N // 2, "unknown": N // 2}


def test_offsets__are_in_the_order_of_numbers(table):
    shifted = table.with_columns(iso5_offset=pl.Series([str(i % 12 - 2) for i in range(N)]))
    values = [s.value for s in find_strata(shifted) if s.by == "iso5_offset"]
    assert values == [str(i) for i in range(-2, 10)]


def test_strata_table__judges_each_stratum_alone_and_explains_small_ones(table, columns, clusters):
    strata = [s for s in find_strata(table) if s.by in {"region", "iso3_offset"}]
    frame = strata_table(table, columns, strata, clusters, n_replicates=50)
    inside = table["region"].to_numpy() == "3'UTR"
    row = frame.filter(
        (pl.col("stratum") == "3'UTR") & (pl.col("scorer") == "good") & (pl.col("metric") == "auroc")
    ).row(0, named=True)
    assert row["value"] == pytest.approx(
        sk.roc_auc_score(table["label"].to_numpy()[inside], columns[0].probabilities[inside])
    )
    assert (row["positives"], row["negatives"]) == (100, 100)
    small = frame.filter(pl.col("by") == "iso3_offset")
    assert set(small["note"]) == {"fewer than 10 rows of a class"}
    assert small["scorer"].null_count() == small.height == 2


def test_columns__of_all_tables_are_declared(table, columns, clusters):
    frame = strata_table(table, columns, [], clusters)
    comparisons = comparison_table(table, columns, {})
    assert set(frame.columns) | set(comparisons.columns) <= set(COLUMNS)
