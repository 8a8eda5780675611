"""The gate of a scan that may miss some sites: fitted from the model itself, and kept beside the plan.

A gate (:class:`dmiso.engine.duplex.gate.Gate`) decides by a weighted sum which offsets are worth the network. Its
weights are those of a logistic regression on made-up examples (:mod:`dmiso.scan.gate.examples`): is an offset's own
logit about as high as those of sites that are kept? Its threshold is the highest at which no more than half of what may
be missed is missed of the sites of other made-up examples, random bases and planted duplexes each; its floor is safely
below the lowest peak of these sites. Nothing is drawn but from fixed seeds, so a model and settings have one gate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from dmiso.errors import UsageError
from dmiso.io.kept import Lost, create_json, kept_json
from dmiso.networks.duplex_shapes import CONTEXT
from dmiso.scan.gate.examples import examples
from dmiso.scan.gate.weights import logistic_weights
from dmiso.scan.sites import sites_in

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.engine.duplex.gate import Gate
    from dmiso.scan.gate.examples import Example
    from dmiso.scan.positions import PositionNetwork

    FloatArray = NDArray[np.float32]

__all__ = ["fit_gate", "keep_gate", "read_gate"]

_SLACK: Final = 2
"""How far from a peak the gate's highest sum may be: bulges move it."""

_FIT: Final = (50, 3_000, 3_000)
_JUDGE: Final = (150, 6_000, 1_500)
"""miRNAs, random nucleotides and nucleotides with planted sites, to fit and to judge."""
_FIT_SEED, _JUDGE_SEED = 20_221, 20_222
_FEWEST: Final = 1_000
"""Sites that weights and threshold are fitted to; if fewer are kept, the best below them join in."""

_MISSED_HERE: Final = 0.5
"""Share of what may be missed that made-up sites may use up: real miRNAs and transcripts differ more than those."""
_MOST_PROMISING: Final = 0.04
"""If more of the random offsets than this are promising, the exact scan takes no longer: the gate is left open."""
_REPEATS: Final = 0.5
"""How far the floor is below the lowest peak of a made-up site: repeats in real transcripts add more to a logit."""

_WIDTH: Final = 0.5
"""Logits over which an offset goes from not to fully wanted."""
_BELOW: Final = 0.5
"""How far below the peak of the last site that is kept an offset is half wanted."""
_FAR_BELOW: Final = 2.5
"""Offsets whose logit is this far below the cut are sampled, as they are many and similar."""
_SAMPLED: Final = 0.05


class _Scanned(NamedTuple):
    """An example with the result of its exact scan."""

    example: Example
    own: FloatArray  # (n_offsets,), the logit that each offset alone gives
    peaks: NDArray[np.int64]  # of all sites
    logits: FloatArray  # of the sites


def fit_gate(network: PositionNetwork, *, lowest: float, recall: float, distance: int) -> Gate:
    """Return the gate that finds a share of a network's sites.

    Parameters
    ----------
    network
        One network or several.
    lowest
        Sites with at least this logit are kept; see :func:`dmiso.scan.sites.lowest_logit`.
    recall
        The share of them to be found, above 0 and below 1.
    distance
        See :class:`dmiso.settings.scan.ScanSettings`.

    Raises
    ------
    UsageError
        If all sites are kept: then every offset is promising. If the network finds none at all.
    """
    from dmiso.engine.duplex.gate import Gate

    if lowest == -np.inf:
        raise UsageError(
            "recall below 1 leaves out what is far below the sites that are kept, but all sites are kept. "
            "Give a min_percentile (the model needs background quantiles for it) or a min_score, or recall 1."
        )
    with threadpool_limits(1):  # several threads only slow this down
        weights = _fitted(network, _scanned(network, _FIT, _FIT_SEED, distance), lowest)
        split = network.mirna_length * network.heads
        gate = Gate(
            weights[:split].reshape(network.mirna_length, network.heads),
            weights[split:].reshape(CONTEXT, 4),
            threshold=np.inf,
            slack=_SLACK,
            floor=np.inf,
        )
        judged = _scanned(network, _JUDGE, _JUDGE_SEED, distance)
        return _with_thresholds(network, gate, judged, lowest, recall)


def _scanned(
    network: PositionNetwork, sizes: tuple[int, int, int], seed: int, distance: int
) -> list[_Scanned]:
    found = []
    for example in examples(*sizes, seed=seed):
        logits = network.positions(
            network.encode_mirnas([example.mirna]), network.encode_target(example.bases)
        )[:, 0]
        peaks, site_logits = sites_in(
            network, logits, distance=distance, lowest=-np.inf, own=range(logits.shape[1])
        )
        found.append(_Scanned(example, network.pooled(logits[..., None]), peaks, site_logits))
    return found


