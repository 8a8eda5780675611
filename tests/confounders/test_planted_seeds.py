"""The seeds that are planted are those that the public files give."""

import importlib.util
from pathlib import Path

import pytest

from dmiso.confounders.planted_seeds import FREQUENT, INVENTED, RARE

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "planted_seeds.py"


@pytest.mark.real_data
def test_planted_seeds__are_computed_from_the_public_files(shared_data):
    if not SCRIPT.is_file():
        pytest.skip("the benchmarks are not part of this copy")
    spec = importlib.util.spec_from_file_location("planted_seeds", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    found = script.planted_seeds(shared_data)
    assert tuple(found.frequent) == tuple(FREQUENT.values())
    assert found.rare == RARE
    assert found.invented == INVENTED
    assert sum(found.frequent.values()) == pytest.approx(0.346, abs=0.001)
