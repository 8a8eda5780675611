"""The gate of a scan that does not compute every offset: fitted from the model itself, and kept beside the plan.

A gate (:class:`dmiso.engine.duplex.gate.Gate`) is a student network that says about what the model would, a threshold,
and a margin for what is unknown after the model was asked near promising offsets. The student learns from made-up
examples (:mod:`dmiso.scan.gate.hard_examples`); threshold and margin are judged on the sites of others
(:mod:`dmiso.scan.gate.examples`), random bases and planted duplexes each. With a recall below 1 the threshold is twice
as far below the cut (up to half a logit further) as the highest at which no more than half of what may be missed is
missed there; with recall 1 it lies well below all of them. The margin misses none, at any recall. Nothing is drawn but
from fixed seeds, so a model and settings have one gate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import threadpool_limits

from dmiso.errors import UsageError
from dmiso.io.kept import Lost, create_json, kept_json
from dmiso.scan.gate.examples import examples
from dmiso.scan.gate.hard_examples import LONGEST
from dmiso.scan.gate.kept_students import (
    gate_of_json,
    kept_gate,
    kept_student,
    limits_as_json,
    student_as_json,
)
from dmiso.scan.gate.lessons import SLACK
from dmiso.scan.gate.new_student import new_students
from dmiso.scan.gate.scanned import scan_example

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.engine.duplex.gate import Gate
    from dmiso.scan.gate.scanned import Scanned
    from dmiso.scan.positions import PositionNetwork

    FloatArray = NDArray[np.float32]

__all__ = [
    "fit_gate",
    "highest_reached",
    "judge_gate",
    "keep_gate",
    "margins_needed",
    "read_gate",
]

_DROP: Final = 3.0
"""How far below that highest one it may be."""

_LENGTHS: Final = (18, LONGEST)
"""nt of the miRNAs that the student is trusted with. Longer ones are rare among the examples, as in life; shorter ones
are rare too, and a student misjudges some of their sites by more than any other."""

_JUDGE: Final = (300, 6_000, 1_500)
"""miRNAs, random nucleotides and nucleotides with planted sites, to judge by."""
_JUDGE_SEED: Final = 20_222
_FEWEST: Final = 1_000
"""Sites that a threshold is judged by; if fewer are kept, the best below them join in."""

_MISSED_HERE: Final = 0.5
"""Share of what may be missed that made-up sites may use up: real miRNAs and transcripts differ more than those."""
_FURTHER: Final = 0.5
"""Logits by which a threshold is at most further below the cut than that share of made-up sites needs: it is twice as
far, up to this."""
_BEYOND: Final = 3.0
"""How much further below the cut than the worst made-up site a threshold is at which none is to be missed: students
learn from made-up sites, and err more on real ones, of which there are more."""
_MARGIN: Final = 1.0
"""Logits by which offsets that the network was not asked about may be higher than the student says, at least: it costs
next to nothing, and nearly all made-up sites need none."""
_ROUNDED_OFF: Final = 1e-3
_MOST_COMPUTED: Final = 0.75
"""If more of the random offsets than this are computed, the exact scan takes no longer: the gate is left open."""

_FORM: Final = "lengths, threshold and sieve: "
"""What a kept gate consists of: files of an earlier form are of another scan."""


def fit_gate(network: PositionNetwork, *, lowest: float, recall: float, distance: int) -> Gate:
    """Return the gate that finds a share of a network's sites.

    Parameters
    ----------
    network
        One network or several.
    lowest
        Sites with at least this logit are kept; see :func:`dmiso.scan.sites.lowest_logit`.
    recall
        The share of them to be found, above 0; 1: none is to be missed.
    distance
        See :class:`dmiso.settings.scan.ScanSettings`.

    Raises
    ------
    UsageError
        If all sites are kept: then every offset is promising. If the network finds none at all.
    """
    if lowest == -np.inf:
        raise UsageError(
            "a recall below 1 and a first_look leave out what is far below the sites that are kept, but all sites are "
            "kept. Give a min_percentile (the model needs background quantiles for it) or a min_score, or recall 1 "
            "and no first_look."
        )
    kept = kept_gate(network.weights_sha256, lowest=lowest, recall=recall, distance=distance)
    return kept or judge_gate(network, lowest=lowest, recall=recall, distance=distance)


def judge_gate(network: PositionNetwork, *, lowest: float, recall: float, distance: int) -> Gate:
    """Return a gate judged anew on made-up examples, its student a bundled one or fitted anew.

    Parameters
    ----------
    network, lowest, recall, distance
        As for :func:`fit_gate`.

    Raises
    ------
    UsageError
        If the network finds no site at all.
    """
    from dmiso.engine.duplex.gate import Gate
    from dmiso.engine.duplex.promising import Sieve, Threshold

    threshold = Threshold(np.inf, np.inf, _DROP, network.softness, distance)
    # what several networks say of sites is no function of their mean logits: then every peak that is known is possible
    kept = lowest if network.is_single else -np.inf
    sieve = Sieve(kept, np.inf, 2 * network.reach)
    student = kept_student(network.weights_sha256)
    with threadpool_limits(1):  # several threads only slow this down
        judged = [
            scan_example(network, one, distance=distance)
            for one in examples(*_JUDGE, seed=_JUDGE_SEED)
            # a student does not decide about longer ones; shorter ones are kept, as they only widen the margins
            if len(one.mirna) <= LONGEST
        ]
        for one in new_students(network, lowest=lowest) if student is None else [student]:
            gate = Gate(one, threshold, sieve, SLACK, _LENGTHS)
            gate = _with_threshold(network, gate, judged, lowest, recall)
            if not gate.is_open:
                break
    return gate


def _cut(scanned: list[Scanned], lowest: float) -> float:
    """Return the logit of sites to look at: that of those kept, or lower so that there are enough."""
    logits = np.sort(np.concatenate([one.logits for one in scanned]))
    return min(lowest, float(logits[-_FEWEST:][0])) if len(logits) else lowest


def _with_threshold(
    network: PositionNetwork, gate: Gate, scanned: list[Scanned], lowest: float, recall: float
) -> Gate:
    """Return a gate with a threshold that finds the share of sites, on both kinds of nucleotides.

    Open if that lets so many offsets of random nucleotides pass that the exact scan is as fast.
    """
    cut = _cut(scanned, lowest)
    everything = [network.look(gate, one.example.mirna, one.example.bases) for one in scanned]
    thresholds = [
        highest_reached(said, one.peaks[one.logits >= cut], gate)
        for said, one in zip(everything, scanned, strict=True)
    ]
    kinds = [
        [x for x, one in zip(thresholds, scanned, strict=True) if one.example.planted == planted]
        for planted in (True, False)
    ]
    reached = [np.sort(np.concatenate(own)) for own in kinds]
    if not any(len(own) for own in reached):
        raise UsageError(
            "a recall below 1 and a first_look need a model that finds sites somewhere on random nucleotides. "
            "Use recall 1 and no first_look."
        )
    pooled = min(_threshold(own, cut, recall) for own in reached if len(own))
    if pooled == -np.inf:
        return _opened(gate)
    least = pooled - gate.threshold.scale * float(np.log(2 * gate.threshold.distance + 1))
    closed = gate._replace(threshold=gate.threshold._replace(pooled=pooled, least=least))
    needed = [
        margins_needed(said, one.own, one.peaks[one.logits >= cut], closed, cut)
        for said, one in zip(everything, scanned, strict=True)
    ]
    margin = max(_MARGIN, _BEYOND * float(np.concatenate(needed).max(initial=-np.inf)))
    closed = closed._replace(sieve=closed.sieve._replace(margin=margin))
    everywhere = [pair for pair in zip(everything, scanned, strict=True) if not pair[1].example.planted]
    computed = sum(_computed(said, one.own, closed, network.reach) for said, one in everywhere)
    return _opened(gate) if computed > _MOST_COMPUTED * sum(len(said) for said, _ in everywhere) else closed


def _threshold(reached: FloatArray, cut: float, recall: float) -> float:
    """Return the threshold for a recall, of the highest that the student reaches at each site, ascending."""
    if recall < 1:
        below = cut - float(reached[int((1 - recall) * _MISSED_HERE * len(reached))])
        return cut - below - min(max(below, 0.0), _FURTHER)
    return cut - _BEYOND * max(cut - float(reached[0]), 0.0)


def _opened(gate: Gate) -> Gate:
    return gate._replace(threshold=gate.threshold._replace(pooled=-np.inf, least=-np.inf))


def _computed(said: FloatArray, own: FloatArray, gate: Gate, reach: int) -> int:
    """Return how many offsets of a target are computed, with those around them; those of both steps count twice."""
    from dmiso.engine.duplex.promising import Asked, possible_peaks, runs_around

    asked, distance = _asked(said, gate), gate.threshold.distance
    sizes = asked[1][:, 1] - asked[1][:, 0]
    known = np.concatenate([np.empty(0, np.float32), *(own[start:stop] for start, stop in asked[1].tolist())])
    peaks = possible_peaks(
        Asked(*asked, np.cumsum(sizes) - sizes, known, known), said[None], 0, gate.threshold, gate.sieve
    )
    runs = runs_around(peaks, distance, 0, len(said), 2 * reach)[1]
    both = np.concatenate([asked[1], runs])
    return int((both[:, 1] - both[:, 0] + 2 * reach).sum())


def _asked(said: FloatArray, gate: Gate) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the runs of offsets that the network is asked about: zeros, and ``(n_runs, 2)``."""
    from dmiso.engine.duplex.promising import promising_of_rows, runs_around

    hits = promising_of_rows(said[None], gate.threshold, (0, len(said)), np.zeros(1, np.int64))
    mirna, between = runs_around(hits, gate.slack, 0, len(said), gate.sieve.join)
    return mirna, between


