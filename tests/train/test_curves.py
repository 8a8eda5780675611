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


def test_plot_curves__is_a_png_and_the_same_bytes_each_time(tmp_path):
    for name in ("a.png", "b.png"):
        plot_curves(tmp_path / name, [row(1), row(2), row(3, 0.9)])
    first = (tmp_path / "a.png").read_bytes()
    assert first.startswith(b"\x89PNG")
    assert first == (tmp_path / "b.png").read_bytes()


def test_plot_curves__draws_a_single_epoch(tmp_path):
    plot_curves(tmp_path / "a.png", [row(1)])
    assert (tmp_path / "a.png").stat().st_size > 5_000
