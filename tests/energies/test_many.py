"""Duplex energies against ViennaRNA asked one pair at a time."""

import os
import sys

import numpy as np
import pytest

import dmiso.energies.many as module
from dmiso.energies import cofold_below, duplex_energies
from dmiso.errors import MissingExtraError
from dmiso.workers import WorkerError, listening

RNA = pytest.importorskip("RNA")


@pytest.fixture
def pairs(rng, random_rna):
    return [random_rna(rng, 21) for _ in range(12)], [random_rna(rng, 40) for _ in range(12)]


def test_rnaduplex__equals_one_pair_at_a_time(pairs):
    expected = [RNA.duplexfold(m, t).energy for m, t in zip(*pairs, strict=True)]
    np.testing.assert_allclose(duplex_energies(*pairs, "RNAduplex"), expected, atol=1e-6)


def test_rnacofold__equals_one_pair_at_a_time(pairs):
    expected = [RNA.cofold(f"{m}&{t}")[1] for m, t in zip(*pairs, strict=True)]
    np.testing.assert_allclose(duplex_energies(*pairs, "RNAcofold"), expected, atol=1e-6)


@pytest.mark.parametrize("program", ["RNAduplex", "RNAcofold"])
def test_child_processes__give_the_same_energies_in_the_same_order(pairs, program, monkeypatch):
    here = duplex_energies(*pairs, program, processes=1)
    monkeypatch.setattr(module, "_PAIRS_A_WORKER", 4)
    monkeypatch.setattr(module, "_PAIRS_AT_ONCE", 5)
    told = []
    with listening(lambda *work: told.append(work)):
        there = duplex_energies(*pairs, program, processes=3)
    np.testing.assert_array_equal(there, here)
    assert told[0] == (f"pairs folded by {program}", 0, 12)
    assert told[-1] == (f"pairs folded by {program}", 12, 12)


def test_repeated_pairs__are_folded_once(pairs, monkeypatch):
    asked = []
    original = module._fold
    monkeypatch.setattr(module, "_fold", lambda job, report: asked.extend(job[1]) or original(job, report))
    mirnas, targets = pairs
    energies = duplex_energies(mirnas * 2, targets * 2, "RNAduplex")
    assert len(asked) == 12
    np.testing.assert_array_equal(energies[:12], energies[12:])


def test_no_pairs__give_no_energies():
    assert duplex_energies([], [], "RNAduplex").shape == (0,)


def test_unknown_program__is_named():
    with pytest.raises(ValueError, match="RNAduplex, RNAcofold; found 'RNAup'"):
        duplex_energies(["A"], ["U"], "RNAup")


def test_without_viennarna__the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "RNA", None)
    with pytest.raises(MissingExtraError, match=r"RNAduplex needs ViennaRNA.*pip install 'dmiso\[energy\]'"):
        duplex_energies(["A"], ["U"], "RNAduplex")


def test_a_worker_that_fails__is_an_error_with_its_last_line(pairs, monkeypatch, tmp_path):
    (tmp_path / "RNA.py").write_text("raise SystemExit('no memory left')\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setattr(module, "_PAIRS_A_WORKER", 4)
    with pytest.raises(WorkerError, match="worker 1 of 1 ended with code 1: no memory left"):
        duplex_energies(*pairs, "RNAduplex", processes=2)


def test_cofold_below__says_what_rnacofold_says_of_every_pair(rng):
    pytest.importorskip("RNA")
    mirnas = ["".join(rng.choice(list("ACGU"), 22)) for _ in range(150)]
    targets = ["".join(rng.choice(list("ACGUGC"), int(rng.integers(20, 70)))) for _ in range(150)]
    energies = duplex_energies(mirnas, targets, "RNAcofold", processes=1)
    at_one = float(energies[7])
    for threshold in (-15.0, at_one, -4.0):
        assert cofold_below(mirnas, targets, threshold).tolist() == (energies < threshold).tolist()
    assert 20 < (energies < -15.0).sum() < 130
