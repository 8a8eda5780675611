"""What a score is worth against scores that look at one thing only.

A baseline gives each row of a labelled table a score, larger = more likely positive. Those that learn
(miRNA identity, target k-mers, first base) learn from ``train`` where it is given, else inside the table
from other rows only: leave-one-out for the miRNA, folds of whole site clusters for the rest.

Order: the catalogue, :func:`baseline_scores`, then one function per baseline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.alphabet import GC
from dmiso.energies import duplex_energies
from dmiso.errors import UsageError, did_you_mean
from dmiso.evaluate.clusters import cluster_column, cluster_folds
from dmiso.evaluate.kmers import cross_validated_kmers, train_kmers
from dmiso.seeds import SEED_CLASSES, seed_classes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Baseline = Callable[[pl.DataFrame, pl.DataFrame | None, int], Floats]

__all__ = ["BASELINES", "baseline_scores", "default_baselines", "seed_ranks"]

_PRIOR_WEIGHT = 1.0
"""Rows at the overall rate that are added to each group, so that small groups are drawn towards it."""


def baseline_scores(
    table: pl.DataFrame, names: Sequence[str], *, train: pl.DataFrame | None = None, seed: int = 0
) -> pl.DataFrame:
    """Score a labelled table with baselines.

    Parameters
    ----------
    table
        Columns ``mirna_sequence`` and ``target_sequence`` (upper-case RNA) and ``label`` (1 or 0);
        ``cluster`` is used where it is there, else sites that share a 16-mer are one cluster.
    names
        Keys of :data:`BASELINES`.
    train
        A table with the same columns to learn from; None learns from the other rows of ``table``.
    seed
        For folds and shuffles.

    Returns
    -------
    polars.DataFrame
        One Float64 column per name, in row order.

    Raises
    ------
    UsageError
        If a name is not known.
    MissingExtraError
        If an energy is asked for and ViennaRNA is not installed.

    Examples
    --------
    >>> table = pl.DataFrame({"mirna_sequence": ["UGAGGUAG"] * 2, "target_sequence": ["CUACCUCA", "GGGG"],
    ...                       "label": [1, 0]})
    >>> baseline_scores(table, ["seed_class", "target_gc"]).rows()
    [(5.0, 0.5), (0.0, 1.0)]
    """
    for name in names:
        if name not in BASELINES:
            raise UsageError(f"{name} is not a baseline. {did_you_mean(name, BASELINES)}")
    columns = {name: BASELINES[name](table, train, seed) for name in names}
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.Float64))


def default_baselines(*, has_train: bool, energies: bool) -> list[str]:
    """Return the baselines to show beside any score.

    Parameters
    ----------
    has_train
        Whether there is a training table: then the miRNA prior and its inverse come from it. Without one the
        ceiling is shown: in a balanced table a prior from the other rows knows the row's label by subtraction.
    energies
        Whether ViennaRNA may be used.
    """
    names = ["mirna_identity", "mirna_identity_inverted"] if has_train else ["mirna_identity_ceiling"]
    names += ["target_kmers", "target_gc", "target_length", "target_first_base", "seed_class"]
    return names + (["rnaduplex", "rnacofold", "partner_shuffled"] if energies else [])


def _identity(table: pl.DataFrame, train: pl.DataFrame | None, _seed: int) -> Floats:
    return _group_rates(table, "mirna_sequence", train)


def _identity_inverted(table: pl.DataFrame, train: pl.DataFrame | None, seed: int) -> Floats:
    return 1.0 - _identity(table, train, seed)


def _identity_ceiling(table: pl.DataFrame, _train: pl.DataFrame | None, _seed: int) -> Floats:
    codes = np.unique(table["mirna_sequence"].to_numpy(), return_inverse=True)[1]
    labels = _labels(table)
    return np.asarray((np.bincount(codes, weights=labels) / np.bincount(codes))[codes], dtype=np.float64)


def _target_kmers(table: pl.DataFrame, train: pl.DataFrame | None, seed: int) -> Floats:
    if train is not None:
        model = train_kmers(train["target_sequence"].to_list(), _labels(train), seed=seed)
        return model.scores(table["target_sequence"].to_list())
    return cross_validated_kmers(
        table["target_sequence"].to_list(), _labels(table), cluster_column(table), seed=seed
    )


def _gc(column: str) -> Baseline:
    def score(table: pl.DataFrame, _train: pl.DataFrame | None, _seed: int) -> Floats:
        bases = pl.col(column)
        share = bases.str.count_matches(f"[{GC}]") / bases.str.len_bytes().clip(lower_bound=1)
        return table.select(share.cast(pl.Float64))[column].to_numpy()

    return score


def _length(column: str) -> Baseline:
    def score(table: pl.DataFrame, _train: pl.DataFrame | None, _seed: int) -> Floats:
        return table[column].str.len_bytes().cast(pl.Float64).to_numpy()

    return score


def _first_base(column: str) -> Baseline:
    def score(table: pl.DataFrame, train: pl.DataFrame | None, seed: int) -> Floats:
        base = pl.col(column).str.head(1)
        if train is not None:
            return _group_rates(table.with_columns(base), column, train.with_columns(base))
        folds = cluster_folds(cluster_column(table), 5, seed=seed)
        rates = np.empty(table.height)
        shown = table.with_columns(base)
        for fold in range(folds.max(initial=-1) + 1):
            inside = pl.Series(folds == fold)
            rates[folds == fold] = _group_rates(shown.filter(inside), column, shown.filter(~inside))
        return rates

    return score


def seed_ranks(mirnas: Sequence[str], targets: Sequence[str]) -> Floats:
    """Return the seed class of pairs as a number, 5 for 8mer down to 0 for none."""
    rank = {name: float(len(SEED_CLASSES) - 1 - i) for i, name in enumerate(SEED_CLASSES)}
    return np.array([rank[name] for name in seed_classes(mirnas, targets)], dtype=np.float64)


def _seed_class(table: pl.DataFrame, _train: pl.DataFrame | None, _seed: int) -> Floats:
    return seed_ranks(table["mirna_sequence"].to_list(), table["target_sequence"].to_list())


def _rnaduplex(table: pl.DataFrame, _train: pl.DataFrame | None, _seed: int) -> Floats:
    return -duplex_energies(
        table["mirna_sequence"].to_list(), table["target_sequence"].to_list(), "RNAduplex"
    )


def _rnacofold(table: pl.DataFrame, _train: pl.DataFrame | None, _seed: int) -> Floats:
    return -duplex_energies(
        table["mirna_sequence"].to_list(), table["target_sequence"].to_list(), "RNAcofold"
    )


def _partner_shuffled(table: pl.DataFrame, train: pl.DataFrame | None, seed: int) -> Floats:
    order = np.random.default_rng(seed).permutation(table.height)
    return _rnaduplex(table.with_columns(table["mirna_sequence"].gather(order)), train, seed)


BASELINES: Final[dict[str, Baseline]] = {
    "mirna_identity": _identity,
    "mirna_identity_inverted": _identity_inverted,
    "mirna_identity_ceiling": _identity_ceiling,
    "target_kmers": _target_kmers,
    "target_gc": _gc("target_sequence"),
    "target_length": _length("target_sequence"),
    "target_first_base": _first_base("target_sequence"),
    "mirna_gc": _gc("mirna_sequence"),
    "mirna_length": _length("mirna_sequence"),
    "mirna_first_base": _first_base("mirna_sequence"),
    "seed_class": _seed_class,
    "rnaduplex": _rnaduplex,
    "rnacofold": _rnacofold,
    "partner_shuffled": _partner_shuffled,
}
"""Every baseline by name.

