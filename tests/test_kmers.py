"""k-mers against the same questions asked with slices of text."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.alphabet import CODED, NUCLEOTIDES, codes_of, kmer_numbers, pack
from dmiso.kmers import KmerSet, count_kmers, first_kmer, index_kmers, sorted_keys

SEQUENCES = st.lists(st.text(alphabet=CODED, max_size=30), max_size=5)


def number(kmer: str) -> int:
    """Return a k-mer as a number, the 5' base first."""
    return int("".join(str(NUCLEOTIDES.index(base)) for base in kmer), 4)


def windows(sequence: str, k: int) -> list[tuple[int, str]]:
    """Return every k-mer without N, and where it begins."""
    every = ((i, sequence[i : i + k]) for i in range(len(sequence) - k + 1))
    return [(i, kmer) for i, kmer in every if "N" not in kmer]


@settings(deadline=None)
@given(SEQUENCES, st.integers(1, 4))
def test_count_kmers__counts_those_without_n(sequences, k):
    counts = count_kmers(pack(sequences), k)
    assert counts.shape == (len(sequences), 4**k)
    for row, sequence in zip(counts, sequences, strict=True):
        expected = Counter(number(kmer) for _, kmer in windows(sequence, k))
        assert {i: n for i, n in enumerate(row.tolist()) if n} == expected


@settings(deadline=None)
@given(SEQUENCES, st.integers(1, 5))
def test_index_kmers__has_the_rising_positions_of_each_and_none_across_a_break(sequences, k):
    packed = pack(sequences, separated=True)
    starts, positions = index_kmers(packed.codes, k)
    expected: dict[int, list[int]] = {}
    for begin, sequence in zip(packed.bounds.tolist(), sequences, strict=False):
        for i, kmer in windows(sequence, k):
            expected.setdefault(number(kmer), []).append(begin + i)
    found = {w: positions[starts[w] : starts[w + 1]].tolist() for w in range(4**k)}
    assert {w: at for w, at in found.items() if at} == expected


@settings(deadline=None)
@given(SEQUENCES, st.integers(1, 16))
def test_sorted_keys__hold_each_kmer_with_its_sequence_or_position(sequences, k):
    packed = pack(sequences)
    of_sequence, of_position = [], []
    for i, sequence in enumerate(sequences):
        for at, kmer in windows(sequence, k):
            of_sequence.append(number(kmer) << 32 | i)
            of_position.append(number(kmer) << 32 | int(packed.bounds[i]) + at)
    assert sorted_keys(packed, k).tolist() == sorted(of_sequence)
    assert sorted_keys(packed, k, by_position=True).tolist() == sorted(of_position)


@settings(deadline=None)
@given(st.text(alphabet=CODED, max_size=30), st.integers(1, 16))
def test_first_kmer__is_the_first_without_n(sequence, k):
    found = windows(sequence, k)
    kmer, at = first_kmer(codes_of(sequence), k)
    assert (kmer, at) == ((number(found[0][1]), found[0][0]) if found else (0, -1))


@given(st.lists(st.text(alphabet=CODED, min_size=7, max_size=7), min_size=1, max_size=6))
def test_kmer_numbers__are_those_of_the_rolled_kmers(kmers):
    codes = np.stack([codes_of(kmer) for kmer in kmers])
    assert kmer_numbers(codes).tolist() == [-1 if "N" in kmer else number(kmer) for kmer in kmers]


@pytest.mark.parametrize("k", [0, 17])
def test_keys__refuse_a_length_that_does_not_fit(k):
    with pytest.raises(ValueError, match="from 1 to 16"):
        KmerSet(k).add(["ACGU"])
