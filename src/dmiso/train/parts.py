"""Which rows train, which choose the epoch, which are kept apart; and the folds of a cross-validation.

Rows are drawn as whole site clusters (sites that share a 16-mer), so that no site that is judged was seen in
training; single rows, as in the paper, on request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.dataset.splits import divide_groups
from dmiso.errors import InputError, UsageError
from dmiso.evaluate.clusters import cluster_folds
from dmiso.train.data import SPLITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.settings.training import Draw
    from dmiso.train.data import PairTable

__all__ = ["Parts", "check_classes", "drawn_rows", "fold_of_rows", "part_rows"]

_FEWEST: Final = 2
"""Pairs of each class that every part needs at least."""


class Parts(NamedTuple):
    """Row numbers of the parts of a table, each ascending, and how they were chosen."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    origin: str


def part_rows(table: PairTable, *, share: float, seed: int, by: Draw = "cluster") -> Parts:
    """Return the rows of training, validation and test.

    The table's ``split`` column decides. Where it names no validation rows, they are drawn from the training
    rows: whole site clusters, so that no validation site was seen in training.

    Parameters
    ----------
    table
        As :func:`dmiso.train.data.read_pairs` gives it.
    share
        Part of the training rows drawn for validation where the table names none, 0-1.
    seed
        Of the draw.
    by
        What is drawn.

    Returns
    -------
    Parts

    Raises
    ------
    InputError
        If no row trains, or training or validation lack pairs of a class.
    """
    none = np.array([], np.int64)
    if table.split is None:
        train, validation, test = np.arange(len(table)), none, none
    else:
        train, validation, test = (np.flatnonzero(table.split == name) for name in SPLITS)
    if not len(train):
        raise InputError("no row has split train", column="split", hint="Name the training rows train")
    origin = "as the table's split column says"
    if not len(validation):
        drawn = drawn_rows(table, train, share, np.random.default_rng([seed, 1]), by=by)
        train, validation = train[~drawn], train[drawn]
        unit = "whole site clusters" if by == "cluster" else "single rows"
        origin = f"{share:.0%} of the training rows, drawn as {unit} with seed {seed}"
    for name, rows in (("training", train), ("validation", validation)):
        check_classes(table, rows, name)
    return Parts(train, validation, test, origin)


def drawn_rows(
    table: PairTable, rows: NDArray[np.int64], share: float, rng: np.random.Generator, *, by: Draw
) -> NDArray[np.bool_]:
    """Draw a share of some rows of a table; true for those drawn, ``(n_rows,)``."""
    groups = table.cluster[rows] if by == "cluster" else np.arange(len(rows))
    return np.asarray(divide_groups(groups, (1 - share, share), rng) == 1)


def fold_of_rows(
    table: PairTable, rows: NDArray[np.int64], folds: int, *, seed: int, by: Draw
) -> NDArray[np.intp]:
    """Split some rows of a table into folds of about equal size.

    Parameters
    ----------
    table
        The pairs.
    rows
        Those that take part.
    folds
        Number of folds.
    seed
        Of the draw.
    by
        Whether site clusters stay whole.

    Returns
    -------
    numpy.ndarray
        Fold of each row, from 0, ``(n_rows,)``.

    Raises
    ------
    UsageError
        If there are fewer clusters (or rows) than folds.
    """
    groups = (
        np.unique(table.cluster[rows], return_inverse=True)[1] if by == "cluster" else np.arange(len(rows))
    )
    if (n_groups := int(groups.max()) + 1) < folds:
        unit = "site clusters" if by == "cluster" else "rows"
        raise UsageError(f"{folds} folds need at least {folds} {unit}; the table has {n_groups}.")
    return cluster_folds(groups, folds, seed=seed)


def check_classes(table: PairTable, rows: NDArray[np.int64], part: str) -> None:
    """Stop unless a part of the table has at least two pairs of each class with a weight above 0.

    Raises
    ------
    InputError
        Naming the part and what it has.
    """
    label = table.label[rows][table.weight[rows] > 0]
    positives = int(label.sum())
    negatives = len(label) - positives
    if min(positives, negatives) < _FEWEST:
        raise InputError(
            f"the {part} part has {positives} positives and {negatives} negatives with a weight above 0; "
            f"at least {_FEWEST} of each are needed",
            column="label",
            hint="Give more pairs of both classes, or name the parts yourself in a column split "
            "(train, validation, test)",
        )
