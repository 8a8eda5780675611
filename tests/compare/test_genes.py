"""Genes from their sites, and the mixture of reads."""

import math
from dataclasses import replace

import pytest

from dmiso.columns import COLUMNS
from dmiso.compare import CompareSettings, judge
from dmiso.compare.genes import gene_change

SETTINGS = CompareSettings(min_percentile=0)
ISOMIR = [(0, 10, 32, 6.0, 0.01), (1, 10, 32, 6.0, 0.01)]
CANONICAL = [(1, 10, 33, 6.0, 0.01), (1, 100, 123, 6.0, 0.01)]


def rows(found):
    return {row["gene_id"]: row for row in found.genes.iter_rows(named=True)}


def test_genes__are_gained_or_changed_by_their_sites(said, pair):
    found = rows(judge(said(ISOMIR, CANONICAL), pair, SETTINGS))
    assert found["t0"]["gene_change"] == "gained"
    assert (found["t0"]["n_gained"], found["t0"]["canonical_binding"]) == (1, 0.0)
    assert found["t1"]["gene_change"] == "changed"
    assert (found["t1"]["n_kept"], found["t1"]["n_lost"]) == (1, 1)
    assert found["t1"]["binding_difference"] < 0
    assert set(found["t0"]) <= set(COLUMNS)


def test_genes__of_two_transcripts_are_one(said, pair):
    found = rows(judge(said(ISOMIR, CANONICAL, genes={"t0": "G", "t1": "G"}), pair, SETTINGS))
    assert list(found) == ["G"]
    assert found["G"]["gene_change"] == "changed"


def test_mixture__is_between_both_and_moves_with_the_share(said, pair):
    scores = []
    for reads in (0, 10, 90, 100):
        counted = replace(pair, isomir_reads=reads, canonical_reads=100 - reads)
        scores.append(rows(judge(said(ISOMIR, CANONICAL), counted, SETTINGS))["t0"])
    mixed = [row["mixture_binding"] for row in scores]
    assert mixed == sorted(mixed)
    assert mixed[0] == 0
    assert mixed[-1] == pytest.approx(scores[0]["isomir_binding"])
    assert [row["mixture_binding_difference"] for row in scores] == mixed  # the canonical score is 0


def test_mixture__of_two_that_bind_alike_is_what_each_does_alone(said, pair):
    sites = [(0, 10, 32, 6.0, 0.01)], [(0, 9, 32, 6.0, 0.01)]
    counted = replace(pair, isomir_reads=40, canonical_reads=60)
    row = rows(judge(said(*sites), counted, SETTINGS))["t0"]
    assert row["mixture_binding"] == pytest.approx(row["canonical_binding"], rel=1e-6)
    assert row["mixture_binding_difference"] == pytest.approx(0, abs=1e-9)


def test_binding__is_worked_by_hand(said, pair):
    scan = said([(0, 10, 32, 2.0, 0.01)], [])
    calibration = scan.model.calibration
    moved = 0.01 / 0.99 * (1 - calibration.prior) / calibration.prior
    odds = math.exp(calibration.slope * 2 + calibration.intercept) * moved
    row = rows(judge(scan, pair, CompareSettings(max_q=0.5, min_percentile=0)))["t0"]
    assert row["isomir_binding"] == pytest.approx(1 - math.exp(-odds / (1 + odds)), rel=1e-5)


def test_mixture__is_empty_without_counts(said, pair):
    assert rows(judge(said(ISOMIR, CANONICAL), pair, SETTINGS))["t0"]["mixture_binding"] is None


@pytest.mark.parametrize(
    ("n", "isomir", "canonical", "expected"),
    [
        ({"gained": 1}, True, False, "gained"),
        ({"borderline": 1}, True, False, "borderline"),
        ({"lost": 1, "borderline": 1}, False, True, "lost"),
        ({"kept": 2, "borderline": 1}, True, True, "kept"),
        ({"borderline": 2}, True, True, "borderline"),
        ({"gained": 1, "lost": 1}, True, True, "changed"),
        ({}, False, False, "neither"),
    ],
)
def test_gene_change__by_case(n, isomir, canonical, expected):
    assert gene_change(n, isomir_passes=isomir, canonical_passes=canonical) == expected
