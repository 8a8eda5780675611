"""The test sets of ``chimera_data.py`` made fair: without competition, sense calls and repeats.

Beside each set stand its versions by the recipe of :mod:`dmiso.dataset.fair`, named after the recipe's version. A
site's true partners are those that the set itself names, and those that the file it was drawn from has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chimera_data import HOLDOUT, NEWEST, SOURCES, Recipe, read_tests
from dmiso.dataset.fair import FAIR_VERSION, fair_pairs
from dmiso.dataset.readers import read_interactions
from dmiso.records import Counts

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

__all__ = ["PARTNERS", "SEEDLESS", "SUFFIX", "SUFFIXES", "read_fair_tests", "whole_name"]

SUFFIX: Final = f"_fair{FAIR_VERSION}"
SEEDLESS: Final = f"{SUFFIX}_seedless"
"""After a set's name: its fair version, and of that the pairs without a seed match of their own."""

SUFFIXES: Final = (SUFFIX, SEEDLESS)

PARTNERS: Final = {
    "mirbench_hejret2023_test": "hejret",
    "hejret_isomir_chr1_balanced": "hejret",
    HOLDOUT: "eclip",
}
"""The file of interactions in which each set's sites were found: all miRNAs seen on a site stand there."""


def read_fair_tests(data: Path, counts: Counts, recipe: Recipe = NEWEST) -> dict[str, pl.DataFrame]:
    """Return the fair versions of each test set, by the set's name and :data:`SUFFIX` or :data:`SEEDLESS`.

    Parameters
    ----------
    data
        Folder of the collected public data.
    counts
        Filled with the pairs kept and left out, by set and reason.
    recipe
        As :func:`chimera_data.read_tests`.
    """
    fair = {}
    for name, table in read_tests(data, Counts(), recipe).items():
        source = SOURCES[PARTNERS[name]]
        seen, _ = read_interactions(data / source.file, source.layout)
        for suffix in SUFFIXES:
            own = Counts()
            fair[name + suffix] = fair_pairs(table, own, positives=seen, seedless=suffix == SEEDLESS)
            for word, n in own.kept.items():
                counts.keep(f"{name}{suffix}: {word}", n)
            for reason, n in own.dropped.items():
                counts.drop(f"{name}{suffix}: {reason}", n)
    return fair


def whole_name(name: str) -> str:
    """Return the name of the set that a fair version is of; other names stay.

    Examples
    --------
    >>> whole_name(f"hejret_isomir_chr1_balanced{SEEDLESS}")
    'hejret_isomir_chr1_balanced'
    """
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        name = name.removesuffix(suffix)
    return name
