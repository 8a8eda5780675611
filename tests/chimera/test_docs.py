"""The table of rules in docs/chimeras.md is that of the presets."""

from pathlib import Path

import pytest

from dmiso.settings.chimeras import PRESETS

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "chimeras.md").read_text(encoding="utf-8")
RULES = PAGE.split("\n## The rules\n")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    "name",
    [
        "max_evalue",
        "max_gap",
        "max_overlap",
        "max_alignment_gaps",
        "min_quality",
        "min_reads",
        "extend",
        "min_site_length",
        "min_replicates",
        "min_read_length",
    ],
)
def test_docs__rules_are_those_of_the_presets(name):
    flag = f"`--{name.replace('_', '-')}`"
    [row] = [line for line in RULES.splitlines() if line.startswith("|") and flag in line]
    for preset, cell in zip(PRESETS.values(), row.strip("|").split("|")[-2:], strict=True):
        groups = (preset.trim, preset.locate, preset.call, preset.filters)
        value = next(getattr(group, name) for group in groups if hasattr(group, name))
        assert str(value) in cell
