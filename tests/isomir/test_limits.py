"""Limits and costs: what the table in the module says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.errors import UsageError
from dmiso.isomir.limits import cost_of
from dmiso.settings.isomirs import Limits


@pytest.mark.parametrize(
    ("moved", "tail_5p", "tail_3p", "substitutions", "cost"),
    [
        (0, 0, 0, 0, 0),
        (3, 0, 0, 0, 3),
        (0, 0, 1, 0, 3),
        (0, 0, 4, 0, 6),
        (0, 1, 0, 0, 5),
        (0, 2, 0, 0, 7),
        (0, 0, 0, 2, 8),
        (2, 1, 2, 1, 2 + 5 + 4 + 4),
    ],
)
def test_cost__is_that_of_the_table(moved, tail_5p, tail_3p, substitutions, cost):
    assert cost_of(moved, tail_5p, tail_3p, substitutions) == cost


@given(st.integers(15, 40), st.integers(0, 4), st.data())
def test_word_length__is_reached_however_substitutions_fall(matches, substitutions, data):
    limits = Limits(min_matches=matches, max_substitutions=substitutions)
    positions = data.draw(st.lists(st.integers(0, matches), min_size=substitutions, max_size=substitutions))
    agree = ["M"] * matches
    for position in sorted(positions, reverse=True):
        agree.insert(position, "x")
    assert max(map(len, "".join(agree).split("x"))) >= limits.word_length


@pytest.mark.parametrize(
    ("matches", "substitutions", "longest"), [(15, 2, 5), (16, 2, 6), (15, 1, 8), (20, 4, 4)]
)
def test_word_length__is_the_longest_run_where_substitutions_fall_evenly(matches, substitutions, longest):
    runs = [
        matches // (substitutions + 1) + (i < matches % (substitutions + 1)) for i in range(substitutions + 1)
    ]
    assert max(runs) == longest
    assert Limits(min_matches=matches, max_substitutions=substitutions).word_length == longest


def test_limits__out_of_range_name_the_field():
    with pytest.raises(UsageError, match=r"max_3p_tail is 11; it must be between 0 and 10"):
        Limits(max_3p_tail=11)


def test_limits__too_loose_to_search_by_say_what_to_change():
    with pytest.raises(
        UsageError, match=r"--min-matches 8 with --max-substitutions 4 leaves runs of less than 3"
    ):
        Limits(min_matches=8, max_substitutions=4)
