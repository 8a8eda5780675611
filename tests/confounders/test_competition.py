"""Frequent seeds, and sites that show another miRNA's."""

import pytest

from dmiso.alphabet import reverse_complement
from dmiso.confounders.competition import frequent_seeds, other_seed_matches

LET7, MIR21, MIR16 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA", "UAGCAGCACGUAAAUAUUGGCG"


def test_frequent_seeds__stop_once_their_share_is_reached():
    mirnas = [LET7] * 6 + [MIR21] * 3 + [MIR16]
    assert frequent_seeds(mirnas, share=0.6) == (LET7[1:7],)
    assert frequent_seeds(mirnas, share=0.61) == (LET7[1:7], MIR21[1:7])
    assert frequent_seeds(mirnas, share=1) == (LET7[1:7], MIR21[1:7], MIR16[1:7])
    assert frequent_seeds([], share=0.8) == ()


def test_other_seed_matches__count_other_seeds_and_never_the_own():
    site = "GG" + reverse_complement(LET7[1:8]) + "AUU" + reverse_complement(MIR21[1:8]) + "AGG"
    seeds = [LET7[1:7], MIR21[1:7]]
    assert other_seed_matches([LET7, MIR21, MIR16], [site] * 3, seeds).tolist() == [1, 1, 2]


@pytest.mark.parametrize("shifted", [LET7[1:], "A" + LET7])
def test_other_seed_matches__do_not_count_the_seed_of_the_canonical_mirna_against_its_isomir(shifted):
    site = "GG" + reverse_complement(LET7[:9]) + "GG"
    assert other_seed_matches([shifted], [site], [LET7[1:7]]).tolist() == [0]


def test_other_seed_matches__take_seeds_of_mirnas_that_end_in_them_and_sites_shorter_than_a_seed():
    short = LET7[:5]  # its seed, positions 2-5, has four nucleotides
    seeds = [short[1:7], MIR21[1:7]]
    sites = ["GG" + reverse_complement(LET7[1:5]) + "GG", "AC", ""]
    assert other_seed_matches([MIR16] * 3, sites, seeds).tolist() == [1, 0, 0]
