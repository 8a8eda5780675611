"""Pictures of an evaluation: what is drawn, with which numbers, and what is left out."""

import numpy as np
import polars as pl
import pytest

import dmiso.plot.reliability
import dmiso.plot.strata
from dmiso.evaluate.behaviour import check_behaviour
from dmiso.evaluate.models import ModelScorer
from dmiso.evaluate.run import behaviour_table, evaluate_table
from dmiso.evaluate.score_column import ScoreColumn
from dmiso.plot.behaviour import plot_behaviour
from dmiso.plot.evaluation import draw_evaluation
from dmiso.plot.reliability import plot_reliability
from dmiso.plot.strata import plot_strata
from dmiso.settings.evaluate import EvaluateSettings

N = 240


@pytest.fixture
def evaluation(rng, random_rna):
    scores = rng.random(N)
    table = pl.DataFrame(
        {
            "mirna_sequence": [random_rna(rng, 22) for _ in range(N)],
            "target_sequence": [random_rna(rng, 50) for _ in range(N)],
            "label": (rng.random(N) < scores).astype(int),
            "iso5_offset": rng.choice([-1, 0, 2], N),
            "iso3_offset": np.zeros(N, int),
        }
    )
    columns = [
        ScoreColumn("net@v1", "model", scores, 0.5, scores, prior=0.5),
        ScoreColumn("tool", "tool", rng.normal(size=N)),
    ]
    return evaluate_table(table, columns, settings=EvaluateSettings(replicates=20, baselines=["rnaduplex"]))


def test_reliability__shows_each_bin_and_names_the_brier_score(evaluation):
    picture = plot_reliability(evaluation.reliability, evaluation.metrics)
    shares, counts = picture.figure.axes
    drawn = next(line for line in shares.lines if len(line.get_xdata()) == 10)
    np.testing.assert_allclose(drawn.get_xdata(), evaluation.reliability["mean_score"])
    np.testing.assert_allclose(drawn.get_ydata(), evaluation.reliability["observed_share"])
    (row,) = evaluation.metrics.filter(pl.col("metric") == "brier").to_dicts()
    assert f"prior 0.5; Brier {row['value']:.3f} [{row['low']:.3f}–{row['high']:.3f}]" in picture.svg
    (stairs,) = counts.patches
    heights, edges, _ = stairs.get_data()
    assert (np.diff(edges) * heights).sum() == pytest.approx(0.01)  # all pairs, per hundredth of a score


def test_reliability__of_equal_scores_and_of_no_prior_is_drawn():
    bins = pl.DataFrame(
        {"scorer": "s", "prior": None, "bin": 1, "lowest_score": 1.0, "highest_score": 1.0, "mean_score": 1.0}
        | {"observed_share": 0.5, "share_low": 0.3, "share_high": 0.7, "n": 20},
        schema_overrides={"prior": pl.Float64},
    )
    assert "prior not stated" in plot_reliability(bins).svg


def test_strata__shows_the_judged_scores_and_energy_with_intervals(evaluation):
    figure = plot_strata(evaluation.strata).figure
    assert len(figure.axes) == 2  # offsets and types; 3' offsets have one class
    offsets = next(axes for axes in figure.axes if axes.get_ylabel() == "5′ offset (nt)")
    assert [label.get_text().split()[0] for label in offsets.get_yticklabels()] == ["−1", "0", "2"]
    labels = [container.get_label() for container in offsets.containers]
    assert labels == ["net@v1", "tool", "rnaduplex"]
    rows = evaluation.strata.filter(
        (pl.col("by") == "iso5_offset") & (pl.col("metric") == "ap_1_1") & (pl.col("scorer") == "net@v1")
    )
    np.testing.assert_allclose(offsets.containers[0].lines[0].get_xdata(), rows["value"])


def test_strata__without_two_classes_is_not_drawn(evaluation):
    nothing = evaluation.strata.filter(pl.col("by") == "iso3_offset")
    assert plot_strata(nothing) is None
    assert plot_strata(evaluation.strata.clear()) is None


def test_strata__of_more_classes_than_can_be_read_is_left_to_the_table(evaluation, monkeypatch):
    monkeypatch.setattr(dmiso.plot.strata, "_MOST", 2)
    only = evaluation.strata.filter(pl.col("by") == "iso5_offset")
    assert plot_strata(only) is None


def length_scorer(name, sign):
    def score(mirnas, targets):
        return np.array([sign * target.upper().count("C") for target in targets], float)

    return ModelScorer(name, score, 10.0, lambda logits: logits, "")


def test_behaviour__shows_the_checks_and_calls_by_gc():
    models = [length_scorer("counts C", 1), length_scorer("counts no C", -1)]
    picture = plot_behaviour(behaviour_table(models))
    shares, gc = picture.figure.axes
    checks = {check.name: check for check in check_behaviour(models[0].score, threshold=10.0)}
    drawn = next(line for line in shares.lines if line.get_label() == "counts C")
    names = ("planted_8mer", "partner_swap", "five_prime_shift")
    np.testing.assert_allclose(drawn.get_xdata(), [checks[name].value for name in names])
    called = checks["random_targets"].details["called_by_gc"]
    np.testing.assert_allclose(gc.lines[0].get_ydata(), list(called.values()))
    np.testing.assert_allclose(gc.lines[0].get_xdata(), [0.3, 0.4, 0.5, 0.6, 0.7])
    assert "counts no C" in picture.svg


def test_draw_evaluation__draws_what_there_is(evaluation):
    assert list(draw_evaluation(evaluation)) == ["roc", "precision_recall", "reliability", "strata"]
    behaviour = behaviour_table([length_scorer("counts C", 1)])
    assert list(draw_evaluation(evaluation._replace(behaviour=behaviour)))[-1] == "behaviour"
    none = {
        "reliability": evaluation.reliability.clear(),
        "strata": evaluation.strata.clear(),
        "curves": None,
    }
    assert draw_evaluation(evaluation._replace(**none)) == {}


def test_draw_evaluation__gives_the_same_bytes(evaluation):
    first, second = draw_evaluation(evaluation), draw_evaluation(evaluation)
    assert {name: one.svg for name, one in first.items()} == {name: one.svg for name, one in second.items()}
