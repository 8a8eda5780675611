"""Pictures of gene scores: what is in them, and that they are the same bytes each time."""

import polars as pl

from dmiso.evaluate.genes import GeneEvaluation
from dmiso.plot.gene_scores import draw_gene_evaluation, plot_gene_curves, plot_gene_means

METRICS = pl.DataFrame(
    {
        "experiment_set": ["a/b"] * 2 + ["all"] * 2,
        "scorer": ["tool $x$", "seed_type_sum"] * 2,
        "kind": ["scores", "baseline"] * 2,
        "metric": "spearman",
        "value": [0.2, 0.1, 0.3, 0.1],
        "low": [0.1, None, 0.2, 0.0],
        "high": [0.3, None, 0.4, 0.2],
        "chance": 0.0,
    }
)
CURVES = pl.DataFrame(
    {
        "experiment_set": "all",
        "scorer": "tool $x$",
        "score_class": ["best"] * 2 + ["without site"] * 2,
        "cumulative_share": [0.25, 0.75] * 2,
        "response_sd": [0.0, 2.0, -1.0, 1.0],
    }
)


def test_sets__have_pictures_of_their_own_with_names_that_files_can_have():
    drawn = draw_gene_evaluation(GeneEvaluation(METRICS, METRICS, METRICS, CURVES), best=7)
    assert list(drawn) == ["means-1-a_b", "means-2-all", "curves-2-all"]
    text = drawn["curves-2-all"].svg
    for words in ("tool $x$", "best 7 of each experiment", "without site", "share of genes"):
        assert words in text
    assert "best 7 genes" in drawn["curves-2-all"].reading
    means = drawn["means-2-all"].svg
    assert "mean of best 7 (SD)" in means
    assert "seed_type_sum" in means


def test_pictures__are_the_same_bytes_each_time():
    assert plot_gene_curves(CURVES, best=7).svg == plot_gene_curves(CURVES, best=7).svg


def test_nothing_to_draw__draws_nothing():
    assert plot_gene_means(METRICS.clear(), best=7) is None
    assert plot_gene_curves(CURVES.clear(), best=7) is None


def test_curves__name_both_axes_below_every_column():
    scores = pl.concat([CURVES.with_columns(scorer=pl.lit(name)) for name in "abc"])
    first, second, third, fourth = plot_gene_curves(scores, best=7).figure.axes
    assert first.get_xlabel() == ""
    assert second.get_xlabel() == third.get_xlabel() == "response (SD), repressed →"
    assert not fourth.get_visible()
