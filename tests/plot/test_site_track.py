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


def draw(path, tracks=None):
    from dmiso.plot.site_track import plot_site_track

    plot_site_track(path, Transcript("t", "ACGU" * 120, (60, 240)), SITES, tracks)
    return path.with_name(path.name + ".svg").read_text()


def test_site_track__names_mirnas_regions_and_the_seed_classes_that_occur(tmp_path):
    text = draw(tmp_path / "a")
    for word in ("let-7a", "miR-1", "CDS", "3'UTR", "8mer", "no seed", "position on t, nt"):
        assert word in text.replace("&#39;", "'"), word
    assert "6mer" not in text  # on another transcript only
    assert (tmp_path / "a.png").stat().st_size > 5_000


def test_site_track__is_the_same_each_time_and_changes_with_the_track(tmp_path, rng):
    logits = rng.normal(0, 1, 9_000).astype(np.float32)
    first = draw(tmp_path / "a", {"let-7a": logits})
    assert draw(tmp_path / "b", {"let-7a": logits}) == first
    assert draw(tmp_path / "c", {"let-7a": logits + 1}) != first


def test_site_track__of_a_transcript_without_sites_is_drawn(tmp_path):
    from dmiso.plot.site_track import plot_site_track

    plot_site_track(tmp_path / "a", Transcript("none", "ACGU" * 50), SITES)
    assert (tmp_path / "a.svg").is_file()


def test_site_track__shows_every_site_beyond_its_track_too(tmp_path, monkeypatch):
    from matplotlib.axes import Axes

    limits = []
    plain = Axes.set_ylim

    def keep(self, *args, **kwargs):
        made = plain(self, *args, **kwargs)
        limits.append(made)
        return made

    monkeypatch.setattr(Axes, "set_ylim", keep)
    draw(
        tmp_path / "a",
        {"let-7a": np.linspace(0, 1, 480, dtype=np.float32), "miR-1": np.full(480, 9, np.float32)},
    )
    rows = limits[:-1]  # the last is the transcript's bar
    assert any(low < 0 and high > 4 for low, high in rows)  # the site of 4.0 above a track up to 1
    assert any(low < 2.5 and high > 9 for low, high in rows)  # that of 2.5 below a track at 9
