"""The arithmetic of a peer's network, against what its own program printed."""

import importlib.util
from pathlib import Path

import numpy as np
import polars as pl
import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "mirbind2.py"


@pytest.fixture(scope="module")
def module():
    pytest.importorskip("torch")
    if not SCRIPT.is_file():
        pytest.skip("the benchmarks are not part of this copy")
    spec = importlib.util.spec_from_file_location("mirbind2", SCRIPT)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.real_data
@pytest.mark.parametrize(("bfloat16", "tolerance"), [(False, 1e-6), (True, 0.02)])
def test_mirbind2__gives_what_its_own_program_printed(module, shared_data, bfloat16, tolerance):
    printed = pl.read_csv(shared_data / "benchmark/peers/hejret_test_scores.tsv.gz", separator="\t")
    mirnas, targets = (printed[name].str.replace_all("T", "U").to_list() for name in ("noncodingRNA", "gene"))
    logits = module.mirbind2_scorer(shared_data, bfloat16=bfloat16)(mirnas, targets)
    scores = 1 / (1 + np.exp(-logits))
    assert np.abs(scores - printed["miRBind2"].to_numpy()).max() < tolerance


@pytest.mark.real_data
def test_mirbind2__takes_n_for_unknown(module, shared_data):
    score = module.mirbind2_scorer(shared_data)
    padded, known = score(["UGAGGUAGNNN", "UGAGGUAG"], ["CUACCUCANN", "CUACCUCA"])
    assert padded == pytest.approx(known, abs=1e-5)
