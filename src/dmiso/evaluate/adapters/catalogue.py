"""Every tool that can be run, and running them."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.energies import duplex_energies
from dmiso.errors import UsageError, did_you_mean
from dmiso.evaluate.adapters.miranda import MIRANDA
from dmiso.evaluate.adapters.rnahybrid import RNAHYBRID
from dmiso.evaluate.adapters.tool import Tool
from dmiso.evaluate.score_column import ScoreColumn, absent
from dmiso.extras import is_installed
from dmiso.seeds import seed_classes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from dmiso.energies import Program

    Floats = NDArray[np.float64]

__all__ = ["TOOLS", "run_tool", "run_tools"]

_SITE_TYPES: Final = {"8mer": 4.0, "7mer-m8": 3.0, "7mer-A1": 2.0, "6mer": 1.0}


def _vienna(mirnas: Sequence[str], targets: Sequence[str], *, program: Program) -> Mapping[str, Floats]:
    return {program.lower(): -duplex_energies(mirnas, targets, program)}


def _targetscan(mirnas: Sequence[str], targets: Sequence[str]) -> Mapping[str, Floats]:
    ranks = [_SITE_TYPES.get(name, float("-inf")) for name in seed_classes(mirnas, targets)]
    return {"targetscan": np.array(ranks, dtype=np.float64)}


def _has_vienna() -> bool:
    return is_installed("RNA")


_GET_VIENNA = "install ViennaRNA: pip install 'dmiso[energy]'"

TOOLS: Final[Mapping[str, Tool]] = MappingProxyType(
    {
        tool.name: tool
        for tool in (
            Tool(
                "rnaduplex",
                {"rnaduplex": None},
                _GET_VIENNA,
                _has_vienna,
                partial(_vienna, program="RNAduplex"),
                "ViennaRNA RNAduplex: energy, sign turned; it has no threshold",
            ),
            Tool(
                "rnacofold",
                {"rnacofold": None},
                _GET_VIENNA,
                _has_vienna,
                partial(_vienna, program="RNAcofold"),
                "ViennaRNA RNAcofold: energy, sign turned; it has no threshold",
            ),
            RNAHYBRID,
            MIRANDA,
            Tool(
                "targetscan",
                {"targetscan": 1.0},
                "nothing is needed: site types are computed here",
                lambda: True,
                _targetscan,
                "TargetScan 7 site types: 4 8mer, 3 7mer-m8, 2 7mer-A1, 1 6mer; any site is called positive",
            ),
        )
    }
)
"""Tools by name."""


def run_tools(table: pl.DataFrame, names: Sequence[str]) -> list[ScoreColumn]:
    """Run tools on the pairs of a labelled table.

    Parameters
    ----------
    table
        Labelled table.
    names
        Keys of :data:`TOOLS`.

    Returns
    -------
    list of ScoreColumn
        One or more per tool, in the order asked; a tool that is not on this machine gives one without values,
        whose note says how to get it.

    Raises
    ------
    UsageError
        If a name is not known.
    DmisoError
        If a program fails.
    """
    columns: list[ScoreColumn] = []
    for name in names:
        if name not in TOOLS:
            raise UsageError(f"{name} is not a tool. {did_you_mean(name, TOOLS)}.")
        columns += run_tool(TOOLS[name], table)
    return columns


def run_tool(tool: Tool, table: pl.DataFrame) -> list[ScoreColumn]:
    """Run one tool on the pairs of a labelled table, see :func:`run_tools`."""
    if not tool.found():
        return [absent(tool.name, f"not found on this machine: {tool.how_to_get}")]
    scores = tool.run(table["mirna_sequence"].to_list(), table["target_sequence"].to_list())
    return [
        ScoreColumn(column, "tool", scores[column], threshold, note=tool.reference)
        for column, threshold in tool.thresholds.items()
    ]
