"""The tables of docs/growth.md are those measured."""

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_tables__are_as_measured(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    sys.modules.pop("growth_page", None)
    growth_page = importlib.import_module("growth_page")
    page = growth_page.PAGE.read_text(encoding="utf-8")
    for name in growth_page.TABLES:
        assert f"<!-- table {name} -->" in page
    assert growth_page.written(page) == page
