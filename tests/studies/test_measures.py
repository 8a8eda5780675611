"""Rows of results, against scikit-learn."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from dmiso.evaluate.score_column import absent
from dmiso.settings.study import StudySettings
from dmiso.studies.measures import PAPER_SIX, measured, network_column, random_windows

PLACE = ("Table 1", "test", "paper")


@pytest.fixture
def scored(rng):
    labels = np.arange(80) % 2
    logits = rng.normal(size=80) + labels
    return pl.DataFrame(
        {
            "mirna_sequence": ["UGAGGUAG"] * 80,
            "target_sequence": [f"CUACCUCA{'A' * (i % 7)}" for i in range(80)],
            "label": labels,
            "cluster": np.arange(80) // 2,
            "logit": logits,
            "score": 1 / (1 + np.exp(-logits)),
        }
    )


def test_measured__gives_the_papers_six_as_scikit_learn_does(scored):
    rows = measured(PLACE, scored, [network_column(scored)], StudySettings(replicates=50))
    values = dict(rows.select("metric", "value").iter_rows())
    assert tuple(values) == PAPER_SIX
    labels, scores = scored["label"].to_numpy(), scored["score"].to_numpy()
    assert values["auroc"] == pytest.approx(roc_auc_score(labels, scores))
    assert values["average_precision"] == pytest.approx(average_precision_score(labels, scores))
    assert values["f1"] == pytest.approx(f1_score(labels, scores >= 0.5))
    assert (
        rows.select((pl.col("low") <= pl.col("value")) & (pl.col("value") <= pl.col("high")))
        .to_series()
        .all()
    )
    assert rows.select("positives", "negatives", "mode").unique().rows() == [(40, 40, "paper")]


def test_measured__an_absent_tool_has_a_row_a_metric_that_says_how_to_get_it(scored):
    rows = measured(PLACE, scored, [absent("rna22", "get it there")], StudySettings(replicates=0))
    assert rows["metric"].to_list() == list(PAPER_SIX)
    assert rows["value"].null_count() == len(PAPER_SIX)
    assert set(rows["note"]) == {"get it there"}


def test_measured__no_rows_are_said_so(scored):
    empty = scored.clear()
    rows = measured(PLACE, empty, [network_column(empty)], StudySettings())
    assert rows.select("value", "note").rows() == [(None, "no rows")]


def test_measured__one_class_has_no_auroc_and_says_why(scored):
    positives = scored.filter(pl.col("label") == 1)
    rows = measured(PLACE, positives, [network_column(positives)], StudySettings(replicates=0))
    auroc = rows.row(by_predicate=pl.col("metric") == "auroc", named=True)
    assert auroc["value"] is None
    assert "all 40 rows are positives" in auroc["note"]


def test_random_windows__have_the_share_of_gc_asked_for():
    windows = random_windows(400, 60, 0.6, seed=1)
    gc = np.mean([base in "GC" for window in windows for base in window])
    assert gc == pytest.approx(0.6, abs=0.01)
    assert {len(window) for window in windows} == {60}
    assert windows == random_windows(400, 60, 0.6, seed=1)
