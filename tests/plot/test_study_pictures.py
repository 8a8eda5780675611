"""Pictures of a study's supplement: what is drawn, read back from the figure."""

import numpy as np
import polars as pl
import pytest

from dmiso.columns import ISOMIR_FREQUENCY_COLUMNS, schema_of
from dmiso.explain.mirna_clusters import average_linkage, profile_tree
from dmiso.plot.funnel import draw_funnel
from dmiso.plot.isomir_frequency import draw_isomir_frequency
from dmiso.plot.mirna_tree import draw_mirna_tree

pytest.importorskip("matplotlib")


@pytest.fixture
def grouped(rng):
    """Nine miRNAs whose profiles have one of two shapes; rows lie in the order of the clusters."""
    shapes = [np.sin(np.arange(15)), np.arange(15) / 5.0]
    profiles = np.array([shapes[i >= 5] + rng.normal(0, 0.05, 15) for i in range(9)])
    rows = [
        (1 + (i >= 5), f"bases{i}", "mir-x" if i < 2 else f"mir-{i}", mask, float(profiles[i, mask]))
        for i in range(9)
        for mask in range(15)
    ]
    names = ("mirna_cluster", "mirna_sequence", "mirna_id", "mask_start", "mean_change")
    return pl.DataFrame(rows, schema=schema_of(names), orient="row"), profiles


def test_tree__joins_what_the_clusters_join(grouped):
    from scipy.cluster.hierarchy import cut_tree

    _, profiles = grouped
    cut = cut_tree(profile_tree(profiles), n_clusters=2).ravel()
    assert {tuple(np.flatnonzero(cut == k)) for k in (0, 1)} == {(0, 1, 2, 3, 4), (5, 6, 7, 8)}
    own = 1 - np.corrcoef(profiles)
    assert (average_linkage(np.maximum(own, 0), 2) == (np.arange(9) >= 5)).all()


def test_tree__stands_beside_each_mirnas_profile(grouped):
    table, profiles = grouped
    figure = draw_mirna_tree(table, title="paper mode").figure
    tree, heat, strip, _ = figure.axes
    assert len(tree.get_lines()) == 8  # one fork for each two that are joined
    drawn = heat.collections[0].get_array()
    assert drawn.shape == (9, 15)
    names = [text.get_text() for text in strip.texts if not text.get_text().isdigit()]
    assert sorted(names) == sorted(["mir-x (1)", "mir-x (2)", *(f"mir-{i}" for i in range(2, 9))])
    # each row is the profile of the miRNA that is named there, its largest change at 1
    row = names.index("mir-7")
    assert np.allclose(drawn[row], profiles[7] / np.abs(profiles[7]).max())


def test_frequency__bars_are_isomirs_and_curves_those_of_at_least_so_many():
    rows = [("primary", "a", "UGAG", "SNP", 100, 1), ("primary", "a", "UGAC", "SNP,3' deletion", 10, 1)]
    rows += [("primary", "b", "CCCC", "SNP", 10, 1)]
    table = pl.DataFrame(rows, schema=schema_of(ISOMIR_FREQUENCY_COLUMNS), orient="row")
    picture = draw_isomir_frequency(table)
    bars, curves = picture.figure.axes
    assert [bar.get_width() for bar in bars.patches] == [0, 0, 0, 0, 1, 0, 3, 0]
    lines = {line.get_label(): line.get_xydata().tolist() for line in curves.get_lines()}
    assert lines["SNP"] == [[10, 3], [100, 1]]
    assert lines["3' deletion"] == [[10, 1]]
    assert "mathdefault" not in picture.svg


def test_funnel__long_rules_are_cut_with_the_whole_as_a_tooltip():
    words = "positives left out with their negatives: no other miRNA of their group may meet them in the test"
    rows = pl.DataFrame({"step": ["a"], "outcome": ["dropped"], "what": [words], "n": [7]})
    svg = draw_funnel(rows, counted="rows").svg
    assert f"<title>{words}</title>positives left out" in svg
    assert "rows, logarithmic axis" in svg
