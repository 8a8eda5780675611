"""The picture of a transcript's sites is drawn, the same each time, with what it was given."""

import numpy as np
import polars as pl
import pytest

from dmiso.io.transcripts import Transcript

pytest.importorskip("matplotlib")

SITES = pl.DataFrame(
    {
        "mirna_id": ["let-7a", "miR-1", "let-7a"],
        "transcript_id": ["t", "t", "other"],
        "start": [100, 300, 5],
        "end": [122, 322, 27],
        "seed_class": ["8mer", "none", "6mer"],
        "logit": [4.0, 2.5, 9.0],
    }
)


def draw(tracks=None, sites=SITES, length=480):
    from dmiso.plot.site_track import plot_site_track

    return plot_site_track(Transcript("t", "ACGU" * (length // 4), (60, 240)), sites, tracks)


def test_site_track__names_mirnas_regions_and_the_seed_classes_that_occur():
    text = draw().svg
    for word in ("let-7a", "miR-1", "CDS", "3'UTR", "8mer", "no seed", "position on t (nt)"):
        assert word in text.replace("&#39;", "'"), word
    assert "6mer" not in text  # on another transcript only


def test_site_track__is_the_same_each_time_and_changes_with_the_track(rng):
    logits = rng.normal(0, 1, 9_000).astype(np.float32)
    first = draw({"let-7a": logits}, length=9_000).svg
    assert draw({"let-7a": logits}, length=9_000).svg == first
    assert draw({"let-7a": logits + 1}, length=9_000).svg != first


def test_site_track__of_a_transcript_without_sites_is_drawn():
    from dmiso.plot.site_track import plot_site_track

    assert "position on none (nt)" in plot_site_track(Transcript("none", "ACGU" * 50), SITES).svg


def test_site_track__marks_each_site_in_its_middle_at_its_logit():
    let7, mir1, _ = draw().figure.axes
    marks = {
        tuple(at) for axes in (let7, mir1) for one in axes.collections for at in one.get_offsets().tolist()
    }
    assert {(111.0, 4.0), (311.0, 2.5)} <= marks
    assert [text.get_text() for text in let7.texts] == ["100"]  # where the best site begins


def test_site_track__rows_have_one_scale_that_holds_every_site_and_track():
    tracks = {"let-7a": np.linspace(0, 1, 480, dtype=np.float32), "miR-1": np.full(480, 9, np.float32)}
    first, second, _ = draw(tracks).figure.axes
    low, high = first.get_ylim()
    assert (low, high) == second.get_ylim()
    assert low < 0
    assert high > 9


def test_site_track__of_10_kb_and_many_sites_stays_small(rng):
    n = 200
    start = np.sort(rng.integers(0, 9_900, n))
    sites = pl.DataFrame(
        {
            "mirna_id": ["isomiR", "canonical"] * (n // 2),
            "transcript_id": "t",
            "start": start,
            "end": start + 22,
            "seed_class": rng.choice(["8mer", "7mer-m8", "6mer", "none"], n),
            "logit": rng.normal(2, 1, n),
        }
    )
    tracks = {name: rng.normal(-3, 1, 10_000).astype(np.float32) for name in ("isomiR", "canonical")}
    picture = draw(tracks, sites, 10_000)
    assert len(picture.svg) < 100_000
    drawn = [line for axes in picture.figure.axes for line in axes.lines]
    assert len(drawn) == 2
    for line, logits in zip(drawn, tracks.values(), strict=True):
        assert max(line.get_ydata()) == logits.max()  # of a stretch the highest is kept


def test_site_track__of_a_short_transcript_has_its_regions():
    short = SITES.with_columns(start=pl.col("start") // 10, end=pl.col("start") // 10 + 8)
    text = draw(sites=short, length=240).svg
    assert "CDS" in text
