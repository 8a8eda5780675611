"""The k-mer regression against counting by hand and scikit-learn's logistic regression."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

import dmiso.evaluate.kmers as module
from dmiso.evaluate.kmers import N_FEATURES, cross_validated_kmers, kmer_counts, train_kmers
from dmiso.evaluate.metrics import auroc

BASES = "AUCG"


def column(kmer: str) -> int:
    """Return where a k-mer is counted."""
    number = 0
    for base in kmer:
        number = number * 4 + BASES.index(base)
    return sum(4**k for k in range(1, len(kmer))) + number


@given(
    st.lists(st.text("AUCGN", max_size=20), min_size=1, max_size=5), st.text("AUCG", min_size=1, max_size=4)
)
def test_counts__equal_looking_at_every_position(sequences, kmer):
    counts = kmer_counts(sequences)
    assert counts.shape == (len(sequences), N_FEATURES)
    for row, sequence in zip(counts, sequences, strict=True):
        expected = sum(sequence[i : i + len(kmer)] == kmer for i in range(len(sequence)))
        assert row[column(kmer)] == expected


def test_fit__equals_scikit_learns_ridge_logistic_regression(rng, random_rna):
    sequences = [random_rna(rng, 30) for _ in range(80)]
    labels = np.array([float(s.count("GC") + rng.normal() > 1.8) for s in sequences])
    model = train_kmers(sequences, labels)
    counts = kmer_counts(sequences)
    standard = (counts - counts.mean(axis=0)) / np.where(counts.std(axis=0) == 0, 1, counts.std(axis=0))
    reference = LogisticRegression(C=1 / (module._RIDGE * len(labels)), tol=1e-8, max_iter=10_000)
    reference.fit(standard, labels)
    np.testing.assert_allclose(model.weights, reference.coef_[0], atol=1e-4)
    np.testing.assert_allclose(model.scores(sequences), reference.decision_function(standard), atol=1e-3)


def test_scores__do_not_depend_on_how_many_are_scored_at_once(rng, random_rna, monkeypatch):
    sequences = [random_rna(rng, 25) for _ in range(40)]
    model = train_kmers(sequences, np.arange(40) % 2.0)
    whole = model.scores(sequences)
    monkeypatch.setattr(module, "_ROWS_AT_ONCE", 7)
    np.testing.assert_allclose(model.scores(sequences), whole, atol=1e-9)


def test_cross_validation__finds_a_planted_base_preference(rng, random_rna):
    labels = np.arange(300) % 2.0
    sequences = [random_rna(rng, 30) + ("GCGC" if label else random_rna(rng, 4)) for label in labels]
    found = cross_validated_kmers(sequences, labels, np.arange(300))
    assert auroc(labels, found) > 0.8


def test_cross_validation__does_not_learn_a_site_from_its_own_cluster(rng, random_rna):
    # 40 sites, each ten times with one random label: only remembering the site would help
    clusters = np.repeat(np.arange(40), 10)
    sites = [random_rna(rng, 30) for _ in range(40)]
    labels = np.repeat(rng.permutation(np.arange(40) % 2.0), 10)
    sequences = [sites[i] for i in clusters]
    grouped = cross_validated_kmers(sequences, labels, clusters)
    torn = cross_validated_kmers(sequences, labels, np.arange(400))
    assert auroc(labels, torn) > 0.95
    assert auroc(labels, grouped) < 0.75


def test_cross_validation__of_one_class_gives_zeros():
    assert cross_validated_kmers(["ACGU"] * 6, np.ones(6), np.arange(6)).tolist() == [0.0] * 6


def test_large_tables__are_fitted_on_a_seeded_draw(rng, random_rna, monkeypatch):
    monkeypatch.setattr(module, "_MAX_TRAIN_ROWS", 30)
    sequences = [random_rna(rng, 20) for _ in range(90)]
    labels = np.arange(90) % 2.0
    first, again, other = (train_kmers(sequences, labels, seed=s).scores(sequences) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_empty_sequences__are_scored_by_the_intercept():
    model = train_kmers(["ACGU", "GGGG", "ACAC", "UUUU"], np.array([1.0, 0, 1, 0]))
    assert model.scores([]).shape == (0,)
    assert np.isfinite(model.scores([""])).all()
    assert pytest.approx(model.scores(["NNNN"])) == model.scores([""])
