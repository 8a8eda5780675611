"""Pictures of a run of dmiso chimeras: which are drawn, and with which numbers."""

import polars as pl
from matplotlib.figure import Figure

from dmiso.chimera.funnel import FUNNEL_COLUMNS
from dmiso.chimera.qc import QC_COLUMNS, SeedEnrichment
from dmiso.columns import schema_of
from dmiso.plot.chimera_qc import draw_chimera_qc

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


def texts(monkeypatch, tmp_path, *arguments):
    """Draw; return the pictures' names, and every text and bar of each by its file's name."""
    seen = {}
    save = Figure.savefig

    def look(self, path, **options):
        bars = [
            (p.get_width(), p.get_height())
            for axes in self.axes
            for p in axes.patches
            if hasattr(p, "get_width")
        ]
        words = [t.get_text() for t in self.findobj(lambda a: hasattr(a, "get_text"))]
        seen[str(path).rsplit("/", 1)[-1].split(".")[1]] = (bars, words)
        save(self, path, **options)

    monkeypatch.setattr(Figure, "savefig", look)
    return draw_chimera_qc(*arguments, tmp_path), seen


def test_pictures__all_are_drawn_with_their_numbers(tmp_path, monkeypatch):
    names, seen = texts(monkeypatch, tmp_path, FUNNEL, QC, SEEDS)
    assert names == ["funnel", "lengths", "classes", "ligation", "seeds"]
    bars, words = seen["funnel"]
    assert [round(width) for width, _ in bars] == [150, 30]
    assert {"150", "30"} <= set(words)
    assert "4.0×" in seen["seeds"][1]
    assert any("CDS 75%" in word for word in seen["classes"][1])


def test_pictures__without_calls_only_the_funnel_is_drawn(tmp_path):
    assert draw_chimera_qc(FUNNEL, pl.DataFrame(schema=schema_of(QC_COLUMNS)), {}, tmp_path) == ["funnel"]


def test_pictures__are_the_same_bytes_each_time(tmp_path):
    for name in ("a", "b"):
        draw_chimera_qc(FUNNEL, QC, SEEDS, tmp_path / name)
    files = [{p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("a", "b")]
    assert files[0] == files[1]


def test_lengths__have_whole_numbers_on_their_axis(monkeypatch, tmp_path):
    ticks = []
    save = Figure.savefig

    def look(self, path, **options):
        if "lengths" in str(path):
            ticks.extend(self.axes[0].get_xticks())
        save(self, path, **options)

    monkeypatch.setattr(Figure, "savefig", look)
    draw_chimera_qc(FUNNEL, QC, {}, tmp_path)
    assert ticks
    assert all(tick == round(tick) for tick in ticks)
