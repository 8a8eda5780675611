import math

import polars as pl
import pytest

from dmiso.columns import GENE_REPRESSION_COLUMNS, schema_of
from dmiso.records import SequenceRecord
from dmiso.scan.genes import BINDING_COLUMNS, add_occupancy, gene_rows, gene_scores, total_rows


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
    assert table.columns == list(BINDING_COLUMNS)
    first, second = table.iter_rows(named=True)
    assert (first["mirna_id"], first["gene_id"], first["binding_transcript_id"]) == ("m", "g", "t1")
    assert first["occupancy"] == pytest.approx(0.3)
    assert first["binding"] == pytest.approx(1 - math.exp(-0.3))
    assert (first["n_sites"], first["best_start"], first["best_logit"]) == (2, 90, 2.0)
    assert (second["mirna_id"], second["best_q_value"]) == ("k", None)


def test_genes__do_not_depend_on_the_order_of_sites():
    given = sites(occupancy=pl.Series([0.1, 0.2, 0.25, 0.4]))
    table = gene_scores(given).sort("mirna_id")
    assert gene_scores(given.reverse()).sort("mirna_id").equals(table)


def test_genes__without_sites_are_an_empty_table():
    assert gene_scores(sites(occupancy=pl.lit(0.0)).clear()).schema == schema_of(BINDING_COLUMNS)


def repressed(**of):
    """Genes of miRNA m with their repression."""
    rows = [
        {"mirna_id": "m", "mirna_sequence": "AC", "gene_id": g, "transcript_id": f"{g}.t", "repression": r}
        for g, r in of.items()
    ]
    empty = pl.DataFrame(schema=schema_of(GENE_REPRESSION_COLUMNS))
    return pl.concat([empty, pl.DataFrame(rows, schema_overrides={"repression": pl.Float64})], how="diagonal")


def test_gene_rows__put_the_most_repressed_first_and_those_without_prediction_last():
    bound = gene_scores(sites(occupancy=pl.Series([0.1, 0.2, 0.25, 0.4])))
    mirnas = [SequenceRecord("k", "GG"), SequenceRecord("m", "AC")]
    table = gene_rows(bound, repressed(a=-0.1, g=-0.3, b=0.05), mirnas)
    shown = table.select("mirna_id", "gene_id", "transcript_id", "repression", "n_sites").rows()
    assert shown == [
        ("k", "h", "t3", None, 1),
        ("m", "g", "g.t", -0.3, 2),
        ("m", "a", "a.t", -0.1, 0),
        ("m", "b", "b.t", 0.05, 0),
    ]
    assert table["binding_transcript_id"].to_list() == ["t3", "t1", None, None]
    assert table["binding"].to_list() == pytest.approx([1 - math.exp(-0.4), 1 - math.exp(-0.3), 0, 0])


def test_totals__are_ranked_by_repression_and_name_who_does_most():
    bound = pl.DataFrame(
        {
            "gene_id": ["g", "g", "h"],
            "mirna_id": ["m", "k", "k"],
            "occupancy": [0.1, 0.3, 0.5],
            "n_sites": [1, 2, 3],
        }
    )
    whole = pl.DataFrame({"gene_id": ["a", "g"], "repression": [-0.1, -0.2], "best_mirna_id": ["k", "m"]})
    table = total_rows([bound], whole)
    assert table.select("gene_id", "repression", "n_sites", "n_mirnas", "best_mirna_id").rows() == [
        ("g", -0.2, 3, 2, "m"),
        ("a", -0.1, 0, 0, "k"),
        ("h", None, 3, 1, "k"),
    ]
    assert table["occupancy"].to_list() == pytest.approx([0.4, 0.0, 0.5])
