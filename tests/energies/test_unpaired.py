"""Chances to be unpaired."""

import sys

import numpy as np
import pytest

from dmiso.energies import unpaired_log10
from dmiso.errors import MissingExtraError


def test_unpaired__a_stem_is_closed_and_a_tail_is_open():
    log10 = unpaired_log10("A" * 30 + "GGGGCCGC" + "AAAA" + "GCGGCCCC" + "A" * 30, 4)
    assert log10[20] > np.log10(0.9)
    assert log10[33] < -3  # the last of GGGG
    assert np.isnan(log10[:3]).all()
    assert np.isfinite(log10[3:]).all()


def test_unpaired__positions_asked_for_are_those_of_the_whole_sequence(rng):
    sequence = "".join(rng.choice(list("AUCGN"), 700, p=[0.3, 0.3, 0.19, 0.2, 0.01]))
    whole = unpaired_log10(sequence, 14)
    ends = [5, 13, 14, 200, 205, 290, 480, 650, 699]
    some = unpaired_log10(sequence, 14, ends=ends)
    assert np.isnan(some[5])
    np.testing.assert_allclose(10.0 ** some[ends[1:]], 10.0 ** whole[ends[1:]], atol=2e-6)
    # nothing that rests on fewer windows is given out
    np.testing.assert_allclose(10.0**some, np.where(np.isnan(some), np.nan, 10.0**whole), atol=2e-6)
    assert np.isnan(some[350:380]).all()


def test_unpaired__of_short_sequences_and_no_positions_is_nothing():
    assert np.isnan(unpaired_log10("ACG", 4)).all()
    assert unpaired_log10("", 4).shape == (0,)
    assert np.isnan(unpaired_log10("ACGUACGU", 4, ends=[])).all()


def test_unpaired__needs_viennarna(monkeypatch):
    monkeypatch.setitem(sys.modules, "RNA", None)
    with pytest.raises(MissingExtraError, match=r"dmiso\[energy\]"):
        unpaired_log10("ACGUACGU", 4)