def _cut(scanned: list[_Scanned], lowest: float) -> float:
    """Return the logit of sites to look at: that of those kept, or lower so that there are enough."""
    logits = np.sort(np.concatenate([one.logits for one in scanned]))
    return min(lowest, float(logits[-_FEWEST:][0])) if len(logits) else lowest


def _fitted(network: PositionNetwork, scanned: list[_Scanned], lowest: float) -> FloatArray:
    """Return the weights of helix scores and nucleotides, flat."""
    cut = _cut(scanned, lowest)
    middle = cut - _added_by_neighbours(scanned, cut) - _BELOW
    draw = np.random.default_rng(_FIT_SEED)
    features, wanted, times = [], [], []
    for one in scanned:
        close = one.own > cut - _FAR_BELOW
        taken = np.flatnonzero(close | (draw.random(len(close)) < _SAMPLED))
        features.append(network.gate_features(one.example.mirna, one.example.bases, taken))
        wanted.append(1 / (1 + np.exp(np.clip((middle - one.own[taken]) / _WIDTH, -30, 30))))
        times.append(np.where(close[taken], 1.0, 1 / _SAMPLED))
    every = np.arange(network.heads)
    return logistic_weights(
        np.concatenate(features, axis=1),
        np.concatenate(wanted).astype(np.float32),
        np.concatenate(times).astype(np.float32),
        heads=np.concatenate([np.tile(every, network.mirna_length), np.full(4 * CONTEXT, -1)]),
        keep=max(1, 3 * len(every) // 4),
    )


def _added_by_neighbours(scanned: list[_Scanned], cut: float) -> float:
    """Return what the offsets around a peak add to its own logit, in the middle of sites about as high as the cut."""
    gains = [(one.logits - one.own[one.peaks])[np.abs(one.logits - cut) < 1] for one in scanned]
    every = np.concatenate(gains)
    return float(np.median(every)) if len(every) else 0.0


def _with_thresholds(
    network: PositionNetwork, gate: Gate, scanned: list[_Scanned], lowest: float, recall: float
) -> Gate:
    """Return a gate with the highest threshold that finds the share of sites, on both kinds of nucleotides.

    Open if that lets so many offsets of random nucleotides pass that the exact scan is as fast.
    """
    cut = _cut(scanned, lowest)
    thresholds, floors, everywhere = [], [], np.empty(0, np.float32)
    for planted in (True, False):
        own = [one for one in scanned if one.example.planted == planted]
        every = [network.gate_sums(gate, one.example.mirna, one.example.bases) for one in own]
        peaks = [one.peaks[one.logits >= cut] for one in own]
        sums = np.sort(np.concatenate([_highest(*x, gate.slack) for x in zip(every, peaks, strict=True)]))
        if len(sums):
            thresholds.append(float(sums[int((1 - recall) * _MISSED_HERE * len(sums))]))
            logits = np.concatenate([one.own[p] for one, p in zip(own, peaks, strict=True)])
            floors.append(float(logits.min()) - _REPEATS)
        everywhere = np.concatenate(every)  # of random nucleotides in the end
    if not thresholds:
        raise UsageError(
            "recall below 1 needs a model that finds sites somewhere on random nucleotides. Use recall 1."
        )
    if (everywhere >= np.float32(min(thresholds))).mean() > _MOST_PROMISING:
        return gate._replace(threshold=-np.inf, floor=-np.inf)
    return gate._replace(threshold=min(thresholds), floor=min(floors))


def _highest(sums: FloatArray, peaks: NDArray[np.int64], slack: int) -> FloatArray:
    """Return the gate's highest sum near each peak."""
    around = np.pad(sums, slack, constant_values=-np.inf)
    found: FloatArray = around[peaks[:, None] + np.arange(2 * slack + 1)].max(axis=1)
    return found


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
    from dmiso.engine.duplex.gate import Gate

    said = kept_json(path, key)
    if isinstance(said, Lost):
        reason = "damaged" if said is Lost.DAMAGED else "of another scan"
        raise UsageError(
            f"{path} is {reason}. Remove it and give --resume: it is made again, and so are shards of another gate."
        )
    return Gate(
        np.array(said["helices"], np.float32),
        np.array(said["bases"], np.float32),
        float(said["threshold"]),
        int(said["slack"]),
        float(said["floor"]),
    )


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
    said = {
        "threshold": gate.threshold,
        "slack": gate.slack,
        "floor": gate.floor,
        "bases": gate.bases.tolist(),
        "helices": gate.helices.tolist(),
    }
    create_json(path, said, key)
