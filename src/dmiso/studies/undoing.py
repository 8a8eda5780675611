"""What undoes a result: scores that see one side or the energy alone, and the subject itself where it cannot cheat.

Each labelled table has the baselines beside it; each subject is asked again with the miRNAs dealt anew to the rows
(what it keeps, it knows of sites alone), and, in paper mode, on the same positives with negatives by site swap (where
knowing sites alone is worth nothing). In honest mode every table is of such negatives already.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.studies.analyses import leak_rows, permuted
from dmiso.studies.mode_steps import held_out
from dmiso.studies.trainings import scored

if TYPE_CHECKING:
    from dmiso.studies.material import ModeTables
    from dmiso.studies.mode_steps import ModeSteps
    from dmiso.studies.store import Step
    from dmiso.studies.subjects import Subject

__all__ = ["LEAKS", "MOUSE", "Undoing"]

LEAKS: Final = "leak explained"
"""The analysis of all rows made here."""

MOUSE: Final = "mouse CLEAR-CLIP"
"""Data of mouse reads, as the tables call them."""

_ENERGIES: Final = ("rnacofold", "rnaduplex")


@dataclass(eq=False)
class Undoing:
    """Sets beside each result what undoes it.

    Parameters
    ----------
    steps
        Of the mode.
    tables
        Of the mode.
    subjects
        All that are judged.
    """

    steps: ModeSteps
    tables: ModeTables
    subjects: list[Subject]

    def all(self) -> list[Step]:
        """Return the rows of baselines, then those of each subject."""
        found = self._baselines()
        for subject in self.subjects:
            found += self._permuted(subject)
            if self.steps.mode == "paper":
                found += self._swapped(subject)
        return found

    def _baselines(self) -> list[Step]:
        """Evaluate what looks at one side, or at the energy, on every labelled table; it learns from training rows."""
        main, halves, second = self.tables.main, self.tables.halves, self.tables.second
        sets = {"test": (main, held_out(main)), "miRNA halves": (halves, held_out(halves))}
        if second is not None:
            sets["second"] = (second, second.frame)
        mouse = self.steps.material.mouse
        if mouse is not None and self.steps.mode == "honest":
            swapped = self.steps.material.swapped("mouse-swapped", mouse)
            sets[MOUSE] = (swapped, swapped.frame)
        rows = []
        for data, (table, judged) in sets.items():
            learnt = halves if data == "miRNA halves" else main
            train = learnt.frame.filter(pl.col("split") == "train")
            key, slug = (LEAKS, data, self.steps.mode), _slug(data)
            make = partial(leak_rows, key, judged, train, self.steps.material.settings, energies=_ENERGIES)
            rows.append(
                self.steps.rows(f"leaks-{slug}", make, table, learnt, data=data, energies=list(_ENERGIES))
            )
        return rows

    def _permuted(self, subject: Subject) -> list[Step]:
        """Evaluate a subject on rows whose miRNAs are dealt anew: what is left is known from sites alone."""
        sets = {"test": (self.tables.main, held_out(self.tables.main))}
        if self.tables.second is not None:
            sets["second"] = (self.tables.second, self.tables.second.frame)
        material, mode = self.steps.material, self.steps.mode
        rows = []
        for data, (table, judged) in sets.items():
            name = "permuted" if data == "test" else f"permuted-{data}"
            dealt = permuted(judged, material.settings.seed)
            found = scored(
                material.store,
                f"scores-{subject.named(name)}-{mode}",
                subject.network,
                dealt,
                f"permuted {table.key}",
            )
            called = f"{subject.name}, miRNAs permuted among rows"
            rows.append(self.steps.judged(name, (LEAKS, data), subject, found, called))
        return rows

    def _swapped(self, subject: Subject) -> list[Step]:
        """Evaluate a paper-mode subject on its own test positives, and others, with site-swap negatives."""
        material = self.steps.material
        sets = {"test": material.swapped("test-swapped", self.tables.main, test_only=True)}
        if self.tables.second is not None:
            sets["second"] = material.swapped("second-swapped", self.tables.second)
        if material.mouse is not None:
            sets[MOUSE] = material.swapped("mouse-swapped", material.mouse)
        trained = "" if subject.name.endswith("(given)") else "paper-mode "
        called = f"{trained}{subject.name}, negatives by site swap"
        rows = []
        for data, table in sets.items():
            name = f"swapped-{_slug(data)}"
            found = self.steps.scored(name, subject, table)
            rows.append(self.steps.judged(name, (LEAKS, data), subject, found, called))
        return rows


def _slug(data: str) -> str:
    """Return the first word of data, which names its files."""
    return data.split(maxsplit=1)[0].lower()
