"""Finding sites on transcripts, against Python's own search."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.dataset.locate import SiteIndex
from dmiso.dataset.readers import read_interactions
from dmiso.io.transcripts import Transcript, read_transcripts
from dmiso.records import Counts

rna = st.text(alphabet="ACN", min_size=1, max_size=16)


def _overlapping(text, site):
    return [i for i in range(len(text) - len(site) + 1) if text.startswith(site, i)]


@settings(max_examples=150, deadline=None)
@given(st.lists(rna, min_size=1, max_size=4), st.lists(rna, max_size=5))
def test_find__agrees_with_plain_search_in_transcript_order(texts, sites):
    k = 3
    index = SiteIndex({f"t{i}": Transcript(f"t{i}", text) for i, text in enumerate(texts)}, k=k)
    positions = index.find(sites)
    for i, site in enumerate(sites):
        words = [site[p : p + k] for p in range(len(site) - k + 1)]
        searchable = any("N" not in word for word in words)
        hits = (
            [(t, p) for t, text in enumerate(texts) for p in _overlapping(text, site)] if searchable else []
        )
        assert positions.hits[i] == len(hits)
        first = hits[0] if hits else (-1, -1)
        assert (positions.transcript[i], positions.start[i]) == first


def test_find__a_position_on_the_preferred_transcript_comes_first():
    index = SiteIndex({name: Transcript(name, "GGACGUACGG") for name in ("a", "b", "c")}, k=4)
    positions = index.find(["ACGUAC"] * 4, prefer=["b", None, "unknown", "c"])
    assert positions.transcript.tolist() == [1, 0, 0, 2]
    assert positions.hits.tolist() == [3] * 4


@pytest.mark.real_data
def test_real_sites__helwak_sites_found_on_refseq_stand_there_and_the_others_nowhere(shared_data):
    sites = (
        read_interactions(shared_data / "chimeras/helwak2013_clash.csv.gz").frame["target_sequence"].to_list()
    )
    transcripts = read_transcripts(shared_data / "transcripts/refseq4000_mrna.fa.gz", Counts())
    positions = SiteIndex(transcripts).find(sites)
    assert int((positions.transcript >= 0).sum()) == 3_313
    bases = [mrna.sequence for mrna in transcripts.values()]
    joined = "-".join(bases)
    for site, number, start in list(zip(sites, positions.transcript, positions.start, strict=True))[:150]:
        if number >= 0:
            assert bases[number].startswith(site, start)
        else:
            assert site not in joined
