"""Counts as AnnData on disk (``.h5ad``), for scanpy, PyDESeq2 and their like.

Written with h5py by the format's own definition (AnnData, "On-disk format", encoding version 0.1.0), so that nothing
of 200 MB has to be installed to write a table of counts; a test reads it with anndata itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import h5py
import numpy as np

from dmiso.io.atomic import atomic_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

__all__ = ["write_h5ad"]

_EMPTY: Final = ("layers", "obsm", "obsp", "uns", "varm", "varp")
"""Parts of AnnData that counts alone have nothing for."""


def write_h5ad(path: Path, matrix: pl.DataFrame, samples: pl.DataFrame, features: pl.DataFrame) -> None:
    """Write counts as AnnData: samples are observations, features are variables.

    Parameters
    ----------
    path
        Where; replaced whole.
    matrix
        Column ``feature``, then a column of counts per sample.
    samples
        A row per sample, in the order of the matrix' columns; its column ``sample`` names them.
    features
        A row per feature, in the order of the matrix; its column ``feature`` names them.
    """
    counts = matrix.drop("feature").to_numpy().T.astype(np.int64)
    with atomic_path(path) as temporary, h5py.File(temporary, "w") as file:
        _encode(file, "anndata", "0.1.0")
        _write_sparse(file.create_group("X"), counts)
        _write_frame(file.create_group("obs"), samples, "sample")
        _write_frame(file.create_group("var"), features, "feature")
        for name in _EMPTY:
            _encode(file.create_group(name), "dict", "0.1.0")


def _encode(thing: Any, kind: str, version: str) -> None:
    """Say what a part is."""
    thing.attrs["encoding-type"] = kind
    thing.attrs["encoding-version"] = version


def _write_sparse(group: h5py.Group, counts: np.ndarray[Any, np.dtype[np.int64]]) -> None:
    """Write a matrix as compressed sparse rows: most isomiRs are in few samples."""
    _encode(group, "csr_matrix", "0.1.0")
    group.attrs["shape"] = np.array(counts.shape, np.int64)
    rows, columns = np.nonzero(counts)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(counts)))])
    parts: Mapping[str, Any] = {
        "data": counts[rows, columns],
        "indices": columns.astype(np.int32),
        "indptr": starts.astype(np.int32),
    }
    for name, values in parts.items():
        group.create_dataset(name, data=values, compression="gzip" if len(values) else None)


def _write_frame(group: h5py.Group, frame: pl.DataFrame, index: str) -> None:
    """Write a table by columns."""
    _encode(group, "dataframe", "0.2.0")
    names = [name for name in frame.columns if name != index]
    group.attrs["_index"] = index
    group.attrs.create("column-order", names, dtype=h5py.string_dtype()) if names else group.attrs.create(
        "column-order", np.array([], np.float64)
    )
    for name in (index, *names):
        _write_column(group, name, frame[name])


def _write_column(group: h5py.Group, name: str, column: pl.Series) -> None:
    if column.dtype.is_numeric():
        _encode(group.create_dataset(name, data=column.to_numpy()), "array", "0.2.0")
        return
    texts: Sequence[str] = [str(value or "") for value in column]
    made = group.create_dataset(name, shape=(len(texts),), dtype=h5py.string_dtype())
    if texts:
        made[:] = texts
    _encode(made, "string-array", "0.2.0")
