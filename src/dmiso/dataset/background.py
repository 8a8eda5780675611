"""Negatives whose sites are drawn from transcripts: of a gene's 3'UTR as in the paper, and of the same region.

Both take windows as long as the positive's site, at random, and check them: away from positive sites, and,
where splits are kept apart, sharing no 16-mer with a site of another split.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.dataset.clusters import SITE_K
from dmiso.dataset.sites import on_transcripts
from dmiso.energies import cofold_below
from dmiso.io.transcripts import REGIONS
from dmiso.kmers import KmerSet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript
    from dmiso.settings.dataset import EnergySide

__all__ = ["MIN_DISTANCE", "Apart", "EnergyRule", "Windows", "draw_region_windows", "draw_utr_windows"]

MIN_DISTANCE: Final = 10
"""nt between a drawn site and every positive site of its transcript (paper, "Training data")."""

_ROUNDS: Final = 60
"""Windows tried for a negative. In real 3'UTRs four of five are below -10 kcal/mol: five rounds find most above it."""


class EnergyRule(NamedTuple):
    """RNAcofold energies that are taken: those above or below a threshold (kcal/mol)."""

    threshold: float
    side: EnergySide

    def holds(self, mirnas: Sequence[str], sites: Sequence[str]) -> NDArray[np.bool_]:
        """Return which pairs are taken, ``(n_pairs,)``; an energy equal to the threshold is not, on either side."""
        if self.side == "below":
            return cofold_below(mirnas, sites, self.threshold)
        # energies come in steps of 0.01 kcal/mol: half a step above the threshold is "at most the threshold"
        return ~cofold_below(mirnas, sites, self.threshold + 0.005)


class Windows(NamedTuple):
    """Windows drawn for positives: all ``(n_drawn,)``, in the order of ``origin``.

    ``origin`` is the positive's row number, ``transcript`` the transcript's number in the mapping, ``start``
    and ``end`` the window on it.
    """

    origin: NDArray[np.int64]
    transcript: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


class _Wish(NamedTuple):
    """One window wanted: for which positive, how long, on which transcript and region (-1: any)."""

    origin: NDArray[np.int64]
    length: NDArray[np.int64]
    transcript: NDArray[np.int64]
    region: NDArray[np.int64]


class _Ground(NamedTuple):
    """The transcripts laid out for drawing: nucleotides, bounds of regions, and positive sites by transcript."""

    bases: list[str]
    bounds: NDArray[np.int64]
    taken: dict[int, NDArray[np.int64]]


def _ground(positives: pl.DataFrame, transcripts: Mapping[str, Transcript]) -> _Ground:
    """Lay transcripts and positive sites out; ``bounds`` is ``(n_transcripts, 3, 2)``."""
    numbers = {name: number for number, name in enumerate(transcripts)}
    bounds = np.array([[mrna.part(region) for region in REGIONS] for mrna in transcripts.values()], np.int64)
    placed = positives.filter(pl.Series(on_transcripts(positives, transcripts)))
    taken: dict[int, list[tuple[int, int]]] = {}
    for name, start, end in placed.select("transcript_id", "start", "end").iter_rows():
        taken.setdefault(numbers[name], []).append((start, end))
    sites = {number: np.array(positions, np.int64) for number, positions in taken.items()}
    return _Ground([mrna.sequence for mrna in transcripts.values()], bounds.reshape(-1, 3, 2), sites)


def _clear(transcript: int, start: int, end: int, ground: _Ground) -> bool:
    """Return whether a window keeps its distance from every positive site of its transcript."""
    sites = ground.taken.get(transcript)
    if sites is None:
        return True
    return bool(np.all((end <= sites[:, 0] - MIN_DISTANCE) | (start >= sites[:, 1] + MIN_DISTANCE)))


