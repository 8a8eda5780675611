"""A duplex model whose answer one can say: sites are stretches of Watson-Crick pairs."""

import numpy as np
import pytest

from dmiso.models import Calibration, ModelConfig, write_model
from dmiso.networks.duplex_shapes import tensor_shapes

SETTINGS = {"channels": 1, "blocks": 1, "heads": 1, "mirna_length": 30}


def pairing_weights():
    """A logit an offset = 1 for each Watson-Crick pair of its longest helices, summed over the diagonal, minus 40."""
    weights = {name: np.zeros(shape, np.float32) for name, shape in tensor_shapes(1, 1, 1, 30).items()}
    weights["pair_score"][:] = -3.0
    for mirna, target in ((0, 1), (1, 0), (2, 3), (3, 2)):
        weights["pair_score"][:, mirna, target] = 1.0
    weights["bulge"][:] = 6.0
    weights["mix.weight"][:] = 0.1
    for name, values in weights.items():
        if name.endswith(("running_var", "norm.weight")):
            values[:] = 1.0
    weights["output.weight"][:] = 1.0
    weights["output.bias"][:] = -4.0
    weights["scale"][:] = 1.0
    return weights


@pytest.fixture(scope="session")
def pairing_model(tmp_path_factory):
    """The directory of the pairing model."""
    path = tmp_path_factory.mktemp("models") / "pairing"
    config = ModelConfig(name="pairing", network="duplex", settings=SETTINGS)
    percentile = tuple(np.linspace(-4, 12, 101).tolist())
    write_model(
        path,
        config=config,
        weights=pairing_weights(),
        calibration=Calibration(kind="platt", slope=1.0, intercept=0.0, prior=0.5, percentile=percentile),
        card="# pairing\n",
    )
    return path


@pytest.fixture(scope="session")
def stored(pairing_model):
    """The pairing model, read."""
    from dmiso.models import read_model

    return read_model(pairing_model)
