"""Planted sites of other miRNAs: what is planted, who is convicted, who is cleared."""

from zlib import crc32

import numpy as np
import pytest

from dmiso.confounders import other_seed_matches
from dmiso.confounders.competition import own_matches
from dmiso.confounders.planted_seeds import FREQUENT, INVENTED, RARE
from dmiso.evaluate.planted import site_of
from dmiso.evaluate.planted_competition import COMPETITION_LIMIT, KINDS, check_competition, plant_others
from dmiso.evaluate.score_scale import scale_of
from dmiso.seeds import seed_class, seed_match

SEEDS = [seed[:6] for seed in FREQUENT.values()]


def noise(mirnas, targets):
    """Give each pair its own number, the same whenever it is asked."""
    pairs = zip(mirnas, targets, strict=True)
    return np.array([crc32(f"{m} {t}".encode()) % 1000 / 500 for m, t in pairs])


def reads_the_pair(mirnas, targets):
    pairs = zip(mirnas, targets, strict=True)
    return np.array([4.0 * (seed_class(m, t) != "none") for m, t in pairs]) + noise(mirnas, targets)


def knows(weight):
    def score(mirnas, targets):
        return reads_the_pair(mirnas, targets) + weight * other_seed_matches(mirnas, targets, SEEDS)

    return score


def ask(scorer, n_pairs=600):
    generator = np.random.default_rng(3)
    return check_competition(
        scale_of(scorer, n_pairs=300, generator=generator), n_pairs=n_pairs, generator=generator
    )


@pytest.mark.parametrize("own_site", [False, True])
def test_planted_sites__are_anothers_and_their_shuffles_nobodys(rng, own_site):
    made = plant_others(40, rng, own_site=own_site)
    assert {kind: len(pairs) for kind, pairs in made.items()} == dict.fromkeys(KINDS, 40)
    frequent = {seed_match(seed) for seed in SEEDS}
    for kind, pairs in made.items():
        for pair in pairs:
            assert pair.seed in KINDS[kind]
            assert seed_match(pair.seed) + "A" in pair.with_other
            assert sorted(pair.with_other) == sorted(pair.shuffled)
            assert seed_match(pair.seed[:6]) not in pair.shuffled
            unwanted = frequent - own_matches(pair.mirna)
            assert not [match for match in unwanted if match in pair.shuffled]
            for target in (pair.with_other, pair.shuffled):
                assert (site_of(pair.mirna) in target) == own_site
                if not own_site:
                    assert seed_class(pair.mirna, target) == "none"
            changed = [
                i for i, (a, b) in enumerate(zip(pair.with_other, pair.shuffled, strict=True)) if a != b
            ]
            assert changed[-1] - changed[0] < 8
    one, other = made["frequent"][0], made["invented"][0]
    assert one.mirna == other.mirna
    assert one.with_other[:8] == other.with_other[:8]


def test_kinds__are_seeds_of_different_mirnas():
    assert len({*FREQUENT.values(), *RARE, *INVENTED}) == len(FREQUENT) + len(RARE) + len(INVENTED)
    assert {len(seed) for seeds in KINDS.values() for seed in seeds} == {7}


def test_a_model_that_reads_the_pair__is_cleared():
    check = ask(reads_the_pair)
    assert check.passed
    assert check.value < 0.1
    assert check.sentence.endswith("is asked).")


@pytest.mark.parametrize(("weight", "what"), [(-1.0, "knows whose site it is"), (1.0, "sites of any miRNA")])
def test_a_model_that_knows_frequent_mirnas__fails_by_as_much(weight, what):
    check = ask(knows(weight))
    assert not check.passed
    assert what in check.sentence
    details = check.details
    assert details["frequent"]["mean"] == pytest.approx(weight, abs=0.15)
    assert abs(details["rare"]["mean"]) < 0.15
    assert abs(details["invented"]["mean"]) < 0.15
    assert set(details["by_frequent_mirna"]) == set(FREQUENT)
    assert check.value == pytest.approx(1 / details["spread"], abs=0.08)
    low, high = details["frequent_minus_invented"]["low"], details["frequent_minus_invented"]["high"]
    assert low < weight / details["spread"] < high


def test_probabilities__are_asked_as_log_odds():
    def probability(mirnas, targets):
        return 1 / (1 + np.exp(3.0 - knows(-1.0)(mirnas, targets)))

    check = ask(probability)
    assert check.details["log_odds_of_probabilities"]
    assert check.details["frequent"]["mean"] == pytest.approx(-1.0, abs=0.15)
    assert not check.passed


def test_few_pairs__convict_only_beyond_their_interval():
    generator = np.random.default_rng(0)
    scale = scale_of(noise, n_pairs=300, generator=generator)
    checks = [check_competition(scale, n_pairs=60, generator=generator) for _ in range(10)]
    assert [check for check in checks if check.passed and check.value > COMPETITION_LIMIT]
    for check in checks:
        interval = check.details["frequent_minus_invented"]
        assert check.passed == (
            interval["low"] <= COMPETITION_LIMIT and interval["high"] >= -COMPETITION_LIMIT
        )
