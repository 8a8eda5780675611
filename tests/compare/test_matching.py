"""Positions of two miRNAs: which are one, and what became of each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.columns import COLUMNS
from dmiso.compare import CompareSettings
from dmiso.compare.matching import SITE_CHANGE_COLUMNS, Thresholds, change_of, compare_sites, one_to_one

SETTINGS = CompareSettings(min_percentile=0)
positions = st.lists(st.integers(0, 200), max_size=12)
logits = st.floats(-10, 10)


@given(positions, positions, st.integers(0, 20))
def test_matching__takes_each_position_once_within_reach_and_the_same_from_either_side(a, b, reach):
    found = one_to_one(sorted(set(a)), sorted(set(b)), reach)
    a, b = sorted(set(a)), sorted(set(b))
    assert len({i for i, _ in found}) == len({j for _, j in found}) == len(found)
    assert all(abs(a[i] - b[j]) <= reach for i, j in found)
    left = [x for i, x in enumerate(a) if i not in dict(found)]
    right = [x for j, x in enumerate(b) if j not in {j for _, j in found}]
    assert not any(abs(x - y) <= reach for x in left for y in right)  # nothing near is left apart


@given(logits, logits, logits, logits, st.floats(0, 5))
def test_change__mirrors_when_both_change_positions(i, c, ti, tc, margin):
    swapped = {"gained": "lost", "lost": "gained"}
    there = change_of(i, c, Thresholds(ti, tc), margin)
    assert change_of(c, i, Thresholds(tc, ti), margin) == swapped.get(there, there)


def test_sites__are_gained_lost_kept_changed_or_borderline(said, pair):
    # thresholds: isomiR 4.0 (lowest with q <= 0.1), canonical 5.0
    isomir = [
        (0, 10, 32, 4.0, 0.1),
        (0, 60, 82, 6.0, 0.01),
        (0, 110, 132, 8.0, 0.01),
        (0, 200, 222, 4.5, 0.1),
    ]
    canonical = [
        (0, 61, 84, 5.5, 0.1),
        (0, 111, 134, 5.0, 0.1),
        (0, 200, 223, 4.2, 0.4),
        (1, 5, 28, 7.0, 0.05),
    ]
    sites, thresholds = compare_sites(said(isomir, canonical), pair, SETTINGS)
    assert thresholds == (4.0, 5.0)
    assert sites.select("transcript_id", "start", "end", "site_change").rows() == [
        ("t0", 10, 32, "gained"),
        ("t0", 60, 84, "kept"),
        ("t0", 110, 134, "changed"),
        ("t0", 200, 223, "borderline"),
        ("t1", 5, 28, "lost"),
    ]
    assert sites["logit_difference"].to_list() == pytest.approx([7.0, 0.5, 3.0, 0.3, -10.0])
    assert sites["isomir_q_value"].to_list() == [0.1, 0.01, 0.01, 0.1, None]  # -3 is below all its sites
    assert list(sites.schema) == list(SITE_CHANGE_COLUMNS)
    assert set(sites.columns) <= set(COLUMNS)


def test_sites__further_apart_than_reach_are_two_positions(said, pair):
    scan = said([(0, 10, 32, 6.0, 0.01)], [(0, 21, 44, 6.0, 0.01)])
    assert compare_sites(scan, pair, SETTINGS)[0]["site_change"].to_list() == ["gained", "lost"]
    wider = CompareSettings(reach=12, min_percentile=0)
    assert compare_sites(scan, pair, wider)[0]["site_change"].to_list() == ["kept"]


def test_sites__where_the_other_is_near_without_a_site_are_not_gained(said, pair):
    scan = said([(0, 10, 32, 4.0, 0.1)], [(0, 200, 223, 5.0, 0.1)])
    scan.elsewhere = 3.5
    assert compare_sites(scan, pair, SETTINGS)[0]["site_change"].to_list() == ["borderline", "lost"]
    scan.elsewhere = 4.5  # above the isomiR's threshold: it passes where it had no peak of its own
    assert compare_sites(scan, pair, SETTINGS)[0]["site_change"].to_list() == ["borderline", "kept"]


def test_sites__that_do_not_pass_are_shown_for_genes_asked_for_only(said, pair):
    isomir, canonical = [(0, 10, 32, 3.0, 0.5), (1, 10, 32, 3.0, 0.5)], []
    assert compare_sites(said(isomir, canonical), pair, SETTINGS)[0].is_empty()
    shown, thresholds = compare_sites(said(isomir, canonical, asked=["t1"]), pair, SETTINGS)
    assert shown.select("transcript_id", "site_change").rows() == [("t1", "neither")]
    assert np.isinf(thresholds).all()


def test_sites__with_max_q_1_pass_by_the_floor(said, pair):
    scan = said([(0, 10, 32, 3.0, 0.9)], [])
    found, thresholds = compare_sites(scan, pair, CompareSettings(max_q=1, min_percentile=99))
    assert thresholds.isomir == thresholds.canonical == scan.floor(CompareSettings(min_percentile=99))
    assert found["site_change"].to_list() == (["gained"] if thresholds.isomir <= 3 else [])


def test_seed_match__tells_whose_positions_2_to_7_pair(said, pair):
    # reverse complements of 2-7: isomiR CCCUGU -> ACAGGG, canonical ACCCUG -> CAGGGU
    bases = [f"{'GA' * 10}{seed}{'GA' * 20}" for seed in ("ACAGGGA", "ACAGGGU", "UCAGGGU", "GAGAGA")]
    isomir = [(t, 8, 30, 9.0, 0.01) for t in range(4)]
    sites, _ = compare_sites(said(isomir, [], bases=bases), pair, SETTINGS)
    assert sites["seed_match"].to_list() == ["isomir", "both", "canonical", "none"]