``mirna_identity`` is the share of positives among the miRNA's rows of ``train`` (else among its *other* rows:
leave-one-out), drawn towards the overall share by one row's weight; ``_inverted`` is one minus it;
``_ceiling`` the share among all its rows, its own included: no scorer that sees the miRNA alone can rank this
table better. ``target_kmers`` is a ridge logistic regression on counts of 1-4-mers. GC and length are the
plain numbers, so that an AUROC under 0.5 is a shortcut too. ``seed_class`` runs from 5 (8mer) to 0 (none).
Energies have their sign reversed; ``partner_shuffled`` is the RNAduplex energy with another row's miRNA.
"""


def _labels(table: pl.DataFrame) -> Floats:
    return table["label"].cast(pl.Float64).to_numpy()


def _group_rates(table: pl.DataFrame, column: str, train: pl.DataFrame | None) -> Floats:
    """Return the share of positives of each row's group, from ``train`` or from the group's other rows."""
    source = table if train is None else train
    overall = float(source["label"].cast(pl.Float64).mean() or 0.0)  # type: ignore[arg-type]
    groups = source.group_by(column).agg(
        pl.col("label").cast(pl.Float64).sum().alias("_positives"), pl.len().cast(pl.Float64).alias("_rows")
    )
    found = table.select(column).join(groups, on=column, how="left", maintain_order="left").fill_null(0.0)
    positives, rows = found["_positives"].to_numpy(), found["_rows"].to_numpy()
    if train is None:
        positives, rows = positives - _labels(table), rows - 1.0
    return np.asarray((positives + _PRIOR_WEIGHT * overall) / (rows + _PRIOR_WEIGHT), dtype=np.float64)
