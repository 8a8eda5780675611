"""The calibration: against scikit-learn, and its invariants."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from dmiso.errors import DmisoError
from dmiso.train.platt import fit_platt, platt_calibration


def sklearn_platt(logits, labels, weights):
    """Fit the soft labels as a positive and a negative copy of each pair, weighted."""
    positive, negative = (weights * labels).sum(), (weights * (1 - labels)).sum()
    soft = np.where(labels == 1, (positive + 1) / (positive + 2), 1 / (negative + 2))
    model = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000, solver="newton-cholesky")
    x = np.concatenate([logits, logits])[:, None]
    y = np.repeat([1, 0], len(logits))
    model.fit(x, y, sample_weight=np.concatenate([weights * soft, weights * (1 - soft)]))
    return float(model.coef_[0, 0]), float(model.intercept_[0])


@pytest.mark.parametrize(("shift", "scale"), [(0.0, 1.0), (3.0, 0.01), (-40.0, 20.0)])
def test_fit_platt__agrees_with_scikit_learn(rng, shift, scale):
    labels = (rng.random(300) < 0.3).astype(float)
    logits = shift + scale * (rng.normal(size=300) + labels)
    weights = rng.random(300)
    slope, intercept = fit_platt(logits, labels, weights)
    expected_slope, expected_intercept = sklearn_platt(logits, labels, weights)
    assert slope == pytest.approx(expected_slope, rel=1e-5)
    assert intercept == pytest.approx(expected_intercept, rel=1e-5, abs=1e-5)


def test_fit_platt__is_finite_on_classes_that_do_not_overlap():
    slope, intercept = fit_platt(np.r_[np.full(50, -3.0), np.full(50, 3.0)], np.repeat([0, 1], 50))
    # 51/52 of each class on its side: the soft labels are met exactly
    assert slope == pytest.approx(np.log(51) / 3)
    assert intercept == pytest.approx(0, abs=1e-9)


def test_fit_platt__equal_logits_give_the_share_of_positives():
    slope, intercept = fit_platt(np.full(10, 7.0), [1] * 3 + [0] * 7)
    assert 1 / (1 + np.exp(-(slope * 7 + intercept))) == pytest.approx((3 * 4 / 5 + 7 * 1 / 9) / 10)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 100), st.floats(-50, 50))
def test_fit_platt__scores_do_not_depend_on_the_logits_scale(seed, scale, shift):
    rng = np.random.default_rng(seed)
    labels = np.r_[0, 1, rng.integers(0, 2, 38)]
    logits = rng.normal(size=40) + labels
    slope, intercept = fit_platt(logits, labels)
    other_slope, other_intercept = fit_platt(scale * logits + shift, labels)
    np.testing.assert_allclose(
        other_slope * (scale * logits + shift) + other_intercept, slope * logits + intercept, atol=1e-6
    )


def test_fit_platt__refuses_one_class():
    with pytest.raises(ValueError, match="calibration needs pairs of both classes"):
        fit_platt([1.0, 2.0], [1, 1])
    with pytest.raises(ValueError, match="calibration needs pairs of both classes"):
        fit_platt([1.0, 2.0], [1, 0], weights=[1, 0])


def test_fit_platt__refuses_logits_that_are_no_numbers():
    with pytest.raises(ValueError, match="logits must be finite"):
        fit_platt([np.nan, 1.0, 2.0], [1, 0, 1])


def test_fit_platt__says_so_when_it_does_not_converge(monkeypatch):
    monkeypatch.setattr("dmiso.train.platt._STEPS", 1)
    with pytest.raises(DmisoError, match="the calibration did not converge in 1 steps"):
        fit_platt([-1.0, 0.5, 2.0], [0, 1, 1])


def test_platt_calibration__mean_score_is_the_share_of_positives(rng):
    labels = np.repeat([1, 0], [900, 2100])
    calibration, separates = platt_calibration(rng.normal(size=3000) + labels, labels)
    assert separates
    assert calibration.kind == "platt"
    assert calibration.prior == pytest.approx(0.3)


def test_platt_calibration__a_network_that_learnt_nothing_scores_the_prior_and_keeps_order():
    calibration, separates = platt_calibration([3.0, 2.0, 1.0, 0.0], [0, 0, 0, 1])
    assert not separates
    scores = calibration.apply([-5.0, 0.0, 5.0])
    np.testing.assert_allclose(scores, 2 / 6, atol=1e-4)
    assert (np.diff(scores) > 0).all()
