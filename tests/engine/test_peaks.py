"""Peaks against a plain definition of them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dmiso.engine.peaks import find_peaks

ROWS = arrays(np.float32, st.integers(1, 80), elements=st.integers(-3, 3).map(np.float32))


@settings(deadline=None)  # the first call compiles
@given(ROWS, st.integers(1, 12))
def test_peaks__are_the_first_highest_within_the_distance(row, distance):
    expected = [
        p
        for p, value in enumerate(row)
        if value > -2
        and all(row[k] < value for k in range(max(0, p - distance), p))
        and all(row[k] <= value for k in range(p + 1, min(len(row), p + distance + 1)))
    ]
    assert find_peaks(row, distance=distance, lowest=-2).tolist() == expected


@settings(deadline=None)  # the first call compiles
@given(ROWS, st.integers(1, 12))
def test_peaks__are_further_apart_than_the_distance(row, distance):
    found = find_peaks(row, distance=distance, lowest=-10)
    assert (np.diff(found) > distance).all()


@settings(deadline=None)  # the first call compiles
@given(ROWS, st.integers(1, 12), st.integers(0, 80))
def test_peaks__in_two_parts_with_margins_are_those_of_the_whole(row, distance, cut):
    cut = min(cut, len(row))
    whole = find_peaks(row, distance=distance, lowest=-10).tolist()
    left = find_peaks(row[: cut + distance], distance=distance, stop=cut, lowest=-10).tolist()
    first = max(0, cut - distance)
    right = find_peaks(row[first:], distance=distance, start=cut - first, lowest=-10) + first
    assert left + right.tolist() == whole


@settings(deadline=None)  # the first call compiles
@given(
    arrays(np.float32, st.integers(0, 60), elements=st.sampled_from([np.nan, np.inf, -np.inf, 0, 1, 2])),
    st.integers(0, 12),
    st.sampled_from([-np.inf, np.nan, 0.5, np.inf]),
)
def test_peaks__of_any_numbers_fit_their_room_and_are_no_nan(row, distance, lowest):
    found = find_peaks(row, distance=distance, start=-3, stop=len(row) + 9, lowest=lowest)
    assert (np.diff(found) > distance).all()
    assert all(row[p] > lowest for p in found)