def _draw(
    wish: _Wish, ground: _Ground, rng: np.random.Generator, accept: Callable[[Windows], NDArray[np.bool_]]
) -> Windows:
    """Draw windows in rounds until each wish has one or the rounds are over."""
    pool = _Pool(ground)
    pending = np.arange(len(wish.origin))
    done = [np.empty((5, 0), np.int64)]
    for _ in range(_ROUNDS):
        if not len(pending):
            break
        windows = pool.windows(_Wish(*(field[pending] for field in wish)), rng)
        fits = np.array(
            [
                number >= 0 and _clear(number, start, end, ground)
                for number, start, end in zip(*(a.tolist() for a in windows[1:]), strict=True)
            ],
            np.bool_,
        )
        positions = np.flatnonzero(fits)
        good = (
            positions[accept(Windows(*(field[positions] for field in windows)))]
            if len(positions)
            else positions
        )
        done.append(np.stack([pending[good], *(field[good] for field in windows)]))
        pending = np.delete(pending, good)
    table = np.concatenate(done, axis=1)
    table = table[:, np.argsort(table[0], kind="stable")]
    return Windows(*table[1:])


class _Pool:
    """Draws window starts, evenly over the nucleotides of a region of all transcripts or of one."""

    def __init__(self, ground: _Ground) -> None:
        self._bounds = ground.bounds
        lengths = ground.bounds[:, :, 1] - ground.bounds[:, :, 0]
        self._ends = np.cumsum(lengths, axis=0)

    def windows(self, wish: _Wish, rng: np.random.Generator) -> Windows:
        """Draw one window a wish; one that does not fit its region has transcript -1."""
        n = len(wish.origin)
        one = wish.transcript >= 0
        total = self._ends[-1, wish.region]
        at = rng.integers(0, np.maximum(total, 1))
        number = np.empty(n, np.int64)
        for region in np.unique(wish.region):
            rows = wish.region == region
            number[rows] = np.searchsorted(self._ends[:, region], at[rows], side="right")
        number = np.minimum(np.where(one, wish.transcript, number), len(self._bounds) - 1)
        first, last = self._bounds[number, wish.region].T
        room = last - first - wish.length
        # on one transcript every start that fits is drawn; over all, a start is a nucleotide that must fit
        inside = rng.integers(0, np.maximum(room, 0) + 1)
        offset = np.where(one, inside, at - (self._ends[number, wish.region] - (last - first)))
        start = first + offset
        fits = (room >= 0) & (offset <= room) & (total > 0)
        return Windows(wish.origin, np.where(fits, number, -1), start, start + wish.length)


def _bases(windows: Windows, ground: _Ground) -> list[str]:
    """Return the nucleotides of windows."""
    rows = zip(*(field.tolist() for field in windows[1:]), strict=True)
    return [ground.bases[number][start:end] for number, start, end in rows]


class Apart:
    """Refuses drawn sites that share a 16-mer with a site of another split, drawn ones included.

    Parameters
    ----------
    positives
        With ``target_sequence`` and ``split``; without ``split`` nothing is refused.
    whole_clusters
        False refuses nothing.
    """

    def __init__(self, positives: pl.DataFrame, *, whole_clusters: bool) -> None:
        self._split = positives["split"].to_list() if whole_clusters and "split" in positives.columns else []
        self._known = {split: KmerSet(SITE_K) for split in sorted(set(self._split))}
        for split, known in self._known.items():
            known.add(positives.filter(pl.col("split") == split)["target_sequence"].to_list())

    def accept(self, origin: NDArray[np.int64], sites: Sequence[str]) -> NDArray[np.bool_]:
        """Return which sites may join the split of the positive they are drawn for; those are remembered."""
        good = np.ones(len(sites), np.bool_)
        splits = [self._split[i] for i in origin.tolist()] if self._split else []
        for split, known in self._known.items():
            rows = [row for row, name in enumerate(splits) if name == split]
            mine = [sites[row] for row in rows]
            foreign = np.zeros(len(mine), np.bool_)
            for name, others in self._known.items():
                if name != split:
                    foreign |= others.shared(mine)
            good[rows] = ~foreign
            known.add([site for site, refused in zip(mine, foreign, strict=True) if not refused])
        return good


