"""Which miRNA an isomiR is compared with."""

import pytest

from dmiso.compare import CompareSettings, pairs_from_calls, pairs_with
from dmiso.errors import UsageError
from dmiso.isomir import CountedSequence, Mature, Reference
from dmiso.isomir.reference import Placement
from dmiso.records import Counts, SequenceRecord

MATURES = (
    Mature("hsa-let-7a-5p", "M1", "UGAGGUAGUAGGUUGUAUAGUU"),
    Mature("hsa-let-7c-5p", "M2", "UGAGGUAGUAGGUUGUAUGGUU"),
    Mature("hsa-miR-10a-5p", "M3", "UACCCUGUAGAUCCGAAUUUGUG"),
)
REFERENCE = Reference(
    MATURES, (), tuple(Placement(i, -1, 0, len(m.sequence)) for i, m in enumerate(MATURES)), "x"
)


def call(*sequences, counted=True):
    counts = Counts()
    records = [CountedSequence(f"s{i}", text, (n,)) for i, (text, n) in enumerate(sequences)]
    return pairs_from_calls(records, REFERENCE, counts, counted=counted), counts


def test_pairs__hold_every_parent_of_a_tie():
    pairs, _ = call(("UGAGGUAGUAGGUUGUAU", 5))
    assert [(p.canonical.id, p.n_parents) for p in pairs] == [("hsa-let-7a-5p", 2), ("hsa-let-7c-5p", 2)]


def test_pairs__know_the_reads_of_both_and_leave_canonical_sequences_out():
    pairs, counts = call((MATURES[2].sequence, 30), (MATURES[2].sequence[1:], 10), ("G" * 20, 4))
    assert [(p.isomir.id, p.isomir_reads, p.canonical_reads, p.share) for p in pairs] == [
        ("s1", 10, 30, 0.25)
    ]
    assert (pairs[0].variant, pairs[0].shift, pairs[0].seed_shifted) == ("iso_5p:+1", 1, True)
    said = "; ".join(counts.sentences())
    assert "nothing to compare (hsa-miR-10a-5p)" in said
    assert "no miRNA explains" in said


def test_pairs__without_counts_have_no_share():
    pairs, _ = call((MATURES[2].sequence[1:], 1), counted=False)
    assert pairs[0].share is None


def test_pairs_with_a_given_mirna__are_sorted_by_reads():
    given = SequenceRecord("mine", MATURES[2].sequence)
    records = [
        CountedSequence("a", MATURES[2].sequence[1:], (1,)),
        CountedSequence("b", MATURES[0].sequence, (9,)),
    ]
    assert [p.isomir.id for p in pairs_with(records, given, Counts())] == ["b", "a"]


def test_short_sequences__are_refused():
    with pytest.raises(UsageError, match="s0 has 10 nucleotides; a miRNA or isomiR of at least 15"):
        call(("ACGUACGUAC", 1))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"margin": -1}, "margin is -1"),
        ({"reach": -1}, "reach is -1"),
        ({"decoys": 0}, "no q-values"),
        ({"max_q": 2}, "max_q is 2"),
    ],
)
def test_settings__out_of_range_are_refused(settings, said):
    with pytest.raises(UsageError, match=said):
        CompareSettings(**settings)
