"""Students learn what the network says: the slopes they descend are those of the loss, and they get better by it."""

import numpy as np
import pytest

from dmiso.models import resolve
from dmiso.networks.duplex_shapes import CONTEXT
from dmiso.scan.gate import training
from dmiso.scan.gate.gate import fit_gate
from dmiso.scan.gate.hard_examples import LONGEST, hard_examples
from dmiso.scan.gate.kept_students import kept_student
from dmiso.scan.gate.lessons import MARGIN, REACH, Lessons, lessons_of
from dmiso.scan.gate.training import Plan, dropped_slopes, loss_slopes, train_student
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.sites import find_sites, lowest_logit
from dmiso.workers import listening

HEADS, POSITIONS, WIDTH = 2, 3, 2 * MARGIN + 1
N_INPUTS = HEADS * POSITIONS + 4 * CONTEXT


@pytest.fixture
def lessons(rng):
    """Random windows whose logits a student can tell from two scores."""
    features = rng.integers(0, 60, (80, WIDTH, N_INPUTS)).astype(np.uint8)
    features[..., -4 * CONTEXT :] %= 2
    own = (features[..., 0] + features[..., 3].astype(np.float32) - 60) / 12
    return Lessons(features, own.astype(np.float32), own.max(axis=1) - np.float32(3.5), np.full(HEADS, 20.0))


def loss_of(said, own):
    """The loss whose slopes :func:`loss_slopes` gives, as it is described."""
    wanted = np.clip(own, -5.0, 3.0)
    error = said - wanted
    huber = np.where(np.abs(error) < 1, error**2 / 2, np.abs(error) - 0.5)
    each = np.where((error < 0) & (wanted > -1), 2 * error**2, huber)
    beyond = (wanted <= -5) & (said < -5) | (wanted >= 3) & (said > 3)
    times = np.exp(-0.5 * ((wanted + 0.5) / 1.5) ** 2) + 0.03
    return (np.where(beyond, 0, each) * times).sum() / times.sum()


def test_loss_slopes__are_those_of_the_loss(rng):
    said, own = rng.normal(0, 3, (6, 9)), rng.normal(-1, 4, (6, 9)).astype(np.float32)
    slopes = loss_slopes(said.astype(np.float32), own)
    for place in np.ndindex(said.shape):
        step = np.zeros_like(said)
        step[place] = 1e-5
        numeric = (loss_of(said + step, own) - loss_of(said - step, own)) / 2e-5
        assert slopes[place] == pytest.approx(numeric, abs=1e-5)


def test_dropped_slopes__push_the_peak_up_and_what_is_far_above_it_down():
    said = np.zeros((2, 2 * (MARGIN - REACH) + 1), np.float32)
    middle = said.shape[1] // 2
    said[0, middle + 6] = 5.0
    said[1, middle + 6] = 1.9  # not far enough
    said[0, middle - 1] = 1.0
    slopes = dropped_slopes(said)
    assert np.flatnonzero(slopes[0]).tolist() == [middle - 1, middle + 6]
    assert slopes[0, [middle - 1, middle + 6]].tolist() == [-2.0, 2.0]  # twice (5 - 1 - 2), of two windows
    assert not slopes[1].any()


def test_backward__gives_the_slopes_of_every_weight(lessons, rng):
    made = training._Training(lessons, 1.0, Plan(units=3))
    made.weights = {name: x.astype(np.float64) for name, x in made.weights.items()}
    made.weights["mix"] *= 8
    made.weights["bias"] += 2.0
    made.weights["hidden_bias"] += rng.normal(0, 1, 3)
    features = lessons.features[:4]
    target = rng.normal(0, 1, (4, WIDTH - 2 * REACH))

    def loss():
        return ((made.forward(features, rounded=False).said - target) ** 2).sum() / 2

    did = made.forward(features, rounded=False)
    slopes = made.backward(did, did.said - target)
    assert 0.2 < did.open.mean() < 0.95
    for name, values in made.weights.items():
        for place in [tuple(rng.integers(0, n) for n in values.shape) for _ in range(12)]:
            kept = values[place]
            size = 1e-4 * max(1.0, abs(kept))
            values[place] = kept + size
            above = loss()
            values[place] = kept - size
            below = loss()
            values[place] = kept
            assert slopes[name][place] == pytest.approx((above - below) / (2 * size), rel=0.02, abs=0.02)


