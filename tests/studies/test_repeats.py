"""Means over trainings that differ in their seed alone."""

import statistics

from dmiso.studies.measures import plain_row, rows_frame
from dmiso.studies.repeats import with_means


def row(subject, metric, value, **more):
    return plain_row("Table 1", "test", subject, metric, value=value, **more)


def test_means__stand_before_their_trainings_with_the_sd_of_three():
    values = (0.9, 0.8, 0.6)
    rows = [row("first", "auroc", 0.5)]
    for seed, value in zip((4, 5, 6), values, strict=True):
        sizes = {"positives": 7, "negatives": 5, "chance": 0.5, "low": 0.1, "high": 0.99}
        rows += [row("network", "auroc", value, training_seed=seed, **sizes)]
        rows += [row("network", "f1", value / 2, training_seed=seed, **sizes)]
    rows.append(row("last", "auroc", 0.4))
    table = with_means(rows_frame(rows))
    assert table["subject"].to_list() == ["first", *["network"] * 8, "last"]
    mean, half = (
        table.filter(subject="network", metric=metric).row(0, named=True) for metric in ("auroc", "f1")
    )
    assert mean["training_seed"] is mean["low"] is mean["high"] is None
    assert abs(mean["value"] - statistics.mean(values)) < 1e-12
    assert abs(mean["sd"] - statistics.stdev(values)) < 1e-12
    assert (mean["positives"], mean["negatives"], mean["chance"]) == (7, 5, 0.5)
    assert mean["note"] == "mean of 3 trainings, seeds 4, 5, 6"
    assert abs(half["sd"] - statistics.stdev(values) / 2) < 1e-12


def test_means__of_modes_are_taken_apart_and_notes_are_kept():
    rows = [
        row("network", "auroc", value, training_seed=seed, mode=mode, note="a note")
        for seed, mode, value in (
            (1, "paper", 0.9),
            (1, "honest", 0.6),
            (2, "paper", 0.7),
            (2, "honest", 0.5),
        )
    ]
    table = with_means(rows_frame(rows))
    means = table.filter(table["training_seed"].is_null())
    assert means.select("mode", "value").rows() == [("paper", 0.8), ("honest", 0.55)]
    assert means["note"].unique().to_list() == ["mean of 2 trainings, seeds 1, 2; a note"]


def test_means__rows_without_a_seed_are_left_as_they_are():
    rows = rows_frame([row("network", "auroc", 0.7), row("network", "f1", 0.6)])
    assert with_means(rows).equals(rows)
