"""What a transcript's sites do together and its weak matches, worked out by hand."""

import numpy as np
import pytest

from dmiso.alphabet import codes_of, kmer_numbers
from dmiso.errors import ModelError
from dmiso.io.transcripts import Transcript
from dmiso.repression.context import SiteContext
from dmiso.repression.kmer_sums import WEAK_MATCHES, Facing, kmer_sums
from dmiso.repression.sites import ALL_UTR3, find_all_sites, pack_targets
from dmiso.repression.transcript_features import TRANSCRIPT_CATALOGUE, transcript_features

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
FAR = "G" * 15  # beyond the stop codon
M8, A8, SIX = "CUACCUCG", "CUACCUCA", "GUACCUCG"


def context(*sequences, mirnas=(LET7,), cds=ALL_UTR3):
    targets = pack_targets([Transcript(str(i), s, cds) for i, s in enumerate(sequences)])
    return SiteContext(list(mirnas), targets, find_all_sites(list(mirnas), targets))


def feature(name, *sequences, **given):
    return transcript_features([name], context(*sequences, **given))[0, 0].tolist()


def index(kmer):
    return int(kmer_numbers(codes_of(kmer)[None])[0])


def test_loads__add_up_the_usual_strengths_of_3utr_sites():
    two = FAR + A8 + FAR + SIX
    assert feature("load_log", two, FAR) == pytest.approx([np.log(2.2), 0])
    assert feature("load_root", two) == pytest.approx([np.sqrt(1.2)])
    assert feature("load_square", two, FAR + (A8 + FAR) * 6) == pytest.approx([1.44, 16])
    # in the coding sequence the same sites are of its own load
    assert feature("load_log", two, cds=(0, len(two))) == [0]
    assert feature("cds_load_log", two, cds=(0, len(two))) == pytest.approx([np.log(2.2)])


def test_any__is_one_however_many_sites_there_are():
    sequences = (FAR, FAR + SIX, FAR + M8 + M8)
    assert feature("any_site", *sequences) == [0, 1, 1]
    assert feature("any_7mer", *sequences) == [0, 0, 1]


def test_pairs__are_of_neighbours_by_the_distance_of_their_anchors():
    # anchors 8, 8 + 32, and 8 + 32 + 60 apart; the 6mer between is no firm match
    sequence = FAR + A8 + A8 + "G" * 24 + A8 + SIX + "G" * 44 + A8
    assert [
        feature(f"pairs_{name}", sequence)[0] for name in ("under_8", "8_to_40", "41_to_100", "over_100")
    ] == [
        0,
        2,
        1,
        0,
    ]
    # sites of two transcripts or two miRNAs are no neighbours
    assert feature("pairs_8_to_40", FAR + A8, A8 + FAR) == [0, 0]


def test_facing__pairs_and_wobbles_by_position():
    facing = Facing(LET7)
    assert facing.pairs(2, 8).nonzero()[0].tolist() == sorted(index("CUACCUC" + base) for base in "AUCG")
    # U and G of a miRNA wobble with G and U: position 2, G, faces U
    assert facing.wobbles(2)[index("CUACCUUA")]
    assert facing.wobbles(6)[index("CUGCCUCA")]  # position 6, U, faces G
    assert not Facing("UGCA").wobbles(3).any()
    assert not Facing("UGAN").pairs(4, 4).any()
    assert not Facing("UGA").pairs(4, 4).any()


@pytest.mark.parametrize(
    ("name", "kmer", "other"),
    [
        ("weak_2_6", "GGACCUCG", "GGACCUCA"),  # with A opposite position 1 it is a 6mer-A1
        ("weak_3_7", "GUACCUGG", "CUACCUGG"),  # with position 8 it is an offset 6mer
        ("weak_4_8", "CUACCGCG", "CUACCUCG"),
        ("weak_mismatch", "CUACGUCA", "CUACGUCG"),  # without A opposite position 1 it is none
        ("weak_wobble", "CUGCCUCA", "CUCCCUCA"),
        ("weak_bulge", "UAGCCUCG", "UAGGCUCG"),  # positions 2-5 pair, 6 and 7 one base further 5'
    ],
)
def test_weak_matches__of_let_7_by_hand(name, kmer, other):
    found = WEAK_MATCHES[name](Facing(LET7))
    assert found[index(kmer)]
    assert not found[index(other)]
    assert not (found & Facing(LET7).seed_site).any()


def test_seed_site__of_8mers_is_that_of_the_search_for_sites():
    facing = Facing(LET7)
    for kmer in ("CUACCUCA", "CUACCUCG", "GUACCUCA", "GUACCUCG", "CUACCUGG", "GGACCUCA"):
        assert facing.seed_site[index(kmer)] == (len(context("G" + kmer + "G").sites.type) == 1)


def test_weak_features__count_in_the_3utr_beyond_the_stop_codon():
    weak = "GGACCUCG"
    assert feature("weak_2_6", FAR + weak + weak, weak) == pytest.approx([np.log(3), 0])
    assert feature("weak_2_6", FAR + weak, cds=(0, 23)) == [0]


def test_kmer_sums__are_those_of_a_loop(rng):
    tables = [rng.random(4**8).astype(np.float32) for _ in range(3)]
    sequences = [
        "".join(rng.choice(list("AUCGN"), n, p=[0.3, 0.2, 0.2, 0.28, 0.02])) for n in (0, 7, 8, 60, 300)
    ]
    begins, ends = np.array([0, 0, 0, 5, 20]), np.array([0, 7, 8, 9, 300])
    targets = pack_targets([Transcript(str(i), s, ALL_UTR3) for i, s in enumerate(sequences)])
    expected = [
        [
            sum(
                table[index(s[p : p + 8])]
                for p in range(first, last)
                if len(s[p : p + 8]) == 8 and "N" not in s[p : p + 8]
            )
            for s, first, last in zip(sequences, begins, ends, strict=True)
        ]
        for table in tables
    ]
    np.testing.assert_allclose(kmer_sums(tables, targets, begins, ends), expected, rtol=1e-5)
    assert kmer_sums([], targets, begins, ends).shape == (0, 5)


def test_catalogue__every_feature_is_finite_and_of_its_shape(rng):
    sequences = ["".join(rng.choice(list("AUCG"), 400)) for _ in range(3)]
    mirnas = ["".join(rng.choice(list("AUCG"), 22)) for _ in range(2)]
    values = transcript_features(list(TRANSCRIPT_CATALOGUE), context(*sequences, mirnas=mirnas))
    assert values.shape == (len(TRANSCRIPT_CATALOGUE), 2, 3)
    assert np.isfinite(values).all()


def test_features__unknown_ones_are_refused():
    with pytest.raises(
        ModelError, match=r"transcript feature 'load_lag' is unknown .* Did you mean load_log"
    ):
        transcript_features(["load_lag"], context(FAR))
