import math

import polars as pl
import pytest

from dmiso.columns import schema_of
from dmiso.scan.genes import GENE_COLUMNS, add_occupancy, gene_scores


def sites(**columns):
    frame = pl.DataFrame(
        {
            "mirna_id": ["m", "m", "m", "k"],
            "mirna_sequence": ["AC", "AC", "AC", "GG"],
            "transcript_id": ["t1", "t1", "t2", "t3"],
            "gene_id": ["g", "g", "g", "h"],
            "start": [5, 90, 7, 1],
            "end": [9, 99, 17, 11],
            "logit": [1.0, 2.0, 3.0, 0.5],
            "score": [0.5, 0.9, 0.6, 0.2],
            "q_value": [0.3, 0.2, 0.1, None],
        }
    )
    return frame.with_columns(**columns)


def test_occupancy__moves_the_odds_to_the_prior_of_sites_and_the_abundance():
    found = add_occupancy(sites(), prior=0.5, site_prior=0.01, weights={"AC": 0.25})
    odds = 0.25 * (0.01 / 0.99) * 0.9 / 0.1
    assert found["occupancy"][1] == pytest.approx(odds / (1 + odds))
    assert found["occupancy"][3] == 0.0


def test_occupancy__at_the_scores_own_prior_is_the_score():
    found = add_occupancy(sites(), prior=0.3, site_prior=0.3)
    assert found["occupancy"].to_list() == pytest.approx([0.5, 0.9, 0.6, 0.2])


def test_genes__have_the_sum_of_their_best_transcript():
    table = gene_scores(sites(occupancy=pl.Series([0.1, 0.2, 0.25, 0.4])))
    assert table.columns == list(GENE_COLUMNS)
    first, second = table.iter_rows(named=True)
    assert (first["mirna_id"], first["gene_id"], first["transcript_id"]) == ("m", "g", "t1")
    assert first["occupancy"] == pytest.approx(0.3)
    assert first["gene_score"] == pytest.approx(1 - math.exp(-0.3))
    assert (first["n_sites"], first["best_start"], first["best_logit"]) == (2, 90, 2.0)
    assert (second["mirna_id"], second["best_q_value"]) == ("k", None)


def test_genes__do_not_depend_on_the_order_of_sites():
    given = sites(occupancy=pl.Series([0.1, 0.2, 0.25, 0.4]))
    table = gene_scores(given).sort("mirna_id")
    assert gene_scores(given.reverse()).sort("mirna_id").equals(table)


def test_genes__without_sites_are_an_empty_table():
    assert gene_scores(sites(occupancy=pl.lit(0.0)).clear()).schema == schema_of(GENE_COLUMNS)
