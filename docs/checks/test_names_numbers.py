"""Numbers on the pages of names and mirGFF3 are those measured."""

import json
from pathlib import Path

import dmiso

ROOT = Path(dmiso.__file__).parents[2]


def test_names_page__has_the_numbers_of_the_benchmark():
    page = (ROOT / "docs" / "names.md").read_text(encoding="utf-8")
    measured = json.loads(
        (ROOT / "benchmarks" / "results" / "mirna_names-v0.1.0.json").read_text(encoding="utf-8")
    )
    assert len(measured["files"]) == 5
    for numbers in measured["files"].values():
        cells = [
            " / ".join(str((numbers[way] or {}).get(kind, 0)) for kind in ("one", "several", "none"))
            if numbers[way]
            else "–"
            for way in ("by name", "by name and nucleotides")
        ]
        cells = [cell.replace("1956", "1,956") for cell in cells]
        assert f"| {numbers['names']:,} | {cells[0]} | {cells[1]} |" in page
        for name in numbers["none"]:
            assert name in page
