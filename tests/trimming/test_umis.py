"""UMI error correction: the directional rule, compared with a slow twin that compares all with all."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.trimming.umis import directional, n_molecules


def differing(one, other):
    """Count differing bases; UMIs of different lengths are infinitely far apart."""
    return sum(a != b for a, b in zip(one, other, strict=True)) if len(one) == len(other) else len(one) + 99


def slow_twin(reads):
    """Build the whole graph, all with all, then take what is reached from the most frequent UMI left."""
    errors_of = {
        umi: [o for o in reads if differing(umi, o) == 1 and reads[umi] >= 2 * reads[o] - 1] for umi in reads
    }
    left, found = sorted(reads, key=lambda umi: (-reads[umi], umi)), {}
    while left:
        reached, waiting = set(), [left[0]]
        while waiting:
            umi = waiting.pop()
            if umi not in reached and umi not in found:
                reached.add(umi)
                waiting += errors_of[umi]
        found |= dict.fromkeys(reached, left[0])
        left = [umi for umi in left if umi not in found]
    return found


counted = st.dictionaries(
    st.text("ACGN", min_size=0, max_size=4), st.integers(1, 40), min_size=0, max_size=60
)


@given(counted)
def test_directional__equals_the_slow_twin(reads):
    assert directional(reads) == slow_twin(reads)
    assert n_molecules(reads) == len(set(slow_twin(reads).values()))


@given(counted, st.randoms())
def test_directional__does_not_depend_on_the_order_of_the_reads(reads, shuffler):
    shuffled = list(reads.items())
    shuffler.shuffle(shuffled)
    assert list(directional(dict(shuffled)).items()) == list(directional(reads).items())


@pytest.mark.parametrize(
    ("more", "less", "molecules"), [(1, 1, 1), (3, 2, 1), (2, 2, 2), (9, 5, 1), (8, 5, 2)]
)
def test_directional__joins_at_twice_the_reads_less_one(more, less, molecules):
    assert n_molecules({"ACGTACGT": more, "ACGTACGA": less}) == molecules


def test_directional__two_bases_apart_are_two_molecules():
    assert n_molecules({"ACGT": 100, "ACCA": 1}) == 2


def test_directional__finds_the_molecules_that_errors_were_made_of():
    draw = np.random.default_rng(1)
    true = ["".join("ACGT"[i] for i in draw.integers(4, size=12)) for _ in range(200)]
    seen = Counter()
    for umi in true:
        for _ in range(60):
            read = list(umi)
            if draw.random() < 0.12:  # one error: two at once leave a UMI that nothing leads to
                read[draw.integers(12)] = "ACGT"[draw.integers(4)]
            seen["".join(read)] += 1
    assert len(seen) > 1000
    assert sorted(set(directional(seen).values())) == sorted(set(true))


def test_directional__takes_every_umi_of_a_length_at_once():
    # 4⁸ UMIs of one read each are all neighbours of each other's: comparing all with all would take minutes
    reads = dict.fromkeys(map("".join, product("ACGT", repeat=8)), 1)
    assert n_molecules(reads) == 1
