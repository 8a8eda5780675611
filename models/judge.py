"""Test sets judged: a model beside what looks at one thing only, with cluster-bootstrap intervals."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dmiso.encode import encode
from dmiso.engine import build_engine
from dmiso.evaluate.baselines import baseline_scores
from dmiso.evaluate.bootstrap import Metric, bootstrap_interval, paired_difference
from dmiso.evaluate.clusters import cluster_column
from dmiso.evaluate.metrics import auroc, average_precision, within_group_auroc
from dmiso.models.keras import import_keras

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from dmiso.models.store import StoredModel

__all__ = ["BASELINES", "METRICS", "judge", "logits_of", "published_logits"]

BASELINES: Final = {
    "mirna_identity": "miRNA identity, learnt from the training pairs",
    "mirna_identity_inverted": "the same, inverted",
    "mirna_identity_ceiling": "miRNA identity, the most that it can give on this set",
    "target_kmers": "target only: k-mers, learnt from the training pairs",
    "target_gc": "target GC",
    "mirna_gc": "miRNA GC",
    "seed_class": "seed class (8mer to none)",
    "rnaduplex": "RNAduplex energy",
    "rnacofold": "RNAcofold energy",
}
METRICS: Final = ("average_precision", "auroc", "within_mirna_auroc", "within_site_auroc")
_REPLICATES: Final = 1000


def logits_of(model: StoredModel, table: pl.DataFrame) -> NDArray[np.float64]:
    """Score the pairs of a table with the engine."""
    config = model.config
    mirna = encode(table["mirna_sequence"].to_list(), config.mirna_length, crop=config.crop)
    target = encode(table["target_sequence"].to_list(), config.target_length, crop=config.crop)
    return build_engine(config, model.weights).logits_pairs(mirna, target).astype(np.float64)


def published_logits(data: Path, table: pl.DataFrame) -> NDArray[np.float64]:
    """Score the pairs of a table with the authors' own weights."""
    folder = data / "published_dmiso"
    with tempfile.TemporaryDirectory() as scratch:
        model = import_keras(folder / "model_top.json", folder / "model_top.h5", Path(scratch, "published"))
    return logits_of(model, table)


def judge(
    table: pl.DataFrame, scores: dict[str, NDArray[np.float64]], *, train: pl.DataFrame, main: str, seed: int
) -> dict[str, Any]:
    """Measure scores and baselines on one test set.

    Parameters
    ----------
    table
        The test set.
    scores
        Larger is more likely positive, by name.
    train
        Pairs from which baselines learn.
    main
        The score whose lead over RNAduplex is tested.
    seed
        Of bootstrap and folds.

    Returns
    -------
    dict
        Numbers of rows; then, by score and metric, value and 95 % interval; then the paired difference.
    """
    learnt = baseline_scores(table, list(BASELINES), train=train, seed=seed)
    shown = {**scores, **{name: learnt[name].to_numpy() for name in BASELINES}}
    label, cluster = table["label"].to_numpy(), cluster_column(table)
    metrics: dict[str, Metric] = {"average_precision": average_precision, "auroc": auroc}
    for unit in ("mirna", "site"):
        groups = table["mirna_sequence" if unit == "mirna" else "target_sequence"].to_numpy()
        metrics[f"within_{unit}_auroc"] = partial(within_group_auroc, groups=groups)
    measured: dict[str, dict[str, Any]] = {}
    for name, values in shown.items():
        for metric_name, metric in metrics.items():
            interval = bootstrap_interval(metric, label, values, cluster, n_replicates=_REPLICATES, seed=seed)
            numbers = {key: _rounded(getattr(interval, key)) for key in ("value", "low", "high")}
            measured.setdefault(name, {})[metric_name] = numbers
    lead = paired_difference(
        average_precision,
        label,
        shown[main],
        shown["rnaduplex"],
        cluster,
        n_replicates=_REPLICATES,
        seed=seed,
    )
    return {
        "n_pairs": table.height,
        "n_positives": int(label.sum()),
        "n_clusters": int(cluster.max()) + 1,
        "scores": measured,
        "average_precision_minus_rnaduplex": {key: _rounded(value) for key, value in lead._asdict().items()},
    }


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
