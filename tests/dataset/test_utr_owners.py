"""Whose 3'UTR a positive's negatives come from."""

import polars as pl

from dmiso.dataset.utr_owners import utr_owners
from dmiso.io.transcripts import Transcript
from dmiso.records import Counts

_ROWS = {
    "transcript_id": pl.String,
    "start": pl.Int64,
    "end": pl.Int64,
    "gene_id": pl.String,
    "gene_name": pl.String,
}


def _owners(rows, transcripts, counts=None):
    frame = pl.DataFrame(rows, schema=_ROWS, orient="row")
    return utr_owners(frame, transcripts, counts or Counts()).tolist()


def test_owner__a_located_site_has_its_own_transcript_though_its_gene_has_a_longer_3utr():
    transcripts = {
        "t1": Transcript("t1", "A" * 40, (0, 20), gene_id="g"),
        "t2": Transcript("t2", "A" * 90, (0, 20), gene_id="g"),
    }
    assert _owners([("t1", 3, 9, "g", None)], transcripts) == [0]
    assert _owners([(None, None, None, "g", None)], transcripts) == [1]


def test_owner__the_longest_3utr_counts_without_its_unknown_nucleotides():
    transcripts = {
        "a": Transcript("a", "N" * 90 + "A" * 5, (0, 0), gene_names=("X",)),
        "b": Transcript("b", "A" * 30, (0, 0), gene_names=("X",)),
    }
    assert _owners([(None, None, None, None, "x")], transcripts) == [1]


def test_owner__names_are_found_with_other_versions_and_among_several():
    transcripts = {"7": Transcript("7", "A" * 30, (0, 0), "ENSG00000111640.15", ("GAPDH",))}
    counts = Counts()
    rows = [
        (None, None, None, "ENSG00000111640.2", None),
        (None, None, None, None, "AL1.4,GAPDH"),
        (None, None, None, None, "AL1.4"),
        ("NM_9", 4, 8, None, None),
    ]
    assert _owners(rows, transcripts, counts) == [0, 0, -1, -1]
    assert counts.notes == {
        "positives not on the transcripts whose gene has a 3'UTR there: their negatives come from it": 2
    }


def test_owner__a_located_site_without_3utr_falls_back_to_its_gene():
    transcripts = {
        "t1": Transcript("t1", "A" * 40, None, gene_id="g"),
        "t2": Transcript("t2", "A" * 90, (0, 20), gene_id="g"),
    }
    assert _owners([("t1", 3, 9, "g", None), ("t1", 3, 9, None, None)], transcripts) == [1, -1]


def test_owner__without_any_transcript_there_is_none():
    assert _owners([("t1", 3, 9, "g", None), (None, None, None, None, "x")], {}) == [-1, -1]
