"""AnnData's parts are where its definition says (anndata itself reads them in test_statistics_packages)."""

import h5py
import numpy as np
import polars as pl

from dmiso.samples.h5ad import write_h5ad


def written(tmp_path, counts):
    matrix = pl.DataFrame({"feature": ["a", "b|c", "d"], "x": counts[0], "y": counts[1]})
    samples = pl.DataFrame({"sample": ["x", "y"], "group": ["one", None], "raw_reads": [5, 7]})
    write_h5ad(tmp_path / "a.h5ad", matrix, samples, matrix.select("feature"))
    return h5py.File(tmp_path / "a.h5ad")


def test_h5ad__holds_samples_by_features(tmp_path):
    with written(tmp_path, ([5, 0, 1], [0, 0, 9])) as file:
        assert dict(file.attrs) == {"encoding-type": "anndata", "encoding-version": "0.1.0"}
        x, dense = file["X"], np.zeros((2, 3), int)
        for row in range(2):
            part = slice(x["indptr"][row], x["indptr"][row + 1])
            dense[row, x["indices"][part]] = x["data"][part]
        assert dense.tolist() == [[5, 0, 1], [0, 0, 9]]
        assert file["var/feature"].asstr()[:].tolist() == ["a", "b|c", "d"]
        assert file["obs/group"].asstr()[:].tolist() == ["one", ""]
        assert file["obs/raw_reads"][:].tolist() == [5, 7]
        assert list(file["obs"].attrs["column-order"]) == ["group", "raw_reads"]


def test_h5ad__of_zeros_alone_can_be_written(tmp_path):
    with written(tmp_path, ([0, 0, 0], [0, 0, 0])) as file:
        assert file["X/data"].shape == (0,)
        assert file["X/indptr"][:].tolist() == [0, 0, 0]
