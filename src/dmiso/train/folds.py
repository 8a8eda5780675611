"""The folds of a cross-validation: how rows are split, finished folds on disk, and the tables made of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
import polars as pl

from dmiso.columns import FOLD_COLUMNS, FOLD_PREDICTION_COLUMNS, FOLD_VALUE_COLUMNS, schema_of
from dmiso.errors import UsageError
from dmiso.io import write_table
from dmiso.io.kept import Lost, keep_json, kept_json
from dmiso.models.calibration import Calibration
from dmiso.provenance import sha256_bytes
from dmiso.train.trained import metrics_of

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.records import Counts
    from dmiso.train.data import PairTable

__all__ = ["FoldResult", "finished_fold", "fold_file", "keep_fold", "write_folds"]

_FOLDS: Final = "folds.tsv"
_PREDICTIONS: Final = "predictions.tsv"


class FoldResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One finished fold, the contents of its file.

    Parameters
    ----------
    fold
        Counted from 1.
    identity
        Settings, data and versions it was computed with.
    best_epoch
        Epoch whose weights were used.
    rows
        Rows of the table that were judged, from 0.
    logits
        Their logits after calibration: ``slope * logit + intercept``.
    metrics
        Of the fold.
    """

    fold: int
    identity: dict[str, Any]
    best_epoch: int
    rows: list[int]
    logits: list[float]
    metrics: dict[str, float | None]


def fold_file(output: Path, number: int) -> Path:
    """Return where a finished fold is kept; folds count from 1."""
    return output / "folds" / f"fold-{number:02d}.json"


def keep_fold(output: Path, result: FoldResult) -> None:
    """Keep a finished fold, to be found by :func:`finished_fold`."""
    # by way of JSON, where an undefined metric is null
    plain = msgspec.json.decode(msgspec.json.encode(result))
    keep_json(fold_file(output, result.fold), plain, _key(result.identity))


def _key(identity: dict[str, Any]) -> str:
    return sha256_bytes(json.dumps(identity, sort_keys=True).encode())


def finished_fold(output: Path, number: int, identity: dict[str, Any], counts: Counts) -> FoldResult | None:
    """Return a fold computed earlier with the same settings, data and versions; None if there is none.

    Parameters
    ----------
    output, number
        Where it is kept, and which it is, from 1.
    identity
        What it must have been computed with.
    counts
        Gets a note of a file that is damaged: the fold is then computed again.

    Raises
    ------
    UsageError
        If it is a fold of another run.
    """
    path = fold_file(output, number)
    kept = kept_json(path)
    if isinstance(kept, Lost):
        kept.note(counts, "folds of an earlier run", path)
        return None
    result = msgspec.convert(kept, FoldResult)
    if different := [key for key in identity if result.identity.get(key) != identity[key]]:
        key = different[0]
        raise UsageError(
            f"{path} is a fold of another run ({key} {result.identity.get(key)} there, {identity[key]} now). "
            "Repeat its settings to finish that run, name another output, or begin again with --restart."
        )
    if result.fold != number:
        Lost.OTHER.note(counts, "folds of an earlier run", path)  # a copy of another fold
        return None
    return result


def write_folds(output: Path, table: PairTable, folds: list[FoldResult]) -> dict[str, float]:
    """Write the tables of a whole cross-validation; return the metrics of all pairs pooled."""
    rows = np.concatenate([np.array(result.rows, np.int64) for result in folds])
    fold = np.concatenate([np.full(len(result.rows), result.fold) for result in folds])
    logits = np.concatenate([np.array(result.logits) for result in folds])
    pooled = metrics_of(table.label[rows], logits, Calibration(), table.weight[rows])
    values = np.array([[result.metrics[name] for name in FOLD_VALUE_COLUMNS] for result in folds], np.float64)
    lines = [(f"{result.fold}", *line) for result, line in zip(folds, values.tolist(), strict=True)]
    lines.append(("mean", *values.mean(axis=0).tolist()))
    lines.append(("sd", *values.std(axis=0, ddof=1).tolist()))
    lines.append(("pooled", *(pooled[name] for name in FOLD_VALUE_COLUMNS)))
    write_table(output / _FOLDS, pl.DataFrame(lines, schema=schema_of(FOLD_COLUMNS), orient="row"))
    order = np.argsort(rows)
    logit = logits[order]
    values_by_row = (
        rows[order] + 1,
        fold[order],
        table.label[rows][order],
        logit,
        Calibration().apply(logit),
    )
    frame = pl.DataFrame(dict(zip(FOLD_PREDICTION_COLUMNS, values_by_row, strict=True)))
    write_table(output / _PREDICTIONS, frame)  # with every digit of the 64-bit logits that the metrics are of
    return pooled
