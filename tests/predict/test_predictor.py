"""Scores from Python: pairs, grids, windows, filters; the same numbers whichever way they are asked for."""

import numpy as np
import polars as pl
import pytest

from dmiso.columns import SITE_COLUMNS
from dmiso.encode import encode
from dmiso.errors import InputError, UsageError
from dmiso.predict import predictor as module

MIRNAS = {"a": "UGAGGUAGUAGGUUGUAUAGUU", "b": "UAGCUUAUCAGACUGAUGUUGA", "c": "GUACAGUACUGUGAUAACUGAA"}


@pytest.fixture
def targets(rng, random_rna):
    return {f"t{n}": random_rna(rng, n) for n in (25, 60, 61, 147, 300)}


def grid_of(predictor, targets, **options):
    return predictor.predict(mirnas=MIRNAS, targets=targets, **options)


def test_predict__a_grid_goes_target_by_target_and_mirna_by_mirna(predictor, targets):
    table = grid_of(predictor, targets)
    assert tuple(table.columns) == SITE_COLUMNS
    assert table.select("target_id", "mirna_id").rows() == [(t, m) for t in targets for m in MIRNAS]


def test_predict__best_window_is_the_first_with_the_highest_logit_of_all(predictor, targets):
    every = grid_of(predictor, targets, windows="all", stride=7)
    best = grid_of(predictor, targets, stride=7)
    expected = (
        every.sort("logit", descending=True, maintain_order=True).group_by(
            "target_id", "mirna_id", maintain_order=True
        )
    ).first()
    joined = best.join(
        expected, on=["target_id", "mirna_id"], suffix="_expected", how="left", maintain_order="left"
    )
    assert joined.height == best.height
    assert (joined["start"] == joined["start_expected"]).all()
    assert (joined["logit"] == joined["logit_expected"]).all()


def test_predict__every_window_of_a_target_is_there_with_its_bases(predictor, targets):
    every = grid_of(predictor, targets, windows="all", stride=13)
    for row in every.iter_rows(named=True):
        assert targets[row["target_id"]][row["start"] : row["end"]] == row["target_sequence"]
    assert every.filter(pl.col("target_id") == "t300").height == 3 * len({*range(0, 241, 13), 240})


def test_predict__pairs_and_grid_and_engine_agree(predictor, targets):
    grid = grid_of(predictor, targets, windows="all")
    pairs = predictor.predict(grid.select("mirna_sequence", "target_sequence"))
    np.testing.assert_allclose(pairs["logit"], grid["logit"], atol=2e-5)
    codes = encode(grid["mirna_sequence"].to_list(), 30), encode(grid["target_sequence"].to_list(), 60)
    np.testing.assert_allclose(predictor._logits.engine.logits_pairs(*codes), grid["logit"], atol=2e-5)


def test_predict__batch_size_changes_no_row(predictor, targets, monkeypatch):
    whole = grid_of(predictor, targets, stride=11)
    monkeypatch.setattr(module, "_LOGITS_AT_ONCE", 16)
    monkeypatch.setattr(module, "_WINDOWS_AT_ONCE", 2)
    parts = grid_of(predictor, targets, stride=11)
    assert whole.drop("logit", "score", "percentile").equals(parts.drop("logit", "score", "percentile"))
    np.testing.assert_allclose(whole["score"], parts["score"], atol=1e-6)
    pairs = whole.select("mirna_sequence").with_columns(target_sequence=pl.lit("ACGU" * 40))
    small = predictor.predict(pairs)
    monkeypatch.undo()
    np.testing.assert_allclose(small["score"], predictor.predict(pairs)["score"], atol=1e-6)


def test_predict__padding_and_case_and_t_change_nothing(predictor):
    target = "CUACUUUCCUUGCCUACAAGGAUCUACCUCAUU"
    scores = [
        predictor.predict(mirnas={"m": m}, targets={"t": t})["logit"][0]
        for m, t in [
            (MIRNAS["a"], target),
            (MIRNAS["a"].lower(), target.lower()),
            (MIRNAS["a"].replace("U", "T"), target.replace("U", "t")),
            (MIRNAS["a"] + "NN", target + "NNN"),
        ]
    ]
    assert scores == pytest.approx([scores[0]] * 4, abs=1e-5)


