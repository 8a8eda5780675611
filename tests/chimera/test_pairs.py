"""Choosing the pair of a read: distance, order, e-value before bit score, ties."""

import numpy as np
import polars as pl
import pytest

from dmiso.chimera.alignments import HIT_SCHEMA
from dmiso.chimera.pairs import OUTCOMES, choose_pairs
from dmiso.settings.chimeras import LocateSettings


def hits(*rows):
    """Rows of read, subject, read_start, read_end, start, bit_score, log10_evalue."""
    full = [(r, s, a, b, p, p + b - a, bits, e) for r, s, a, b, p, bits, e in rows]
    return pl.DataFrame(full, schema=HIT_SCHEMA, orient="row")


def choose(mirnas, targets, length=60, **rules):
    pairs = choose_pairs(np.array([length]), mirnas, targets, LocateSettings(**rules))
    return pairs.frame, OUTCOMES[pairs.outcome[0]]


MIRNA = hits((0, 7, 0, 22, 0, 44.0, -7.0))


@pytest.mark.parametrize(("gap", "kept"), [(4, 1), (5, 0), (-4, 1), (-5, 0), (0, 1)])
def test_pairs__gap_and_overlap_are_four_at_most(gap, kept):
    frame, outcome = choose(MIRNA, hits((0, 1, 22 + gap, 60, 100, 70.0, -12.0)))
    assert frame.height == kept
    assert outcome == (OUTCOMES[0] if kept else OUTCOMES[4])


@pytest.mark.parametrize(("start", "kept"), [(4, 1), (5, 0)])
def test_pairs__the_mirna_is_at_an_end(start, kept):
    mirna = hits((0, 7, start, start + 22, 0, 44.0, -7.0))
    frame, outcome = choose(mirna, hits((0, 1, start + 22, 60, 100, 60.0, -10.0)))
    assert frame.height == kept
    assert kept or outcome == OUTCOMES[3]


def test_pairs__smaller_evalues_win_then_larger_bit_scores():
    targets = hits(
        (0, 1, 22, 60, 5, 70.0, -12.0), (0, 2, 22, 60, 5, 60.0, -13.0), (0, 3, 22, 60, 5, 65.0, -13.0)
    )
    frame, _ = choose(MIRNA, targets, top=3)
    assert frame["t_subject"].to_list() == [3, 2, 1]
    assert frame["candidate_rank"].to_list() == [1, 2, 3]


def test_pairs__equal_pairs_keep_the_references_order_and_are_counted():
    targets = hits((0, 4, 22, 60, 5, 70.0, -12.0), (0, 9, 22, 60, 8, 70.0, -12.0))
    frame, _ = choose(MIRNA, targets)
    assert frame.select("t_subject", "n_targets", "n_mirna_alignments").row(0) == (4, 2, 1)


def test_pairs__alignments_of_one_mirna_and_one_place_are_one_pair():
    """Mismatches part an alignment in two; another place of the transcript, and another miRNA, are other pairs."""
    mirnas = hits((0, 7, 0, 22, 0, 44.0, -7.0), (0, 7, 0, 20, 0, 40.0, -6.0), (0, 8, 0, 22, 0, 38.0, -5.0))
    targets = hits(
        (0, 1, 22, 60, 100, 70.0, -12.0), (0, 1, 24, 58, 102, 62.0, -10.0), (0, 1, 22, 58, 300, 60.0, -9.0)
    )
    frame, _ = choose(mirnas, targets, top=4)
    assert frame.select("m_subject", "t_start", "candidate_rank").rows() == [
        (7, 100, 1),
        (8, 100, 2),
        (7, 300, 3),
        (8, 300, 4),
    ]


def test_pairs__a_better_alignment_of_a_pair_takes_its_rank_whatever_came_first():
    targets = hits(
        (0, 1, 24, 58, 102, 62.0, -10.0), (0, 2, 22, 60, 5, 66.0, -11.0), (0, 1, 22, 60, 100, 70.0, -12.0)
    )
    frame, _ = choose(MIRNA, targets, top=2)
    assert frame.select("t_subject", "t_start").rows() == [(1, 100), (2, 5)]


def test_pairs__a_target_under_the_mirna_is_none():
    frame, _ = choose(MIRNA, hits((0, 1, 0, 22, 5, 44.0, -7.0)))
    assert frame.is_empty()


@pytest.mark.parametrize(
    ("order", "first"), [("mirna-first", [True]), ("target-first", []), ("both", [True])]
)
def test_pairs__order_can_be_asked_for(order, first):
    frame, _ = choose(MIRNA, hits((0, 1, 22, 60, 5, 70.0, -12.0)), order=order)
    assert frame["mirna_first"].to_list() == first


def test_pairs__outcomes_tell_what_was_missing():
    nothing = hits()
    assert choose(nothing, nothing)[1] == "reads without a miRNA"
    assert choose(MIRNA, nothing)[1] == "reads with a miRNA and no target"


def test_pairs__short_mirna_alignments_can_be_left_out():
    frame, outcome = choose(MIRNA, hits((0, 1, 22, 60, 5, 70.0, -12.0)), min_mirna_match=23)
    assert (frame.height, outcome) == (0, "reads without a miRNA")
