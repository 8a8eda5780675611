"""Baselines from sequences: which sites count, and what they add."""

import numpy as np
import pytest

from dmiso.energies import duplex_energies
from dmiso.evaluate.genes.baselines import (
    SEED_TYPE_WEIGHTS,
    duplex_scores,
    seed_scores,
    seed_type_sum,
    utr_scores,
    utr_sites,
)
from dmiso.evaluate.genes.utrs import Utr

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
SITES = {"8mer": "CUACCUCA", "7mer-m8": "CUACCUCG", "7mer-A1": "GUACCUCA", "6mer": "GUACCUCG"}


@pytest.mark.parametrize("name", SITES)
def test_seed_type_sum__adds_the_weight_of_each_site(name):
    one = Utr("GGGG" + SITES[name] + "GGGG", 0)
    assert seed_type_sum(LET7, one) == SEED_TYPE_WEIGHTS[name]
    two = Utr("GGGG" + SITES[name] + "GGGG" + SITES["8mer"] + "GG", 0)
    assert seed_type_sum(LET7, two) == pytest.approx(SEED_TYPE_WEIGHTS[name] + 0.31)


def test_seed_type_sum__of_an_offset_6mer_is_0():
    utr = Utr("GGGCUACCUGGGG", 0)
    assert [site.seed_class for site in utr_sites(LET7, utr)] == ["offset-6mer"]
    assert seed_type_sum(LET7, utr) == 0


def test_sites_at_the_beginning__take_their_type_from_the_base_before():
    mrna = "AUGGGG" + SITES["7mer-m8"] + "GGGG"
    seven = mrna.index("UACCUC")
    assert [s.seed_class for s in utr_sites(LET7, Utr(mrna, seven))] == ["7mer-m8"]
    assert [s.seed_class for s in utr_sites(LET7, Utr(mrna[seven:], 0))] == ["6mer"]
    assert utr_sites(LET7, Utr(mrna, seven + 1)) == []  # a base of positions 2-7 lies before the 3'UTR


def test_scores__are_nan_of_an_unknown_mirna_and_follow_the_rows():
    utrs = [Utr("GG" + SITES["8mer"] + "GG" + SITES["7mer-A1"], 0), Utr("AUGGGAAUUN", 3)]
    found = seed_scores([LET7, "", LET7], utrs, np.array([0, 0, 1]))
    assert found["seed_type_sum"][[0, 2]].tolist() == [0.409, 0]
    assert found["sites_7mer_or_better"][[0, 2]].tolist() == [2, 0]
    assert np.isnan(found["seed_type_sum"][1])
    plain = utr_scores(utrs, np.array([1, 1, 0]))
    assert plain["utr_length"].tolist() == [7, 7, 20]
    assert plain["utr_au"][0] == pytest.approx(4 / 6)  # GGAAUU: N is not known


def test_rnaduplex__is_the_least_energy_anywhere_on_the_3_utr(rng, random_rna):
    target = random_rna(rng, 300)
    utrs = [Utr("GGGG" + target, 4), Utr("CCCC", 4)]
    found = duplex_scores([LET7, LET7, LET7], utrs, np.array([0, 0, 1]), np.array([True, False, True]))
    windows = [target[i : i + 60] for i in range(0, 241, 10)]
    least = duplex_energies([LET7] * len(windows), windows, "RNAduplex").min()
    assert found[0] == pytest.approx(-least)
    assert np.isnan(found[1:]).all()  # not drawn; without a base
