"""The functions that make negatives: positives and settings in, negatives out.

:mod:`dmiso.dataset.negatives` gives each its name and says its bias.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.dataset.background import Apart, EnergyRule, Windows, draw_region_windows, draw_utr_windows
from dmiso.dataset.free_swap import free_partners
from dmiso.dataset.shuffle import dinucleotide_shuffle
from dmiso.dataset.site_swap import swap_partners
from dmiso.dataset.sites import on_transcripts
from dmiso.dataset.utr_owners import utr_owners

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts
    from dmiso.settings.dataset import EnergySide

__all__ = [
    "PAIR_ONLY_COLUMNS",
    "DrawSettings",
    "Drawn",
    "draw_region_matched",
    "draw_shuffled",
    "draw_site_swap",
    "draw_strong_binders",
    "draw_weak_binders",
    "present",
]

MIRNA_COLUMNS: Final = ("mirna_id", "mirna_sequence", "family", "iso5_offset", "iso3_offset")
"""Columns that belong to a pair's miRNA."""

PAIR_ONLY_COLUMNS: Final = ("read_count", "read_id", "candidate_rank")
"""Columns that belong to the ligated pair: a negative has none of them."""

SITE_PLACE_COLUMNS: Final = (
    "transcript_id",
    "gene_id",
    "gene_name",
    "chromosome",
    "genome_start",
    "genome_end",
    "strand",
    "start",
    "end",
    "region",
)
"""Where a site lies: a site that is drawn anew lies elsewhere, a shuffled one nowhere."""


_SHUFFLES: Final = 10
"""Shuffles tried for a site until one is new and shares no 16-mer with another split."""


@dataclass(frozen=True, slots=True)
class DrawSettings:
    """What a strategy may use besides the positives.

    Parameters
    ----------
    ratio
        Negatives a positive.
    seed
        Of every random choice.
    within
        Columns whose groups are balanced on their own.
    transcripts
        mRNAs by name, for strategies that draw sites from them.
    energy_threshold
        RNAcofold energy (kcal/mol) that ``paper`` and ``paper-strong`` compare a drawn site's duplex with.
    energy_side
        The side of the threshold on which a drawn site is taken; None is the strategy's own: above (a duplex that
        hardly binds) for ``paper``, below for ``paper-strong``.
    avoid_competition
        ``site-swap`` uses no site that shows a seed match of a miRNA seen on it, see
        :mod:`dmiso.dataset.free_swap`.
    whole_clusters
        No drawn site shares a 16-mer with a site of another split.
    """

    ratio: int = 1
    seed: int = 0
    within: tuple[str, ...] = ("split", "source")
    transcripts: Mapping[str, Transcript] | None = None
    energy_threshold: float = -10.0
    energy_side: EnergySide | None = None
    avoid_competition: bool = False
    whole_clusters: bool = True


class Drawn(NamedTuple):
    """Negatives beside the positives they were made for.

    ``kept`` are the positives' row numbers that stay, ``(n_kept,)``; ``origin`` is the positive's row number
    of each negative, ``(n_negatives,)``; ``frame`` holds the negatives.
    """

    kept: NDArray[np.int64]
    origin: NDArray[np.int64]
    frame: pl.DataFrame


def draw_site_swap(positives: pl.DataFrame, settings: DrawSettings, counts: Counts) -> Drawn:
    """Show every site with the miRNAs of others."""
    within = [name for name in settings.within if name in positives.columns]
    draw: dict[str, Any] = {"ratio": settings.ratio, "within": within, "seed": settings.seed}
    if settings.avoid_competition:
        free = free_partners(positives, **draw)
        kept, origin, partner = free.kept, free.sites.T.ravel(), np.repeat(free.kept, settings.ratio)
        reason = "no site that is free of competition may meet their miRNA"
    else:
        swap = swap_partners(positives, **draw)
        kept, origin, partner = swap.kept, np.repeat(swap.kept, settings.ratio), swap.partners.T.ravel()
        reason = "no other miRNA of their group may meet them"
    if lost := positives.height - len(kept):
        counts.drop(f"positives left out with their negatives: {reason}", lost)
    mirna = [name for name in MIRNA_COLUMNS if name in positives.columns]
    frame = positives[origin].drop(mirna).hstack(positives.select(mirna)[partner])
    repeats = frame.height - frame.select("mirna_sequence", "target_sequence").n_unique()
    if repeats:
        counts.note("negatives that repeat a pair (frequent miRNAs or sites in exact balance)", repeats)
    return Drawn(kept, origin, frame.select(positives.columns))


