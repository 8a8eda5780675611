"""The column ``domain``: the same whichever way pairs are given, empty inside, null where a model states none."""

import json

import polars as pl
import pytest

from dmiso.cli.main import _run
from dmiso.io import read_table
from dmiso.models import domain_of, read_model, write_model
from dmiso.predict import load_model

MIRNAS = {"a": "UGAGGUAGUAGGUUGUAUAGUU", "b": "UGAGGUAGUAGGUUGUAUAGUUACGACGA", "n": "UGAGGUAGUNNNNNGUAUAGUU"}


@pytest.fixture
def stated(tmp_path, toy_model, rng, random_rna):
    """The toy model with the domain of 400 let-7-like pairs of 22 nt."""
    toy = read_model(toy_model)
    mirnas = ["UGAGGUAG" + random_rna(rng, 14) for _ in range(400)]
    domain = domain_of(mirnas, [random_rna(rng, 50) for _ in mirnas])
    write_model(
        tmp_path / "stated",
        config=toy.config,
        weights=toy.weights,
        calibration=toy.calibration,
        card=toy.card,
        domain=domain,
    )
    return tmp_path / "stated"


@pytest.fixture
def targets(rng, random_rna):
    return {"site": random_rna(rng, 50), "short": random_rna(rng, 12), "long": random_rna(rng, 90) + "A" * 90}


def test_grid__names_what_is_outside_of_each_pair(stated, targets):
    table = load_model(stated).predict(mirnas=MIRNAS, targets=targets, windows="all")
    found = {
        (m, t, s): d for m, t, s, d in table.select("mirna_id", "target_id", "start", "domain").iter_rows()
    }
    assert found["a", "site", 0] == ""
    assert found["b", "site", 0] == "mirna_length"
    assert found["n", "site", 0] == "unknown_bases"
    assert found["b", "short", 0].split(",")[:2] == ["mirna_length", "target_length"]
    assert found["a", "long", 0] == ""
    assert found["a", "long", 120] == "target_composition"  # the window of the poly(A) only


def test_pairs_and_grid_and_best_windows__agree(stated, targets, monkeypatch):
    predictor = load_model(stated)
    best = predictor.predict(mirnas=MIRNAS, targets=targets)
    every = predictor.predict(mirnas=MIRNAS, targets=targets, windows="all")
    keys = ["mirna_id", "target_id", "start"]
    joined = best.join(every, on=keys, suffix="_every", how="left", maintain_order="left")
    assert joined["domain"].to_list() == joined["domain_every"].to_list()
    whole = best.select("mirna_sequence").with_columns(
        target_sequence=best["target_id"].replace_strict(targets)
    )
    assert predictor.predict(whole)["domain"].to_list() == best["domain"].to_list()
    own = predictor.model.domain.reasons(
        every["mirna_sequence"].to_list(), every["target_sequence"].to_list()
    )
    assert own == every["domain"].to_list()
    monkeypatch.setattr("dmiso.predict.predictor._LOGITS_AT_ONCE", 16)
    monkeypatch.setattr("dmiso.predict.predictor._WINDOWS_AT_ONCE", 2)
    small = predictor.predict(mirnas=MIRNAS, targets=targets)
    assert small["domain"].to_list() == best["domain"].to_list()


def test_model_without_a_domain__gives_null(predictor, targets):
    table = predictor.predict(mirnas=MIRNAS, targets=targets)
    assert table["domain"].null_count() == table.height
    assert table.schema["domain"] == pl.String


def test_command__counts_rows_outside_or_says_that_none_is_stated(
    stated, toy_model, targets, tmp_path, capsys
):
    (tmp_path / "m.fa").write_text("".join(f">{name}\n{bases}\n" for name, bases in MIRNAS.items()))
    (tmp_path / "t.fa").write_text("".join(f">{name}\n{bases}\n" for name, bases in targets.items()))
    words = ["predict", "--mirnas", str(tmp_path / "m.fa"), "--targets", str(tmp_path / "t.fa")]
    assert _run([*words, "--model", str(stated), "-o", str(tmp_path / "o.parquet")]) == 0
    table = pl.read_parquet(tmp_path / "o.parquet")
    outside = table.filter(pl.col("domain") != "").height
    assert 0 < outside < table.height
    said = f"{outside} rows unlike the model's training pairs: their scores are extrapolations"
    assert said in capsys.readouterr().err
    assert _run([*words, "--model", str(toy_model), "-o", str(tmp_path / "o.tsv")]) == 0
    assert "9 rows without a domain: the model does not state what it was" in capsys.readouterr().err
    assert read_table(tmp_path / "o.tsv")["domain"].to_list() == [""] * 9


def test_published_layout__is_the_same_with_and_without_a_domain(stated, toy_model, targets, tmp_path):
    (tmp_path / "m.fa").write_text("".join(f">{name}\n{bases}\n" for name, bases in MIRNAS.items()))
    (tmp_path / "t.fa").write_text("".join(f">{name}\n{bases}\n" for name, bases in targets.items()))
    words = ["predict", "--mirnas", str(tmp_path / "m.fa"), "--targets", str(tmp_path / "t.fa")]
    for name, model in (("a", stated), ("b", toy_model)):
        out = ["--model", str(model), "--compat", "published", "-q", "-o", str(tmp_path / f"{name}.tsv")]
        assert _run([*words, *out]) == 0
    assert (tmp_path / "a.tsv").read_bytes() == (tmp_path / "b.tsv").read_bytes()
    assert "domain" not in read_table(tmp_path / "a.tsv").columns
    counts = [json.loads((tmp_path / f"{name}.tsv.manifest.json").read_text())["counts"] for name in "ab"]
    assert counts[0] == counts[1]
    assert not any("domain" in sentence for sentence in counts[0]["notes"])