def test_predict__keeps_other_columns_and_order_of_pairs(predictor, random_rna, rng):
    pairs = pl.DataFrame(
        {
            "label": [1, 0, 1],
            "mirna_sequence": list(MIRNAS.values()),
            "target_sequence": [random_rna(rng, n) for n in (130, 20, 61)],
            "score": ["x", "y", "z"],
        }
    )
    table = predictor.predict(pairs)
    assert table["label"].to_list() == [1, 0, 1]
    assert table["input_score"].to_list() == ["x", "y", "z"]
    assert table["target_sequence"].to_list() == pairs["target_sequence"].to_list()
    assert table["mirna_id"].to_list() == ["pair_1", "pair_2", "pair_3"]
    assert (table["end"] - table["start"]).to_list() == [60, 20, 60]


def test_predict__top_and_min_score_keep_the_best(predictor, targets):
    table = grid_of(predictor, targets)
    top = grid_of(predictor, targets, top=2)
    assert top["mirna_id"].to_list() == ["a", "a", "b", "b", "c", "c"]
    for name in MIRNAS:
        of_one = table.filter(pl.col("mirna_id") == name)
        expected = sorted(of_one["logit"], reverse=True)[:2]
        assert top.filter(pl.col("mirna_id") == name)["logit"].to_list() == expected
    least = float(table["score"].median())
    assert grid_of(predictor, targets, min_score=least).height == (table["score"] >= least).sum()


def test_predict__score_is_the_calibrated_logit_and_percentile_is_its_rank(predictor, targets):
    table = grid_of(predictor, targets)
    np.testing.assert_allclose(table["score"], 1 / (1 + np.exp(-(0.1 * table["logit"] - 0.2))), rtol=1e-5)
    np.testing.assert_allclose(table["percentile"], np.clip((table["logit"] + 40) / 0.8, 0, 100), rtol=1e-5)


def test_predict__nothing_gives_an_empty_table_with_all_columns(predictor):
    for table in (
        predictor.predict(mirnas={}, targets={"t": "ACGU"}),
        predictor.predict(mirnas=MIRNAS, targets={}),
        predictor.predict(mirnas=MIRNAS, targets={}, top=3),
    ):
        assert tuple(table.columns) == SITE_COLUMNS
        assert table.height == 0
    pairs = pl.DataFrame(
        {"mirna_sequence": [], "target_sequence": []}, schema_overrides={"mirna_sequence": pl.String}
    )
    assert predictor.predict(pairs).height == 0


def test_predict__repeated_ids_are_told_apart_by_sequence(predictor, random_rna, rng):
    from dmiso.records import SequenceRecord

    records = [SequenceRecord("same", MIRNAS["a"]), SequenceRecord("same", MIRNAS["b"])]
    targets = {f"t{i}": random_rna(rng, 40) for i in range(5)}
    top = predictor.predict(mirnas=records, targets=targets, top=1)
    assert top["mirna_sequence"].to_list() == [MIRNAS["a"], MIRNAS["b"]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "either pairs, or both"),
        ({"mirnas": MIRNAS}, "either pairs, or both"),
        ({"mirnas": MIRNAS, "targets": MIRNAS, "stride": 0}, "stride is 0; it must be at least 1"),
        ({"mirnas": MIRNAS, "targets": MIRNAS, "top": 0}, "top is 0; it must be at least 1"),
        ({"mirnas": MIRNAS, "targets": MIRNAS, "min_score": 1.5}, "min_score is 1.5; scores lie between"),
        ({"mirnas": MIRNAS, "targets": MIRNAS, "windows": "some"}, "windows is 'some'; choose best or all"),
    ],
)
def test_predict__refuses_wrong_usage(predictor, options, message):
    with pytest.raises(UsageError, match=message):
        predictor.predict(**options)


def test_predict__names_the_record_that_cannot_be_used(predictor):
    with pytest.raises(InputError, match=r"record x: '-' at position 2"):
        predictor.predict(mirnas={"x": "A-C"}, targets={"t": "ACGU"})
    with pytest.raises(InputError, match="record x: the sequence is empty"):
        predictor.predict(mirnas={"x": ""}, targets={"t": "ACGU"})
    pairs = pl.DataFrame({"mirna_sequence": ["ACGU", None], "target_sequence": ["ACGU", "ACGU"]})
    with pytest.raises(
        InputError, match="the pairs table, line 2, column mirna_sequence: the sequence is empty"
    ):
        predictor.predict(pairs)


def test_predict__says_what_it_cropped(predictor, caplog):
    predictor.predict(mirnas={"long": "ACGU" * 9}, targets={"t": "ACGU"})
    assert "1 miRNAs longer than 30 nt: only the first 30 nt are scored" in caplog.text
