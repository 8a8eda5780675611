"""Windows of long targets are read in their context: the positions' logits are those of a scan."""

from dataclasses import replace

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.alphabet import reverse_complement
from dmiso.encode import encode
from dmiso.engine import build_engine, build_scanners
from dmiso.engine.ensemble import member_name
from dmiso.models import resolve
from dmiso.predict import Predictor, in_context, load_model
from dmiso.predict.in_context import OnTarget, own_offsets
from dmiso.predict.windows import cut_windows

MIRNAS = {"a": "UGAGGUAGUAGGUUGUAUAGUU", "b": "UAAGGCACGCGGUGAAUGCC", "c": "UUAAUGCUAAUCGUGAUAGGGGUU"}


@pytest.fixture(scope="module")
def duplex():
    return load_model()


@pytest.fixture
def targets(rng, random_rna):
    made = {f"t{n}": random_rna(rng, n) for n in (25, 60, 61, 100, 230, 700, 1_700)}
    made["unknown"] = made["t700"][:200] + "N" * 120 + made["t700"][200:]
    return made


def windows_over(length, window, stride):
    cut = cut_windows(["A" * length], window, stride)
    return OnTarget("A" * length, cut.start, cut.end)


def test_grid__a_window_is_the_soft_maximum_of_a_scans_positions(duplex, targets):
    table = duplex.predict(mirnas=MIRNAS, targets=targets, windows="all", stride=20)
    [scanner] = build_scanners(duplex.model.config, duplex.model.weights)
    codes = dict(zip(MIRNAS, encode(list(MIRNAS.values()), 30), strict=True))
    compared = 0
    for row in table.iter_rows(named=True):
        target, mirna = targets[row["target_id"]], MIRNAS[row["mirna_id"]]
        if len(target) <= 60:
            continue
        # the miRNA's last nucleotide faces the window's first, its first one the window's last
        first = row["start"] + len(mirna) - 1 if row["start"] else 0
        last = row["end"] if row["end"] < len(target) else len(target) + len(mirna) - 1
        logits = scanner.scan(codes[row["mirna_id"]][None], encode([target], len(target))[0], first, last)
        assert row["logit"] == pytest.approx(float(scanner.pooled(logits[0])), abs=1e-5)
        compared += 1
    assert compared == 3 * (2 + 3 + 10 + 33 + 83 + 39)


def test_grid__a_target_that_is_one_window_keeps_the_logit_of_the_window(duplex, targets):
    short = {name: target for name, target in targets.items() if len(target) <= 60}
    engine = build_engine(duplex.model.config, duplex.model.weights)
    expected = engine.logits_grid(encode(list(MIRNAS.values()), 30), encode(list(short.values()), 60))
    table = duplex.predict(mirnas=MIRNAS, targets=targets).filter(pl.col("target_id").is_in(list(short)))
    np.testing.assert_allclose(table["logit"], expected.T.ravel(), atol=2e-6)


def test_pairs__have_the_logits_of_the_grid(duplex, targets):
    grid = duplex.predict(mirnas=MIRNAS, targets=targets, windows="all")
    pairs = pl.DataFrame(
        {
            "mirna_id": [name for _ in targets for name in MIRNAS],
            "target_id": [name for name in targets for _ in MIRNAS],
            "mirna_sequence": list(MIRNAS.values()) * len(targets),
            "target_sequence": [target for target in targets.values() for _ in MIRNAS],
        }
    )
    found = duplex.predict(pairs, windows="all")
    key = ["target_id", "mirna_id", "start"]
    np.testing.assert_allclose(found.sort(key)["logit"], grid.sort(key)["logit"], atol=2e-5)


@pytest.mark.parametrize("windows", ["best", "all"])
def test_grid__pieces_of_a_target_and_blocks_of_mirnas_change_nothing(duplex, targets, monkeypatch, windows):
    whole = duplex.predict(mirnas=MIRNAS, targets=targets, windows=windows)
    monkeypatch.setattr(in_context, "_OFFSETS_AT_ONCE", 300)
    monkeypatch.setattr(in_context, "_MIRNAS_AT_ONCE", 2)
    parts = duplex.predict(mirnas=MIRNAS, targets=targets, windows=windows)
    assert parts.drop("logit", "score", "percentile").equals(whole.drop("logit", "score", "percentile"))
    np.testing.assert_allclose(parts["logit"], whole["logit"], atol=1e-6)


def test_best__is_the_first_window_that_has_the_best_position(duplex, random_rna, rng):
    # a full complement: all else adds less to its windows than float32 resolves
    site = reverse_complement(MIRNAS["a"])
    target = random_rna(rng, 190) + site + random_rna(rng, 200)
    [best] = duplex.predict(mirnas={"a": MIRNAS["a"]}, targets={"t": target}, stride=5).iter_rows(named=True)
    assert best["start"] == 155  # windows at 155 to 190 hold the site, 190 to 212, whole


def test_grid__a_windows_logit_does_not_depend_on_the_stride(duplex, targets):
    by_stride = [
        duplex.predict(mirnas=MIRNAS, targets=targets, windows="all", stride=stride) for stride in (10, 30)
    ]
    both = by_stride[0].join(by_stride[1], on=["mirna_id", "target_id", "start", "end"])
    assert both.height > by_stride[1].height / 2
    np.testing.assert_allclose(both["logit"], both["logit_right"], atol=1e-6)


def test_grid__an_ensemble_has_the_members_mean_and_spread(rng, random_rna):
    one, other = resolve("duplex-chimeras@v0.2.0"), resolve("duplex-eclip@v0.2.0")
    weights = {
        member_name(i, name): array
        for i, model in enumerate((one, other))
        for name, array in model.weights.items()
    }
    both = replace(one, config=msgspec.structs.replace(one.config, members=2), weights=weights)
    targets = {"short": random_rna(rng, 60), "long": random_rna(rng, 400)}
    table = Predictor(both).predict(mirnas=MIRNAS, targets=targets, windows="all")
    singles = [
        Predictor(model).predict(mirnas=MIRNAS, targets=targets, windows="all")["logit"].to_numpy()
        for model in (one, replace(other, calibration=one.calibration))
    ]
    np.testing.assert_allclose(table["logit"], np.mean(singles, axis=0), atol=2e-6)
    np.testing.assert_allclose(table["spread"], np.std(singles, axis=0, ddof=1), atol=5e-6)


@given(st.integers(61, 400), st.integers(1, 60), st.integers(1, 30))
def test_own_offsets__every_position_of_a_target_is_a_windows_own(length, stride, mirna):
    target = windows_over(length, 60, stride)
    first, last = own_offsets(target, mirna)
    owned = np.zeros(length + mirna - 1, np.int64)
    for a, b in zip(first, last, strict=True):
        owned[a:b] += 1
    assert owned.min() == 1 or stride <= 30
    assert owned.min() >= 1
    assert (first < last).all()
    if stride <= 60 - mirna + 1:
        inner = slice(1, -1)
        assert (first[inner] == target.start[inner] + mirna - 1).all()
        assert (last[inner] == target.end[inner]).all()


@given(st.integers(30, 300), st.integers(1, 29), st.integers(1, 80), st.integers(1, 30))
def test_own_offsets__a_window_has_some_however_short_or_far_apart_windows_are(length, window, stride, mirna):
    first, last = own_offsets(windows_over(length, window, stride), mirna)
    assert (first < last).all()
    assert first[0] == 0
    assert last[-1] == length + mirna - 1
