"""The two more inputs of the last layer: summed from reads, and really used in training."""

import numpy as np
import polars as pl
import pytest

from dmiso.evaluate.metrics import auroc
from dmiso.studies.abundance import ABUNDANCE, train_with_abundance, with_abundance
from dmiso.train import settings_for

from .conftest import MIRNAS, bases

pytest.importorskip("torch")


def test_abundance__sums_reads_by_mirna_and_by_transcript():
    seen = pl.DataFrame(
        {
            "mirna_sequence": ["UGAG", "UGAG", "CCCC"],
            "target_sequence": ["CUAC", "CUCA", "GGGG"],
            "transcript_id": ["a", "a", None],
            "read_count": [None, 4, 2],
        }
    )
    other = pl.DataFrame(
        {
            "mirna_sequence": ["AAAA"],
            "target_sequence": ["GGGG"],
            "transcript_id": [None],
            "read_count": [None],
        },
        schema_overrides={"transcript_id": pl.String, "read_count": pl.Int64},
    )
    assert with_abundance(seen, seen).select(ABUNDANCE).rows() == [(5, 5), (5, 5), (2, 2)]
    assert with_abundance(other, seen).select(ABUNDANCE).rows() == [(0, 2)]


@pytest.fixture
def told_by_abundance(rng, tmp_path):
    """Pairs whose nucleotides tell nothing and whose transcript's abundance tells the label."""
    n = 400
    labels = np.arange(n) % 2
    table = pl.DataFrame(
        {
            "mirna_sequence": [list(MIRNAS.values())[i // 2 % 8] for i in range(n)],
            "target_sequence": [bases(rng, 40, 0.5) for _ in range(n)],
            "label": labels,
            "split": np.array(["train", "validation", "test", "train"])[np.arange(n) // 100],
            "cluster": np.arange(n),
            "mirna_abundance": 3,
            "target_abundance": np.where(labels == 1, 900, 20) + rng.integers(0, 10, n),
        }
    )
    path = tmp_path / "data.parquet"
    table.write_parquet(path)
    return table, path


def test_training__learns_from_the_abundance_and_repeats_itself(told_by_abundance, tmp_path):
    table, path = told_by_abundance
    settings = settings_for("dmiso", epochs=10, patience=10, seed=1, learning_rate=0.01)
    found = []
    for name in ("one", "two"):
        train_with_abundance(path, {"test": path}, tmp_path / name, settings)
        found.append(pl.read_parquet(tmp_path / name / "test.parquet"))
        assert (tmp_path / name / "weights.safetensors").is_file()
    test = (table["split"] == "test").to_numpy()
    logits = found[0]["logit"].to_numpy()[test]
    assert auroc(table["label"].to_numpy()[test], logits) > 0.95
    assert found[0].equals(found[1])
    assert found[0]["score"].is_between(0, 1).all()
