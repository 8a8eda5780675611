"""The worked cases of docs/isomir_compare.md are those measured."""

import importlib.util
import json
from pathlib import Path

import dmiso

ROOT = Path(__file__).resolve().parents[2]


def test_cases__are_those_of_the_results():
    path = ROOT / "benchmarks" / "isomir_compare_cases.py"
    spec = importlib.util.spec_from_file_location("isomir_compare_cases", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    record = json.loads((script.RESULTS / f"isomir_compare_cases-v{dmiso.__version__}.json").read_text())
    assert script.page_section(record) in (ROOT / "docs" / "isomir_compare.md").read_text(encoding="utf-8")
