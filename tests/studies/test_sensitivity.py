"""What a network reacts to, on pairs of a small random network."""

import polars as pl
import pytest

from dmiso.columns import GROUPED_MIRNA_COLUMNS, PROFILE_COLUMNS, schema_of
from dmiso.models import resolve
from dmiso.records import Counts
from dmiso.studies import sensitivity
from dmiso.studies.cluster_targets import (
    cluster_rows,
    clusters_in_sets,
    clusters_share,
    random_clusters_in_sets,
)
from dmiso.studies.sensitivity import clusters_of, grouped_mirnas, profile_rows, profiles_of


@pytest.fixture(scope="module")
def stored(toy_model):
    return resolve(toy_model)


def pairs(rng, random_rna, numbers):
    """Pairs of as many miRNAs as there are numbers, so many of each."""
    mirnas = [(f"mir-{i}", random_rna(rng, 22)) for i in range(len(numbers))]
    rows = [(*mirna, random_rna(rng, 50)) for mirna, n in zip(mirnas, numbers, strict=True) for _ in range(n)]
    return pl.DataFrame(rows, schema=["mirna_id", "mirna_sequence", "target_sequence"], orient="row")


def test_profiles__stand_beside_their_controls_and_are_drawn_alike(stored, rng, random_rna, monkeypatch):
    monkeypatch.setattr(sensitivity, "_PAIRS", 12)
    frame = pairs(rng, random_rna, [20])
    counts = Counts()
    table = profiles_of(stored, frame, "network", 1, counts)
    assert table.equals(profiles_of(stored, frame, "network", 1, Counts()))
    assert not table.equals(profiles_of(stored, frame, "network", 2, Counts()))
    assert counts.notes["pairs beyond the 12 drawn for perturbation"] == 8
    assert set(table.select("scorer", "kind").unique().rows()) == {
        *(("network", kind) for kind in ("model", "edge")),
        *((f"network #{k}", "control") for k in (1, 2, 3)),
    }
    assert table.filter(kind="model", scale="probability", side="mirna")["n"].unique().to_list() == [12]


def test_profiles__of_no_pair_are_none(stored):
    frame = pl.DataFrame(schema=schema_of(("mirna_sequence", "target_sequence")))
    table = profiles_of(stored, frame, "network", 1, Counts())
    assert table.schema == pl.Schema(schema_of(PROFILE_COLUMNS))
    assert table.is_empty()
    rows = profile_rows("test", "paper", table)
    assert rows["value"].null_count() == rows.height > 0


def test_groups__have_the_mirnas_of_most_pairs_and_a_few_pairs_of_each(stored, rng, random_rna, monkeypatch):
    monkeypatch.setattr(sensitivity, "_MIRNAS", 4)
    monkeypatch.setattr(sensitivity, "_PAIRS_PER_MIRNA", 7)
    frame = pairs(rng, random_rna, [9, 8, 3, 2, 7, 6])
    counts = Counts()
    table = grouped_mirnas(stored, frame, 1, counts)
    assert tuple(table.columns) == GROUPED_MIRNA_COLUMNS[1:]
    members = dict(table.select("mirna_id", "n").iter_rows())
    assert members == {"mir-0": 7, "mir-1": 7, "mir-4": 7, "mir-5": 6}
    assert counts.dropped == {"miRNAs beyond the 4 of most pairs, not clustered": 2}
    found = clusters_of(table)
    assert found.profiles.shape == (4, 15)
    first = table.filter(mirna_sequence=found.table["mirna_sequence"][2])
    assert first["mean_change"].to_list() == found.profiles[2].tolist()


def test_groups__of_too_few_pairs_are_none_and_their_tests_are_empty(stored, rng, random_rna):
    frame = pairs(rng, random_rna, [2, 3])
    table = grouped_mirnas(stored, frame, 1, Counts())
    assert table.is_empty()
    positives = frame.with_columns(gene_name=pl.lit("G"), gene_id=pl.lit("E"), transcript_id=pl.lit("T"))
    sets = {"one": {"s": {"G"}}}
    shared, enriched = clusters_share(table, positives, 1), clusters_in_sets(table, positives, sets, Counts())
    rows = cluster_rows("paper", table, shared, enriched, random_clusters_in_sets(table, positives, sets, 1))
    assert rows["value"].to_list() == [0] * 8
