"""Genes that miRNAs bind, held in little memory: the same rows and totals whatever the parts."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dmiso.scan.bound_genes import BoundGenes
from dmiso.scan.genes import total_rows

REPRESSION = pl.DataFrame(
    {"gene_id": ["g3"], "repression": [-0.5], "best_mirna_id": ["m1"]},
    schema_overrides={"repression": pl.Float64},
)


@pytest.fixture
def rows():
    draw = np.random.default_rng(2)
    pairs = [(f"g{g}", f"m{m}") for g in range(11) for m in range(7) if draw.random() < 0.6]
    return pl.DataFrame(
        {
            "gene_id": [g for g, _ in pairs],
            "mirna_id": [m for _, m in pairs],
            "occupancy": draw.integers(1, 5, len(pairs)) / 7,  # some are equal
            "n_sites": draw.integers(0, 3, len(pairs)),
        }
    )


@pytest.mark.parametrize("rows_at_once", [1, 5, 1000])
def test_bound_genes__have_the_same_totals_whatever_the_parts(rows, rows_at_once):
    bound = BoundGenes(rows["gene_id"], rows["mirna_id"])
    for mirna in rows["mirna_id"].unique(maintain_order=True):
        bound.add(rows.filter(pl.col("mirna_id") == mirna))
    parts = list(bound.parts(rows_at_once=rows_at_once))
    assert (len(parts) == 1) == (rows_at_once == 1000)
    genes = [set(part["gene_id"].cast(pl.String)) for part in parts]
    assert sum(map(len, genes)) == len(set().union(*genes))
    expected = total_rows([rows.filter(pl.col("n_sites") > 0)], REPRESSION)
    assert_frame_equal(total_rows(parts, REPRESSION), expected, check_exact=True)


def test_bound_genes__of_nothing_are_one_empty_part():
    parts = list(BoundGenes([], []).parts())
    assert [part.height for part in parts] == [0]
    assert total_rows(parts, REPRESSION).height == 1


def test_bound_genes__take_20_bytes_a_row(rows):
    bound = BoundGenes(rows["gene_id"], rows["mirna_id"])
    bound.add(rows)
    assert bound._rows[1].estimated_size() <= 20 * rows.height
