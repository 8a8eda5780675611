"""The five tools that the paper compares DMISO with, on any labelled table of a study.

Each has a row for every metric, whatever is at hand: what its program gives, where one is here; else what a file of
its output says; else nothing, and a note that says what to do. Both AUROCs stand there, that of the score and that of
the calls: the paper's are of calls for the tools and of the score for DMISO.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.evaluate.adapters import MIRANDA_UNBOUNDED, TOOLS, read_tool_output, run_tool
from dmiso.evaluate.energy_sample import inside
from dmiso.evaluate.score_column import ScoreColumn, absent
from dmiso.records import Counts
from dmiso.studies.measures import BOTH_AUROCS, measured, rows_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dmiso.settings.study import StudySettings

__all__ = ["FIVE", "TOOL_PAIRS", "ToolBox", "tool_rows"]

FIVE: Final = ("miranda", "rna22", "targetscan", "miraw", "mitar")
"""In the order of the paper's Table 1."""

TOOL_PAIRS: Final = "tool_pairs.tsv"
"""The pairs that tools are asked for, in the study's folder."""

_GIVE: Final = "give its output with --tool-output {0}=FILE"
_WHAT_TO_DO: Final = {
    "miranda": "or run it elsewhere with -sc 0 on tool_mirnas.fa and tool_sites.fa of this folder, and "
    + _GIVE,
    "rna22": "there is no program to run: as in the paper, take RNA22's precomputed predictions, and "
    "give them with --tool-output {0}=FILE",
    "miraw": "not run here: run miRAW on the pairs of tool_pairs.tsv of this folder, and " + _GIVE,
    "mitar": "not run here: run miTAR on tool_mirnas.fa and tool_sites.fa of this folder, and " + _GIVE,
}
"""What to do where a tool has no rows; its input files name sequences by their nucleotides."""


@dataclass(frozen=True, slots=True)
class ToolBox:
    """What a study knows of tools.

    Parameters
    ----------
    outputs
        Files that some of the five wrote, by their names.
    programs
        Tools to run beside the five, keys of :data:`dmiso.evaluate.adapters.TOOLS`.
    """

    outputs: Mapping[str, Path] = field(default_factory=dict)
    programs: Sequence[str] = ()

    def names(self, *, every: bool) -> list[str]:
        """Return the tools to judge: the five, and with ``every`` the other programs too."""
        return list(dict.fromkeys((*FIVE, *self.programs) if every else FIVE))

    def state(self, *, every: bool) -> dict[str, str]:
        """Return where each tool's rows come from: a kept step is made again where that changes."""
        return {name: self._source(name) for name in self.names(every=every)}

    def columns(self, table: pl.DataFrame, counts: Counts, *, every: bool) -> list[ScoreColumn]:
        """Return the scores of tools; one that is neither given nor here has none, and a note that says what to do.

        Parameters
        ----------
        table
            Labelled table.
        counts
            Filled: predictions that fit no row of the table.
        every
            As for :meth:`names`.
        """
        names = self.names(every=every)
        if table.is_empty():
            return [absent(name, "no rows") for name in names]
        return [column for name in names for column in self._of(name, table, counts)]

    def _source(self, name: str) -> str:
        if name in self.outputs:
            return "file"
        return "program" if name in TOOLS and TOOLS[name].found() else "none"

    def _of(self, name: str, table: pl.DataFrame, counts: Counts) -> Iterator[ScoreColumn]:
        source, todo = self._source(name), _WHAT_TO_DO.get(name, "").format(name)
        if source == "file":
            own = Counts()
            column = read_tool_output(name, self.outputs[name], table, own, part=True)
            counts.notes.update(own.notes)
            fitting = [f"{f.kept:,} of its {f.came:,} predictions fit a row" for f in own.flows.values()]
            yield replace(column, note="; ".join(["from --tool-output", column.note, *fitting]))
        elif source == "program":
            yield from run_tool(MIRANDA_UNBOUNDED if name == "miranda" else TOOLS[name], table)
        else:
            here = [f"not found on this machine: {TOOLS[name].how_to_get}"] if name in TOOLS else []
            yield absent(name, "; ".join(filter(None, [*here, todo])))


def tool_rows(
    key: tuple[str, str, str],
    parts: Mapping[str, pl.Series | None],
    table: pl.DataFrame,
    columns: Sequence[ScoreColumn],
    settings: StudySettings,
    *,
    names: Sequence[str] = BOTH_AUROCS,
) -> pl.DataFrame:
    """Measure tools on a labelled table, or on parts of it.

    Parameters
    ----------
    key
        Analysis, data and mode.
    parts
        What the tables add to a tool's name, and the rows that are meant; None is all of them.
    table
        Labelled rows.
    columns
        As :meth:`ToolBox.columns` gives them for the table. A tool that has scores of some rows only is measured on
        these, and ``positives`` and ``negatives`` say on how many.
    settings
        Replicates and seed.
    names
        Metrics.
    """
    found = [rows_frame([])]
    for said, part in parts.items():
        of_part = pl.Series([True] * table.height, dtype=pl.Boolean) if part is None else part
        for column in columns:
            rows, own = _of_rows(column, table, of_part)
            named = replace(own, name=f"{column.name}, {said}" if said else column.name)
            found.append(measured(key, rows, [named], settings, names=names))
    return pl.concat(found)


def _of_rows(column: ScoreColumn, table: pl.DataFrame, part: pl.Series) -> tuple[pl.DataFrame, ScoreColumn]:
    """Return the rows of a part that a tool has scores of, and these scores."""
    if column.values is None:
        return table.filter(part), column
    mask = part.to_numpy() if column.rows is None else part.to_numpy() & column.rows
    if column.rows is not None and not mask.any() and part.any():
        return table.filter(part), absent(column.name, f"{column.note}; none of these rows")
    return table.filter(pl.Series(mask)), inside(replace(column, rows=None), mask)
