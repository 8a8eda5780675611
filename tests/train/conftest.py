"""Tasks whose answer one can say aloud: a site binds when it holds its miRNA's seed match, or when it is rich in A."""

import polars as pl
import pytest

MIRNAS = (
    "UGAGGUAGUAGGUUGUAUAGUU",
    "UAGCUUAUCAGACUGAUGUUGA",
    "UUAAUGCUAAUCGUGAUAGGGGU",
    "AACCCGUAGAUCCGAUCUUGUG",
)


def complement(sequence):
    return sequence[::-1].translate(str.maketrans("ACGU", "UGCA"))


def toy_pairs(rng, n, *, n_bases=40):
    """Return n pairs, half of them positives: every site once with its own miRNA and once with the next one."""
    rows = []
    for i in range(n // 2):
        mirna, other = MIRNAS[i % 4], MIRNAS[(i + 1) % 4]
        bases = rng.choice(list("ACGU"), n_bases)
        start = int(rng.integers(0, n_bases - 8))
        bases[start : start + 8] = list(complement(mirna[1:9]))
        site = "".join(bases)
        rows += [(mirna, site, 1, i), (other, site, 0, i)]
    return pl.DataFrame(rows, schema=["mirna_sequence", "target_sequence", "label", "cluster"], orient="row")


def one_sided_pairs(rng, n, *, n_bases=40):
    """Return n pairs that a network learns in a few steps: positive sites are rich in A, negatives in C."""
    rows = []
    for i in range(n):
        bases = "A" * 6 + "UCG" if i % 2 else "C" * 6 + "UAG"
        site = "".join(rng.choice(list(bases), n_bases))
        rows.append((MIRNAS[i // 2 % 4], site, i % 2, i))
    return pl.DataFrame(rows, schema=["mirna_sequence", "target_sequence", "label", "cluster"], orient="row")


@pytest.fixture(name="toy_pairs")
def toy_pairs_fixture():
    return toy_pairs


@pytest.fixture(name="one_sided_pairs")
def one_sided_pairs_fixture():
    return one_sided_pairs
