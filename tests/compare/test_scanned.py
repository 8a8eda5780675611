"""A real scan of both: planted sites, equal results whatever is scanned beside, both kinds of networks."""

import numpy as np
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.compare import CompareSettings, Pair, Targets, compare_isomir, judge, scan_pairs
from dmiso.compare.scanned import Position
from dmiso.io.transcripts import Transcript
from dmiso.models import read_model, resolve
from dmiso.records import SequenceRecord

CANONICAL, ISOMIR = "UACCCUGUAGAUCCGAAUUUGUG", "ACCCUGUAGAUCCGAAUUUGUG"
OTHER = "UGAGGUAGUAGGUUGUAUAGUU"
BY_FLOOR = CompareSettings(max_q=1, min_percentile=99, decoys=2)


@pytest.fixture
def transcripts(rng, random_rna):
    """Return nucleotides with a whole site of the miRNA in the first and nothing planted in the second."""
    first = random_rna(rng, 60) + reverse_complement(CANONICAL) + random_rna(rng, 67)
    return [Transcript("with", first, (0, 30)), Transcript("without", random_rna(rng, 110))]


def scan(pairs, transcripts, model=None, settings=BY_FLOOR):
    return scan_pairs(pairs, Targets(transcripts, {}), model or resolve(None), settings)


def pair(isomir, canonical):
    return Pair(SequenceRecord("i", isomir), SequenceRecord("c", canonical))


def test_planted_site__is_held_by_both(transcripts):
    found = judge(scan([pair(ISOMIR, CANONICAL)], transcripts), pair(ISOMIR, CANONICAL), BY_FLOOR)
    site = found.sites.filter(found.sites["start"].is_between(55, 65)).row(0, named=True)
    assert site["transcript_id"] == "with"
    assert site["site_change"] in {"kept", "changed"}
    assert site["region"] == "3'UTR"
    assert (site["canonical_seed_class"], site["seed_match"]) == ("8mer", "both")


def test_planted_site__is_lost_to_another_mirna(transcripts):
    found = judge(scan([pair(OTHER, CANONICAL)], transcripts), pair(OTHER, CANONICAL), BY_FLOOR)
    site = found.sites.filter(found.sites["start"].is_between(55, 65)).row(0, named=True)
    assert site["site_change"] == "lost"
    assert site["canonical_logit"] - site["isomir_logit"] > 1


def test_sites__do_not_depend_on_what_is_scanned_beside(transcripts):
    alone = judge(scan([pair(ISOMIR, CANONICAL)], transcripts), pair(ISOMIR, CANONICAL), BY_FLOOR)
    beside = scan([pair(OTHER, CANONICAL), pair(ISOMIR, CANONICAL)], transcripts)
    again = judge(beside, pair(ISOMIR, CANONICAL), BY_FLOOR)
    assert again.sites.equals(alone.sites)
    assert again.genes.equals(alone.genes)


def test_swapped_roles__turn_gained_into_lost(transcripts):
    found = scan([pair(OTHER, CANONICAL)], transcripts)
    there, back = (
        judge(found, pair(OTHER, CANONICAL), BY_FLOOR),
        judge(found, pair(CANONICAL, OTHER), BY_FLOOR),
    )
    assert there.n_sites("gained") == back.n_sites("lost")
    assert there.n_sites("lost") == back.n_sites("gained") > 0
    assert there.sites["logit_difference"].to_list() == (-back.sites["logit_difference"]).to_list()


@pytest.mark.parametrize("kind", ["positions", "windows"])
def test_logits_at_own_sites__are_at_least_the_sites(transcripts, toy_model, kind):
    model = resolve(None) if kind == "positions" else read_model(toy_model)
    settings = CompareSettings(max_q=1, min_percentile=50, decoys=0)
    found = scan([pair(ISOMIR, CANONICAL)], transcripts, model, settings)
    sites = found.mirnas[ISOMIR].sites
    assert sites.height
    positions = [Position(*row) for row in sites.select("transcript", "start", "end").iter_rows()]
    around = found.logits_at(ISOMIR, positions)
    # a site is the best of its surroundings; its nucleotides may lie a few nt off the peak
    assert np.median(np.abs(around - sites["logit"].to_numpy())) < 0.2


def test_decoys__are_as_many_for_both_and_more_on_short_transcripts(transcripts):
    found = scan([pair(ISOMIR, CANONICAL)], transcripts, settings=CompareSettings())
    assert found.n_decoys == 200
    assert {m.sites["q_value"].null_count() for m in found.mirnas.values()} == {0}


def test_empty_targets__give_empty_tables():
    found = judge(scan([pair(ISOMIR, CANONICAL)], []), pair(ISOMIR, CANONICAL), BY_FLOOR)
    assert found.sites.is_empty()
    assert found.genes.is_empty()


def test_q_at__is_the_q_value_of_the_site_next_below(transcripts):
    found = scan([pair(ISOMIR, CANONICAL)], transcripts, settings=CompareSettings()).mirnas[CANONICAL]
    best = found.sites.sort("logit").row(-1, named=True)
    assert found.q_at(best["logit"] + 1) == best["q_value"]
    assert found.q_at(-50.0) is None


def test_compare_isomir__shows_every_site_of_given_targets():
    found = compare_isomir(ISOMIR.lower(), CANONICAL.replace("U", "T"), {"x": "GA" * 30})
    assert found.pair.canonical.sequence == CANONICAL
    assert set(found.sites["site_change"]) <= {"neither", "gained", "lost", "kept", "changed", "borderline"}
