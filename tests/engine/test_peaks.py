"""Peaks against a plain definition of them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dmiso.engine.peaks import EQUAL_WITHIN, find_peaks, keep_apart, none_kept

ROWS = arrays(np.float32, st.integers(1, 80), elements=st.integers(-3, 3).map(np.float32))


def kept(row, distance, lowest):
    """Return the peaks of one row that are kept."""
    found = find_peaks(row, distance=distance, lowest=lowest)
    return found[keep_apart(np.zeros(len(found), np.int64), found, distance, none_kept(1))]


@settings(deadline=None)  # the first call compiles
@given(ROWS, st.integers(1, 12))
def test_peaks__are_the_highest_within_the_distance(row, distance):
    expected = [
        p
        for p, value in enumerate(row)
        if value > -2
        and all(row[k] <= value for k in range(max(0, p - distance), min(len(row), p + distance + 1)))
    ]
    assert find_peaks(row, distance=distance, lowest=-2).tolist() == expected


@settings(deadline=None)  # the first call compiles
@given(ROWS, st.integers(1, 12))
def test_peaks__that_are_kept_are_further_apart_than_the_distance_and_leave_none_out_that_is(row, distance):
    every, found = find_peaks(row, distance=distance, lowest=-10), kept(row, distance, -10)
    assert (np.diff(found) > distance).all()
    assert all((np.abs(found - p) <= distance).any() for p in every)


@settings(deadline=None)  # the first call compiles
@given(ROWS, st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_peaks__are_not_up_to_what_rounding_changes(row, distance, seed):
    noise = np.random.default_rng(seed).uniform(-EQUAL_WITHIN / 3, EQUAL_WITHIN / 3, len(row))
    rounded = (row + noise).astype(np.float32)
    assert kept(rounded, distance, -2.5).tolist() == kept(row, distance, -2.5).tolist()


def test_peaks__of_equals_in_a_row_the_first_is_kept_and_the_first_beyond_its_distance():
    row = np.tile(np.array([5, 1, 1, 1], np.float32), 6)
    assert kept(row, 6, 0).tolist() == [0, 8, 16]
    assert kept(np.ones(20, np.float32), 6, 0).tolist() == [0, 7, 14]


@settings(deadline=None)  # the first call compiles
@given(ROWS, st.integers(1, 12), st.integers(0, 80))
def test_peaks__in_two_parts_with_margins_are_those_of_the_whole(row, distance, cut):
    cut = min(cut, len(row))
    left = find_peaks(row[: cut + distance], distance=distance, stop=cut, lowest=-10)
    first = max(0, cut - distance)
    right = find_peaks(row[first:], distance=distance, start=cut - first, lowest=-10) + first
    last, found = none_kept(1), []
    for part in (left, right):
        found += part[keep_apart(np.zeros(len(part), np.int64), part, distance, last)].tolist()
    assert found == kept(row, distance, -10).tolist()


@settings(deadline=None)  # the first call compiles
@given(
    arrays(np.float32, st.integers(0, 60), elements=st.sampled_from([np.nan, np.inf, -np.inf, 0, 1, 2])),
    st.integers(0, 12),
    st.sampled_from([-np.inf, np.nan, 0.5, np.inf]),
)
def test_peaks__of_any_numbers_lie_in_the_row_and_are_no_nan(row, distance, lowest):
    found = find_peaks(row, distance=distance, start=-3, stop=len(row) + 9, lowest=lowest)
    assert (np.diff(found) > 0).all()
    assert all(0 <= p < len(row) and row[p] > lowest for p in found)
