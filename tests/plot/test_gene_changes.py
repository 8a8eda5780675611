"""Genes gained and lost: each mark at its change and its site, names beside the strongest, no name on another."""

import re

import numpy as np
import polars as pl
import pytest

from dmiso.columns import GENE_CHANGE_COLUMNS, schema_of
from dmiso.plot.gene_changes import draw_gene_changes, plot_gene_changes
from dmiso.plot.labels import Labelled, label_points
from dmiso.plot.picture import drawing


def table(rows, isomir="iso"):
    made = [
        {"isomir_id": isomir, "canonical_id": "can", "gene_id": gene, "repression_change": kind}
        | {"repression_difference": change, "isomir_best_logit": own, "canonical_best_logit": other}
        for gene, kind, change, own, other in rows
    ]
    return pl.DataFrame(made, schema=schema_of(GENE_CHANGE_COLUMNS))


GENES = table(
    [
        ("up", "gained", -0.8, 5.0, 1.0),
        ("down", "lost", 0.6, 2.0, 4.0),
        ("same", "kept", 0.05, 3.0, 3.5),
        ("none", "neither", -0.01, None, None),
    ]
)


def test_marks__stand_at_the_change_and_the_logit_of_the_stronger():
    [axes] = plot_gene_changes(GENES).figure.axes
    marks = {one.get_label(): one.get_offsets().tolist() for one in axes.collections[:4]}
    assert marks["gained (1)"] == [[-0.8, 5.0]]
    assert marks["lost (1)"] == [[0.6, 4.0]]
    assert marks["kept (1)"] == [[0.05, 3.5]]
    [[x, y]] = marks["neither (1)"]
    assert x == -0.01
    assert y < 3.5  # below all sites, at the tick that says so
    assert "no site" in [label.get_text() for label in axes.get_yticklabels()]


def test_names__are_of_gained_and_lost_genes_alone():
    svg = plot_gene_changes(GENES).svg
    assert {"up", "down"} <= set(re.findall(r">([^<]+)</text>", svg))
    assert not {"same", "none"} & set(re.findall(r">([^<]+)</text>", svg))


def test_axis__is_alike_to_both_sides():
    [axes] = plot_gene_changes(GENES).figure.axes
    low, high = axes.get_xlim()
    assert low == -high
    assert high > 0.8


def test_binding__is_drawn_where_no_repression_was_predicted():
    none = {"repression_difference": None, "repression_change": None}
    own = GENES.with_columns(**{name: pl.lit(value) for name, value in none.items()}).with_columns(
        binding_difference=pl.Series([0.5, -0.3, 0.0, None], dtype=pl.Float64),
        gene_change=pl.Series(["gained", "lost", "kept", None]),
    )
    picture = plot_gene_changes(own)
    [axes] = picture.figure.axes
    marks = {one.get_label(): one.get_offsets().tolist() for one in axes.collections[:4]}
    assert marks["gained (1)"] == [[0.5, 5.0]]
    assert "binds" in picture.reading
    assert plot_gene_changes(own.with_columns(binding_difference=pl.lit(None, pl.Float64))) is None


def test_pictures__are_one_per_comparison():
    both = pl.concat([GENES, table([("x", "lost", 0.3, 1.0, 2.0)], isomir="other")])
    assert list(draw_gene_changes(both)) == ["genes_1", "genes_2"]
    assert list(draw_gene_changes(GENES)) == ["genes"]
    assert draw_gene_changes(GENES.clear()) == {}


def test_transcriptome__stays_small(rng):
    n = 20_000
    rows = [
        (f"g{i}", kind, change, 3.0 + up, 2.0)
        for i, (kind, change, up) in enumerate(
            zip(
                rng.choice(["gained", "lost", "kept", "neither"], n),
                rng.normal(0, 0.3, n),
                rng.random(n),
                strict=True,
            )
        )
    ]
    assert len(plot_gene_changes(table(rows)).svg) < 250_000


@pytest.mark.parametrize("n", [3, 40])
def test_labels__lie_on_no_other_and_inside(rng, n):
    with drawing("t", "r") as picture:
        axes = picture.figure.subplots()
        points = [Labelled(x, y, f"gene {i}") for i, (x, y) in enumerate(rng.random((n, 2)))]
        axes.set_xlim(-0.2, 1.2)
        axes.set_ylim(-0.1, 1.1)
        shown = label_points(axes, points)
    picture.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes.texts]
    assert shown == [text.get_text() for text in axes.texts]
    assert len(shown) >= min(n, 8)
    frame = axes.get_window_extent()
    for i, box in enumerate(boxes):
        assert frame.x0 - 2 <= box.x0
        assert box.x1 <= frame.x1 + 2
        for other in boxes[:i]:
            overlap_x = min(box.x1, other.x1) - max(box.x0, other.x0)
            overlap_y = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert not (overlap_x > 1 and overlap_y > 0.35 * box.height), (i, box, other)


def test_labels__of_one_point_are_not_piled_up():
    with drawing("t", "r") as picture:
        axes = picture.figure.subplots()
        shown = label_points(axes, [Labelled(0.5, 0.5, f"gene number {i}") for i in range(30)])
    assert 2 <= len(shown) <= 8
    assert np.unique(shown).size == len(shown)