def test_student__computes_in_bytes_about_what_it_was_trained_to_say(lessons):
    made = training._Training(lessons, 1.0, Plan(steps=300))
    first = np.abs(made.forward(lessons.features, rounded=False).said - lessons.own[:, REACH:-REACH]).mean()
    for step in range(300):
        made.step(step)
    exact, rounded = (made.forward(lessons.features, rounded=r).said for r in (False, True))
    last = np.abs(rounded - lessons.own[:, REACH:-REACH]).mean()
    assert last < first / 2
    assert np.abs(rounded - exact).mean() < 0.2
    student = made.student(5)
    assert student.helices.shape == (8, 5, HEADS)
    assert not student.helices[:, POSITIONS:].any()


def test_training__is_the_same_each_time_and_another_with_another_seed(lessons):
    one, same, other = (train_student(lessons, 5, 1.0, Plan(steps=20, seed=seed)) for seed in (1, 1, 2))
    for x, y in zip(one, same, strict=True):
        np.testing.assert_array_equal(x, y)
    assert not np.array_equal(one.helices, other.helices)


def test_lessons__are_windows_around_sites_near_misses_and_others():
    network = PositionNetwork(resolve(None))
    made = list(hard_examples(12, 3_000, 700, seed=3))
    assert all(16 <= len(one.mirna) <= LONGEST for one in made)
    found = lessons_of(network, made, 1.0, seed=1)
    assert found.features.shape == (len(found.logits), WIDTH, LONGEST * network.heads + 4 * CONTEXT)
    assert found.own.shape == found.features.shape[:2]
    assert (found.logits >= 0).sum() > 5
    assert ((found.logits < 0) & (found.logits > -4)).sum() > 20
    assert (found.logits < -4).sum() > 20
    # a window's middle is its highest but for what is equal
    assert (found.own[:, MARGIN] >= found.own[:, MARGIN - 15 : MARGIN + 16].max(axis=1) - 1e-3).all()


def test_new_students__of_a_model_that_has_none_leave_most_offsets_out_and_find_the_sites(
    monkeypatch, random_rna, rng
):
    network = PositionNetwork(resolve(None))
    network.weights_sha256 = "of no bundled model"
    lowest = lowest_logit(resolve(None).calibration, min_percentile=99)
    monkeypatch.setattr("dmiso.scan.gate.new_student._MIRNAS", 400)
    monkeypatch.setattr("dmiso.scan.gate.new_student._STEPS", 2_500)
    told = []
    with listening(lambda *report: told.append(report)):
        gate = fit_gate(network, lowest=lowest, recall=1.0, distance=15)
    assert not gate.is_open
    assert ("made-up targets", 800, 800) in told
    assert ("learning steps", 2_500, 2_500) in told
    mirnas, target = [random_rna(rng, 22) for _ in range(6)], random_rna(rng, 9_000)
    exact, found = (
        find_sites(network, mirnas, target, distance=15, lowest=lowest, gate=own) for own in (None, gate)
    )
    assert len(exact.offset) > 5
    assert found.offset.tolist() == exact.offset.tolist()
    codes, target_codes = network.encode_mirnas(mirnas), network.encode_target(target)
    (piece,) = network.stream(codes, target_codes, margin=15, gate=gate)
    assert (piece.logits != -1000).mean() < 0.05


def test_new_students__the_next_is_tried_where_one_lets_too_much_pass(monkeypatch):
    network = PositionNetwork(resolve(None))
    network.weights_sha256 = "of no bundled model"
    lowest = lowest_logit(resolve(None).calibration, min_percentile=99)
    good, tried = kept_student(resolve(None).weights_sha256), []

    def students(network, *, lowest):
        for student in (good._replace(output=-good.output), good, None):
            tried.append(student)
            yield student

    monkeypatch.setattr("dmiso.scan.gate.gate.new_students", students)
    gate = fit_gate(network, lowest=lowest, recall=1.0, distance=15)
    assert not gate.is_open
    assert len(tried) == 2
