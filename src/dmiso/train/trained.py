"""One network trained on some rows of a table, calibrated and measured on others.

The step that training and cross-validation share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import dmiso
from dmiso.evaluate.metrics import auroc, average_precision, brier, threshold_metrics
from dmiso.models.store import ModelConfig
from dmiso.train.data import encode_pairs
from dmiso.train.device import resolve_device, torch_state
from dmiso.train.loop import fit, predict_logits
from dmiso.train.platt import platt_calibration

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dmiso.models.calibration import Calibration
    from dmiso.records import Counts
    from dmiso.train.data import PairTable
    from dmiso.train.loop import FitResult, Reporter, Resume
    from dmiso.train.parts import Parts
    from dmiso.train.settings import TrainSettings

__all__ = ["Trained", "metrics_of", "network_config", "run_identity", "train_parts"]

_MACHINE_ONLY: Final = ("device", "threads")
"""Settings that say where a run is computed, not what."""


class Trained(NamedTuple):
    """A network trained on some rows of a table.

    Parameters
    ----------
    fit
        The network and its curves.
    calibration
        Fitted on the validation pairs.
    logits
        Of validation and test pairs, by the part's name.
    metrics
        By part, then by metric.
    """

    fit: FitResult
    calibration: Calibration
    logits: dict[str, NDArray[np.float32]]
    metrics: dict[str, dict[str, float]]


def train_parts(
    table: PairTable,
    parts: Parts,
    config: ModelConfig,
    settings: TrainSettings,
    counts: Counts,
    *,
    resume: Resume | None = None,
    reporter: Reporter | None = None,
) -> Trained:
    """Train on one part of a table, choose the epoch and calibrate on another, and measure.

    Parameters
    ----------
    table
        All pairs.
    parts
        Which rows are which.
    config, settings
        The network and how to train it.
    counts
        Gets notes of cut sequences, missing negatives and a network that learnt nothing.
    resume, reporter
        As for :func:`dmiso.train.loop.fit`.

    Returns
    -------
    Trained
    """
    pairs = encode_pairs(table, config, counts)
    for part in ("train", "validation", "test"):
        counts.keep(f"{part} pairs", len(getattr(parts, part)))
    result = fit(
        config,
        pairs.take(parts.train),
        pairs.take(parts.validation),
        settings,
        resume=resume,
        reporter=reporter,
    )
    if result.n_missing:
        counts.note("sites without a redrawn negative in an epoch, at most", result.n_missing)
    rows = {part: getattr(parts, part) for part in ("validation", "test") if len(getattr(parts, part))}
    device = resolve_device(settings)
    with torch_state(settings, device):
        logits = {part: predict_logits(result.network, pairs.take(own), device) for part, own in rows.items()}
    own = rows["validation"]
    calibration, separates = platt_calibration(logits["validation"], table.label[own], table.weight[own])
    if not separates:
        counts.note("the network does not tell validation pairs apart: every score is the share of positives")
    metrics = {
        part: metrics_of(table.label[own], logits[part], calibration, table.weight[own])
        for part, own in rows.items()
    }
    return Trained(result, calibration, logits, metrics)


def metrics_of(
    label: NDArray[Any], logits: NDArray[Any], calibration: Calibration, weight: NDArray[Any] | None = None
) -> dict[str, float]:
    """Return the paper's six metrics and the Brier score of one part; calls are made at score 0.5.

    Returns
    -------
    dict
        ``n_pairs``, ``average_precision`` (the paper's AUPR), ``auroc``, ``f1``, ``precision``, ``recall``,
        ``specificity``, ``brier``; NaN where a metric is not defined.
    """
    scores = calibration.apply(logits)
    at_half = threshold_metrics(label, scores, 0.5, weights=weight)
    values = {
        "average_precision": average_precision(label, logits, weights=weight),
        "auroc": auroc(label, logits, weights=weight),
        **at_half._asdict(),
        "brier": brier(label, scores, weights=weight),
    }
    return {"n_pairs": len(label), **{name: float(value) for name, value in values.items()}}


def network_config(settings: TrainSettings, name: str) -> ModelConfig:
    """Return the configuration of the network to train.

    Its L1 coefficient, where it has one, is the settings'.
    """
    own = {"l1": settings.l1} if settings.network == "dmiso" else {}
    return ModelConfig(name=name, network=settings.network, settings=own)


def run_identity(settings: TrainSettings, data_sha256: str) -> dict[str, Any]:
    """Return what makes two runs the same run: settings, data, versions; not where they are computed."""
    import torch

    kept = {key: value for key, value in settings.as_dict().items() if key not in _MACHINE_ONLY}
    return {**kept, "data_sha256": data_sha256, "dmiso": dmiso.__version__, "torch": str(torch.__version__)}
