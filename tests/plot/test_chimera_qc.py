"""Pictures of a run of dmiso chimeras: which are drawn, and with which numbers."""

import polars as pl
import pytest

from dmiso.chimera.funnel import FUNNEL_COLUMNS
from dmiso.chimera.qc import QC_COLUMNS, SeedEnrichment
from dmiso.columns import schema_of
from dmiso.evaluate.reliability import wilson_interval
from dmiso.plot.chimera_qc import draw_chimera_qc, draw_classes, draw_lengths, draw_ligation, draw_seeds
from dmiso.plot.funnel import draw_funnel

FUNNEL = pl.DataFrame(
    [
        ("a", "read", "kept", "reads", 100),
        ("a", "trim", "dropped", "too short", 30),
        ("b", "read", "kept", "reads", 50),
    ],
    schema=schema_of(FUNNEL_COLUMNS),
    orient="row",
)
QC = pl.DataFrame(
    [
        ("read length", "40", 60, 0.6),
        ("read length", "41", 40, 0.4),
        ("region", "CDS", 3, 0.75),
        ("region", "3'UTR", 1, 0.25),
        ("nucleotides at miRNA -1", "U", 9, 0.9),
        ("nucleotides at target +1", "A", 5, 0.5),
    ],
    schema=schema_of(QC_COLUMNS),
    orient="row",
)
SEEDS = {"fragments": SeedEnrichment(10, 0.4, 0.1)}


def words(picture):
    return [text.get_text() for text in picture.figure.findobj(lambda artist: hasattr(artist, "get_text"))]


def bars(axes):
    return [patch for patch in axes.patches if hasattr(patch, "get_width") and patch.get_width()]


def test_pictures__all_are_drawn():
    drawn = draw_chimera_qc(FUNNEL, QC, SEEDS)
    assert list(drawn) == ["funnel", "lengths", "classes", "ligation", "seeds"]


def test_pictures__without_calls_only_the_funnel_is_drawn():
    assert list(draw_chimera_qc(FUNNEL, pl.DataFrame(schema=schema_of(QC_COLUMNS)), {})) == ["funnel"]


def test_pictures__are_the_same_bytes_each_time():
    first, second = draw_chimera_qc(FUNNEL, QC, SEEDS), draw_chimera_qc(FUNNEL, QC, SEEDS)
    assert {name: one.svg for name, one in first.items()} == {name: one.svg for name, one in second.items()}


def test_funnel__shows_one_read_of_a_million_with_its_number_and_share():
    rows = [("a", "read", "kept", "reads", 1_000_000), ("a", "trim", "dropped", "too short", 1)]
    rows += [("a", "trim", "dropped", "too dark", 0), ("a", "trim", "kept", "left", 999_999)]
    picture = draw_funnel(pl.DataFrame(rows, schema=schema_of(FUNNEL_COLUMNS), orient="row"))
    [axes] = picture.figure.axes
    widths = sorted(bar.get_x() + bar.get_width() for bar in bars(axes))
    assert widths == pytest.approx([1, 999_999, 1_000_000])
    assert axes.get_xscale() == "log"
    pixels = {round(bar.get_x() + bar.get_width()): bar.get_window_extent().width for bar in bars(axes)}
    assert pixels[1] > 0.02 * pixels[1_000_000]  # seen beside the largest
    assert {"1,000,000", "−1 (0.0001 %)", "0", "999,999 (100%)"} <= set(words(picture))


def test_funnel__adds_up_samples_and_a_step_that_only_keeps_has_no_share():
    drawn = words(draw_funnel(FUNNEL))
    assert {"150", "−30 (20 %)"} <= set(drawn)
    rows = FUNNEL.with_columns(outcome=pl.lit("kept"))
    assert "30" in words(draw_funnel(rows))


def test_classes__are_bars_with_counts_and_wilson_intervals():
    picture = draw_classes(QC)
    [axes] = picture.figure.axes
    assert [bar.get_width() for bar in bars(axes)] == [75, 25]
    assert {"3 (75 %)", "1 (25 %)", "CDS", "3'UTR"} <= set(words(picture))
    [errors] = list(axes.collections)
    ends = [segment[:, 0].tolist() for segment in errors.get_segments()]
    low, high = wilson_interval([3, 1], [4, 4])
    assert ends == [pytest.approx([100 * a, 100 * b]) for a, b in zip(low, high, strict=True)]


def test_seeds__have_n_times_and_an_interval():
    picture = draw_seeds(SEEDS)
    assert "40.0%, 4.0× shuffled" in words(picture)
    assert "fragments\nn = 10" in words(picture)
    [axes] = picture.figure.axes
    assert [bar.get_width() for bar in bars(axes)] == pytest.approx([40, 10])
    [segment] = axes.collections[0].get_segments()
    assert segment[:, 0] == pytest.approx([100 * float(end) for end in wilson_interval(4, 10)])


def test_ligation__says_how_many_reads_and_stops_at_the_border():
    picture = draw_ligation(QC)
    assert picture.title == "Nucleotides at the ligation (10 reads)"
    [axes] = picture.figure.axes
    marks = [one for one in axes.containers if one.get_label() == "U"]
    assert marks[0].lines[0].get_ydata() == pytest.approx([90, 0])
    lines = [line for line in axes.lines if line.get_linestyle() == "-" and len(line.get_xdata()) == 2]
    assert all(line.get_xdata()[0] == line.get_xdata()[1] for line in lines)  # none from miRNA to target


def test_lengths__have_whole_numbers_on_their_axis_and_a_bar_per_length():
    axes = draw_lengths(QC).figure.axes[0]
    assert [bar.get_height() for bar in bars(axes)] == [60, 40]
    assert all(tick == round(tick) for tick in axes.get_xticks())
