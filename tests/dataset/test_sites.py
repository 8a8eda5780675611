"""Site rules: what they cut, and that coordinates give back the nucleotides."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.dataset.locate import SiteIndex
from dmiso.dataset.sites import apply_site_rule, place_sites
from dmiso.errors import UsageError
from dmiso.io.transcripts import Transcript
from dmiso.records import Counts
from dmiso.settings.dataset import SiteRule

SCHEMA = {
    "target_sequence": pl.String,
    "transcript_id": pl.String,
    "start": pl.Int64,
    "end": pl.Int64,
    "region": pl.String,
}


def _frame(*rows):
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


@pytest.fixture
def mrna(rng):
    return Transcript("t", "".join(rng.choice(list("ACGU"), 120)), (20, 70))


def test_paper__fragments_grow_by_25_at_the_3_end_and_stop_at_the_transcripts_end(mrna):
    text = mrna.sequence
    frame = _frame((text[40:60], "t", 40, 60, None), (text[80:110], "t", 80, 110, None))
    out = apply_site_rule(frame, SiteRule(), {"t": mrna}, Counts(), fragments=True)
    assert out["target_sequence"].to_list() == [text[40:85], text[80:120]]
    assert out["start"].to_list() == [40, 80]
    assert out["end"].to_list() == [85, 120]
    assert out["region"].to_list() == ["CDS", "3'UTR"]


def test_paper__sites_extended_by_their_authors_are_not_extended_again(mrna):
    text = mrna.sequence
    frame = _frame((text[40:75], "t", 40, 75, None))
    out = apply_site_rule(frame, SiteRule(), {"t": mrna}, Counts(), fragments=False)
    assert out["target_sequence"].to_list() == [text[40:75]]


def test_paper__sites_below_30_bases_are_left_out_and_counted_even_after_extension(mrna):
    text = mrna.sequence
    counts = Counts()
    nowhere = [("A" * length, None, None, None, None) for length in (29, 30)]
    frame = _frame((text[100:119], "t", 100, 119, None), *nowhere)
    out = apply_site_rule(frame, SiteRule(), {"t": mrna}, counts, fragments=True)
    assert out["target_sequence"].to_list() == ["A" * 30]
    assert counts.dropped == {"sites shorter than 30 nt": 2}
    assert counts.notes["fragments not extended: they lie on none of the transcripts"] == 2


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 119), st.integers(1, 90)), min_size=1, max_size=15),
    st.integers(1, 130),
    st.integers(0, 12),
    st.integers(0, 99),
)
def test_window__has_its_length_holds_the_letters_of_its_place_and_stays_near_the_middle(
    positions, length, jitter, seed
):
    text = ("ACGUUGCAAC" * 40)[:120]
    mrna = Transcript("t", text, (20, 70))
    spans = [(start, min(start + size, 120)) for start, size in positions]
    frame = _frame(*((text[a:b], "t", a, b, None) for a, b in spans))
    rule = SiteRule("window", length=length, jitter=jitter, seed=seed)
    out = apply_site_rule(frame, rule, {"t": mrna}, Counts(), fragments=True)
    assert out.height == (len(spans) if length <= 120 else 0)
    for (a, b), (site, start, end, region) in zip(
        spans, out.select("target_sequence", "start", "end", "region").iter_rows(), strict=False
    ):
        assert end - start == length == len(site)
        assert text[start:end] == site
        assert region == mrna.region(start, end)
        at_edge = start == 0 or end == 120
        assert at_edge or abs((start + end) - (a + b)) <= 2 * jitter + 2


def test_window__shifts_differ_and_the_same_seed_gives_the_same(mrna):
    frame = _frame(*((mrna.sequence[40:60], "t", 40, 60, None) for _ in range(200)))

    def starts(seed):
        rule = SiteRule("window", length=20, jitter=4, seed=seed)
        return apply_site_rule(frame, rule, {"t": mrna}, Counts(), fragments=True)["start"].to_list()

    assert set(starts(1)) == set(range(36, 45))
    assert starts(1) == starts(1) != starts(2)


def test_window__without_transcript_is_cut_from_the_sites_own_bases_or_left_out():
    counts = Counts()
    frame = _frame(("AACCGGUUAA", "ENST1", 100, 110, "CDS"), ("ACGU", None, None, None, None))
    rule = SiteRule("window", length=6, jitter=0)
    out = apply_site_rule(frame, rule, {}, counts, fragments=True)
    assert out.rows() == [("CCGGUU", "ENST1", 102, 108, "CDS")]
    assert counts.dropped == {"sites shorter than 6 nt": 1}


def test_as_given__changes_nothing():
    frame = _frame(("ACGU", None, None, None, None))
    assert apply_site_rule(frame, SiteRule("as-given"), {}, Counts(), fragments=True).equals(frame)


def test_place__finds_bases_keeps_true_places_and_empties_false_ones(rng):
    text = "".join(rng.choice(list("ACGU"), 80))
    transcripts = {"u": Transcript("u", "G" * 30), "t": Transcript("t", text + text[:30], (20, 60))}
    frame = _frame(
        (text[:25], "t", 80, 105, None),  # stands there and at 0: its own position stays
        (text[30:60], "ENST7", 5, 35, "exon"),  # named on another release
        ("A" * 20, "t", 3, 23, "CDS"),  # not where it says, and nowhere
        ("C" * 20, "ENST9", 3, 23, "CDS"),  # nowhere on these transcripts
    )
    counts = Counts()
    placed = place_sites(frame, transcripts, SiteIndex(transcripts), counts)
    assert placed.select("transcript_id", "start", "end", "region").rows() == [
        ("t", 80, 105, "3'UTR"),
        ("t", 30, 60, "CDS"),
        (None, None, None, "CDS"),
        ("ENST9", 3, 23, "CDS"),
    ]
    assert counts.kept["sites found on the transcripts"] == 2
    assert counts.notes["sites not found on the transcripts: used as the file gives them"] == 2
    assert counts.notes["sites whose nucleotides do not stand where their row says"] == 1
    assert counts.notes["sites found on several positions: the first is taken"] == 1


def test_rule__a_wrong_name_or_number_is_said():
    with pytest.raises(UsageError, match="name is 'papre'; it must be one of paper, window, as-given"):
        SiteRule("papre")
    with pytest.raises(UsageError, match="jitter is -1; it must be between 0 and 100,000"):
        SiteRule("window", jitter=-1)
