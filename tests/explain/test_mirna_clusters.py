"""Clusters and shared targets, beside scipy and worked out by hand."""

import numpy as np
import polars as pl
import pytest

from dmiso.errors import InputError
from dmiso.explain.gene_sets import over_represented, read_gmt
from dmiso.explain.mirna_clusters import (
    Clusters,
    average_linkage,
    cluster_mirnas,
    shared_targets,
)
from dmiso.explain.model import ExplainedModel
from dmiso.records import Counts

SEEDY, TAILED = "UGAGGUAGUAGGUUGUAUAGUU", "CACACACACACACACACACACA"


def joined_one_by_one(distances, n_clusters):
    """Join the two clusters of least mean distance, again and again."""
    clusters = [[i] for i in range(len(distances))]
    while len(clusters) > n_clusters:
        pairs = [(distances[np.ix_(a, b)].mean(), a, b) for a in clusters for b in clusters if a < b]
        _, a, b = min(pairs, key=lambda pair: pair[0])
        clusters = [own for own in clusters if own not in (a, b)] + [sorted(a + b)]
    return {tuple(own) for own in clusters}


@pytest.mark.parametrize("n_clusters", [1, 5, 25, 40])
def test_linkage__joins_what_is_nearest_on_average(rng, n_clusters):
    points = rng.normal(size=(25, 3))
    distances = np.linalg.norm(points[:, None] - points, axis=2)
    found = average_linkage(distances, n_clusters)
    groups = {tuple(np.flatnonzero(found == number)) for number in np.unique(found)}
    assert groups == joined_one_by_one(distances, n_clusters)
    assert (np.diff(np.bincount(found)) <= 0).all()


def test_linkage__of_one_or_none_is_one_or_none():
    assert average_linkage(np.zeros((1, 1)), 3).tolist() == [0]
    assert average_linkage(np.zeros((0, 0)), 3).tolist() == []


def test_clusters__mirnas_react_where_their_model_looks(rng, random_rna):
    def model(mirna, _target):
        early = (mirna[:, 2] == 0) & (mirna[:, 3] == 3)  # AG at 3 and 4
        late = (mirna[:, 14] == 2) & (mirna[:, 15] == 0)  # CA at 15 and 16
        return early * 2.0 + late * 3.0

    mirnas = {"a1": "UUAGUUUUUUUUUUUUUUUUUU", "a2": "GGAGGGGGGGGGGGGGGGGGGG"}
    mirnas |= {"b1": "UUUUUUUUUUUUUUCAUUUUUU", "b2": "GGGGGGGGGGGGGGCAGGGGGG", "few": "A" * 22}
    rows = [(n, s, random_rna(rng, 40)) for n, s in mirnas.items() for _ in range(2 if n == "few" else 5)]
    frame = pl.DataFrame(rows, schema=["mirna_id", "mirna_sequence", "target_sequence"], orient="row")
    counts = Counts()
    found = cluster_mirnas(ExplainedModel("m", model, 30, 60), frame, 2, counts=counts)
    assert counts.dropped == {"miRNAs in no cluster, of fewer than 5 pairs or 18 nucleotides": 1}
    groups = {tuple(sorted(g["mirna_id"])) for _, g in found.table.group_by("mirna_cluster")}
    assert groups == {("a1", "a2"), ("b1", "b2")}


def test_clusters__of_too_few_pairs_are_none():
    frame = pl.DataFrame({"mirna_id": ["a"], "mirna_sequence": [SEEDY], "target_sequence": [TAILED]})
    model = ExplainedModel("m", lambda m, _: m[:, 0] * 1.0, 30, 60)
    found = cluster_mirnas(model, frame, 2)
    assert found.table.height == 0
    assert shared_targets(found, frame.with_columns(target_id=pl.lit("t"))).height == 0


def clusters_of(groups):
    rows = [("m", number, name, name, 9) for number, names in groups.items() for name in names]
    schema = ["scorer", "mirna_cluster", "mirna_sequence", "mirna_id", "n"]
    return Clusters(pl.DataFrame(rows, schema=schema, orient="row"), np.zeros((len(rows), 15)))


def test_shared__a_cluster_with_common_targets_beats_random_ones():
    names = [f"m{i}" for i in range(12)]
    clusters = clusters_of({1: names[:3], 2: names[3:]})
    rows = [(m, f"common_{k}") for m in names[:3] for k in range(4)]
    rows += [(m, f"own_{m}_{k}") for m in names for k in range(4)]
    frame = pl.DataFrame(rows, schema=["mirna_sequence", "target_id"], orient="row")
    table = shared_targets(clusters, frame, n_random=200)
    first, second = table.rows(named=True)
    assert first["shared_share"] == pytest.approx(4 / 12)
    assert first["permutation_p_value"] < 0.05
    assert second["permutation_p_value"] > 0.5


def test_over_represented__genes_that_no_set_knows_are_no_background():
    targets = {1: {"a", "b", "unknown"}, 2: {"c", "d"}}
    found = over_represented(targets, {"s": {"a", "b", "absent"}, "t": {"c", "d"}})
    row = found.filter(mirna_cluster=1, gene_set="s").row(0, named=True)
    assert (row["cluster_targets"], row["in_set"], row["overlap"], row["expected_overlap"]) == (2, 2, 2, 1.0)
    assert row["enrichment_p_value"] == pytest.approx(1 / 6)


def test_gmt__read_and_refused(tmp_path):
    path = tmp_path / "sets.gmt"
    path.write_text("one\tabout\tA\tB\n\ntwo\t\tC\n")
    assert read_gmt(path, Counts()) == {"one": {"A", "B"}, "two": {"C"}}
    path.write_text("one\tabout\tA\none\tabout\tB\n")
    with pytest.raises(InputError, match="gene set one stands twice"):
        read_gmt(path, Counts())
    path.write_text("one two three\n")
    with pytest.raises(
        InputError, match="1 fields were found; a gene set has a name, a description and genes"
    ):
        read_gmt(path, Counts())
