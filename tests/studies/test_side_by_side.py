"""The paper's figure, paper mode and honest mode in one row."""

from dmiso.columns import COLUMNS
from dmiso.isomir.preference import type_preference
from dmiso.studies.abundance import ABUNDANCE
from dmiso.studies.measures import ROW_COLUMNS, plain_row, rows_frame
from dmiso.studies.paper_figures import FIGURES, paper_figure
from dmiso.studies.side_by_side import SIDE_COLUMNS, side_by_side


def rows():
    head = {"analysis": "Table 1", "data": "test", "subject": "network", "metric": "auroc"}
    sizes = {"positives": 30, "negatives": 20}
    return rows_frame(
        [
            {**head, **sizes, "mode": "paper", "value": 0.98, "low": 0.97, "high": 0.99, "note": "a"},
            {**head, **sizes, "mode": "honest", "value": 0.61, "low": 0.6, "high": 0.62, "note": "b"},
            plain_row("S9 top five", "primary", "network", "", note="not told"),
            plain_row("S2 S3 counts", "primary", "all sources", "miRNAs with an isomiR", value=1),
        ]
    )


def test_side_by_side__puts_both_modes_beside_the_papers_figure():
    table = side_by_side(rows())
    first = table.row(0, named=True)
    assert (first["paper"], first["paper_place"]) == ("0.9945", "Table 1 (CLASH test)")
    assert (first["paper_mode_value"], first["honest_mode_value"]) == (0.98, 0.61)
    assert first["note"] == "paper: a; honest: b"
    assert table.height == 3


def test_side_by_side__a_row_of_both_modes_fills_both_sides():
    last = side_by_side(rows()).row(2, named=True)
    assert last["paper_mode_value"] == last["honest_mode_value"] == 1
    assert last["paper"] == "200"


def test_figures__are_those_printed_in_table_1():
    # spot checks against the page: DMISO and miTAR on both data sets
    assert paper_figure("Table 1", "test", "network", "specificity").text == "0.8714"
    assert paper_figure("second data", "second", "mitar", "auroc").text == "0.6904"
    assert paper_figure("Table 2 recall", "any table", "targetscan", "recall").text == "0.7632"
    assert paper_figure("abundance", "second", "network with abundance", "auroc").text == "0.94"


def test_figures__what_only_a_supplementary_table_has_is_empty_and_named():
    figure = paper_figure("S8 miRNA halves", "test", "network", "auroc")
    assert (figure.text, figure.where) == ("", "Table S8, not in the paper's text")


def test_figures__every_one_has_its_place():
    assert all(figure.text and figure.where for figure in FIGURES.values())


def test_columns__of_every_table_are_declared():
    written = {*SIDE_COLUMNS, *ROW_COLUMNS, *ABUNDANCE, *type_preference([], [], least=1).columns}
    assert written <= set(COLUMNS)
