"""Curves: the table, the picture, the kept epoch."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from dmiso.train.curves import CurveRow, best_row, plot_curves, write_curves


def row(epoch, metric=0.5):
    return CurveRow(
        epoch=epoch,
        learning_rate=0.001,
        train_loss=0.7 / epoch,
        penalty=1.0,
        validation_loss=0.6,
        validation_average_precision=metric,
        validation_auroc=0.5,
    )


@given(st.lists(st.sampled_from([0.1, 0.2, 0.3]), min_size=1, max_size=9))
def test_best_row__is_the_first_of_the_best(metrics):
    rows = [row(i, metric) for i, metric in enumerate(metrics, start=1)]
    assert best_row(rows).epoch == metrics.index(max(metrics)) + 1


def test_write_curves__one_line_an_epoch(tmp_path):
    rows = [row(1), row(2, 1 / 3)]
    write_curves(tmp_path / "curves.tsv", rows)
    frame = pl.read_csv(tmp_path / "curves.tsv", separator="\t")
    assert tuple(frame.columns) == CurveRow.__struct_fields__
    assert frame["epoch"].to_list() == [1, 2]
    assert frame["validation_average_precision"].to_list() == [0.5, 1 / 3]


def test_plot_curves__draws_every_row_and_marks_the_kept_epoch():
    rows = [row(1), row(2), row(3, 0.9)]
    loss, metric = plot_curves(rows).figure.axes
    drawn = {line.get_label(): line.get_ydata() for line in (*loss.lines, *metric.lines)}
    assert list(drawn["training"]) == [each.train_loss for each in rows]
    assert list(drawn["average precision"]) == [each.validation_average_precision for each in rows]
    assert "epoch 3, kept" in drawn


def test_plot_curves__is_the_same_bytes_each_time_and_draws_a_single_epoch():
    assert plot_curves([row(1), row(2)]).rendered("png") == plot_curves([row(1), row(2)]).rendered("png")
    assert plot_curves([row(1)]).figure.axes[0].lines[0].get_marker() == "o"
