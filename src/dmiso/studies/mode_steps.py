"""The steps of one mode: scores of a subject, and rows of results, each kept under a name of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dmiso.columns import ROW_COLUMNS
from dmiso.studies.analyses import network_rows
from dmiso.studies.trainings import scored

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmiso.records import Counts
    from dmiso.studies.designs import Mode
    from dmiso.studies.material import Material
    from dmiso.studies.store import Step
    from dmiso.studies.subjects import Subject

__all__ = ["ModeSteps"]


@dataclass(eq=False)
class ModeSteps:
    """Keeps a mode's scores and rows.

    Parameters
    ----------
    mode
        paper or honest.
    material
        The study's tables.
    """

    mode: Mode
    material: Material

    def rows(self, name: str, make: Callable[[], pl.DataFrame], *before: Step, **parts: object) -> Step:
        """Keep an analysis' rows."""
        settings = self.material.settings

        def rows(_counts: Counts) -> pl.DataFrame:
            return make()

        return self.material.store.step(
            f"rows-{name}-{self.mode}",
            rows,
            before=[step.key for step in before],
            columns=list(ROW_COLUMNS),
            n_replicates=settings.replicates,
            seed=settings.seed,
            **parts,
        )

    def scored(self, name: str, subject: Subject, table: Step, *, test_only: bool = False) -> Step:
        """Score a table, or its test rows."""
        store, name = self.material.store, f"scores-{subject.named(name)}-{self.mode}"
        if not test_only:
            return scored(store, name, subject.network, table)
        return scored(store, name, subject.network, held_out(table), table.key)

    def judged(
        self, name: str, position: tuple[str, str], subject: Subject, scores: Step, called: str = ""
    ) -> Step:
        """Evaluate a subject on a table that it scored.

        Parameters
        ----------
        name
            Of the step, without the subject.
        position
            Analysis and data.
        subject
            What gave the scores.
        scores
            The table with them.
        called
            What the tables call it here; empty is its own name.
        """
        settings, shown = self.material.settings, called or subject.name
        key = (*position, self.mode)
        return self.rows(
            subject.named(name),
            lambda: told_apart(network_rows(key, scores.frame, settings, shown, subject.note), subject),
            scores,
            subject=shown,
            note=subject.note,
            training_seed=subject.seed,
        )


def held_out(table: Step) -> pl.DataFrame:
    """Return the rows of a labelled table that are held out."""
    return table.frame.filter(pl.col("split") == "test")


def told_apart(rows: pl.DataFrame, subject: Subject) -> pl.DataFrame:
    """Return a subject's rows with the seed of its training, where there are several that differ in it alone."""
    return rows.with_columns(training_seed=pl.lit(subject.seed, pl.Int64))
