"""docs/isomir_compare.md: its worked cases are those measured, its Python example runs."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "isomir_compare.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def script():
    path = ROOT / "benchmarks" / "isomir_compare_cases.py"
    spec = importlib.util.spec_from_file_location("isomir_compare_cases", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.real_data
def test_cases__are_chosen_by_the_rule_that_is_stated(script, shared_data):
    pairs = script.choose_pairs(shared_data)
    assert [pair.variant for pair in pairs.values()] == ["iso_5p:+1", "iso_add3p:2", "iso_snv_seed"]
    assert [pair.seed_shifted for pair in pairs.values()] == [True, False, True]
    assert all(pair.n_parents == 1 for pair in pairs.values())


def test_python_example__runs():
    code = re.search(r"## From Python\n\n((?:    .*\n|\n)+)", TEXT).group(1)
    scope = {}
    exec("\n".join(line[4:] for line in code.splitlines()), scope)
    assert scope["found"].sites.height == 1
