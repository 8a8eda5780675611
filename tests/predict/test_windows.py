"""Windows cover targets whole."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dmiso.predict.windows import cover, crop_targets, cut_windows, window_starts


@given(st.integers(0, 400), st.integers(1, 70), st.integers(1, 90))
def test_windows__cover_the_first_and_last_base_with_no_gap_up_to_the_window(length, window, stride):
    starts = list(window_starts(length, window, stride))
    assert starts[0] == 0
    assert starts[-1] + window >= length
    assert len(starts) == cover(length, window, stride)
    assert all(0 < b - a <= stride for a, b in pairwise(starts))
    assert length <= window or starts[-1] + window == length


@given(st.lists(st.text("ACGU", max_size=30), max_size=6), st.integers(1, 12), st.integers(1, 12))
def test_cut_windows__coordinates_give_back_the_bases(targets, window, stride):
    cut = cut_windows(targets, window, stride)
    for sequence, target, start, end in zip(cut.sequences, cut.target, cut.start, cut.end, strict=True):
        assert targets[target][start:end] == sequence
    assert [cut.target[i] for i in cut.first] == list(range(len(targets)))


def test_crop_targets__takes_the_published_programs_centre():
    cut = crop_targets(["ACGUACG", "AC"], 4, "centre")
    assert cut.sequences == ["CGUA", "AC"]
    assert cut.start.tolist() == [1, 0]
    assert cut.end.tolist() == [5, 2]
