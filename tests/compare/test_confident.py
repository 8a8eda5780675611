"""Confidence of genes in a comparison: the same alone and beside others, as a question has it."""

import numpy as np
import pytest

import dmiso
from dmiso.columns import GENE_CONFIDENCE_COLUMNS
from dmiso.compare import CompareSettings, Pair, Targets, compare_pairs
from dmiso.compare.sentences import verdict_sentence
from dmiso.io.transcripts import Transcript
from dmiso.records import SequenceRecord

LET7, TRIMMED = "UGAGGUAGUAGGUUGUAUAGUU", "GAGGUAGUAGGUUGUAUAGUU"
SITE = "AACUAUACAACCUACUACCUCA"


def random_bases(n, seed):
    return "".join(np.random.default_rng(seed).choice(list("ACGU"), n))


ASKED = Transcript("asked", random_bases(90, 11) + SITE + random_bases(100, 12), (0, 0))
OTHERS = [Transcript(f"t{n}", random_bases(300, 100 + n), (0, 0)) for n in range(12)]
PAIR = Pair(SequenceRecord("isomiR", TRIMMED), SequenceRecord("let-7a", LET7))
SETTINGS = CompareSettings(decoys=4)


def compared(transcripts, asked=("asked",), settings=SETTINGS, genes=None):
    targets = Targets(transcripts, genes or {}, asked=frozenset(asked))
    return compare_pairs([PAIR], targets, settings=settings)[0].genes


@pytest.fixture(scope="module")
def alone():
    return compared([ASKED]).filter(gene_id="asked").select(GENE_CONFIDENCE_COLUMNS).row(0, named=True)


def test_verdict_on_a_gene__is_the_same_beside_others(alone):
    genes = compared([*OTHERS[:5], ASKED, *OTHERS[5:]])
    row = genes.filter(gene_id="asked").select(GENE_CONFIDENCE_COLUMNS).row(0, named=True)
    assert row == alone
    assert genes.filter(gene_id="t0")["binding_verdict"].to_list() in ([], [None])


def test_verdict_on_a_gene__is_that_of_a_question(alone):
    answer = dmiso.ask(TRIMMED, {"asked": ASKED.sequence}, against=LET7, as_utrs=True)
    (change,) = answer.verdicts[0].against
    assert (alone["binding_verdict"], alone["repression_verdict"]) == (change.binding, change.repression)
    own, other = answer.pairs.to_dicts()
    for side, row in (("isomir", own), ("canonical", other)):
        for name in ("p_shuffled_mirna", "p_shuffled_target", "repression_p_shuffled_target"):
            assert alone[f"{side}_{name}"] == row[name]
        assert alone[f"{side}_binding_call"] == row["binding_call"]


def test_verdict_sentence__says_both_sides(alone):
    said = verdict_sentence("asked", alone, "let-7a")
    assert said.startswith("Verdict on asked, the same whatever else is scanned: binding ")
    assert "let-7a bound, p 0.0" in said


def test_most_changed_genes__have_confidence_where_it_is_asked_for():
    settings = CompareSettings(decoys=4, confidence=2, min_percentile=90.0)
    genes = compared([ASKED, *OTHERS[:3]], asked=(), settings=settings)
    assert genes.height > 2
    assert genes["binding_verdict"].is_not_null().to_list() == [True, True, *[False] * (genes.height - 2)]


def test_gene_of_several_transcripts__is_judged_on_the_one_repressed_most():
    longer = Transcript("longer", random_bases(400, 5), (0, 0))
    genes = compared([longer, ASKED], asked=("g",), genes={"longer": "g", "asked": "g"})
    assert genes["confidence_transcript_id"].to_list() == ["asked"]
