"""Features of sites, worked out by hand."""

import numpy as np
import pytest

from dmiso.columns import COLUMNS
from dmiso.energies import unpaired_log10
from dmiso.errors import ModelError
from dmiso.io.transcripts import Transcript
from dmiso.repression.context import SiteContext
from dmiso.repression.features import CATALOGUE, OPENED, seed_stability, site_features
from dmiso.repression.sites import ALL_UTR3, find_all_sites, pack_targets

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
SITE = "CUACCUCA"


def context(sequence, mirna=LET7, cds=ALL_UTR3, **given):
    targets = pack_targets([Transcript("t", sequence, cds)])
    return SiteContext([mirna], targets, find_all_sites([mirna], targets), **given)


def feature(name, sequence, **given):
    """Return a feature of the only site."""
    (value,) = site_features([name], context(sequence, **given))[0]
    return value


def test_catalogue__each_feature_is_declared_with_its_bounds():
    assert set(CATALOGUE) <= set(COLUMNS)


def test_local_au__near_bases_count_more():
    # 5': A at distance 1, G at 2; 3': G at 1, U at 2
    assert feature("local_au", "GA" + SITE + "GU") == pytest.approx((1 + 1 / 2) / (1 + 1 / 2 + 1 + 1 / 2))
    assert feature("au_upstream", "GA" + SITE + "GU") == pytest.approx(1 / 1.5)
    assert feature("au_downstream", "GA" + SITE + "GU") == pytest.approx(0.5 / 1.5)


def test_local_au__n_and_what_is_beyond_the_ends_count_for_nothing():
    assert feature("local_au", "NA" + SITE + "N") == 1
    assert np.isnan(feature("au_upstream", SITE + "A"))
    # 30 nt on either side: the A at distance 31 is not seen
    assert feature("local_au", "A" + "G" * 30 + SITE) == 0
    assert feature("local_au", "A" + "G" * 29 + SITE) > 0


def test_au_of_site__is_that_of_the_14_nt_whose_openness_counts():
    # GGGGGG CUACCUCA: U A U A
    assert feature("au_of_site", "AAA" + "G" * 6 + SITE + "AAA") == pytest.approx(4 / 14)


def test_pairing_3p__positions_13_to_16_count_one_each():
    mirna = "UGAGGUAG" + "AAAA" + "CCCC"
    assert feature("pairing_3p", "GGGG" + "CCCC" + SITE, mirna=mirna) == 4
    # two pairs are the fewest that count
    assert feature("pairing_3p", "AAGG" + "CCCC" + SITE, mirna=mirna) == 2
    assert feature("pairing_3p", "AAAG" + "CCCC" + SITE, mirna=mirna) == 0


def test_pairing_3p__other_positions_count_half():
    mirna = "UGAGGUAG" + "AACC" + "AAAAAAAA"  # positions 11 and 12 pair with GG
    assert feature("pairing_3p", "GG" + "CC" + SITE, mirna=mirna) == 1


def test_pairing_3p__loops_of_unequal_length_cost_beyond_two():
    mirna = "UGAGGUAG" + "AAAA" + "CCCC"
    for shorter, score in ((0, 4), (2, 4), (3, 3.5), (4, 3)):
        assert feature("pairing_3p", "AAGGGG" + "C" * (4 - shorter) + SITE, mirna=mirna) == score


def test_end_distance__is_to_the_nearer_end_of_the_region():
    # anchor at 40 + 7; CDS 20-120
    assert feature("end_distance", "G" * 40 + SITE + "G" * 172, cds=(20, 120)) == pytest.approx(np.log10(27))
    # 3'UTR 20-100: 100 - 97
    assert feature("end_distance", "G" * 90 + SITE + "GG", cds=(2, 20)) == pytest.approx(np.log10(3))


def test_lengths__of_the_regions():
    sequence = "G" * 200 + SITE + "G" * 92  # 3'UTR 100-300
    assert feature("utr3_length", sequence, cds=(10, 100)) == pytest.approx(np.log10(200))
    assert feature("cds_length", sequence, cds=(10, 100)) == pytest.approx(np.log10(90))
    assert np.isnan(feature("cds_length", sequence))
    assert feature("utr3_length", SITE) == pytest.approx(np.log10(50))


def test_utr3_au__is_of_the_3utr_alone():
    assert feature("utr3_au", "AAAA" + "GG" + SITE, cds=(0, 4)) == pytest.approx(4 / 10)


def test_faces_9__is_the_base_5p_of_an_8mer():
    assert [feature("faces_9_is_a", base + SITE) for base in "AUGN"] == [1, 0, 0, 0]
    assert [feature("faces_9_is_u", base + SITE) for base in "AUGN"] == [0, 1, 0, 0]
    assert feature("faces_9_is_a", SITE) == 0


def test_seed_stability__is_the_same_for_both_strands():
    for seed in ("GAGGUAG", "ACGUACG", "UUUAAAC"):
        other = seed[::-1].translate(str.maketrans({"A": "U", "U": "A", "C": "G", "G": "C"}))
        assert seed_stability("U" + seed) == pytest.approx(seed_stability("U" + other))
    assert seed_stability("UAAAAAAA") == pytest.approx(6 * -0.93)
    assert np.isnan(seed_stability("UAAANAAA"))
    assert np.isnan(seed_stability("UAAA"))


def test_accessibility__is_of_the_14_nt_that_end_at_the_anchor(rng):
    sequence = "".join(rng.choice(list("AUCG"), 300)) + SITE + "".join(rng.choice(list("AUCG"), 200))
    log10 = unpaired_log10(sequence, OPENED)
    of_site = context(sequence, accessibility=lambda _: log10)
    values = site_features(["accessibility"], of_site)[0]
    assert values.tolist() == log10[of_site.sites.anchor].tolist()
    assert 307 in of_site.sites.anchor


def test_affinity__is_asked_with_the_8mer_and_two_bases_on_either_side():
    asked = []

    def affinity(mirna, windows):
        asked.append((mirna, windows))
        return np.full(len(windows), -9.0)

    assert feature("affinity", "UGG" + SITE + "C", affinity=affinity) == -9
    assert asked == [(LET7, ["GG" + SITE + "CN"])]


def test_features__unknown_or_without_what_they_need_are_refused():
    with pytest.raises(
        ModelError, match=r"feature 'local_ua' is unknown to this dmiso\. Did you mean local_au"
    ):
        site_features(["local_ua"], context(SITE))
    with pytest.raises(ModelError, match="feature 'accessibility' needs accessibility"):
        site_features(["accessibility"], context(SITE))
