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


def test_sets__have_pictures_of_their_own_with_names_that_files_can_have(tmp_path):
    result = GeneEvaluation(METRICS, METRICS, METRICS, CURVES)
    drawn = draw_gene_evaluation(result, tmp_path, best=7)
    assert drawn == ["means-1-a_b", "means-2-all", "curves-2-all"]
    assert {path.stem for path in tmp_path.iterdir()} == set(drawn)
    text = (tmp_path / "curves-2-all.svg").read_text()
    for words in ("tool $x$", "best 7 of each experiment", "without site", "cumulative share of genes"):
        assert words in text
    means = (tmp_path / "means-2-all.svg").read_text()
    assert "mean of best 7 (SD)" in means
    assert "seed_type_sum" in means


def test_pictures__are_the_same_bytes_each_time(tmp_path):
    kept = []
    for name in ("one", "two"):
        plot_gene_curves(tmp_path / name, CURVES, best=7)
        kept.append((tmp_path / f"{name}.svg").read_bytes())
    assert kept[0] == kept[1]


def test_nothing_to_draw__draws_no_file(tmp_path):
    assert plot_gene_means(tmp_path / "m", METRICS.clear(), best=7) == 0
    assert plot_gene_curves(tmp_path / "c", CURVES.clear(), best=7) == 0
    assert not list(tmp_path.iterdir())
