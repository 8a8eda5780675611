"""A small set of valid weights, and what else makes a model directory."""

import numpy as np
import pytest

from dmiso.models import Calibration, ModelConfig
from dmiso.networks import weight_shapes


@pytest.fixture
def parts(rng):
    """What ``write_model`` takes."""
    config = ModelConfig(name="example@v1.0.0", network="dmiso", crop="centre", training={"seed": 3})
    weights = {
        name: np.abs(rng.normal(0, 0.3, shape)).astype(np.float32)
        for name, shape in weight_shapes(config).items()
    }
    for suffix in ("", "_reverse"):  # as the network leaves them
        weights[f"recurrent.bias_hh_l0{suffix}"][:] = 0
    return {
        "config": config,
        "weights": weights,
        "calibration": Calibration(kind="platt", slope=1.5, intercept=-0.25, prior=0.5),
        "card": "# Example\n\nFor tests: µ and 5′ survive.\n",
    }