def _wishes(
    rows: NDArray[np.int64], positives: pl.DataFrame, ratio: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positive and the length of each window wanted."""
    origin = np.repeat(rows, ratio)
    lengths = positives["target_sequence"].str.len_chars().cast(pl.Int64).to_numpy()
    return origin, lengths[origin]


def draw_utr_windows(
    positives: pl.DataFrame,
    transcripts: Mapping[str, Transcript],
    owners: NDArray[np.int64],
    *,
    ratio: int,
    seed: int,
    energy: EnergyRule,
    whole_clusters: bool,
) -> Windows:
    """Draw windows of the 3'UTR that each positive's negatives come from, by the energy with its miRNA.

    Parameters
    ----------
    positives
        Interactions.
    transcripts
        mRNAs by name.
    owners
        The transcript's number by positive, as :func:`dmiso.dataset.utr_owners.utr_owners` gives it; -1: no window.
    ratio, seed
        Windows a positive, and the seed.
    energy
        RNAcofold energies at which a window is taken.
    whole_clusters
        Refuse windows that share a 16-mer with another split.

    Returns
    -------
    Windows
        At least :data:`MIN_DISTANCE` nt from each positive site of the transcript, without N, and sharing no 16-mer
        with a positive site whose position is unknown.
    """
    ground = _ground(positives, transcripts)
    origin, lengths = _wishes(np.flatnonzero(owners >= 0), positives, ratio)
    third = np.full(len(origin), REGIONS.index("3'UTR"))
    mirnas = positives["mirna_sequence"]
    apart = Apart(positives, whole_clusters=whole_clusters)
    # the distance to a site can only be held where its position is known: the others are known by their nucleotides
    unplaced = KmerSet(SITE_K)
    elsewhere = ~on_transcripts(positives, transcripts)
    unplaced.add(positives.filter(pl.Series(elsewhere))["target_sequence"].to_list())

    def accept(windows: Windows) -> NDArray[np.bool_]:
        sites = _bases(windows, ground)
        good = np.array(["N" not in site for site in sites], np.bool_) & ~unplaced.shared(sites)
        positions = np.flatnonzero(good)
        pairs = [(mirnas[int(windows.origin[i])], sites[i]) for i in positions]
        good[positions] = energy.holds([mirna for mirna, _ in pairs], [site for _, site in pairs])
        positions = np.flatnonzero(good)
        good[positions] = apart.accept(windows.origin[positions], [sites[i] for i in positions])
        return good

    wish = _Wish(origin, lengths, owners[origin], third)
    return _draw(wish, ground, np.random.default_rng(seed), accept)


def draw_region_windows(
    positives: pl.DataFrame,
    transcripts: Mapping[str, Transcript],
    *,
    ratio: int,
    seed: int,
    whole_clusters: bool,
) -> Windows:
    """Draw windows of any transcript, of the region each positive lies in.

    Parameters
    ----------
    positives
        Interactions; those whose region is none of 5'UTR, CDS, 3'UTR get no window.
    transcripts
        mRNAs by name.
    ratio, seed
        Windows a positive, and the seed.
    whole_clusters
        Refuse windows that share a 16-mer with another split.

    Returns
    -------
    Windows
        Each shares no 16-mer with any positive site and keeps its distance from positive sites.
    """
    ground = _ground(positives, transcripts)
    region = np.array(
        [REGIONS.index(r) if r in REGIONS else -1 for r in positives["region"].to_list()], np.int64
    )
    origin, lengths = _wishes(np.flatnonzero(region >= 0), positives, ratio)
    real = KmerSet(SITE_K)
    real.add(positives["target_sequence"].to_list())
    apart = Apart(positives, whole_clusters=whole_clusters)

    def accept(windows: Windows) -> NDArray[np.bool_]:
        sites = _bases(windows, ground)
        good = ~real.shared(sites)
        positions = np.flatnonzero(good)
        good[positions] = apart.accept(windows.origin[positions], [sites[i] for i in positions])
        return good

    anywhere = np.full(len(origin), -1)
    return _draw(
        _Wish(origin, lengths, anywhere, region[origin]), ground, np.random.default_rng(seed), accept
    )
