"""The pairs of a data set that are explained: read, checked, positives first, drawn where there are many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.errors import InputError
from dmiso.io.streams import display_name
from dmiso.predict.inputs import PairColumns, check_pairs, read_pairs

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["PairsInput", "read_explained_pairs"]


_ONE: Final = ("1", "1.0", "true")
_ZERO: Final = ("0", "0.0", "false")


@dataclass(frozen=True, slots=True)
class PairsInput:
    """Which pairs of a table are explained.

    Parameters
    ----------
    path
        TSV, CSV or Parquet.
    mirna_column, target_column
        Names of the sequence columns.
    label_column
        Where it is there, only rows with 1 are explained unless ``negatives_too``.
    negatives_too
        Explain rows of every label.
    max_pairs
        At most this many, drawn without replacement; None explains all.
    """

    path: Path
    mirna_column: str = "mirna_sequence"
    target_column: str = "target_sequence"
    label_column: str = "label"
    negatives_too: bool = False
    max_pairs: int | None = None


def _positive(column: pl.Series, path: Path) -> pl.Series:
    """Return which labels are 1, each checked."""
    label = column.cast(pl.String).str.strip_chars().str.to_lowercase()
    bad = ~label.is_in([*_ONE, *_ZERO]).fill_null(value=False)
    if bad.any():
        row = int(bad.arg_true()[0])
        raise InputError(
            f"the label is 1 (interacts) or 0 (does not); found {column[row]!r}",
            path=display_name(path),
            record=f"row {row + 1}",
            column=column.name,
            hint="Correct the label, name another --label-column, or use --negatives-too",
        )
    return label.is_in(_ONE)


def read_explained_pairs(source: PairsInput, counts: Counts, *, seed: int = 0) -> pl.DataFrame:
    """Read the pairs to explain.

    Parameters
    ----------
    source
        The table and what is taken of it.
    counts
        Filled: pairs kept, negatives and pairs beyond ``max_pairs`` left out.
    seed
        Of the draw.

    Returns
    -------
    polars.DataFrame
        The table's columns, with ``mirna_id`` and ``target_id`` made where missing, and ``mirna_sequence`` and
        ``target_sequence`` in upper-case RNA; in file order.

    Raises
    ------
    InputError
        If a column is missing, a sequence cannot be used, or no pair is left.
    """
    columns = PairColumns(source.mirna_column, source.target_column)
    frames = []
    for batch in read_pairs(source.path, columns, counts):
        checked = check_pairs(batch, columns, counts, path=source.path)
        own = [pl.Series("mirna_sequence", checked.mirnas), pl.Series("target_sequence", checked.targets)]
        frames.append(checked.frame.with_columns(own))
    frame = pl.concat(frames) if frames else pl.DataFrame()
    if source.label_column in frame.columns and not source.negatives_too:
        positive = _positive(frame[source.label_column], source.path)
        counts.drop("negative pairs, which are not explained", frame.height - int(positive.sum()))
        frame = frame.filter(positive)
    if frame.is_empty():
        raise InputError(
            "no pair is left to explain",
            path=display_name(source.path),
            hint="Use --negatives-too, or check the labels",
        )
    if source.max_pairs is not None and frame.height > source.max_pairs:
        counts.drop(f"pairs beyond a draw of {source.max_pairs:,}", frame.height - source.max_pairs)
        drawn = np.random.default_rng(seed).choice(frame.height, source.max_pairs, replace=False)
        frame = frame[np.sort(drawn)]
    return frame
