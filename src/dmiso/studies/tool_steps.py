"""The rows of other tools as kept steps of a mode: made again where a program or a file of output comes to be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dmiso.studies.isomir_types import forms_of
from dmiso.studies.measures import BOTH_AUROCS
from dmiso.studies.store import step_key
from dmiso.studies.tools import tool_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dmiso.records import Counts
    from dmiso.studies.designs import Mode
    from dmiso.studies.material import Material
    from dmiso.studies.store import Step

    Parts = Callable[[pl.DataFrame], Mapping[str, pl.Series | None]]

__all__ = ["ToolSteps"]


def _whole(_table: pl.DataFrame) -> dict[str, None]:
    """Return a table as its only part, without a name."""
    return {"": None}


@dataclass(frozen=True, slots=True)
class ToolSteps:
    """Evaluates the five tools of the paper on a mode's tables.

    Parameters
    ----------
    mode
        paper or honest.
    material
        The study's tables and tools.
    """

    mode: Mode
    material: Material

    def rows(
        self,
        name: str,
        position: tuple[str, str],
        table: Step,
        *,
        every: bool = False,
        metrics: Sequence[str] = BOTH_AUROCS,
        parts: Parts = _whole,
    ) -> Step:
        """Return the rows of tools on a labelled table.

        Parameters
        ----------
        name
            Of the step.
        position
            Analysis and data.
        table
            Labelled rows.
        every
            Whether the other programs of the settings are judged too.
        metrics
            Names of metrics.
        parts
            Divides the table; see :func:`dmiso.studies.tools.tool_rows`.
        """
        settings, box, frame = self.material.settings, self.material.tools, table.frame
        self.material.tool_tables.append(frame)

        def make(counts: Counts) -> pl.DataFrame:
            columns = box.columns(frame, counts, every=every)
            return tool_rows((*position, self.mode), parts(frame), frame, columns, settings, names=metrics)

        files = {n: sha for n, sha in self.material.hashes.items() if n.startswith("tool_output_")}
        return self.material.store.step(
            f"rows-{name}-{self.mode}",
            make,
            before=[table.key],
            n_replicates=settings.replicates,
            seed=settings.seed,
            metrics=list(metrics),
            tools=box.state(every=every),
            outputs=files,
        )

    def forms(self, name: str, position: tuple[str, str], table: Step) -> Step:
        """Return the rows of tools on exact miRNAs only and on isomiRs only (Table S6)."""
        return self.rows(name, position, table, parts=lambda rows: forms_of(rows, self.material.references))

    def recall(self, name: str, source: str, table: Step) -> Step:
        """Return the share of a source's positives that each tool calls positive (Table 2)."""
        rows = table.frame.filter(pl.col("source") == source).with_columns(label=pl.lit(1, pl.Int8))
        own = table._replace(frame=rows, key=step_key(table=table.key, source=source))
        return self.rows(name, ("Table 2 recall", source), own, metrics=("recall",))
