"""Clusters and shared targets, beside scipy and worked out by hand."""

import numpy as np
import polars as pl
import pytest

from dmiso.errors import InputError
from dmiso.explain.gene_sets import hypergeometric_tail, over_represented, read_gmt
from dmiso.explain.mirna_clusters import (
    Clusters,
    average_linkage,
    benjamini_hochberg,
    cluster_mirnas,
    shared_targets,
)
from dmiso.explain.model import ExplainedModel
from dmiso.records import Counts

SEEDY, TAILED = "UGAGGUAGUAGGUUGUAUAGUU", "CACACACACACACACACACACA"


def test_linkage__equals_scipy(rng):
    hierarchy = pytest.importorskip("scipy.cluster.hierarchy")
    distance = pytest.importorskip("scipy.spatial.distance")
    points = rng.normal(size=(25, 3))
    condensed = distance.pdist(points)
    expected = hierarchy.fcluster(hierarchy.linkage(condensed, "average"), 5, "maxclust")
    found = average_linkage(distance.squareform(condensed), 5)
    same = found[:, None] == found
    assert (same == (expected[:, None] == expected)).all()
    sizes = np.bincount(found)
    assert (np.diff(sizes) <= 0).all()


def test_adjusted__equals_statsmodels_by_hand():
    # sorted .005 .01 .03 .5 times 4/1 4/2 4/3 4/4, then the lowest from the right
    assert benjamini_hochberg([0.5, 0.01, 0.03, 0.005]) == pytest.approx([0.5, 0.02, 0.04, 0.02])


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
    assert counts.dropped == {"miRNAs in no cluster, of fewer than 5 pairs or 18 letters": 1}
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


def test_tail__equals_scipy(rng):
    stats = pytest.importorskip("scipy.stats")
    for _ in range(20):
        total = int(rng.integers(5, 200))
        inside, drawn = (int(rng.integers(0, total + 1)) for _ in range(2))
        overlap = int(rng.integers(0, min(inside, drawn) + 1))
        expected = stats.hypergeom.sf(overlap - 1, total, inside, drawn)
        assert hypergeometric_tail(overlap, drawn, inside, total) == pytest.approx(expected)


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
