"""Comparisons as their folder holds them: what was written is read back, so that sentences can be made again."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import polars as pl

from dmiso.compare.comparison import Comparison
from dmiso.compare.matching import Thresholds
from dmiso.compare.pairs import Pair
from dmiso.compare.seed_shift import SeedTest
from dmiso.records import SequenceRecord
from dmiso.settings.compare import CompareSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["stored_comparison"]


def stored_comparison(
    told: Mapping[str, Any], sites: pl.DataFrame, genes: pl.DataFrame, settings: Mapping[str, Any]
) -> Comparison:
    """Return a comparison.

    Parameters
    ----------
    told
        As :meth:`dmiso.compare.comparison.Comparison.as_dict` gave it.
    sites, genes
        The tables of the run; the rows of this comparison are taken.
    settings
        The manifest's; other names than those of the settings are left aside.

    Raises
    ------
    KeyError, TypeError, ValueError
        If something is missing, or not what was written.
    """
    pair = Pair(
        SequenceRecord(str(told["isomir_id"]), str(told["isomir_sequence"])),
        SequenceRecord(str(told["canonical_id"]), str(told["canonical_sequence"])),
        str(told["variant"] or ""),
        int(told["n_parents"]),
        told["isomir_reads"],
        told["canonical_reads"],
    )
    own = (pl.col("isomir_id") == pair.isomir.id) & (pl.col("canonical_id") == pair.canonical.id)
    lowest, best = told["lowest_passing_logit"], told["lowest_q_value"]
    return Comparison(
        pair,
        CompareSettings(**_known(CompareSettings, settings)),
        sites.filter(own),
        genes.filter(own),
        Thresholds(
            *(math.inf if lowest[who] is None else float(lowest[who]) for who in ("isomir", "canonical"))
        ),
        (best["isomir"], best["canonical"]),
        [SeedTest(**_known(SeedTest, test)) for test in told["seed_tests"]],
    )


def _known(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that are fields of a dataclass; lists become what its fields hold."""
    names: Sequence[str] = [field.name for field in fields(kind)]
    return {name: tuple(v) if isinstance(v := values[name], list) else v for name in names if name in values}
