"""Site clusters against a plain dictionary and union of sets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.dataset.clusters import components, shares_kmer, site_clusters
from dmiso.kmers import KmerSet


def _kmers(sequence, k):
    words = (sequence[i : i + k] for i in range(len(sequence) - k + 1))
    return {word for word in words if "N" not in word} or {sequence}


def _plain_clusters(sequences, k):
    """Merge sets of sequences until no two share a word: slow and obvious."""
    groups = [({i}, _kmers(sequence, k)) for i, sequence in enumerate(sequences)]
    merged = True
    while merged:
        merged = False
        for a in range(len(groups)):
            for b in range(a + 1, len(groups)):
                if groups[a][1] & groups[b][1]:
                    groups[a] = (groups[a][0] | groups[b][0], groups[a][1] | groups[b][1])
                    del groups[b]
                    merged = True
                    break
            if merged:
                break
    return {frozenset(members) for members, _ in groups}


rna = st.text(alphabet="ACGUN", max_size=14)


@settings(max_examples=150, deadline=None)
@given(st.lists(rna, max_size=12), st.integers(1, 6))
def test_clusters__are_the_components_over_shared_words(sequences, k):
    labels = site_clusters(sequences, k)
    found = {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}
    assert found == _plain_clusters(sequences, k)


def test_clusters__are_numbered_by_first_appearance():
    assert site_clusters(["GGGGG", "AAAAA", "GGGGGC", "AAAAAC"], 5).tolist() == [0, 1, 0, 1]


def test_clusters__a_run_across_n_counts_for_nothing():
    site = "ACGUACGNACGUACG"
    assert site_clusters([site, site[1:]], 8).tolist() == [0, 1]
    assert site_clusters([site, site], 8).tolist() == [0, 0]


def test_clusters__a_window_cut_some_bases_further_along_is_the_same_place(rng):
    text = "".join(rng.choice(list("ACGU"), 84))
    assert site_clusters([text[:50], text[34:84]]).tolist() == [0, 0]
    assert site_clusters([text[:50], text[35:84]]).tolist() == [0, 1]


@settings(max_examples=150, deadline=None)
@given(st.lists(rna, max_size=8), st.lists(rna, max_size=8), st.integers(1, 6))
def test_shares_kmer__agrees_with_sets_of_words(sequences, others, k):
    def words(sequence):
        return {sequence[i : i + k] for i in range(len(sequence) - k + 1) if "N" not in sequence[i : i + k]}

    known = set().union(*map(words, others)) if others else set()
    assert shares_kmer(sequences, others, k).tolist() == [bool(words(s) & known) for s in sequences]


def test_kmer_set__grows_by_what_is_added():
    known = KmerSet(4)
    assert known.shared(["AACCGG"]).tolist() == [False]
    known.add(["CCGG"])
    known.add(["UUUU", "UU"])
    assert known.shared(["AACCGG", "GUUUUG", "ACGU"]).tolist() == [True, True, False]


def test_components__join_through_any_kind_of_label_but_negative_ones():
    assert components(np.array([0, 1, 1, -1, -1]), np.array([5, 5, 6, 7, 8])).tolist() == [0, 0, 0, 1, 2]


@pytest.mark.parametrize("k", [0, 17])
def test_clusters__a_run_length_out_of_range_is_refused(k):
    with pytest.raises(ValueError, match=f"k is {k}; it must be from 1 to 16"):
        site_clusters(["ACGU"], k)


def test_clusters__bases_that_were_not_normalised_are_refused():
    with pytest.raises(ValueError, match=r"pass it through dmiso\.alphabet\.normalise"):
        shares_kmer(["ACGT"], ["ACGU"])
