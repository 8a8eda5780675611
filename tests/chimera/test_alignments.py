"""Scores, e-values and the embedded search, against sums done by hand and a search by brute force."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.alphabet import pack, reverse_complement
from dmiso.chimera.alignments import MATCH, MISMATCH, SearchSpace, bit_score
from dmiso.chimera.embedded import search_antisense, search_embedded
from dmiso.chimera.reference import make_reference, open_reference

ALL = {"max_evalue": 1e9, "max_repeats": 10**6, "max_hits": 50}


def test_bits__are_those_of_blast_for_22_matches():
    # blastn-short prints 44.1 bits for 22 matching nucleotides
    assert round(bit_score(22), 1) == 44.1


def test_evalue__follows_the_formula_where_the_ends_do_not_matter():
    space = SearchSpace(n_bases=10**7, n_sequences=1)
    cut = round(math.log(0.711 * 60 * 1e7) / 1.31)
    by_hand = 0.711 * (60 - cut) * (1e7 - cut) * math.exp(-1.374 * 20)
    assert 10 ** space.log10_evalue(60, 20) == pytest.approx(by_hand, rel=0.08)


@given(st.integers(20, 150), st.floats(1e-6, 10))
def test_min_score__is_the_least_that_is_good_enough(length, limit):
    space = SearchSpace(n_bases=58_000, n_sequences=2_600)
    least = space.min_score(length, max_evalue=limit)
    assert 10 ** space.log10_evalue(length, least) <= limit * (1 + 1e-9)
    assert least == 1 or 10 ** space.log10_evalue(length, least - 1) > limit * (1 - 1e-9)


def best_by_brute_force(read, text):
    """Score of the best ungapped local alignment, every diagonal walked through."""
    best = 0
    for shift in range(-len(read) + 1, len(text)):
        score = 0
        for i, base in enumerate(read):
            if 0 <= i + shift < len(text):
                score = max(0, score + (MATCH if base == text[i + shift] else MISMATCH))
                best = max(best, score)
    return best


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_search__finds_the_best_alignment_wherever_a_word_agrees(seed):
    draw = np.random.default_rng(seed)
    text = "".join(draw.choice(list("ACGU"), 120))
    start = int(draw.integers(0, 90))
    part = list(text[start : start + 30])
    for position in draw.choice(30, int(draw.integers(0, 3)), replace=False):
        part[position] = draw.choice(list("ACGU"))
    read = "".join(draw.choice(list("ACGU"), 8)) + "".join(part)
    hits = search_embedded([read], make_reference({"a": text}, 4), **ALL).frame
    scores = (hits["bit_score"] - bit_score(0)) / (bit_score(1) - bit_score(0))
    assert round(scores.max()) == best_by_brute_force(read, text)


def test_search__alignments_do_not_run_from_one_sequence_into_the_next():
    reference = make_reference({"a": "ACGUACGUGGCA", "b": "UUGCAUCCGAGG"}, 4)
    hits = search_embedded(["ACGUACGUGGCAUUGCAUCCGAGG"], reference, **ALL).frame
    best = hits.head(2).sort("subject")
    assert best["end"].to_list() == [12, 12]
    assert best["read_start"].to_list() == [0, 12]


def test_search__n_agrees_with_nothing():
    reference = make_reference({"a": "ACGUNNNNACGUACGAUUGC"}, 4)
    hits = search_embedded(["NNNNACGUACGAUUGC"], reference, **ALL).frame
    assert hits.row(0, named=True)["read_start"] == 4


def test_search__a_kept_index_finds_the_same(tmp_path, rng, random_rna):
    sequences = {f"s{i}": random_rna(rng, 200) for i in range(3)}
    reads = [sequences["s1"][50:80], sequences["s2"][0:25] + "ACGUUGCA"]
    made = make_reference(sequences, 8, tmp_path)
    kept = open_reference(tmp_path, 8)
    assert search_embedded(reads, made, **ALL).frame.equals(search_embedded(reads, kept, **ALL).frame)
    assert kept.bases(1, 50, 80) == sequences["s1"][50:80]


def test_antisense__reads_of_the_other_strand_are_told(rng, random_rna):
    text = random_rna(rng, 300)
    reference = make_reference({"a": text}, 8)
    reads = [text[10:50], reverse_complement(text[100:140])]
    assert search_antisense(reads, reference, max_evalue=1e-3, max_repeats=99) == [1]


def test_encode__of_nothing_is_empty():
    codes, begins = pack([])
    assert (len(codes), begins.tolist()) == (0, [0])