def draw_shuffled(positives: pl.DataFrame, settings: DrawSettings, counts: Counts) -> Drawn:
    """Show every miRNA with shuffles of its site."""
    origin = np.repeat(np.arange(positives.height), settings.ratio)
    sites = positives["target_sequence"].gather(origin).to_list()
    shuffled = list(sites)
    apart = Apart(positives, whole_clusters=settings.whole_clusters)
    pending = np.arange(len(origin))
    for attempt in range(_SHUFFLES):
        wanted = [sites[i] for i in pending.tolist()]
        drawn = dinucleotide_shuffle(wanted, seed=settings.seed + attempt)
        new = np.array([old != other for old, other in zip(wanted, drawn, strict=True)], np.bool_)
        good = np.flatnonzero(new)
        good = good[apart.accept(origin[pending[good]], [drawn[i] for i in good.tolist()])]
        for i in good.tolist():
            shuffled[pending[i]] = drawn[i]
        pending = np.delete(pending, good)
        if not len(pending):
            break
    stuck = np.unique(origin[pending])
    if len(stuck):
        counts.drop(
            "positives left out with their negatives: their site has no shuffle of its own", len(stuck)
        )
    free = ~np.isin(origin, stuck)
    kept = np.setdiff1d(np.arange(positives.height), stuck)
    frame = (
        positives[origin]
        .with_columns(pl.Series("target_sequence", shuffled, pl.String))
        .filter(pl.Series(free))
    )
    origin = origin[free]
    nowhere = [
        pl.lit(None, positives.schema[name]).alias(name) for name in present(SITE_PLACE_COLUMNS, positives)
    ]
    name = [pl.format("{}-shuffled", "target_id").alias("target_id")] if "target_id" in frame.columns else []
    return Drawn(kept, origin, frame.with_columns(*nowhere, *name))


def draw_weak_binders(positives: pl.DataFrame, settings: DrawSettings, counts: Counts) -> Drawn:
    """Show every miRNA with windows of its gene's 3'UTR that hardly bind it."""
    return _draw_utr_windows(positives, settings, counts, settings.energy_side or "above")


def draw_strong_binders(positives: pl.DataFrame, settings: DrawSettings, counts: Counts) -> Drawn:
    """Show every miRNA with windows of its gene's 3'UTR that bind it well."""
    return _draw_utr_windows(positives, settings, counts, settings.energy_side or "below")


def _draw_utr_windows(
    positives: pl.DataFrame, settings: DrawSettings, counts: Counts, side: EnergySide
) -> Drawn:
    """Show every miRNA with windows of the 3'UTR of the transcript, or else the gene, that its site lies on."""
    transcripts = settings.transcripts or {}
    owners = utr_owners(positives, transcripts, counts)
    kept = on_transcripts(positives, transcripts) | (owners >= 0)
    if lost := int((~kept).sum()):
        counts.drop("positives left out: neither their site nor their gene is on the transcripts", lost)
    windows = draw_utr_windows(
        positives,
        transcripts,
        owners,
        ratio=settings.ratio,
        seed=settings.seed,
        energy=EnergyRule(settings.energy_threshold, side),
        whole_clusters=settings.whole_clusters,
    )
    if without := int((owners >= 0).sum()) * settings.ratio - len(windows.origin):
        counts.note(
            "negatives not found: 3'UTR too short or too near to positives, or no energy "
            f"{side} {settings.energy_threshold:g} kcal/mol",
            without,
        )
    frame = _windowed(positives, windows, transcripts, keep=("gene_id", "gene_name", "chromosome", "strand"))
    return Drawn(np.flatnonzero(kept), windows.origin, frame)


def draw_region_matched(positives: pl.DataFrame, settings: DrawSettings, counts: Counts) -> Drawn:
    """Show every miRNA with windows of the region its site lies in, of any transcript."""
    transcripts = settings.transcripts or {}
    windows = draw_region_windows(
        positives,
        transcripts,
        ratio=settings.ratio,
        seed=settings.seed,
        whole_clusters=settings.whole_clusters,
    )
    drawn = np.bincount(windows.origin, minlength=positives.height)
    kept = np.flatnonzero(drawn == settings.ratio)
    if lost := positives.height - len(kept):
        counts.drop("positives left out with their negatives: region unknown, or no window of it", lost)
    whole = np.isin(windows.origin, kept)
    windows = Windows(*(field[whole] for field in windows))
    return Drawn(kept, windows.origin, _windowed(positives, windows, transcripts, keep=()))


def _windowed(
    positives: pl.DataFrame, windows: Windows, transcripts: Mapping[str, Transcript], keep: tuple[str, ...]
) -> pl.DataFrame:
    """Give positives the sites of windows; columns of the old position are emptied but for those kept."""
    mrnas = list(transcripts.values())
    rows = list(zip(*(field.tolist() for field in windows[1:]), strict=True))
    lost = [name for name in present(SITE_PLACE_COLUMNS, positives) if name not in keep]
    frame = positives[windows.origin].with_columns(
        *(pl.lit(None, positives.schema[name]).alias(name) for name in lost)
    )
    regions = [mrnas[number].region(start, end) for number, start, end in rows]
    return frame.with_columns(
        pl.Series("target_sequence", [mrnas[n].sequence[start:end] for n, start, end in rows], pl.String),
        pl.Series("transcript_id", [mrnas[n].id for n, _, _ in rows], pl.String),
        pl.Series("start", windows.start, pl.Int64),
        pl.Series("end", windows.end, pl.Int64),
        pl.Series("region", regions, pl.String),
        pl.Series("target_id", [f"{mrnas[n].id}:{start}-{end}" for n, start, end in rows], pl.String),
    ).select(positives.columns)


def present(names: tuple[str, ...], frame: pl.DataFrame) -> list[str]:
    """Return those of some columns that a frame has."""
    return [name for name in names if name in frame.columns]
