"""Whether the seed is what changes, on sites whose seeds the test planted."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dmiso.compare import CompareSettings, Pair, judge
from dmiso.compare.seed_shift import shuffled_seeds
from dmiso.compare.sentences import seed_sentences

SETTINGS = CompareSettings(min_percentile=0)
OWN, OTHER = "ACAGGGA", "UCAGGGU"  # pairs with the isomiR's 2-7 only, and with the canonical's 2-7 only


def planted(said, gained, lost, *, n=12):
    """Return a scan of n sites gained, lost and kept, with these nucleotides in them; kept sites have no seed."""
    bases = [f"{'GA' * 10}{seed}{'GA' * 20}" for seed in [gained] * n + [lost] * n + ["GAGAGAG"] * n]
    own = [(t, 8, 30, 9.0, 0.01) for t in (*range(n), *range(2 * n, 3 * n))]
    other = [(t, 8, 31, 9.0, 0.01) for t in range(n, 3 * n)]
    return said(own, other, bases=bases)


def test_seed__decides_where_each_has_its_own(said, pair):
    found = judge(planted(said, OWN, OTHER), pair, SETTINGS)
    assert [found.n_sites(change) for change in ("gained", "lost", "kept")] == [12, 12, 12]
    for test, seed in zip(found.seed_tests, ("isomir", "canonical"), strict=True):
        assert (test.seed, test.n_sites, test.n_matches, test.n_held_matches) == (seed, 12, 12, 0)
        assert test.seed_decides is True
        assert test.p_value < 1e-6
        assert test.odds_ratio_low > 10
        assert test.shuffled_share < 0.2
    assert seed_sentences(found)[-1] == "So the seed is what changes, in both directions."


def test_seed__does_not_decide_where_sites_have_none(said, pair):
    found = judge(planted(said, "GAGAGAG", "GAGAGAG"), pair, SETTINGS)
    assert [test.seed_decides for test in found.seed_tests] == [False, False]
    assert "not shown" in seed_sentences(found)[-1]


def test_seed__may_decide_in_one_direction(said, pair):
    found = judge(planted(said, OWN, "GAGAGAG"), pair, SETTINGS)
    assert [test.seed_decides for test in found.seed_tests] == [True, False]
    assert "among gained sites" in seed_sentences(found)[-1]


def test_seed__question_has_no_answer_without_sites(said, pair):
    found = judge(said([], []), pair, SETTINGS)
    assert [test.seed_decides for test in found.seed_tests] == [None, None]
    assert "no answer" in seed_sentences(found)[-1]
    assert found.as_dict()["seed_tests"][0]["p_value"] is None


def test_seed__question_has_no_answer_where_both_hold_nothing(said, pair):
    bases = [f"{'GA' * 10}{OWN}{'GA' * 20}"] * 9
    found = judge(said([(t, 8, 30, 9.0, 0.01) for t in range(9)], [], bases=bases), pair, SETTINGS)
    assert (found.seed_tests[0].n_matches, found.seed_tests[0].seed_decides) == (9, None)
    assert found.seed_tests[0].shuffled_p_value < 0.01
    assert seed_sentences(found)[-1].startswith("Both hold no site")


def test_seed__few_held_sites_are_said_to_be_few(said, pair):
    bases = [f"{'GA' * 10}{OWN}{'GA' * 20}"] * 8 + ["GA" * 40] * 2
    own = [(t, 8, 30, 9.0, 0.01) for t in range(10)]
    other = [(t, 8, 31, 9.0, 0.01) for t in (8, 9)]
    found = judge(said(own[:5] + own[8:], other, bases=bases), pair, SETTINGS)
    assert (found.seed_tests[0].n_sites, found.seed_tests[0].n_held) == (5, 2)
    assert found.seed_tests[0].seed_decides is False  # 5 of 5 against 0 of 2 is p = 0.048
    assert "Both hold only 2 sites, too few" in seed_sentences(found)[-1]


def test_equal_seeds__are_said_and_not_tested(said, pair):
    tailed = Pair(pair.canonical, pair.isomir.__class__("tail", pair.canonical.sequence + "AA"))
    assert not tailed.seed_shifted
    from dmiso.compare.seed_shift import seed_tests

    scan = said([], [])
    empty = judge(scan, pair, SETTINGS).sites
    assert seed_tests(tailed, empty, scan.targets, seed=1) == []


@given(st.text("ACGU", min_size=7, max_size=7), st.integers(0, 2**16))
def test_shuffled_seeds__keep_the_bases_and_avoid_both_seeds(seed, number):
    other = seed[1:] + "A"
    made = shuffled_seeds(seed, [seed, other], 20, draw=np.random.default_rng(number))
    assert len(set(made)) == len(made) <= 20
    assert all(sorted(one) == sorted(seed) for one in made)
    assert not {one[:6] for one in made} & {seed[:6], other[:6]}
