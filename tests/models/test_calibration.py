"""Logit to score and to percentile."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.errors import ModelError
from dmiso.models.calibration import Calibration, sigmoid


def test_sigmoid__is_right_from_end_to_end():
    logits = [-745.0, -40.0, -1.0, 0.0, 1.0, 40.0, 745.0]
    expected = [1 / (1 + math.exp(-x)) if x > -700 else math.exp(x) for x in logits]
    np.testing.assert_allclose(sigmoid(logits), expected, rtol=1e-14)
    assert sigmoid([-np.inf, np.inf]).tolist() == [0.0, 1.0]


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_apply__never_changes_the_order(first, second):
    calibration = Calibration(kind="platt", slope=0.7, intercept=-2.0, prior=0.25)
    low, high = calibration.apply([min(first, second), max(first, second)])
    assert 0 <= low <= high <= 1


def test_apply__platt_is_a_sigmoid_of_a_line():
    calibration = Calibration(kind="platt", slope=2.0, intercept=-1.0)
    np.testing.assert_allclose(calibration.apply([0.0, 0.5, 2.0]), sigmoid([-1.0, 0.0, 3.0]))


def test_apply__keeps_the_shape_and_gives_double_precision():
    scores = Calibration().apply(np.zeros((2, 3), np.float32))
    assert scores.shape == (2, 3)
    assert scores.dtype == np.float64


def test_percentiles__interpolate_between_quantiles_and_stop_at_the_ends():
    calibration = Calibration(percentile=tuple(x / 10 for x in range(-500, 501, 10)))
    np.testing.assert_allclose(
        calibration.percentiles([-99.0, -50.0, 0.25, 50.0, 99.0]), [0, 0, 50.25, 100, 100]
    )


def test_percentiles__without_background_are_an_error():
    with pytest.raises(ModelError, match="no background quantiles"):
        Calibration().percentiles([0.0])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "isotonic"}, "isotonic"),
        ({"kind": "platt", "slope": -1.0}, "slope -1.0 must be above 0"),
        ({"kind": "platt", "slope": 1e400}, "must be finite"),
        ({"slope": 2.0}, "kind identity has slope 1 and intercept 0"),
        ({"prior": 1.0}, "prior 1.0 must lie between 0 and 1"),
        ({"percentile": [0.0] * 100}, "percentile has 100 quantiles; at least 101"),
        ({"percentile": [*range(100), 5]}, "finite and ascending"),
        ({"temperature": 2.0}, "unknown field `temperature`"),
    ],
)
def test_wrong_fields__are_refused(fields, message):
    with pytest.raises(msgspec.ValidationError, match=message):
        msgspec.convert(fields, Calibration)
