"""Fair versions of labelled tables: what the recipe leaves out, by hand-made tables and by its promises."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.alphabet import reverse_complement
from dmiso.dataset.fair import KEPT, fair_pairs, fair_reasons, rows_sha256
from dmiso.errors import InputError
from dmiso.records import Counts
from dmiso.seeds import seed_class

pytest.importorskip("RNA")

LET7, MIR21, MIR16 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA", "UAGCAGCACGUAAAUAUUGGCG"
COLUMNS = ["mirna_sequence", "target_sequence", "label"]


def bases(seed: int, length: int = 12) -> str:
    """Return nucleotides that share no 16-mer with those of another seed."""
    return "".join(np.random.default_rng(seed).choice(list("ACGU"), length))


def site(seed: int, match: str = "") -> str:
    """Return a site of 40 nt or more with a piece in its middle, and with no seed match of the three miRNAs beside."""
    for attempt in range(100):
        left, right = bases(seed * 100 + attempt, 20), bases(seed * 100 + attempt + 50, 20)
        if all(
            seed_class(mirna, part) == "none"
            for mirna in (LET7, MIR21, MIR16, LET7[1:])
            for part in (left, right, left + right)
        ):
            return left + match + right
    raise AssertionError("no such site")


SEEDED = site(1, reverse_complement(LET7[1:8]))
OFFSET = site(2, reverse_complement(LET7[2:8]))
BARE, OTHER = site(3), site(4)


def labelled(*rows: tuple[str, str, int]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), COLUMNS, orient="row")


def test_fair_reasons__leave_out_negatives_whose_site_shows_its_own_mirna():
    table = labelled(
        (LET7, SEEDED, 1),
        (MIR21, SEEDED, 0),
        (LET7, OFFSET, 1),
        (MIR21, OFFSET, 0),
        (MIR21, BARE, 1),
        (LET7, BARE, 0),
    )
    assert fair_reasons(table) == [
        KEPT,
        "seed match of a true partner in the site",
        KEPT,
        "seed match of a true partner in the site",
        KEPT,
        KEPT,
    ]


def test_fair_reasons__find_true_partners_on_overlapping_sites_and_in_other_tables():
    moved = SEEDED[3:] + "GAC"  # the same site, cut three nucleotides further along
    table = labelled((MIR21, moved, 0), (MIR21, OTHER, 0))
    assert fair_reasons(table) == ["site of unknown true partner"] * 2
    seen = labelled((LET7, SEEDED, 1), (MIR16, OTHER, 1)).drop("label")
    assert fair_reasons(table, seen) == ["seed match of a true partner in the site", KEPT]


def test_fair_reasons__leave_out_negatives_whose_mirna_or_one_of_its_seed_was_seen_there():
    relative = LET7[:9] + "CCAGGAUGC"
    table = labelled((LET7, BARE, 1), (relative, BARE, 0), (MIR21, BARE, 0))
    assert fair_reasons(table) == [KEPT, "miRNA seen on the site elsewhere", KEPT]


def test_fair_reasons__know_a_mirna_by_the_form_in_which_it_is_seen_most():
    trimmed = LET7[1:]  # calls of a lost first base still match the seed of the whole miRNA
    match = site(5, reverse_complement(LET7[1:7]))  # 6mer of let-7, nothing of the trimmed one
    assert seed_class(trimmed, match) == "none"
    table = labelled((trimmed, match, 1), (MIR21, match, 0))
    assert fair_reasons(table) == [KEPT, KEPT]
    named = pl.DataFrame(
        {
            "mirna_id": ["let-7a"] * 3,
            "mirna_sequence": [trimmed, LET7, LET7],
            "target_sequence": [match, BARE, OTHER],
        }
    )
    assert fair_reasons(table, named) == [KEPT, "seed match of a true partner in the site"]
    counts = Counts()
    assert fair_pairs(table, counts, positives=named, seedless=True).is_empty()
    assert counts.dropped["positives: seed match of the pair's own miRNA in the site"] == 1


def test_fair_reasons__leave_out_repeats_of_both_labels_and_sites_that_only_they_show():
    simple = "CACACACACACACACACACACACACACACACACACA"
    piece = "GGAGGCC" + MIR16[2:16] + "GGAUGCAAUUGCAGU"
    table = labelled((MIR16, piece, 1), (MIR21, piece, 0), (MIR21, simple, 0), (MIR16, BARE, 1))
    assert fair_reasons(table) == ["sense call", "site seen in sense calls and repeats only", "repeat", KEPT]


def test_fair_pairs__match_classes_per_mirna_and_account_for_every_pair():
    table = labelled(
        (LET7, SEEDED, 1),
        (LET7, OFFSET, 1),
        (MIR21, BARE, 1),
        (MIR16, OTHER, 1),
        (LET7, BARE, 0),
        (MIR21, OTHER, 0),
        (LET7, OTHER, 0),
        (MIR16, SEEDED, 0),
    )
    counts = Counts()
    fair = fair_pairs(table, counts)
    assert fair.group_by("mirna_sequence").agg(pl.col("label").sum(), pl.len()).sort("len").rows() == [
        (MIR21, 1, 2),
        (LET7, 2, 4),
    ]
    assert dict(counts.kept) == {"positives": 3, "negatives": 3}
    assert dict(counts.dropped) == {
        "positives: more pairs of the miRNA than in the other class": 1,
        "negatives: seed match of a true partner in the site": 1,
    }


def test_fair_pairs__choose_the_same_pairs_whatever_their_order():
    rows = [(LET7, site(i), 1) for i in range(10, 20)] + [(LET7, site(i), 0) for i in range(20, 23)]
    partners = labelled(*((MIR21, site(i), 1) for i in range(20, 23)))
    forward, backward = (
        fair_pairs(labelled(*order), Counts(), positives=partners) for order in (rows, rows[::-1])
    )
    assert forward.height == 6
    assert rows_sha256(forward) == rows_sha256(backward)
    assert forward.rows() == [row for row in rows if row in set(forward.rows())]


def test_fair_pairs__keep_other_columns_and_take_a_table_without_rows():
    table = labelled((LET7, BARE, 1)).with_columns(score=pl.lit(0.5))
    assert fair_pairs(table, Counts(), matched=False).columns == [*COLUMNS, "score"]
    assert fair_pairs(table.clear(), Counts()).is_empty()


def test_fair_pairs__name_the_column_that_is_missing():
    with pytest.raises(InputError, match="without the column label; found mirna_sequence, target_sequence"):
        fair_pairs(labelled((LET7, BARE, 1)).drop("label"), Counts())


MIRNAS = st.text("ACGU", min_size=18, max_size=23)
SITES = st.text("ACGU", min_size=20, max_size=40)


@given(
    st.lists(MIRNAS, min_size=1, max_size=4, unique=True),
    st.lists(SITES, min_size=1, max_size=5, unique=True),
    st.data(),
)
def test_fair_pairs__never_keep_what_they_promise_to_leave_out(mirnas, sites, data):
    index = st.integers(0, 100)
    rows = [
        (
            mirnas[data.draw(index) % len(mirnas)],
            sites[data.draw(index) % len(sites)],
            data.draw(st.integers(0, 1)),
        )
        for _ in range(12)
    ]
    planted = [(m, s + reverse_complement(mirnas[0][1:8]), label) for m, s, label in rows]
    table = labelled(*planted)
    counts = Counts()
    fair = fair_pairs(table, counts)
    assert sum(counts.kept.values()) + sum(counts.dropped.values()) == table.height
    balance = fair.group_by("mirna_sequence").agg(pl.col("label").mean())["label"].to_list()
    assert set(balance) <= {0.5}
    seen = {}
    for mirna, target, label in planted:
        if label:
            seen.setdefault(target, set()).add(mirna)
    for mirna, target, label in fair.rows():
        if not label:
            assert mirna not in seen[target]
            assert all(seed_class(partner, target) == "none" for partner in seen[target])


def test_rows_sha256__is_of_pairs_alone():
    table = labelled((LET7, BARE, 1), (MIR21, OTHER, 0))
    assert rows_sha256(table) == rows_sha256(table.reverse().with_columns(score=pl.lit(1)))
    assert rows_sha256(table) != rows_sha256(table.with_columns(label=1 - pl.col("label")))
