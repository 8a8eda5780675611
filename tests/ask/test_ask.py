"""Questions and their answers: the three that the documentation asks, on small targets, and what is written of them."""

import json

import numpy as np
import polars as pl
import pytest

import dmiso
from dmiso.cli.main import _run
from dmiso.columns import ASK_PAIR_COLUMNS, ASK_SITE_COLUMNS
from dmiso.confidence import Confidence
from dmiso.io.transcripts import Transcript
from dmiso.models import resolve
from dmiso.repression import resolve_repression

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
MIR101, SHIFTED = "UACAGUACUGUGAUAACUGAA", "ACAGUACUGUGAUAACUGAA"
LET7_SITE = "AACUAUACAACCUACUACCUCA"
SHIFTED_SITE = "GUUAUCACAGUACUGAGGUACUGA"
"""Ends with the seed match of the shifted miR-101 (positions 2-8, CAGUACU), which the canonical one has not."""


def random_bases(n, seed):
    return "".join(np.random.default_rng(seed).choice(list("ACGU"), n))


UTR = random_bases(90, 11) + LET7_SITE + random_bases(100, 12)
SHIFTED_UTR = random_bases(70, 13) + "UUCAGUUAUCACGAAGUACUGA" + random_bases(80, 14)


@pytest.fixture(autouse=True)
def no_reference_in_use(tmp_path, monkeypatch):
    monkeypatch.setenv("DMISO_REFERENCES", str(tmp_path / "references"))


@pytest.fixture(scope="module")
def let7():
    return dmiso.ask(LET7, {"gene": UTR}, as_utrs=True)


def test_answer__of_a_planted_site_says_where_and_how_sure(let7):
    (verdict,) = let7.verdicts
    assert verdict.judged.binding == "bound"
    assert verdict.judged.repression == "repressed"
    assert verdict.headline.startswith(
        "hsa-let-7a-5p on gene: bound at 90-112 in the 3'UTR (8mer) and repressed"
    )
    assert "shuffled miRNAs do as much (p 0.0" in verdict.sentences[0]
    assert "1 8mer site in the 3'UTR" in verdict.sentences[1]


def test_answer__has_the_confidence_of_the_pair_and_its_sites(let7):
    pair = Confidence(resolve(), resolve_repression()).of([LET7], Transcript("t", UTR, (0, 0)))[0]
    (row,) = let7.pairs.to_dicts()
    assert {name: row[name] for name in pair.columns()} == pair.columns()
    assert row["best_logit"] == pytest.approx(pair.best_logit)
    assert tuple(let7.pairs.columns) == ASK_PAIR_COLUMNS
    assert tuple(let7.sites.columns) == ASK_SITE_COLUMNS
    best = let7.sites.sort("logit", descending=True, nulls_last=True).row(0, named=True)
    assert (best["start"], best["end"], best["seed_class"]) == (90, 112, "8mer")
    assert best["repression"] < -0.1


def test_answer__adds_up_to_the_repression_of_sites_and_what_they_do_together(let7):
    found = dmiso.repression({"m": LET7}, utrs={"gene": UTR})
    of_sites = let7.sites["repression"].sum()
    assert of_sites == pytest.approx(found.sites["repression"].sum())
    assert let7.pairs["n_seed_sites"][0] == found.sites.height


def test_answer__does_not_depend_on_what_is_asked_beside(let7):
    beside = dmiso.ask(LET7, {"a": random_bases(150, 1), "gene": UTR, "b": random_bases(60, 2)}, as_utrs=True)
    rows = beside.pairs.filter(transcript_id="gene")
    assert rows.drop("gene_id").equals(let7.pairs.drop("gene_id"))
    assert beside.verdicts[1].sentences == let7.verdicts[0].sentences


