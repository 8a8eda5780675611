"""Seed sites: each type worked out by hand, and all of them against the definitions written as plain text search."""

import numpy as np
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.io.transcripts import Transcript
from dmiso.repression.sites import ALL_UTR3, PLACES, SITE_TYPES, find_all_sites, pack_targets

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"


def found(mirna, *transcripts):
    """Return (transcript, type, start, end) of each site on 3'UTRs."""
    sites = find_all_sites(
        [mirna], pack_targets([Transcript(str(i), t, ALL_UTR3) for i, t in enumerate(transcripts)])
    )
    return [
        (t, SITE_TYPES[k], s, e)
        for t, k, s, e in zip(
            *(x.tolist() for x in (sites.transcript, sites.type, sites.start, sites.end)), strict=True
        )
    ]


@pytest.mark.parametrize(
    ("transcript", "site"),
    [
        ("GGCUACCUCAGG", ("8mer", 2, 10)),
        ("GGCUACCUCGGG", ("7mer-m8", 2, 9)),
        ("GGGUACCUCAGG", ("7mer-A1", 3, 10)),
        ("GGGUACCUCGGG", ("6mer", 3, 9)),
        ("GGCUACCUGAGG", ("offset-6mer", 2, 8)),
        ("GGCGACCUCAGG", ("6mer-A1", 4, 10)),
    ],
)
def test_types__of_let_7_by_hand(transcript, site):
    assert found(LET7, transcript) == [(0, *site)]


def test_types__five_pairs_without_the_a_are_no_site():
    assert found(LET7, "GGCGACCUCGGG") == []


def test_sites__at_both_ends_of_a_transcript_are_found_and_none_spans_two():
    assert found(LET7, "CUACCUC") == [(0, "7mer-m8", 0, 7)]
    assert found(LET7, "UACCUC") == [(0, "6mer", 0, 6)]
    assert found(LET7, "CUACCU") == [(0, "offset-6mer", 0, 6)]
    # the A that follows begins the next transcript, and so does the C that would face position 2
    assert found(LET7, "CUACCUC", "AGG") == [(0, "7mer-m8", 0, 7)]
    assert found(LET7, "GGCUACCU", "CAGG") == [(0, "offset-6mer", 2, 8)]


def test_sites__n_pairs_with_nothing_on_either_strand():
    assert found(LET7, "GGCUACNUCAGG") == []
    assert found("UGAGGUAN", "GGCUACCUCAGG") == [(0, "7mer-A1", 3, 10)]
    assert found("UGANGUAG", "GGCUACNUCAGG") == []


def test_sites__of_a_short_mirna_need_no_position_that_is_not_there():
    assert found("UGAGGUA", "GGCUACCUCAGG") == [(0, "7mer-A1", 3, 10)]
    assert found("UGAGGU", "GGCUACCUCAGG") == [(0, "6mer-A1", 4, 10)]
    assert found("UGAGG", "GGCUACCUCAGG") == []


def test_sites__of_a_5p_isomir_are_those_of_its_own_seed():
    # one base less at the 5' end: the seed is AGGUAGU, its match ACUACCU
    assert found(LET7[1:], "GGACUACCUAGG") == [(0, "8mer", 2, 10)]
    assert found(LET7, "GGACUACCUAGG") == [(0, "offset-6mer", 3, 9)]
    # a 3' end changes no seed
    assert found(LET7[:-3], "GGCUACCUCAGG") == found(LET7, "GGCUACCUCAGG")


def plain(mirna, transcript):
    """Find sites as the definitions read, anchor by anchor."""
    pairs = {i: reverse_complement(base) for i, base in enumerate(mirna[:8], start=1) if base != "N"}

    def holds(anchor, first, last):
        return all(
            0 <= anchor - i + 1 < len(transcript) and transcript[anchor - i + 1] == pairs.get(i)
            for i in range(first, last + 1)
        )

    for anchor in range(len(transcript) + 2):
        a = transcript[anchor : anchor + 1] == "A"
        if holds(anchor, 2, 8):
            yield anchor, "8mer" if a else "7mer-m8"
        elif holds(anchor, 2, 7):
            yield anchor, "7mer-A1" if a else "6mer"
        elif holds(anchor, 3, 8):
            yield anchor, "offset-6mer"
        elif a and holds(anchor, 2, 6):
            yield anchor, "6mer-A1"


def test_sites__are_all_that_the_definitions_name_once_each(rng):
    # two bases only: sites overlap, touch ends and each other
    mirnas = ["".join(rng.choice(list("AUN"), 8, p=[0.5, 0.48, 0.02])) for _ in range(30)]
    transcripts = ["".join(rng.choice(list("AU"), n)) for n in (0, 5, 8, 40, 900)]
    sites = find_all_sites(
        mirnas, pack_targets([Transcript(str(i), t, ALL_UTR3) for i, t in enumerate(transcripts)])
    )
    here = list(zip(sites.mirna.tolist(), sites.transcript.tolist(), sites.anchor.tolist(), strict=True))
    expected = [
        (m, t, anchor, kind)
        for m, mirna in enumerate(mirnas)
        for t, transcript in enumerate(transcripts)
        for anchor, kind in plain(mirna, transcript)
    ]
    assert len(expected) > 500
    assert [(*key, SITE_TYPES[k]) for key, k in zip(here, sites.type.tolist(), strict=True)] == expected


def test_places__are_those_of_the_first_base():
    site = "CUACCUCA"
    # 5'UTR 0-20, CDS 20-60, 3'UTR 60-120; the site begins at its position-8 base
    for start, place in (
        (0, "5'UTR"),
        (19, "5'UTR"),
        (20, "CDS"),
        (59, "CDS"),
        (60, "stop"),
        (74, "stop"),
        (75, "3'UTR"),
    ):
        transcript = "G" * start + site + "G" * (112 - start)
        sites = find_all_sites([LET7], pack_targets([Transcript("t", transcript, (20, 60))]))
        assert [PLACES[p] for p in sites.place] == [place], start


def test_places__a_7mer_at_the_stop_codon_is_in_the_3utr_whatever_faces_position_8():
    sites = find_all_sites([LET7], pack_targets([Transcript("t", "G" * 20 + "UACCUCA" + "G" * 9, (2, 20))]))
    assert [(SITE_TYPES[t], PLACES[p]) for t, p in zip(sites.type, sites.place, strict=True)] == [
        ("7mer-A1", "stop")
    ]


def test_places__a_3utr_without_its_mrna_begins_at_the_stop_codon():
    sites = find_all_sites(
        [LET7], pack_targets([Transcript("t", "UACCUCA" + "G" * 20 + "CUACCUCA", ALL_UTR3)])
    )
    assert [PLACES[p] for p in sites.place] == ["stop", "3'UTR"]


def test_targets__without_a_coding_sequence_are_refused():
    with pytest.raises(ValueError, match="has no coding sequence"):
        pack_targets([Transcript("t", "ACGU")])


def test_sites__of_no_mirnas_or_transcripts_are_none():
    assert len(find_all_sites([], pack_targets([Transcript("t", "CUACCUCA", ALL_UTR3)])).type) == 0
    assert len(find_all_sites([LET7], pack_targets([])).type) == 0
    assert find_all_sites([LET7], pack_targets([])).start.dtype == np.int64
