"""Fixtures for all tests: the shared real data, and a generator with a fixed seed."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

# no test asserts a time: a busy machine must not fail one
settings.register_profile("dmiso", deadline=None)
settings.load_profile("dmiso")

_DEFAULT = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that use it carry the ``real_data`` marker."""
    folder = Path(os.environ.get("DMISO_SHARED_DATA", _DEFAULT))
    if not folder.is_dir():
        reason = f"real data are absent: {folder} is no folder (set DMISO_SHARED_DATA)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator that gives each test the same numbers in every run."""
    return np.random.default_rng(20220614)


@pytest.fixture(scope="session")
def toy_model(tmp_path_factory):
    """A model directory of the dmiso network with random weights: scores mean nothing, but differ."""
    from dmiso.models import Calibration, ModelConfig, write_model
    from dmiso.networks.catalogue import weight_shapes

    draw = np.random.default_rng(7)
    config = ModelConfig(name="toy", network="dmiso")
    weights = {
        name: (
            np.abs(draw.normal(1, 0.1, shape)) if name.endswith("running_var") else draw.normal(0, 0.4, shape)
        )
        for name, shape in weight_shapes(config).items()
    }
    calibration = Calibration(
        kind="platt", slope=0.1, intercept=-0.2, percentile=tuple(np.linspace(-40, 40, 101).tolist())
    )
    path = tmp_path_factory.mktemp("models") / "toy"
    write_model(
        path,
        config=config,
        weights={name: np.asarray(w, np.float32) for name, w in weights.items()},
        calibration=calibration,
        card="# toy\n",
    )
    return path


@pytest.fixture(scope="session")
def predictor(toy_model):
    """The toy model ready to score."""
    from dmiso.predict import load_model

    return load_model(toy_model)


def random_rna(rng: np.random.Generator, length: int) -> str:
    """Return a random sequence in inside letters."""
    return "".join(rng.choice(list("AUCG"), length))


@pytest.fixture(name="random_rna")
def _random_rna():
    return random_rna
