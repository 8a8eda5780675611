"""The isomiRs of a library: bars as long as the reads, cells with their per cents, ends at their positions."""

import numpy as np
import polars as pl

from dmiso.plot.isomir_summary import draw_isomir_summary, plot_isomir_ends, plot_isomir_types

MIRNAS = pl.DataFrame(
    {"mirna_id": ["miR-1", "miR-2"], "exact_reads": [60.0, 5.0], "isomir_reads": [40.0, 15.0]}
)
TYPES = pl.DataFrame(
    {
        "mirna_id": ["miR-1", "miR-1", "miR-2", "miR-2"],
        "isomir_type": ["3' addition", "exact miRNA", "exact miRNA", "5' deletion"],
        "reads": [40.0, 60.0, 5.0, 15.0],
        "read_share": [0.4, 0.6, 0.25, 0.75],
    }
)
ENDS = pl.DataFrame(
    {
        "mirna_id": ["miR-1", "miR-1", "miR-1", "miR-2", "miR-2"],
        "which_end": ["5'", "3'", "3'", "5'", "5'"],
        "end_position": [0, 0, 1, 7, 3],
        "read_share": [1.0, 0.6, 0.4, 0.5, 0.25],
    }
)


def cells(axes):
    return {(round(t.get_position()[0]), round(t.get_position()[1])): t.get_text() for t in axes.texts}


def test_reads__are_bars_of_exact_ones_and_isomirs():
    reads, _ = plot_isomir_types(MIRNAS, TYPES).figure.axes
    assert [bar.get_width() for bar in reads.patches] == [60, 5, 40, 15]
    assert [bar.get_x() for bar in reads.patches] == [0, 0, 60, 5]
    assert [label.get_text() for label in reads.get_yticklabels()] == ["miR-1", "miR-2"]


def test_types__are_cells_with_their_per_cents_the_exact_one_first():
    _, types = plot_isomir_types(MIRNAS, TYPES).figure.axes
    assert [label.get_text() for label in types.get_xticklabels()] == [
        "exact miRNA",
        "3' addition",
        "5' deletion",
    ]
    assert cells(types) == {(0, 0): "60", (1, 0): "40", (0, 1): "25", (2, 1): "75"}
    np.testing.assert_allclose(types.collections[0].get_array(), [[0.6, 0.4, 0], [0.25, 0, 0.75]])


def test_ends__stand_at_their_positions_what_lies_beyond_in_the_outermost():
    five, three = plot_isomir_ends(MIRNAS, ENDS).figure.axes
    assert cells(five) == {(3, 0): "100", (6, 1): "75"}
    assert cells(three) == {(4, 0): "60", (5, 0): "40"}
    assert [label.get_text() for label in three.get_xticklabels()][-2:] == ["+3", "≥\n+4"]


def test_calls__without_positions_have_no_picture_of_ends():
    drawn = draw_isomir_summary(MIRNAS, TYPES, ENDS.clear())
    assert list(drawn) == ["isomirs"]
    assert draw_isomir_summary(MIRNAS.clear(), TYPES.clear(), ENDS.clear()) == {}
