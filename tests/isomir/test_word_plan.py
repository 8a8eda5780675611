"""Words that are looked up: enough for every explanation, whatever its tails and substitutions are."""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.isomir.limits import cost_of
from dmiso.isomir.word_plan import words_for
from dmiso.settings.isomirs import Limits

WIDE = Limits(max_5p_tail=6, max_3p_tail=9, max_substitutions=1, min_matches=9, max_cost=40)


def explanations(length, limits):
    """Yield first and last nucleotide between the tails, and the substitutions: every one that the limits allow."""
    tails = product(range(limits.max_5p_tail + 1), range(limits.max_3p_tail + 1))
    for (before, after), n_wrong in product(tails, range(limits.max_substitutions + 1)):
        inner = range(before, length - after)
        if len(inner) - n_wrong < limits.min_matches or cost_of(0, before, after, n_wrong) > limits.max_cost:
            continue
        for wrong in combinations(inner, n_wrong):
            yield inner, wrong


@pytest.mark.parametrize("limits", [Limits(), Limits(max_3p_offset=10, min_matches=12), WIDE])
@pytest.mark.parametrize("length", [8, 15, 16, 18, 22, 25, 29])
def test_words__of_every_explanation_one_is_whole(length, limits):
    size, starts = words_for(length, limits)
    for inner, wrong in explanations(length, limits):
        words = (range(start, start + size) for start in starts)
        assert any(word[0] in inner and word[-1] in inner and not set(word) & set(wrong) for word in words), (
            inner,
            wrong,
        )


@given(st.integers(0, 64))
def test_words__lie_in_the_sequence(length):
    words = words_for(length, Limits())
    assert all(0 <= start <= length - words.length for start in words.starts)


def test_words__of_a_usual_length_are_few_and_long():
    assert words_for(22, Limits()).chance_hits < 18 / 4**5 / 20


def test_words__none_where_a_sequence_is_too_short_to_be_explained():
    assert words_for(14, Limits()).starts == ()
