"""What training and cross-validation measure."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column

__all__ = ["CURVE_COLUMNS", "FOLD_COLUMNS", "FOLD_PREDICTION_COLUMNS", "FOLD_VALUE_COLUMNS", "TRAINING"]

TRAINING: Final = (
    Column("epoch", "Int64", "", "Epoch of training, counted from 1", least=1),
    Column("learning_rate", "Float64", "", "Learning rate of an epoch's last step", least=0),
    Column(
        "train_loss",
        "Float64",
        "nats",
        "Weighted mean binary cross-entropy of an epoch's batches, dropout on, without the penalty",
        least=0,
    ),
    Column("penalty", "Float64", "", "Mean L1 penalty of an epoch's batches", least=0),
    Column(
        "validation_loss",
        "Float64",
        "nats",
        "Weighted mean binary cross-entropy of the validation pairs, dropout off",
        least=0,
    ),
    Column("validation_average_precision", "Float64", "0-1", "Average precision on the validation pairs"),
    Column("validation_auroc", "Float64", "0-1", "Area under the ROC curve on the validation pairs"),
    Column(
        "fold",
        "String",
        "",
        "Fold of a cross-validation, counted from 1; mean, sd and pooled sum up all of them",
    ),
    Column("row", "Int64", "", "Row of the labelled table, counted from 1 without its header", least=1),
    Column(
        "n_pairs", "Float64", "", "Pairs that a fold's metrics are of, or their mean or deviation", least=0
    ),
    Column("average_precision", "Float64", "0-1", "Average precision (the paper's AUPR)"),
    Column("auroc", "Float64", "0-1", "Area under the ROC curve"),
    Column("f1", "Float64", "0-1", "Harmonic mean of precision and recall, pairs called at score 0.5"),
    Column(
        "precision", "Float64", "0-1", "Share of positives among the pairs called, in training at score 0.5"
    ),
    Column(
        "recall",
        "Float64",
        "0-1",
        "Share of the positives that are called: in training at score 0.5, in evaluations at a scorer's own threshold, "
        "in a curve at each of its values",
    ),
    Column("specificity", "Float64", "0-1", "Share of the negatives that are not called at score 0.5"),
    Column("brier", "Float64", "0-1", "Brier score: mean squared difference of score and label"),
)

CURVE_COLUMNS: Final = (
    "epoch",
    "learning_rate",
    "train_loss",
    "penalty",
    "validation_loss",
    "validation_average_precision",
    "validation_auroc",
)

FOLD_VALUE_COLUMNS: Final = (
    "n_pairs",
    "average_precision",
    "auroc",
    "f1",
    "precision",
    "recall",
    "specificity",
    "brier",
)
"""Metrics of a fold, as :func:`dmiso.train.trained.metrics_of` names them."""

FOLD_COLUMNS: Final = ("fold", *FOLD_VALUE_COLUMNS)

FOLD_PREDICTION_COLUMNS: Final = ("row", "fold", "label", "logit", "score")
