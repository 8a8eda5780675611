"""One network trained on some rows of a table, calibrated and measured on others.

The step that training and cross-validation share.
"""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

import dmiso
from dmiso.errors import UsageError
from dmiso.evaluate.metrics import auroc, average_precision, brier, threshold_metrics
from dmiso.models.calibration import Calibration
from dmiso.models.store import ModelConfig
from dmiso.networks import network_entry, weight_shapes
from dmiso.train.data import encode_pairs
from dmiso.train.device import resolve_device, torch_state
from dmiso.train.loop import fit, predict_logits
from dmiso.train.platt import platt_calibration

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from numpy.typing import NDArray

    from dmiso.models.store import StoredModel
    from dmiso.records import Counts
    from dmiso.settings.training import TrainSettings
    from dmiso.train.data import EncodedPairs, PairTable
    from dmiso.train.loop import FitResult, Reporter, Resume
    from dmiso.train.parts import Parts

__all__ = ["Trained", "metrics_of", "network_config", "run_identity", "train_parts", "weights_sha256"]

_MACHINE_ONLY: Final = ("device", "threads")
"""Settings that say where a run is computed, not what."""


class SourceOutput(NamedTuple):
    """The network with the output of one source, after training by source.

    Parameters
    ----------
    network
        In evaluation mode.
    calibration
        Fitted on the validation pairs of the source; the identity where it has not both classes there.
    metrics
        Of those validation pairs; None where it has not both classes there.
    """

    network: torch.nn.Module
    calibration: Calibration
    metrics: dict[str, float] | None


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
    by_source
        After training by source, by its name.
    """

    fit: FitResult
    calibration: Calibration
    logits: dict[str, NDArray[np.float32]]
    metrics: dict[str, dict[str, float]]
    by_source: Mapping[str, SourceOutput] = MappingProxyType({})


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

    Raises
    ------
    UsageError
        If negatives are to be redrawn though the table has soft labels.
    """
    if table.soft_label is not None and settings.negatives == "redrawn":
        raise UsageError(
            "The table has soft labels, which redrawn negatives would not have. Use --negatives given."
        )
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
    with torch_state(settings, device):
        by_source = {
            name: _source_output(network, pairs.take(own[_of_source(pairs, own, name)]), device)
            for name, network in result.by_source.items()
        }
    return Trained(result, calibration, logits, metrics, by_source)


def _of_source(pairs: EncodedPairs, rows: NDArray[np.int64], source: str) -> NDArray[np.bool_]:
    """Return which rows are of a source."""
    return (pairs.swap["source"][rows].cast(str) == source).to_numpy()


def _source_output(network: torch.nn.Module, pairs: EncodedPairs, device: torch.device) -> SourceOutput:
    """Calibrate and measure the output of one source on its own validation pairs."""
    if len(np.unique(pairs.label)) < 2:
        return SourceOutput(network, Calibration(), None)
    logits = predict_logits(network, pairs, device)
    calibration, _ = platt_calibration(logits, pairs.label, pairs.weight)
    return SourceOutput(network, calibration, metrics_of(pairs.label, logits, calibration, pairs.weight))


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

    Its sizes, and what else its class takes of the settings, are the settings'; its lengths are the network's own.

    Raises
    ------
    ModelError
        If the network has no such size, or it is out of its range.
    """
    entry = network_entry(settings.network)
    config = ModelConfig(
        name=name,
        network=settings.network,
        settings={**settings.sizes, **{own: getattr(settings, own) for own in entry.trained_settings}},
        mirna_length=entry.mirna_length,
        target_length=entry.target_length,
    )
    weight_shapes(config)  # stops at a size that the network does not have
    return config


def weights_sha256(weights: Mapping[str, NDArray[np.float32]]) -> str:
    """Return one hash of all tensors, in the order of their names."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(weights[name]).tobytes())
    return digest.hexdigest()


def run_identity(
    settings: TrainSettings, data_sha256: str, start: StoredModel | None = None
) -> dict[str, Any]:
    """Return what makes two runs the same run: settings, data, first weights, versions; not where they run."""
    import torch

    kept = {key: value for key, value in settings.as_dict().items() if key not in _MACHINE_ONLY}
    first = {"start_sha256": weights_sha256(start.weights)} if start else {}
    return {
        **kept,
        **first,
        "data_sha256": data_sha256,
        "dmiso": dmiso.__version__,
        "torch": str(torch.__version__),
    }
