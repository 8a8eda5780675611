"""The engine in torch gives what the numba engine gives; on a GPU too, where there is one."""

import numpy as np
import pytest
from tests.engine.test_duplex_scan import random_codes, random_weights

from dmiso.encode import encode
from dmiso.engine.duplex.scan import DuplexScanner
from dmiso.engine.peaks import keep_apart, none_kept
from dmiso.errors import ModelError, UsageError
from dmiso.models import resolve
from dmiso.networks.duplex_shapes import NOTHING

torch = pytest.importorskip("torch")
from dmiso.engine.duplex import torch_scan  # noqa: E402 - only with torch
from dmiso.engine.duplex.torch_scan import DeviceSites, TorchScanner  # noqa: E402

WEIGHTS = random_weights()
NUMBA, TORCH = DuplexScanner(WEIGHTS), TorchScanner(WEIGHTS)
MIRNAS = encode(
    ["UGAGGUAGUAGGUUGUAUAGUU", "UAAAGUGCUUAUAGUGCAGGUAGUGUAGUUAA", "ACG", "NUGNNGUACUAGCGA", "NNN"], 30
)
DEVICES = [
    "cpu",
    pytest.param(
        "cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no GPU here")
    ),
]


@pytest.mark.parametrize("length", [1, 7, 40, 1_000])
def test_scan__equals_the_numba_engine(length):
    codes = random_codes(length, length, unknown=0.05)
    expected = NUMBA.scan(MIRNAS, codes, 0, length + 29)
    found = TORCH.scan(MIRNAS, codes, 0, length + 29)
    np.testing.assert_array_equal(found == NOTHING, expected == NOTHING)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("device", DEVICES)
def test_scan__of_the_bundled_model_equals_the_numba_engine(device):
    weights = resolve(None).weights
    codes = random_codes(3, 3_000)
    codes[1_000:1_200] = 4
    mirnas = MIRNAS[:2]
    expected = DuplexScanner(weights).scan(mirnas, codes, 100, 2_500)
    found = TorchScanner(weights, device=device).scan(mirnas, codes, 100, 2_500)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)


def test_scan__tiles_and_memory_change_a_logit_by_rounding_only(monkeypatch):
    codes = random_codes(9, 2_000, unknown=0.01)
    whole = TORCH.scan(MIRNAS, codes, 0, 2_029)
    monkeypatch.setattr(torch_scan, "_COLUMNS", 300)
    parts = TorchScanner(WEIGHTS, memory=1).scan(MIRNAS, codes, 0, 2_029)
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-4)
    np.testing.assert_allclose(TORCH.scan(MIRNAS, codes, 555, 1_234), whole[:, 555:1_234], rtol=0, atol=1e-4)


def test_slots__equal_the_numba_engine():
    targets = [random_codes(seed, 40 + seed, unknown=0.05) for seed in range(8)]
    slot = NUMBA.slot_of(47)
    slots = np.full((8, slot), 4, np.uint8)
    for row, codes in zip(slots, targets, strict=True):
        row[: len(codes)] = codes
    assert (TORCH.slot_of(47), TORCH.is_short(47), TORCH.is_short(300)) == (slot, True, False)
    found, expected = TORCH.scan_slots(MIRNAS, slots), NUMBA.scan_slots(MIRNAS, slots)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_sites__are_those_of_the_numba_engine(device, precision, monkeypatch):
    from dmiso.scan.positions import PositionNetwork
    from dmiso.scan.sites import find_sites

    monkeypatch.setattr(torch_scan, "_COLUMNS", 700)
    model = resolve(None)
    draw = np.random.default_rng(1)
    target = "".join(draw.choice(list("ACGU"), 5_000))
    target = target[:2_000] + "N" * 60 + target[2_000:] + "ACUAUACAACCUACUACCUCA"
    target += "".join(
        target[-k - 12 : -k] * 12 for k in (1, 4, 8)
    )  # equals, nearer to each other than the distance
    mirnas = ["UGAGGUAGUAGGUUGUAUAGUU", "UAAGGCACGCGGUGAAUGCC", "UUAAUGCUAAUCGUGAUAGGGGUU"]
    network = PositionNetwork(model)
    expected = find_sites(network, mirnas, target, distance=15, lowest=0.0)
    scanner = TorchScanner(model.weights, device=device, precision=precision)
    found = scanner.sites(
        network.encode_mirnas(mirnas), network.encode_target(target), distance=15, lowest=0.0
    )
    kept = keep_apart(found.mirna, found.offset, 15, none_kept(len(mirnas)))
    assert not kept.all()
    found = DeviceSites(found.mirna[kept], found.offset[kept], found.logit[kept])
    assert len(expected.mirna) > 50
    assert found.mirna.tolist() == expected.mirna.tolist()
    assert found.offset.tolist() == expected.offset.tolist()
    np.testing.assert_allclose(found.logit, expected.logit, rtol=0, atol=1e-4)


def test_sites__of_equal_peaks_are_all():
    # a network without a voice of its own: all offsets are equal
    weights = {name: np.zeros_like(array) for name, array in WEIGHTS.items()}
    weights["scale"] = np.ones(1, np.float32)
    found = TorchScanner(weights).sites(MIRNAS[:1], random_codes(1, 50), distance=15, lowest=-9.0)
    assert found.offset.tolist() == list(range(len(found.offset)))
    assert len(found.offset) >= 50


@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_sites__may_be_none(precision):
    scanner = TorchScanner(WEIGHTS, precision=precision)
    for codes in (random_codes(1, 300), np.full(50, 4, np.uint8)):
        assert [len(values) for values in scanner.sites(MIRNAS, codes, distance=15, lowest=1e6)] == [0, 0, 0]


def test_scanner__says_that_there_is_no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UsageError, match=r"torch sees no GPU here\. Use device cpu"):
        TorchScanner(WEIGHTS, device="cuda")


def test_sites__numbers_that_overflow_are_an_error():
    weights = {**WEIGHTS, "mix.weight": WEIGHTS["mix.weight"] * np.float32(1e38)}
    with pytest.raises(ModelError, match="a logit is not finite"):
        TorchScanner(weights).sites(MIRNAS[:1], random_codes(1, 100), distance=15, lowest=0.0)
