"""Sites of an isomiR and of its canonical miRNA at one position, and what became of each position.

========== =====================================================================
kept       both pass, and their logits differ by no more than the margin
changed    both pass, and differ by more
gained     the isomiR passes alone, and is above the other by more than the margin
lost       the canonical miRNA passes alone, and is above the other by more than the margin
borderline one passes alone, but the other is near: a threshold parts them, not much else
neither    none passes (listed for genes that are asked for)
========== =====================================================================
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from dmiso.columns import SITE_CHANGE_COLUMNS, schema_of
from dmiso.compare.scanned import Position
from dmiso.seeds import seed_class, seed_match

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dmiso.compare.pairs import Pair
    from dmiso.compare.scanned import ScannedMirna, ScannedPairs, Targets
    from dmiso.settings.compare import CompareSettings

__all__ = [
    "CHANGES",
    "SITE_CHANGE_COLUMNS",
    "Joint",
    "Thresholds",
    "change_of",
    "compare_sites",
    "joined_sites",
    "matches_seed",
    "one_to_one",
]

CHANGES: Final = ("gained", "lost", "kept", "changed", "borderline")
"""What can become of a position where at least one passes."""

SEED_SLACK: Final = 2
"""Nucleotides beyond a site in which its seed match may lie, as in a scan."""


class Thresholds(NamedTuple):
    """The lowest logit that passes, of the isomiR and of the canonical miRNA."""

    isomir: float
    canonical: float


def change_of(isomir: float, canonical: float, thresholds: Thresholds, margin: float) -> str:
    """Return what became of a position.

    Parameters
    ----------
    isomir, canonical
        Logits of both there.
    thresholds
        Lowest logits that pass.
    margin
        See :class:`dmiso.settings.compare.CompareSettings`.

    Examples
    --------
    >>> [change_of(i, c, Thresholds(3.0, 4.0), 1.0) for i, c in ((5, 1), (3.5, 3.4), (5, 4.5), (5, 9), (0, 5), (0, 0))]
    ['gained', 'borderline', 'kept', 'changed', 'lost', 'neither']
    """
    own, other = isomir >= thresholds.isomir, canonical >= thresholds.canonical
    difference = isomir - canonical
    if own and other:
        return "changed" if abs(difference) > margin else "kept"
    if own:
        return "gained" if difference > margin else "borderline"
    if other:
        return "lost" if -difference > margin else "borderline"
    return "neither"


def one_to_one(ends: Sequence[int], others: Sequence[int], reach: int) -> list[tuple[int, int]]:
    """Match positions of two lists, the nearest first, each at most once.

    Parameters
    ----------
    ends, others
        Positions.
    reach
        Greatest distance.

    Returns
    -------
    list of (int, int)
        Numbers in both lists, ascending.

    Examples
    --------
    >>> one_to_one([10, 30, 100], [12, 24, 60], 10)
    [(0, 0), (1, 1)]
    """
    near = sorted(
        (abs(a - b), i, j) for i, a in enumerate(ends) for j, b in enumerate(others) if abs(a - b) <= reach
    )
    taken: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in near:
        if i not in taken and j not in used:
            taken[i] = j
            used.add(j)
    return sorted(taken.items())


def matches_seed(seed: str, target: str) -> bool:
    """Return whether a target pairs with all of miRNA positions 2-7.

    Parameters
    ----------
    seed
        Positions 2-7 or 2-8, 5'→3'.
    target
        Nucleotides 5'→3'.

    Examples
    --------
    >>> matches_seed("GAGGUAG", "AAUACCUCAA"), matches_seed("GAGGUAG", "AAUACCUAAA")
    (True, False)
    """
    return seed_match(seed[:6]) in target


class Joint(NamedTuple):
    """A position with the logits of own sites; None where a miRNA has none."""

    position: Position
    isomir: float | None
    canonical: float | None


def compare_sites(
    scanned: ScannedPairs, pair: Pair, settings: CompareSettings
) -> tuple[pl.DataFrame, Thresholds]:
    """Compare the sites of a pair.

    Parameters
    ----------
    scanned
        A scan of both.
    pair
        Who is compared.
    settings
        What passes, margin and reach; its floor must not be below the scan's.

    Returns
    -------
    polars.DataFrame, Thresholds
        Columns of :data:`SITE_CHANGE_COLUMNS`: positions where at least one passes, and all positions of genes asked
        for; transcript by transcript, 5'→3'.
    """
    isomir, canonical = (scanned.mirnas[one.sequence] for one in (pair.isomir, pair.canonical))
    floor = scanned.floor(settings)
    thresholds = Thresholds(*(one.threshold(settings.max_q, floor) for one in (isomir, canonical)))
    joint = [
        one
        for one in joined_sites(isomir, canonical, settings.reach)
        if _passes(one, thresholds) or scanned.targets.gene(one.position.transcript) in scanned.targets.asked
    ]
    isomir_logits = _filled(scanned, pair.isomir.sequence, [(j.position, j.isomir) for j in joint])
    canonical_logits = _filled(scanned, pair.canonical.sequence, [(j.position, j.canonical) for j in joint])
    rows = [
        _row(scanned.targets, pair, one.position)
        | {
            "site_change": change_of(i, c, thresholds, settings.margin),
            "isomir_logit": i,
            "canonical_logit": c,
            "logit_difference": i - c,
            "isomir_q_value": isomir.q_at(i),
            "canonical_q_value": canonical.q_at(c),
            "isomir_passes": i >= thresholds.isomir,
            "canonical_passes": c >= thresholds.canonical,
        }
        for one, i, c in zip(joint, isomir_logits, canonical_logits, strict=True)
    ]
    apply = scanned.model.calibration.apply
    frame = pl.DataFrame(
        rows, schema={n: d for n, d in schema_of(SITE_CHANGE_COLUMNS).items() if not n.endswith("_score")}
    ).with_columns(
        isomir_score=pl.Series(apply(isomir_logits), dtype=pl.Float64),
        canonical_score=pl.Series(apply(canonical_logits), dtype=pl.Float64),
    )
    return frame.select(list(SITE_CHANGE_COLUMNS)), thresholds


def _passes(one: Joint, thresholds: Thresholds) -> bool:
    given = ((one.isomir, thresholds.isomir), (one.canonical, thresholds.canonical))
    return any(logit is not None and logit >= threshold for logit, threshold in given)


def joined_sites(isomir: ScannedMirna, canonical: ScannedMirna, reach: int) -> list[Joint]:
    """Match the sites of both.

    Parameters
    ----------
    isomir, canonical
        All their sites above the floor.
    reach
        See :class:`dmiso.settings.compare.CompareSettings`.

    Returns
    -------
    list of Joint
        Each site of either once, transcript by transcript, 5'→3'.
    """
    own, other = _by_transcript(isomir), _by_transcript(canonical)
    joint = []
    for t in sorted({*own, *other}):
        a, b = own.get(t, []), other.get(t, [])
        pairs = one_to_one([end for _, end, _ in a], [end for _, end, _ in b], reach)
        both = [
            Joint(Position(t, min(a[i][0], b[j][0]), max(a[i][1], b[j][1])), a[i][2], b[j][2])
            for i, j in pairs
        ]
        alone = [Joint(Position(t, s, e), x, None) for s, e, x in _without(a, (i for i, _ in pairs))]
        alone += [Joint(Position(t, s, e), None, x) for s, e, x in _without(b, (j for _, j in pairs))]
        joint += sorted(both + alone, key=lambda one: (one.position, one.isomir is None))
    return joint


def _by_transcript(mirna: ScannedMirna) -> dict[int, list[tuple[int, int, float]]]:
    sites: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for t, start, end, logit in mirna.sites.select("transcript", "start", "end", "logit").iter_rows():
        sites[t].append((start, end, logit))
    return sites


def _without(sites: list[tuple[int, int, float]], taken: Iterable[int]) -> list[tuple[int, int, float]]:
    used = set(taken)
    return [site for i, site in enumerate(sites) if i not in used]


def _filled(scanned: ScannedPairs, mirna: str, known: Sequence[tuple[Position, float | None]]) -> list[float]:
    """Return logits, asking the model where no site is known."""
    asked = iter(scanned.logits_at(mirna, [position for position, logit in known if logit is None]).tolist())
    return [next(asked) if logit is None else logit for _, logit in known]


def _row(targets: Targets, pair: Pair, position: Position) -> dict[str, Any]:
    """Return what nucleotides and coordinates say of a position."""
    transcript = targets.transcripts[position.transcript]
    around = transcript.sequence[max(0, position.start - SEED_SLACK) : position.end + SEED_SLACK]
    own, other = (matches_seed(seed, around) for seed in pair.seeds)
    return {
        "isomir_id": pair.isomir.id,
        "canonical_id": pair.canonical.id,
        "gene_id": targets.gene(position.transcript),
        "transcript_id": transcript.id,
        "start": position.start,
        "end": position.end,
        "region": transcript.region(position.start, position.end),
        "isomir_seed_class": seed_class(pair.isomir.sequence, around),
        "canonical_seed_class": seed_class(pair.canonical.sequence, around),
        "seed_match": {(True, True): "both", (True, False): "isomir", (False, True): "canonical"}.get(
            (own, other), "none"
        ),
        "site_sequence": transcript.sequence[position.start : position.end],
    }
