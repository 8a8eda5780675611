"""The duplex recursion in numpy and in compiled loops: the same bits, and which of them is taken."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.networks import helices
from dmiso.networks.helices import PAIR_CODES, helices_by_rows, pair_codes, recursion_for
from dmiso.networks.helix_kernels import helices as loops

HEADS = 3
NOT_KEPT = np.empty((0, 0, 0, 0), np.uint8)


def both(step, codes, bulge):
    shape = (len(codes), codes.shape[1] + step.shape[1] - 1, step.shape[1], step.shape[3])
    rows, looped = np.full(shape, np.nan, np.float32), np.full(shape, np.nan, np.float32)
    helices_by_rows(step, codes, bulge, rows)
    loops(step, codes, bulge, looped, NOT_KEPT)
    return rows, looped


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 12), st.integers(1, 25), st.booleans())
def test_rows__give_the_bits_of_the_loops(seed, n, mirna_length, length, own):
    draw = np.random.default_rng(seed)
    step = draw.normal(0.3, 1, (n if own else 1, mirna_length, PAIR_CODES, HEADS)).astype(np.float32)
    bulge = draw.normal(0.5, 0.5, (2, HEADS)).astype(np.float32)
    rows, looped = both(step, pair_codes(draw.integers(0, 5, (n, length)).astype(np.uint8)), bulge)
    assert rows.tobytes() == looped.tobytes()


def test_rows__stack_each_pair_on_the_one_before_and_end_a_helix_that_costs_more_than_it_gives():
    step = np.full((1, 3, PAIR_CODES, 1), -5, np.float32)
    step[0, 0, 0], step[0, 1, 1], step[0, 2, 2] = 2, 3, 4
    rows, _ = both(step, np.array([[2, 1, 0, 7]], np.uint8), np.full((2, 1), 1, np.float32))
    assert rows[0, 2, :, 0].tolist() == [2, 5, 9]  # all three pairs lie on one diagonal
    assert np.count_nonzero(rows) == 3


def test_codes_beyond_the_table__count_as_the_last_one_in_it():
    draw = np.random.default_rng(4)
    step, bulge = draw.normal(0, 1, (1, 6, PAIR_CODES, 2)).astype(np.float32), np.ones((2, 2), np.float32)
    far, _ = both(step, np.array([[3, 255, 25, 9]], np.uint8), bulge)
    last, _ = both(step, np.array([[3, PAIR_CODES - 1, PAIR_CODES - 1, 9]], np.uint8), bulge)
    assert far.tobytes() == last.tobytes()


@pytest.fixture
def _no_numba(monkeypatch):
    monkeypatch.delitem(sys.modules, "numba")
    monkeypatch.setattr(helices, "_scored", [0])


@pytest.mark.usefixtures("_no_numba")
def test_few_scores__are_computed_without_numba_until_there_are_many_in_all():
    few = helices._FEW // 2
    assert recursion_for(few) is helices_by_rows
    assert recursion_for(few) is helices_by_rows
    assert recursion_for(1) is not helices_by_rows


@pytest.mark.usefixtures("_no_numba")
def test_many_scores_at_once__are_left_to_the_loops_from_the_first():
    assert recursion_for(helices._FEW + 1) is not helices_by_rows
    assert recursion_for(1) is helices_by_rows  # what the loops computed does not count


def test_numba_that_is_loaded__is_used_for_one_pair(monkeypatch):
    monkeypatch.setattr(helices, "_scored", [0])
    assert recursion_for(1) is not helices_by_rows
