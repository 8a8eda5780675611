"""The students and gates that ship with bundled models are what fitting and judging gives."""

import numpy as np
import pytest

from dmiso.engine.duplex.look import Looker
from dmiso.models import model_names, resolve
from dmiso.networks import network_entry
from dmiso.scan.gate.examples import examples
from dmiso.scan.gate.gate import judge_gate
from dmiso.scan.gate.kept_students import kept_gate, kept_student, student_as_json
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.sites import lowest_logit

DISTANCE = 15

WITH_STUDENT = [
    name for name in model_names() if network_entry(resolve(name).config.network).gate is not None
]


@pytest.mark.parametrize("name", WITH_STUDENT)
def test_kept_student__of_each_bundled_model_says_about_what_the_model_says(name):
    model = resolve(name)
    lowest, network = lowest_logit(model.calibration, min_percentile=99), PositionNetwork(model)
    scanner = network._gated[0].scanner
    looker = Looker(scanner.weights, kept_student(model.weights_sha256))
    errors = []
    for mirna, bases, _ in examples(12, 300, 1_500, seed=9):
        if len(mirna) <= 26:
            own, target = network.track(mirna, bases), network.encode_target(bases)
            said = looker.logits(*scanner.mirnas(network.encode_mirnas([mirna])), target, 0, len(own))[0]
            errors.append((said - own)[(own > lowest - 1) & (own < lowest + 2)])
    apart = np.concatenate(errors)
    assert len(apart) > 50
    assert np.median(np.abs(apart)) < 0.5


def test_kept_student__of_weights_of_another_hash_is_none():
    model = resolve(None)
    assert model.config.name in WITH_STUDENT
    assert kept_student(model.weights_sha256[:16] + "0" * 48) is None
    assert kept_student("f" * 64) is None


def test_kept_gate__is_what_judging_gives():
    model = resolve(None)
    asked = {
        "lowest": lowest_logit(model.calibration, min_percentile=99),
        "recall": 1.0,
        "distance": DISTANCE,
    }
    kept = kept_gate(model.weights_sha256, **asked)
    judged = judge_gate(PositionNetwork(model), **asked)
    np.testing.assert_allclose(kept.threshold, judged.threshold, rtol=0, atol=1e-4)
    np.testing.assert_allclose(kept.sieve, judged.sieve, rtol=0, atol=1e-4)
    assert (kept.slack, kept.lengths) == (judged.slack, judged.lengths)
    assert student_as_json(kept.student) == student_as_json(judged.student)


@pytest.mark.parametrize("name", WITH_STUDENT)
def test_kept_gate__of_each_student_is_of_the_default_cut_alone(name):
    model = resolve(name)
    lowest = lowest_logit(model.calibration, min_percentile=99)
    gates = [
        kept_gate(model.weights_sha256, lowest=lowest, recall=recall, distance=DISTANCE)
        for recall in (1.0, 0.99, 0.98, 0.95, 0.9)
    ]
    pooled = [gate.threshold.pooled for gate in gates]
    assert sorted(pooled) == pooled
    assert pooled[0] < lowest
    for other in ({"recall": 0.97}, {"distance": 16}, {"lowest": lowest + 0.01}):
        asked = {"lowest": lowest, "recall": 1.0, "distance": DISTANCE} | other
        assert kept_gate(model.weights_sha256, **asked) is None


def test_kept_gate__of_the_default_model_leaves_out_nearly_all_offsets():
    model = resolve(None)
    network, lowest = PositionNetwork(model), lowest_logit(model.calibration, min_percentile=99)
    draw = np.random.default_rng(8)
    bases, *mirnas = ("".join(draw.choice(list("AUCG"), n)) for n in (15_000, 22, 22, 21, 23))
    gate = kept_gate(model.weights_sha256, lowest=lowest, recall=1.0, distance=DISTANCE)
    codes, target = network.encode_mirnas(mirnas), network.encode_target(bases)
    (piece,) = network.stream(codes, target, margin=DISTANCE, gate=gate)
    assert 0 < (piece.logits > -1000).mean() < 0.04
