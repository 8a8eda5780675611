from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.records import Counts
from dmiso.scan.decoys import decoys, known_seeds
from dmiso.scan.q_values import q_values

MIRNA = "UGAGGUAGUAGGUUGUAUAGUU"
LOGITS = st.lists(st.integers(-5, 5).map(float), max_size=30)


def test_decoys__keep_the_bases_and_have_no_known_seed():
    known = known_seeds([MIRNA, "UGGAAUGUAAAGAAGUAUGUAU", "AUGUAGGGAUGGAAGCCAUGAA"])
    made = decoys(MIRNA, known, 20, seed=1, counts=Counts())
    assert len(set(made)) == 20
    for decoy in made:
        assert Counter(decoy) == Counter(MIRNA)
        assert decoy[0] == MIRNA[0]
        assert decoy[1:7] not in known[0]
        assert decoy[1:8] not in known[1]


def test_decoys__depend_on_the_bases_and_the_seed_alone():
    known = known_seeds([MIRNA])
    first = decoys(MIRNA, known, 3, seed=1, counts=Counts())
    assert first == decoys(MIRNA, known, 3, seed=1, counts=Counts())
    assert first != decoys(MIRNA, known, 3, seed=2, counts=Counts())
    assert first[:2] == decoys(MIRNA, known, 2, seed=1, counts=Counts())


def test_decoys__without_another_order_are_said():
    counts = Counts()
    assert decoys("AAAAAAAAAAAA", known_seeds([]), 2, seed=0, counts=counts) == []
    assert "fewer than 2 decoys" in counts.sentences()[0]


def test_decoys__whose_hexamers_are_all_known_avoid_heptamers_and_this_is_said():
    from itertools import product

    every_hexamer = {"".join(bases) for bases in product("AC", repeat=6)}
    counts = Counts()
    made = decoys("ACACACACACAC", (every_hexamer, {"CACACAC"}), 2, seed=0, counts=counts)
    assert len(made) == 2
    assert all(decoy[1:8] != "CACACAC" for decoy in made)
    assert "whose nucleotides 2-7 a known miRNA has" in counts.sentences()[0]


@given(LOGITS, LOGITS, st.integers(1, 4))
def test_q_values__are_the_smallest_estimate_over_lower_thresholds(logits, chance, n):
    def rate(threshold):
        called = sum(x >= threshold for x in logits)
        return min(1.0, (sum(x >= threshold for x in chance) + 1) / n / called)

    expected = [min(rate(t) for t in logits if t <= x) for x in logits]
    assert q_values(logits, chance, n).tolist() == pytest.approx(expected)


@given(LOGITS, LOGITS)
def test_q_values__never_fall_as_the_logit_falls(logits, chance):
    found = q_values(logits, chance, 2)
    order = np.argsort(logits)
    assert (np.diff(found[order]) <= 1e-12).all()


def test_q_values__hold_their_promise_on_scores_drawn_alike(rng):
    shares = []
    for _ in range(60):
        chance = rng.normal(0, 1, 2000)
        logits = np.concatenate([rng.normal(0, 1, 1000), rng.normal(4, 1, 60)])
        called = q_values(logits, chance, 2) <= 0.1
        shares.append(called[:1000].sum() / max(called.sum(), 1))
    error = np.std(shares) / len(shares) ** 0.5
    assert np.mean(shares) <= 0.1 + 2 * error
    assert np.mean(shares) >= 0.05, "far too strict: sites would be lost"


def test_q_values__need_a_decoy():
    with pytest.raises(ValueError, match="at least 1"):
        q_values([1.0], [], 0)
