"""From a labelled table to numbers, checked once.

In order: the table as read (:func:`read_pairs`), its nucleotides as codes (:func:`encode_pairs`). Codes are made
once and stay one byte per nucleotide; the training loop turns a batch at a time into one-hot columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from dmiso.encode import encode
from dmiso.errors import InputError
from dmiso.evaluate.clusters import cluster_column
from dmiso.evaluate.labelled import read_labelled
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.models.store import ModelConfig
    from dmiso.records import Counts

__all__ = ["SPLITS", "EncodedPairs", "PairTable", "encode_pairs", "read_pairs"]

SPLITS: Final = ("train", "validation", "test")
_SWAP_COLUMNS: Final = ("mirna_sequence", "mirna_id", "family", "source")
"""What site swap looks at besides the cluster, where a table has it."""


@dataclass(frozen=True, eq=False)
class PairTable:
    """A labelled table as read, checked.

    Parameters
    ----------
    frame
        ``mirna_sequence`` and ``target_sequence`` in upper-case RNA, ``label`` 1 or 0, other columns as they are.
    weight
        Of each row in the loss, 0 or more, float32; 1 where the table has no such column.
    split
        ``train``, ``validation`` or ``test`` for each row; None where the table has no such column.
    soft_label
        Probability to learn instead of the label, 0-1, float32; None where the table has no such column.
    """

    frame: pl.DataFrame
    weight: NDArray[np.float32]
    split: NDArray[np.str_] | None
    soft_label: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return self.frame.height

    @cached_property
    def label(self) -> NDArray[np.int8]:
        """1 or 0 for each row."""
        return self.frame["label"].to_numpy()

    @cached_property
    def cluster(self) -> NDArray[np.intp]:
        """Site cluster of each row, numbered from 0: the table's column, else by shared 16-mers."""
        return cluster_column(self.frame)


@dataclass(frozen=True, slots=True, eq=False)
class EncodedPairs:
    """Pairs as numbers.

    Parameters
    ----------
    mirna, target
        Nucleotide codes, ``(n_pairs, mirna_length)`` and ``(n_pairs, target_length)``, uint8.
    target_bases
        Nucleotides of each target inside the window, before the padding, ``(n_pairs,)``.
    label, weight
        ``(n_pairs,)``, float32; labels are 1 or 0.
    goal
        What the network learns to say, ``(n_pairs,)``, float32: the label, or the table's soft label.
    swap
        What site swap looks at, one row per pair: ``mirna_sequence``, ``cluster`` and, where known, ``mirna_id``,
        ``family``, ``source``.
    """

    mirna: NDArray[np.uint8]
    target: NDArray[np.uint8]
    target_bases: NDArray[np.int64]
    label: NDArray[np.float32]
    weight: NDArray[np.float32]
    goal: NDArray[np.float32]
    swap: pl.DataFrame

    def __len__(self) -> int:
        return len(self.label)

    def take(self, rows: NDArray[np.int64]) -> EncodedPairs:
        """Return some of the pairs, in the order of ``rows``."""
        return EncodedPairs(
            self.mirna[rows],
            self.target[rows],
            self.target_bases[rows],
            self.label[rows],
            self.weight[rows],
            self.goal[rows],
            self.swap[rows],
        )


def read_pairs(path: Path, counts: Counts) -> PairTable:
    """Read a labelled table: TSV, CSV or Parquet with ``mirna_sequence``, ``target_sequence``, ``label``.

    Parameters
    ----------
    path
        The table; ``split``, ``weight``, ``cluster``, ``source``, ``mirna_id``, ``family`` and ``soft_label``
        are used where it has them. Tables of miRBench, miRBind and miRAW are known by their headers.
    counts
        Rows by label, and ambiguity codes read as N.

    Returns
    -------
    PairTable

    Raises
    ------
    InputError
        If the file is empty, a column is missing, or a field cannot be used; it names row and column.

    Examples
    --------
    >>> table = read_pairs(path, counts)  # doctest: +SKIP
    """
    frame = read_labelled(path, counts, numbers=("weight", "soft_label"))
    name = display_name(path)
    if frame.is_empty():
        raise InputError("the table has no rows", path=name, hint="Training needs labelled pairs")
    weight = np.ones(frame.height, np.float32)
    if "weight" in frame.columns:
        weight = _given(frame["weight"], name)
        if weight.sum() == 0:
            raise InputError(
                "all weights are 0", path=name, column="weight", hint="Give some rows a weight above 0"
            )
    split = None
    if "split" in frame.columns:
        split = _splits(frame["split"], name)
    if "cluster" in frame.columns:
        unknown = frame["cluster"].is_null() | (frame["cluster"].cast(pl.String) == "")
        _refuse(unknown, frame["cluster"], "the field is empty", name)
    soft = None
    if "soft_label" in frame.columns:
        soft = _given(frame["soft_label"], name)
    return PairTable(frame, weight, split, soft)


def _given(column: pl.Series, path: str) -> NDArray[np.float32]:
    """Return numbers whose range was looked at while reading; here none may be missing."""
    _refuse(column.is_null(), column, "the field is empty", path)
    return column.to_numpy().astype(np.float32)


def _splits(column: pl.Series, path: str) -> NDArray[np.str_]:
    """Return the parts' names, each checked."""
    values = column.cast(pl.String)
    _refuse(~values.is_in(SPLITS).fill_null(value=False), column, "split is train, validation or test", path)
    return np.array(values.to_list())


def _refuse(bad: pl.Series, column: pl.Series, rule: str, path: str) -> None:
    """Stop at the first bad value of a column, naming its row."""
    if bad.fill_null(value=True).any():
        row = int(bad.fill_null(value=True).arg_true()[0])
        value: Any = column[row]
        raise InputError(
            f"{rule}; found {value!r}",
            path=path,
            record=f"number {row + 1}",
            column=column.name,
            hint="Correct or remove the row (record 1 is the first after the header)",
        )


def encode_pairs(table: PairTable, config: ModelConfig, counts: Counts) -> EncodedPairs:
    """Turn sequences into codes of the network's lengths.

    Parameters
    ----------
    table
        The pairs.
    config
        Lengths, and what is kept of longer sequences.
    counts
        Gets a note of sequences longer than the network's window.

    Returns
    -------
    EncodedPairs
    """
    codes = []
    for kind, length in (("mirna", config.mirna_length), ("target", config.target_length)):
        sequences = table.frame[f"{kind}_sequence"]
        if n_long := int((sequences.str.len_bytes() > length).sum()):
            kept = "first" if config.crop == "end" else "middle"
            counts.note(
                f"{kind} sequences longer than {length} nt: their {kept} {length} nt are used", n_long
            )
        codes.append(encode(sequences.to_list(), length, crop=config.crop))
    bases = table.frame["target_sequence"].str.len_bytes().to_numpy()
    known = [name for name in _SWAP_COLUMNS if name in table.frame.columns]
    swap = table.frame.select(known).with_columns(pl.Series("cluster", table.cluster))
    return EncodedPairs(
        mirna=codes[0],
        target=codes[1],
        target_bases=np.minimum(bases, config.target_length).astype(np.int64),
        label=table.label.astype(np.float32),
        weight=table.weight,
        goal=table.label.astype(np.float32) if table.soft_label is None else table.soft_label,
        swap=swap,
    )
