"""Dinucleotide shuffles against the counts they must keep."""

from collections import Counter
from itertools import pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.dataset.shuffle import dinucleotide_shuffle


def _steps(sequence):
    return Counter(pairwise(sequence))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="ACGUN", max_size=40), max_size=5), st.integers(0, 2**32))
def test_shuffle__keeps_dinucleotides_and_ends(sequences, seed):
    shuffled = dinucleotide_shuffle(sequences, seed=seed)
    assert len(shuffled) == len(sequences)
    for before, after in zip(sequences, shuffled, strict=True):
        assert _steps(after) == _steps(before)
        assert (after[:1], after[-1:]) == (before[:1], before[-1:])


def test_shuffle__every_walk_with_the_same_steps_is_equally_likely():
    sequence = "ACGUACUGA"
    inner = {"A" + "".join(middle) + "A" for middle in permutations(sequence[1:-1])}
    walks = {walk for walk in inner if _steps(walk) == _steps(sequence)} - {sequence}
    seen = Counter(dinucleotide_shuffle([sequence] * 10_000, seed=1))
    assert set(seen) == walks
    expected = 10_000 / len(walks)
    # chi-square with 4 degrees of freedom: 18.5 is passed once in a thousand
    assert sum((n - expected) ** 2 / expected for n in seen.values()) < 18.5


def test_shuffle__what_cannot_be_shuffled_comes_back():
    assert dinucleotide_shuffle(["AAAA", "AC", "G", ""], seed=1) == ["AAAA", "AC", "G", ""]


def test_shuffle__the_same_seed_gives_the_same_bases():
    sites = ["ACGUACUGAUGCAUGCUAGUCGAUC"] * 3
    assert dinucleotide_shuffle(sites, seed=7) == dinucleotide_shuffle(sites, seed=7)
    assert dinucleotide_shuffle(sites, seed=7) != dinucleotide_shuffle(sites, seed=8)
