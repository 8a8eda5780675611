"""Controls: what they keep, what they avoid, and that nothing but the sequence decides them."""

from collections import Counter

import numpy as np

from dmiso.confidence.shuffles import N_SHUFFLES, shuffled_mirnas, shuffled_targets
from dmiso.io.transcripts import Transcript

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"


def random_bases(n, seed):
    return "".join(np.random.default_rng(seed).choice(list("ACGU"), n))


def dinucleotides(sequence):
    return Counter(sequence[i : i + 2] for i in range(len(sequence) - 1))


def test_shuffled_mirnas__keep_the_first_base_and_the_composition_without_the_seed():
    made = shuffled_mirnas(LET7)
    assert len(set(made)) == N_SHUFFLES
    for one in made:
        assert one[0] == LET7[0]
        assert Counter(one) == Counter(LET7)
        assert LET7[1:7] not in one[:9]


def test_shuffled_mirnas__are_few_where_the_bases_have_few_orders():
    assert shuffled_mirnas("U" * 22) == ()
    assert 0 < len(shuffled_mirnas("UA" + "G" * 18)) < 19


def test_shuffled_mirnas__are_those_of_the_sequence_alone():
    assert shuffled_mirnas(LET7) == shuffled_mirnas.__wrapped__(LET7)
    assert shuffled_mirnas(LET7)[0] != shuffled_mirnas(LET7 + "A")[0][:-1]


def test_shuffled_targets__keep_the_dinucleotides_of_each_region():
    target = Transcript("t", random_bases(90, 1) + random_bases(240, 2) + random_bases(400, 3), (90, 330))
    made = shuffled_targets(target)
    assert len(made) == N_SHUFFLES
    assert len({one.sequence for one in made}) == N_SHUFFLES
    for one in made:
        assert one.cds == target.cds
        for a, b in ((0, 90), (90, 330), (330, 730)):
            assert dinucleotides(one.sequence[a:b]) == dinucleotides(target.sequence[a:b])


def test_shuffled_targets__do_not_depend_on_the_name():
    bases = random_bases(200, 4)
    assert [one.sequence for one in shuffled_targets(Transcript("a", bases, (0, 0)))] == [
        one.sequence for one in shuffled_targets(Transcript("b", bases, (0, 0)))
    ]


def test_shuffled_targets__are_none_where_every_order_is_the_target():
    assert shuffled_targets(Transcript("t", "A" * 40)) == []