def highest_reached(said: FloatArray, peaks: NDArray[np.int64], gate: Gate) -> FloatArray:
    """Return the highest threshold at which an offset near each peak would be promising; minus infinity for none.

    Parameters
    ----------
    said
        What the gate's student says, ``(n_offsets,)``.
    peaks
        Offsets.
    gate
        Its threshold is not looked at.
    """
    _, _, drop, scale, distance = gate.threshold
    reach = gate.slack + distance
    around = np.pad(said, reach, constant_values=-np.inf)[peaks[:, None] + np.arange(2 * reach + 1)]
    highest = np.full(len(peaks), -np.inf)
    for k in range(2 * gate.slack + 1):
        window = around[:, k : k + 2 * distance + 1].astype(np.float64)
        top = window.max(axis=1)
        pooled = top + scale * np.log(np.exp((window - top[:, None]) / scale).sum(axis=1))
        near = window[:, distance] >= top - drop
        highest = np.maximum(highest, np.where(near, pooled, -np.inf))
    return highest.astype(np.float32)


def margins_needed(
    said: FloatArray, own: FloatArray, peaks: NDArray[np.int64], gate: Gate, lowest: float
) -> NDArray[np.float64]:
    """Return the margin from which on each site that the first look finds is found after the network was asked, too.

    Parameters
    ----------
    said, own
        What the gate's student says and what each offset alone gives, ``(n_offsets,)``.
    peaks
        Offsets of sites.
    gate
        Its sieve is not looked at.
    lowest
        The logit that a site needs to be kept.

    Returns
    -------
    numpy.ndarray
        Minus infinity where the known logits are enough. Sites that the first look misses have none.
    """
    scale, distance = gate.threshold.scale, gate.threshold.distance
    known = np.zeros(len(said), np.bool_)
    for start, stop in _asked(said, gate)[1].tolist():
        known[start:stop] = True
    peaks = peaks[known[peaks]]
    # in units of what is needed together, but for what float32 rounds off
    shares = np.exp((np.where(known, own, said).astype(np.float64) - lowest + _ROUNDED_OFF) / scale)
    here, beyond = (
        np.pad(np.where(of, shares, 0.0), distance)[peaks[:, None] + np.arange(2 * distance + 1)].sum(axis=1)
        for of in (known, ~known)
    )
    needed = np.full(len(peaks), -np.inf)
    short = (here < 1) & (beyond > 0)  # where nothing is unknown no margin matters
    needed[short] = scale * np.log((1 - here[short]) / beyond[short])
    return needed


def read_gate(path: Path, key: str) -> Gate:
    """Return the gate that :func:`keep_gate` kept.

    Parameters
    ----------
    path, key
        As for :func:`keep_gate`.

    Raises
    ------
    UsageError
        If the file is damaged or of another scan.
    """
    said = kept_json(path, _FORM + key)
    if isinstance(said, Lost):
        reason = "damaged" if said is Lost.DAMAGED else "of another scan"
        raise UsageError(
            f"{path} is {reason}. Remove it and give --resume: it is made again, and so are shards of another gate."
        )
    return gate_of_json(said["student"], said)


def keep_gate(path: Path, gate: Gate, key: str) -> None:
    """Keep a gate, unless another worker did: the first one written is used by all.

    Parameters
    ----------
    path
        Where; read it again afterwards.
    gate
        What :func:`fit_gate` gave.
    key
        Stands for all that it was fitted to.
    """
    create_json(path, limits_as_json(gate) | {"student": student_as_json(gate.student)}, _FORM + key)
