"""Pictures of an evaluation: what is drawn, with which numbers, and what is left out."""

import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure

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


@pytest.fixture
def figures(monkeypatch):
    """Every figure that is drawn, to look into."""
    made = []
    plain = Figure.__init__

    def keep(self, *args, **kwargs):
        plain(self, *args, **kwargs)
        made.append(self)

    monkeypatch.setattr(Figure, "__init__", keep)
    return made


def test_reliability__shows_each_bin_and_names_the_brier_score(evaluation, tmp_path, figures):
    plot_reliability(tmp_path / "r", evaluation.reliability, evaluation.metrics)
    shares, counts = figures[0].axes
    drawn = next(line for line in shares.lines if len(line.get_xdata()) == 10)
    np.testing.assert_allclose(drawn.get_xdata(), evaluation.reliability["mean_score"])
    np.testing.assert_allclose(drawn.get_ydata(), evaluation.reliability["observed_share"])
    (row,) = evaluation.metrics.filter(pl.col("metric") == "brier").to_dicts()
    assert (
        f"prior 0.5; Brier {row['value']:.3f} [{row['low']:.3f}–{row['high']:.3f}]"
        in (tmp_path / "r.svg").read_text()
    )
    (stairs,) = counts.patches
    heights, edges, _ = stairs.get_data()
    assert (np.diff(edges) * heights).sum() == pytest.approx(0.01)  # all pairs, per hundredth of a score


def test_reliability__of_equal_scores_and_of_no_prior_is_drawn(tmp_path):
    bins = pl.DataFrame(
        {"scorer": "s", "prior": None, "bin": 1, "lowest_score": 1.0, "highest_score": 1.0, "mean_score": 1.0}
        | {"observed_share": 0.5, "share_low": 0.3, "share_high": 0.7, "n": 20},
        schema_overrides={"prior": pl.Float64},
    )
    plot_reliability(tmp_path / "r", bins)
    assert "prior not stated" in (tmp_path / "r.svg").read_text()


def test_strata__shows_the_judged_scores_and_energy_with_intervals(evaluation, tmp_path, figures):
    assert plot_strata(tmp_path / "s", evaluation.strata) == 2  # offsets and types; 3' offsets have one class
    offsets = next(axes for axes in figures[0].axes if axes.get_ylabel() == "5′ offset (nt)")
    assert [label.get_text().split()[0] for label in offsets.get_yticklabels()] == ["−1", "0", "2"]
    labels = [container.get_label() for container in offsets.containers]
    assert labels == ["net@v1", "tool", "rnaduplex"]
    rows = evaluation.strata.filter(
        (pl.col("by") == "iso5_offset") & (pl.col("metric") == "ap_1_1") & (pl.col("scorer") == "net@v1")
    )
    np.testing.assert_allclose(offsets.containers[0].lines[0].get_xdata(), rows["value"])
    assert (tmp_path / "s.png").stat().st_size > 10_000


def test_strata__without_two_classes_is_not_drawn(evaluation, tmp_path):
    nothing = evaluation.strata.filter(pl.col("by") == "iso3_offset")
    assert plot_strata(tmp_path / "s", nothing) == 0
    assert plot_strata(tmp_path / "s", evaluation.strata.clear()) == 0
    assert list(tmp_path.iterdir()) == []


def test_strata__of_more_classes_than_can_be_read_is_left_to_the_table(evaluation, tmp_path, monkeypatch):
    monkeypatch.setattr(dmiso.plot.strata, "_MOST", 2)
    only = evaluation.strata.filter(pl.col("by") == "iso5_offset")
    assert plot_strata(tmp_path / "s", only) == 0


def length_scorer(name, sign):
    def score(mirnas, targets):
        return np.array([sign * target.upper().count("C") for target in targets], float)

    return ModelScorer(name, score, 10.0, lambda logits: logits, "")


def test_behaviour__shows_the_checks_and_calls_by_gc(tmp_path, figures):
    models = [length_scorer("counts C", 1), length_scorer("counts no C", -1)]
    plot_behaviour(tmp_path / "b", behaviour_table(models))
    shares, gc = figures[0].axes
    checks = {check.name: check for check in check_behaviour(models[0].score, threshold=10.0)}
    drawn = next(line for line in shares.lines if line.get_label() == "counts C")
    names = ("planted_8mer", "partner_swap", "five_prime_shift")
    np.testing.assert_allclose(drawn.get_xdata(), [checks[name].value for name in names])
    called = checks["random_targets"].details["called_by_gc"]
    np.testing.assert_allclose(gc.lines[0].get_ydata(), list(called.values()))
    np.testing.assert_allclose(gc.lines[0].get_xdata(), [0.3, 0.4, 0.5, 0.6, 0.7])
    assert "counts no C" in (tmp_path / "b.svg").read_text()


def test_draw_evaluation__draws_what_there_is(evaluation, tmp_path):
    assert draw_evaluation(evaluation, tmp_path / "out") == ["reliability", "strata"]
    behaviour = behaviour_table([length_scorer("counts C", 1)])
    assert draw_evaluation(evaluation._replace(behaviour=behaviour), tmp_path / "out")[-1] == "behaviour"
    bare = evaluation._replace(reliability=evaluation.reliability.clear(), strata=evaluation.strata.clear())
    assert draw_evaluation(bare, tmp_path / "bare") == []
    assert not (tmp_path / "bare").exists()


def test_draw_evaluation__gives_the_same_bytes(evaluation, tmp_path):
    for name in ("a", "b"):
        draw_evaluation(evaluation, tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
