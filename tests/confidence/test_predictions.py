"""Confidence beside predictions: of the pair and its whole target, as a scan and a question have it."""

import json

import numpy as np
import polars as pl
import pytest

import dmiso
from dmiso.cli.main import program
from dmiso.columns import BINDING_CONFIDENCE_COLUMNS
from dmiso.confidence import Confidence
from dmiso.errors import InputError, UsageError
from dmiso.io.transcripts import Transcript
from dmiso.models import resolve

LET7, MIR101 = "UGAGGUAGUAGGUUGUAUAGUU", "UACAGUACUGUGAUAACUGAA"
SITE = "AACUAUACAACCUACUACCUCA"


def random_bases(n, seed):
    return "".join(np.random.default_rng(seed).choice(list("ACGU"), n))


TARGET = random_bases(120, 1) + SITE + random_bases(90, 2)


def expected(mirna, target):
    values = Confidence(resolve()).of([mirna], Transcript("t", target))[0].columns()
    return tuple(values[name] for name in BINDING_CONFIDENCE_COLUMNS)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "m.fa").write_text(f">a\n{LET7}\n>b\n{MIR101}\n")
    (tmp_path / "t.fa").write_text(f">t\n{TARGET}\n>u\n{random_bases(70, 3)}\n")
    return tmp_path


def run(*words):
    return program.main([str(word) for word in words], standalone_mode=False)


def test_predict__gives_the_confidence_of_whole_targets(files):
    run(
        "predict",
        "--mirnas",
        files / "m.fa",
        "--targets",
        files / "t.fa",
        "--with-confidence",
        "-o",
        files / "o.tsv",
    )
    table = pl.read_csv(files / "o.tsv", separator="\t")
    row = table.filter(mirna_id="a", target_id="t").select(BINDING_CONFIDENCE_COLUMNS).row(0)
    assert row == expected(LET7, TARGET)
    assert table["p_shuffled_target"].null_count() == 0
    manifest = json.loads((files / "o.tsv.manifest.json").read_text())
    assert manifest["settings"]["confidence"] is True


def test_predict__gives_the_same_confidence_with_the_best_rows_alone(files):
    run(
        *(
            "predict",
            "--mirnas",
            files / "m.fa",
            "--targets",
            files / "t.fa",
            "--with-confidence",
            "--top",
            "1",
        ),
        *("-o", files / "o.tsv"),
    )
    table = pl.read_csv(files / "o.tsv", separator="\t")
    assert table.height == 2
    assert table.filter(mirna_id="a").select(BINDING_CONFIDENCE_COLUMNS).row(0) == expected(LET7, TARGET)


def test_predict__of_pairs_in_any_spelling_has_the_same_confidence():
    pairs = {
        "mirna_sequence": [LET7.lower().replace("u", "t")],
        "target_sequence": [TARGET.replace("U", "T")],
    }
    table = dmiso.predict(pairs, confidence=True)
    assert table.select(BINDING_CONFIDENCE_COLUMNS).row(0) == expected(LET7, TARGET)


def test_predict__without_confidence_has_no_column_of_it():
    table = dmiso.predict(mirnas=LET7, targets={"t": TARGET})
    assert not {*BINDING_CONFIDENCE_COLUMNS} & {*table.columns}


def test_predict__refuses_what_has_no_confidence(files):
    with pytest.raises(UsageError, match="leave out --windows all"):
        dmiso.predict(mirnas=LET7, targets={"t": TARGET}, windows="all", confidence=True)
    with pytest.raises(InputError, match="record t: another target of this name has other nucleotides"):
        dmiso.predict(mirnas=LET7, targets=[("t", TARGET), ("t", TARGET[:-3])], confidence=True)
    with pytest.raises(UsageError, match="standard input is gone by then"):
        run(
            "predict",
            "--mirnas",
            files / "m.fa",
            "--targets",
            "-",
            "--with-confidence",
            "-o",
            files / "o.tsv",
        )
