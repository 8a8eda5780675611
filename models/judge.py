"""Test sets judged: a model beside what looks at one thing only, with cluster-bootstrap intervals."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from dmiso.encode import encode
from dmiso.engine import build_engine
from dmiso.evaluate.adapters.rnahybrid import RNAHYBRID
from dmiso.evaluate.baselines import baseline_scores
from dmiso.evaluate.bootstrap import Metric, bootstrap_interval, paired_difference
from dmiso.evaluate.clusters import cluster_column
from dmiso.evaluate.metrics import auroc, average_precision, within_group_auroc
from dmiso.models.keras import import_keras

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
from mirbind2 import mirbind2_scorer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from dmiso.models.store import StoredModel

__all__ = [
    "BASELINES",
    "METRICS",
    "PEERS",
    "computed_peers",
    "judge",
    "logits_of",
    "offset_classes",
    "peer_scores",
    "published_logits",
]

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
PEERS: Final = {
    "mirbind2": "miRBind2 (its own program, 2.5 million training pairs)",
    "rnahybrid_pvalue": "RNAhybrid p-value",
}
"""Tools whose scores of the test sets are at hand, and what they are."""

_PEER_FILES: Final = {
    "mirbench_hejret2023_test": "benchmark/peers/hejret_test_scores.tsv.gz",
    "hejret_isomir_chr1_balanced": "benchmark/peers/hejret_isomir_chr1_scores.tsv.gz",
}
_PEER_COLUMNS: Final = {"mirbind2": "miRBind2", "rnahybrid_pvalue": "RNAhybrid_pvalue"}

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


def peer_scores(
    data: Path, name: str, table: pl.DataFrame, columns: Mapping[str, str] = _PEER_COLUMNS
) -> dict[str, NDArray[np.float64]]:
    """Return other tools' scores of a public test set, whole or in part; none for other sets.

    Parameters
    ----------
    data
        Folder of the collected public data.
    name
        Of the whole set.
    table
        Its rows, or some of them.
    columns
        What a score is called here, and in the file.

    Raises
    ------
    ValueError
        If the file lacks one of the pairs.
    """
    if name not in _PEER_FILES:
        return {}
    peers = pl.read_csv(data / _PEER_FILES[name], separator="\t").select(
        *(
            pl.col(theirs).str.replace_all("T", "U").alias(ours)
            for theirs, ours in (("noncodingRNA", "mirna_sequence"), ("gene", "target_sequence"))
        ),
        *(pl.col(column).cast(pl.Float64).alias(peer) for peer, column in columns.items()),
    )
    pair = ("mirna_sequence", "target_sequence")
    found = table.select(pair).join(
        peers.unique(pair, keep="first"), on=pair, how="left", maintain_order="left"
    )
    if found.null_count().sum_horizontal().item():
        raise ValueError(f"{_PEER_FILES[name]} lacks pairs of the test set {name}")
    return {peer: found[peer].to_numpy() for peer in columns}


def computed_peers(data: Path, table: pl.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return the peers' scores of any pairs: miRBind2's logits, and -log10 of RNAhybrid's p-value by its program."""
    pairs = (table["mirna_sequence"].to_list(), table["target_sequence"].to_list())
    found = np.asarray(RNAHYBRID.run(*pairs)["rnahybrid_pvalue"], np.float64)
    return {"mirbind2": mirbind2_scorer(data)(*pairs), "rnahybrid_pvalue": found}


def offset_classes(table: pl.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """Return which rows have which offsets against the reference miRNA; none where the table does not say."""
    if not {"iso5_offset", "iso3_offset"} <= set(table.columns):
        return {}
    five, three = (table[name].cast(pl.Int64).to_numpy() for name in ("iso5_offset", "iso3_offset"))
    return {
        "exact": (five == 0) & (three == 0),
        "isomiR, same 5' end": (five == 0) & (three != 0),
        "5' end longer": five < 0,
        "5' end shorter": five > 0,
        "3' end longer": three > 0,
        "3' end shorter": three < 0,
    }


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
        The score whose leads over RNAduplex and over the peers among ``scores`` are tested, and that is shown
        beside them by offset class.
    seed
        Of bootstrap and folds.

    Returns
    -------
    dict
        Numbers of rows; then, by score and metric, value and 95 % interval; then the paired differences, and the
        average precision by offset class.
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
    draws: dict[str, int] = {"n_replicates": _REPLICATES, "seed": seed}
    leads = {
        other: paired_difference(average_precision, label, shown[main], shown[other], cluster, **draws)
        for other in ("rnaduplex", *PEERS)
        if other in shown
    }
    classes = {}
    for name, rows in offset_classes(table).items():
        interval = bootstrap_interval(
            average_precision, label[rows], shown[main][rows], cluster[rows], **draws
        )
        numbers = {key: _rounded(getattr(interval, key)) for key in ("value", "low", "high")}
        others = {other: _rounded(average_precision(label[rows], shown[other][rows])) for other in leads}
        classes[name] = {
            "n_pairs": int(rows.sum()),
            "n_positives": int(label[rows].sum()),
            **numbers,
            "others": others,
        }
    return {
        "n_pairs": table.height,
        "n_positives": int(label.sum()),
        "n_clusters": int(cluster.max()) + 1,
        "scores": measured,
        "average_precision_minus": {
            other: {key: _rounded(value) for key, value in lead._asdict().items()}
            for other, lead in leads.items()
        },
        "average_precision_by_offset": classes,
    }


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