def test_answer__of_a_shuffle_is_not_distinguishable_or_not_bound():
    shuffled = random_bases(212, 15)
    (verdict,) = dmiso.ask(LET7, {"shuffled": shuffled}, as_utrs=True).verdicts
    assert verdict.judged.binding in {"not distinguishable", "not bound"}
    assert verdict.judged.repression in {"not distinguishable", "not repressed"}


def test_answer__of_a_tailed_isomir_is_that_nothing_changes():
    (verdict,) = dmiso.ask(LET7 + "U", {"gene": UTR}, against="canonical", as_utrs=True).verdicts
    (change,) = verdict.against
    assert (change.binding, change.repression) == ("same", "same")
    assert change.pair.canonical.id == "hsa-let-7a-5p"
    assert "the same seed GAGGUAG" in change.sentence


def test_answer__of_a_shifted_isomir_names_both_seeds():
    answer = dmiso.ask("G" + MIR101, {"gene": SHIFTED_UTR}, against="canonical", as_utrs=True)
    (change,) = answer.verdicts[0].against
    assert "isomiR iso_5p:-1, seed UACAGUA in place of ACAGUAC" in change.sentence
    assert set(answer.pairs["role"]) == {"asked", "against"}
    assert answer.changes["canonical_id"].unique().to_list() in ([], ["hsa-miR-101-3p"])


def test_answer__without_a_coding_sequence_says_what_to_give(let7):
    answer = dmiso.ask(LET7, UTR)
    assert answer.verdicts[0].judged.repression == "unknown"
    assert "Give it with --cds, or say --as-utrs" in answer.verdicts[0].sentences[1]
    assert answer.pairs["p_shuffled_target"][0] == pytest.approx(let7.pairs["p_shuffled_target"][0], abs=0.05)
    assert answer.pairs["repression"][0] is None


def test_command__prints_the_verdict_alone_and_writes_its_files(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "g.fa").write_text(f">gene\n{UTR}\n")
    words = [
        "ask",
        LET7 + "U",
        "g.fa",
        "--as-utrs",
        "--against",
        "canonical",
        "-o",
        "out",
        "--no-pictures",
        "-q",
    ]
    assert _run(words) == 0
    printed, said = capsys.readouterr()
    assert printed.startswith(f"{LET7}U on gene: bound")
    assert said == ""
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert {"answer.json", "answer.txt", "pairs.tsv", "sites.tsv", "changes.tsv", "manifest.json"} <= {*made}
    answer = json.loads((tmp_path / "out" / "answer.json").read_text())
    assert answer["verdicts"][0]["binding"] == "bound"
    assert answer["verdicts"][0]["against"][0]["binding_change"] == "same"
    pairs = pl.read_csv(tmp_path / "out" / "pairs.tsv", separator="\t")
    assert pairs["role"].to_list() == ["asked", "against"]
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["settings"]["against"] == "canonical"


def test_command__prints_json(capsys):
    assert _run(["ask", LET7, UTR, "--as-utrs", "--json", "-q"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["limits"]["max_p"] == 0.05
    assert answer["verdicts"][0]["numbers"]["n_shuffled_targets"] == 199
    assert answer["mirnas_of"].startswith("tiny-hsa")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("ask hsa-let-7a-5p NOGENE", 2, "no transcript and no gene of reference tiny-hsa"),
        ("ask hsa-let-7a-5p LIN28B-like --reference nowhere", 2, "'nowhere' is no reference and no folder"),
        ("ask hsa-let-7a-5p bad.fa", 1, "bad.fa"),
        ("ask hsa-let-7a-5p NOSITE-like --max-p 0.5", 2, "max_p is 0.5 and max_uncertain_p 0.2"),
        ("ask hsa-let-7a-5p", 2, "Missing argument 'GENE'"),
    ],
)
def test_command__ends_with_one_message(tmp_path, monkeypatch, capsys, words, code, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.fa").write_text(">a\nGGAGC!AUC\n")
    assert _run(words.split()) == code
    assert said in capsys.readouterr().err
