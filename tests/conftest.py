"""Fixtures for all tests: the shared real data, and a generator with a fixed seed."""

import os
from pathlib import Path

import numpy as np
import pytest

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
