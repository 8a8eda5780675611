"""Genes by predicted repression: the strongest named with their intervals, the rest as a curve."""

import polars as pl

from dmiso.plot.repression_ranks import plot_repression_ranks

GENES = pl.DataFrame(
    {
        "mirna_id": ["a"] * 40 + ["b"] * 3,
        "gene_id": [f"g{i}" for i in range(40)] + ["h0", "h1", "h2"],
        "repression": [-0.05 * i for i in range(40)] + [-3.0, -0.1, None],
        "repression_low": [-0.05 * i - 0.5 for i in range(40)] + [-3.5, -0.6, None],
        "repression_high": [-0.05 * i + 0.25 for i in range(40)] + [-2.5, 0.4, None],
    }
)


def test_curves__are_repressions_by_rank_the_strongest_mirna_first():
    curve, _ = plot_repression_ranks(GENES).figure.axes
    first, second = curve.lines[:2]
    assert first.get_label() == "b (2 genes)"
    assert first.get_xydata().tolist() == [[1, -3.0], [2, -0.1]]
    assert second.get_label() == "a (40 genes)"
    assert second.get_ydata()[0] == min(GENES["repression"].head(40))
    assert list(second.get_ydata()) == sorted(second.get_ydata())


def test_names__are_the_most_repressed_pairs_with_their_intervals():
    picture = plot_repression_ranks(GENES)
    _, named = picture.figure.axes
    labels = [label.get_text() for label in named.get_yticklabels()]
    assert labels[:3] == ["h0, b", "g39, a", "g38, a"]
    assert len(labels) == 20
    segment = named.collections[0].get_segments()[0]
    assert segment[:, 0].tolist() == [-3.5, -2.5]


def test_one_mirna__is_not_repeated_at_every_gene():
    _, named = plot_repression_ranks(GENES.filter(pl.col("mirna_id") == "a")).figure.axes
    assert named.get_yticklabels()[0].get_text() == "g39"


def test_lazy_table__draws_the_same_and_one_without_repression_nothing():
    assert plot_repression_ranks(GENES.lazy()).svg == plot_repression_ranks(GENES).svg
    assert plot_repression_ranks(GENES.with_columns(repression=pl.lit(None, pl.Float64))) is None


def test_many_mirnas__are_counted_that_are_not_drawn():
    many = pl.concat([GENES.head(2).with_columns(mirna_id=pl.lit(f"m{i}")) for i in range(9)])
    assert "3 more are not drawn" in plot_repression_ranks(many).svg
