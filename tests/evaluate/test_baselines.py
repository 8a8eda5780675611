"""Baselines against rates counted by hand, and known figures on real sets."""

import numpy as np
import polars as pl
import pytest

from dmiso.errors import UsageError
from dmiso.evaluate.baselines import BASELINES, baseline_scores, default_baselines
from dmiso.evaluate.labelled import read_labelled
from dmiso.evaluate.metrics import auroc, average_precision
from dmiso.records import Counts

A, B, C = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA", "UAAAGUGCUUAUAGUGCAGGUAG"


@pytest.fixture
def table(rng, random_rna):
    return pl.DataFrame(
        {
            "mirna_sequence": [A, A, A, B, B, C],
            "target_sequence": [random_rna(rng, 30) for _ in range(6)],
            "label": [1, 1, 0, 0, 0, 1],
        }
    )


def test_identity__is_the_share_of_positives_among_the_mirnas_other_rows(table):
    # overall share 3/6, worth one row
    expected = [(1 + 0.5) / 3, (1 + 0.5) / 3, (2 + 0.5) / 3, (0 + 0.5) / 2, (0 + 0.5) / 2, 0.5 / 1]
    found = baseline_scores(table, ["mirna_identity", "mirna_identity_inverted"])
    assert found["mirna_identity"].to_list() == pytest.approx(expected)
    assert found["mirna_identity_inverted"].to_list() == pytest.approx([1 - x for x in expected])


def test_identity__with_a_training_table_is_its_share_and_the_mean_for_unseen_mirnas(table):
    train = pl.DataFrame(
        {"mirna_sequence": [A, A, A, B], "target_sequence": ["A"] * 4, "label": [0, 0, 1, 1]}
    )
    found = baseline_scores(table, ["mirna_identity"], train=train)["mirna_identity"].to_list()
    assert found == pytest.approx([1.5 / 4] * 3 + [1.5 / 2] * 2 + [0.5])


def test_identity_ceiling__is_the_best_any_scorer_of_the_mirna_alone_can_do(table, rng):
    ceiling = baseline_scores(table, ["mirna_identity_ceiling"])["mirna_identity_ceiling"].to_numpy()
    assert ceiling.tolist() == pytest.approx([2 / 3] * 3 + [0] * 2 + [1])
    best = auroc(table["label"], ceiling)
    for _ in range(50):
        by_mirna = dict(zip((A, B, C), rng.normal(size=3), strict=True))
        scores = [by_mirna[m] for m in table["mirna_sequence"]]
        assert auroc(table["label"], scores) <= best + 1e-12


def test_exact_balance__leaves_identity_nothing_in_a_test_part(table):
    balanced = pl.concat([table, table.with_columns(label=1 - pl.col("label"))])
    assert auroc(balanced["label"], baseline_scores(balanced, ["mirna_identity_ceiling"]).to_series()) == 0.5
    from_train = baseline_scores(balanced, ["mirna_identity"], train=table).to_series()
    assert auroc(balanced["label"], from_train) == 0.5


def test_plain_numbers__gc_length_and_seed():
    table = pl.DataFrame(
        {"mirna_sequence": [A, A, "CC"], "target_sequence": ["CUACCUCA", "GGGG", "AACN"], "label": [1, 0, 0]}
    )
    names = ["target_gc", "target_length", "mirna_length", "mirna_gc", "seed_class"]
    found = baseline_scores(table, names)
    assert found["target_gc"].to_list() == [0.5, 1.0, 0.25]
    assert found["target_length"].to_list() == [8, 4, 4]
    assert found["mirna_length"].to_list() == [22, 22, 2]
    assert found["mirna_gc"].to_list() == pytest.approx([8 / 22, 8 / 22, 1])
    assert found["seed_class"].to_list() == [5, 0, 0]
    assert found.columns == names


def test_first_base__is_learnt_from_other_clusters(rng, random_rna):
    labels = np.arange(200) % 2
    sites = [("A" if label else "G") + random_rna(rng, 29) for label in labels]
    table = pl.DataFrame({"mirna_sequence": [A] * 200, "target_sequence": sites, "label": labels})
    assert auroc(labels, baseline_scores(table, ["target_first_base"]).to_series()) > 0.99
    train = pl.DataFrame({"mirna_sequence": [A] * 2, "target_sequence": ["ACC", "GCC"], "label": [0, 1]})
    from_train = baseline_scores(table, ["target_first_base"], train=train).to_series()
    assert auroc(labels, from_train) < 0.01


def test_energies__have_their_sign_turned_and_partners_are_permuted(table):
    vienna = pytest.importorskip("RNA")
    found = baseline_scores(table, ["rnaduplex", "rnacofold", "partner_shuffled"], seed=1)
    pairs = list(table.select("mirna_sequence", "target_sequence").iter_rows())
    assert found["rnaduplex"].to_list() == pytest.approx([-vienna.duplexfold(m, t).energy for m, t in pairs])
    assert found["rnacofold"].to_list() == pytest.approx([-vienna.cofold(f"{m}&{t}")[1] for m, t in pairs])
    order = np.random.default_rng(1).permutation(6)
    swapped = [-vienna.duplexfold(pairs[i][0], t).energy for i, (_, t) in zip(order, pairs, strict=True)]
    assert found["partner_shuffled"].to_list() == pytest.approx(swapped)


def test_every_baseline__gives_a_finite_score_a_row_and_follows_the_seed(table):
    pytest.importorskip("RNA")
    found = baseline_scores(table, list(BASELINES), seed=3)
    assert found.shape == (6, len(BASELINES))
    assert all(np.isfinite(found[name].to_numpy()).all() for name in found.columns)
    assert found.equals(baseline_scores(table, list(BASELINES), seed=3))


def test_empty_table__gives_empty_columns():
    empty = pl.DataFrame(schema={"mirna_sequence": pl.String, "target_sequence": pl.String, "label": pl.Int8})
    names = [name for name in BASELINES if name not in {"rnaduplex", "rnacofold", "partner_shuffled"}]
    assert baseline_scores(empty, names).shape == (0, len(names))


def test_unknown_baseline__lists_the_known_ones(table):
    with pytest.raises(UsageError, match=r"gc is not a baseline\. .*Known: .*target_gc"):
        baseline_scores(table, ["gc"])


def test_defaults__use_the_ceiling_without_training_data_and_energies_only_if_allowed():
    assert default_baselines(has_train=False, energies=False)[0] == "mirna_identity_ceiling"
    with_train = default_baselines(has_train=True, energies=True)
    assert with_train[:2] == ["mirna_identity", "mirna_identity_inverted"]
    assert {"rnaduplex", "rnacofold", "partner_shuffled"} <= set(with_train)
    assert set(with_train) <= set(BASELINES)


@pytest.mark.real_data
def test_known_figures__of_energy_and_identity(shared_data):
    pytest.importorskip("RNA")
    folder = shared_data / "benchmark"
    balanced = read_labelled(folder / "hejret_isomir_chr1_balanced.tsv", Counts())
    energy = baseline_scores(balanced, ["rnaduplex"]).to_series()
    assert average_precision(balanced["label"], energy) == pytest.approx(0.846, abs=0.0005)
    test, train = (
        read_labelled(folder / f"mirbench_hejret2023_{part}.tsv.gz", Counts()) for part in ("test", "train")
    )
    inverted = baseline_scores(test, ["mirna_identity_inverted"], train=train).to_series()
    assert auroc(test["label"], inverted) == pytest.approx(0.716, abs=0.001)
