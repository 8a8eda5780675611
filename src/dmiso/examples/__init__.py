"""Example files that come with the package, made by ``scripts/make_examples.py``.

``isomirs.fa`` (real miRNAs and isomiRs), their reference ``mature.fa`` and ``hairpin.fa``, ``transcripts.fa``
(invented, with the sites of ``planted_sites.tsv``), ``pairs.tsv``, the labelled pairs ``labelled.tsv`` and
``test.tsv``, and a tool's ``scores.tsv`` for the latter.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from dmiso.io.atomic import write_text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["EXAMPLE_FILES", "write_examples"]

EXAMPLE_FILES: Final = (
    "isomirs.fa",
    "mature.fa",
    "hairpin.fa",
    "transcripts.fa",
    "planted_sites.tsv",
    "pairs.tsv",
    "labelled.tsv",
    "test.tsv",
    "scores.tsv",
)


def write_examples(folder: Path) -> list[Path]:
    """Copy the example files to a folder and return their paths."""
    paths = [folder / name for name in EXAMPLE_FILES]
    for path in paths:
        write_text(path, (files("dmiso.examples") / path.name).read_text(encoding="utf-8"))
    return paths
