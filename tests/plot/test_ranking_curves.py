"""ROC and precision-recall curves: areas under what is drawn are the metrics, baselines and chance beside."""

import numpy as np
import polars as pl
import pytest

from dmiso.evaluate.curves import curve_table, ranking_curve
from dmiso.evaluate.metrics import auroc, average_precision
from dmiso.evaluate.score_column import ScoreColumn
from dmiso.plot.ranking_curves import plot_precision_recall, plot_roc


@pytest.fixture
def judged(rng):
    labels = rng.integers(0, 2, 3_000)
    scores = {
        "model@v1": labels + rng.normal(0, 1, 3_000),
        "seed_class": np.round(labels + rng.normal(0, 2, 3_000)),
    }
    columns = [ScoreColumn(n, "model" if n == "model@v1" else "baseline", s) for n, s in scores.items()]
    rows = [
        {"scorer": n, "metric": name, "value": float(of(labels, s)), "low": 0.1, "high": 0.9, "chance": 0.5}
        for n, s in scores.items()
        for name, of in (("auroc", auroc), ("average_precision", average_precision))
    ]
    return labels, scores, curve_table(pl.DataFrame({"label": labels}), columns), pl.DataFrame(rows)


def line(picture, beginning):
    [axes] = picture.figure.axes
    [found] = [line for line in axes.lines if str(line.get_label()).startswith(beginning)]
    return found


def test_corners__have_the_areas_of_the_metrics(judged):
    labels, scores, _, _ = judged
    for values in scores.values():
        wrong, found, precision = ranking_curve(labels, values)
        assert np.trapezoid(np.append(0, found), np.append(0, wrong)) == pytest.approx(auroc(labels, values))
        steps = np.diff(np.append(0, found)) @ precision
        assert steps == pytest.approx(average_precision(labels, values))


def test_roc__drawn_has_the_area_that_its_legend_says(judged):
    labels, scores, curves, metrics = judged
    drawn = line(plot_roc(curves, metrics), "model@v1")
    area = np.trapezoid(drawn.get_ydata(), drawn.get_xdata())
    assert area == pytest.approx(float(auroc(labels, scores["model@v1"])), abs=0.003)
    assert drawn.get_label() == f"model@v1  {float(auroc(labels, scores['model@v1'])):.3f} [0.100–0.900]"
    assert (drawn.get_xdata()[0], drawn.get_ydata()[0]) == (0, 0)
    assert (drawn.get_xdata()[-1], drawn.get_ydata()[-1]) == (1, 1)


def test_precision_recall__has_baseline_and_chance(judged):
    _, _, curves, metrics = judged
    picture = plot_precision_recall(curves, metrics)
    assert line(picture, "seed class").get_zorder() < line(picture, "model@v1").get_zorder()
    assert set(line(picture, "chance  0.500").get_ydata()) == {0.5}
    assert "average precision [95 % interval]" in picture.svg


def test_table__is_thin_and_keeps_the_last_corner(judged):
    _, _, curves, _ = judged
    counts = curves.group_by("scorer").len()["len"]
    assert counts.max() <= 202
    assert curves.filter(pl.col("scorer") == "model@v1").tail(1).select("recall", "false_positive_share").row(
        0
    ) == (1, 1)


def test_table__of_a_sample_is_of_its_rows_and_of_one_class_is_left_out():
    labels = pl.DataFrame({"label": [1, 0, 1, 1]})
    rows = np.array([True, True, False, False])
    sampled = ScoreColumn("s", "baseline", np.array([2.0, 1.0, np.nan, np.nan]), rows=rows)
    absent, one_class = (
        ScoreColumn("a", "tool", None),
        ScoreColumn("o", "tool", np.ones(4), rows=labels["label"].to_numpy() == 1),
    )
    found = curve_table(labels, [sampled, absent, one_class])
    assert found.rows() == [("s", "baseline", 0.0, 1.0, 1.0), ("s", "baseline", 1.0, 1.0, 0.5)]


def test_nothing_to_draw__draws_nothing(judged):
    _, _, curves, metrics = judged
    assert plot_roc(curves.clear(), metrics) is None
    assert plot_precision_recall(curves.clear(), metrics) is None
