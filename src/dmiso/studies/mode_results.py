"""All results of one mode, each analysis a kept step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.dataset.settings import stage_seed
from dmiso.io.parquet import parquet_frame
from dmiso.studies.abundance import ABUNDANCE
from dmiso.studies.analyses import (
    abundance_rows,
    control_rows,
    exact_or_isomir_rows,
    type_rows,
)
from dmiso.studies.measures import measured, network_column, random_windows
from dmiso.studies.mirtarbase import table_two_control, table_two_rows
from dmiso.studies.mode_steps import ModeSteps, told_apart
from dmiso.studies.subjects import Subject
from dmiso.studies.tool_steps import ToolSteps
from dmiso.studies.undoing import MOUSE, Undoing

if TYPE_CHECKING:
    from dmiso.records import Counts
    from dmiso.studies.designs import Mode
    from dmiso.studies.material import Material, ModeTables, Trainings
    from dmiso.studies.store import Step

__all__ = ["ModeResults"]

_CONTROL_TOOLS: Final = ("targetscan",)
_CONTROL_GC: Final = (0.6, 0.4)
_WINDOW: Final = 60


@dataclass(eq=False)
class ModeResults:
    """Evaluates a mode's networks.

    Parameters
    ----------
    mode
        paper or honest.
    material
        The study's tables.
    tables, trainings
        Of the mode; the trainings are finished.
    judged
        The mode's tables with abundance.
    """

    mode: Mode
    material: Material
    tables: ModeTables
    trainings: Trainings
    judged: dict[str, Step]

    def steps(self) -> list[Step]:
        """Return every analysis' rows, in the paper's order."""
        return [
            *self._held_out(),
            *self._second(),
            self._crossval(),
            *self._recall(),
            *self._mirtarbase(),
            *self._types(),
            *self._halves(),
            *self._top_five(),
            *self._abundance(),
            *Undoing(self._steps, self.tables, self._subjects).all(),
        ]

    @cached_property
    def _tools(self) -> ToolSteps:
        """The other tools on this mode's tables."""
        return ToolSteps(self.mode, self.material)

    @cached_property
    def _steps(self) -> ModeSteps:
        return ModeSteps(self.mode, self.material)

    @cached_property
    def _main(self) -> Subject:
        """The network that is trained as all others are."""
        return Subject("", "network", self.trainings.main)

    @cached_property
    def _subjects(self) -> list[Subject]:
        """All that are judged on every labelled table: the network, its other trainings, the given models."""
        return [self._main, *self.trainings.variants, *self.material.given]

    def _held_out(self) -> list[Step]:
        """Evaluate all subjects and the tools on the held-out rows (Table 1)."""
        position, steps = ("Table 1", "test"), []
        for subject in self._subjects:
            found = self._steps.scored("test", subject, self.tables.main, test_only=True)
            steps.append(self._steps.judged("table-1", position, subject, found))
        test = self.material.store.steps[f"scores-test-{self.mode}"]
        return [*steps, self._tools.rows("tools", position, test, every=True)]

    def _second(self) -> list[Step]:
        """Evaluate all subjects and the tools on the second data, and the subjects on mouse reads."""
        position, table, steps = ("second data", "second"), self.tables.second, []
        if table is not None:
            for subject in self._subjects:
                found = self._steps.scored("second", subject, table)
                steps.append(self._steps.judged("second", position, subject, found))
            steps.append(self._tools.rows("second-tools", position, table, every=True))
        if self.material.mouse is not None:
            steps += [self._mouse(self.material.mouse, subject) for subject in self._subjects]
        return steps

    def _mouse(self, positives: Step, subject: Subject) -> Step:
        """Evaluate a subject on mouse reads: in paper mode recall only, as no mouse transcripts are given."""
        if self.mode == "honest":
            table = self.material.swapped("mouse-swapped", positives)
            found = self._steps.scored("mouse", subject, table)
            return self._steps.judged("mouse", ("second data", MOUSE), subject, found)
        found = self._steps.scored("mouse", subject, positives)
        note = "no mouse transcripts to draw the paper's negatives from: recall only"
        return self._recalled("mouse", ("second data", MOUSE), subject, found, note=note)

    def _recalled(
        self,
        name: str,
        position: tuple[str, str],
        subject: Subject,
        found: Step,
        *,
        rows: pl.DataFrame | None = None,
        note: str = "",
    ) -> Step:
        """Measure the share of positives, all rows or some, that a subject calls positive."""
        key, settings = (*position, self.mode), self.material.settings
        frame = found.frame if rows is None else rows
        said = "; ".join(filter(None, [note, subject.note]))

        def make() -> pl.DataFrame:
            column = network_column(frame, subject.name, said)
            return told_apart(measured(key, frame, [column], settings, names=("recall",)), subject)

        return self._steps.rows(
            subject.named(name), make, found, subject=subject.name, note=said, training_seed=subject.seed
        )

    def _folds(self) -> Step:
        """Return the judged rows of all folds, each scored by the network that did not see its fold."""
        parts = [
            self._steps.scored(f"fold-{k:02d}", Subject("", "network", job), table, test_only=True)
            for k, (job, table) in enumerate(
                zip(self.trainings.folds, self.tables.folds, strict=True), start=1
            )
        ]

        def pooled(_counts: Counts) -> pl.DataFrame:
            # each network has a logit of its own scale; what they share is the calibrated score
            return pl.concat(step.frame for step in parts).with_columns(logit=pl.col("score"))

        return self.material.store.step(
            f"scores-folds-{self.mode}", pooled, before=[step.key for step in parts]
        )

    def _crossval(self) -> Step:
        """Evaluate the folds pooled (Table S4)."""
        return self._steps.judged("tenfold", ("S4 tenfold", "training data"), self._main, self._folds())

    def _recall(self) -> list[Step]:
        """Measure recall where there are only positives, and the control: random windows called positive."""
        sets = list(self.material.recall)
        if self.material.second is not None:
            sets.insert(0, self.material.second)
        steps = []
        for table in sets:
            name = table.path.stem
            for subject in self._subjects:
                found = self._steps.scored(f"recall-{name}", subject, table)
                steps += self._recall_by_source(f"recall-{name}", subject, found)
        return steps + [self._control(share, subject) for share in _CONTROL_GC for subject in self._subjects]

    def _recall_by_source(self, name: str, subject: Subject, found: Step) -> list[Step]:
        """Measure recall in each source of a table of positives; the tools stand beside the main network."""
        steps = []
        for source in found.frame["source"].unique(maintain_order=True).to_list():
            rows = found.frame.filter(pl.col("source") == source).with_columns(label=pl.lit(1, pl.Int8))
            step = f"{name}-{source}"
            steps.append(self._recalled(step, ("Table 2 recall", source), subject, found, rows=rows))
            if subject is self._main:
                steps.append(self._tools.recall(f"{step}-tools", source, found))
        return steps

    def _mirtarbase(self) -> list[Step]:
        """Measure recall of all subjects on miRTarBase's sites by support type (Table 2), each with its control."""
        if self.material.mirtarbase is None:
            return []
        sites, dealt = self.material.mirtarbase
        return [self._table_two(subject, sites, dealt) for subject in self._subjects]

    def _table_two(self, subject: Subject, sites: Step, dealt: Step) -> Step:
        """Measure a subject's recall on miRTarBase's sites, and the same with the miRNAs of other rows."""
        settings = self.material.settings
        found = self._steps.scored("mirtarbase", subject, sites)
        control = self._steps.scored("mirtarbase-control", subject, dealt)

        def make() -> pl.DataFrame:
            own, other = (network_column(step.frame, subject.name, subject.note) for step in (found, control))
            rows = [
                table_two_rows(self.mode, found.frame, [own], settings),
                table_two_control(self.mode, control.frame, [other], settings),
            ]
            return told_apart(pl.concat(rows), subject)

        return self._steps.rows(
            subject.named("mirtarbase"),
            make,
            found,
            control,
            subject=subject.name,
            note=subject.note,
            training_seed=subject.seed,
        )

    def _control(self, gc: float, subject: Subject) -> Step:
        """Let a subject score random windows with miRNAs of the positives."""
        settings, positives = self.material.settings, self.material.located
        n, seed = settings.random_windows, stage_seed(settings.seed, "control")

        def windows(_counts: Counts) -> pl.DataFrame:
            mirnas = positives.frame["mirna_sequence"].unique(maintain_order=True)
            return pl.DataFrame(
                {
                    "mirna_sequence": mirnas.sample(n, with_replacement=True, seed=seed),
                    "target_sequence": random_windows(n, _WINDOW, gc, seed),
                    "label": pl.Series([1] * n, dtype=pl.Int8),
                    "cluster": pl.Series(range(n), dtype=pl.Int64),
                }
            )

        name = f"control-gc{gc * 100:.0f}"
        table = self.material.store.step(name, windows, before=[positives.key], n=n, seed=seed)
        found = self._steps.scored(name, subject, table)
        key = ("Table 2 recall", f"random windows, {gc:.0%} GC (control)", self.mode)
        tools = _CONTROL_TOOLS if subject is self._main else ()

        def make() -> pl.DataFrame:
            column = network_column(found.frame, subject.name, subject.note)
            return told_apart(control_rows(key, found.frame, column, settings, tools), subject)

        return self._steps.rows(
            subject.named(name),
            make,
            found,
            subject=subject.name,
            note=subject.note,
            training_seed=subject.seed,
        )

    def _types(self) -> list[Step]:
        """Evaluate each isomiR type (Table S5), and miRNAs and isomiRs apart (Table S6)."""
        settings, references = self.material.settings, self.material.references
        sets = {"training data": self._folds(), "test": self.material.store.steps[f"scores-test-{self.mode}"]}
        if self.tables.second is not None:
            sets["second"] = self.material.store.steps[f"scores-second-{self.mode}"]
        steps = []
        for data, step in sets.items():
            for slug, analysis, judge in (
                ("types", "S5 types", type_rows),
                ("forms", "S6 exact or isomiR", exact_or_isomir_rows),
            ):
                make = partial(judge, (analysis, data, self.mode), step.frame, references, settings)
                name = f"{slug}-{data.replace(' ', '-')}"
                steps.append(self._steps.rows(name, make, step, mature=self.material.hashes.get("mature")))
            if data in {"test", "second"}:
                steps.append(self._tools.forms(f"forms-{data}-tools", ("S6 exact or isomiR", data), step))
        return steps

    def _halves(self) -> list[Step]:
        """Evaluate the network that saw half of the miRNAs, and given models, on the other half (Table S8)."""
        position, table = ("S8 miRNA halves", "test"), self.tables.halves
        trained = Subject("", "network", self.trainings.halves)
        steps = [
            self._steps.judged(
                "halves", position, subject, self._steps.scored("halves", subject, table, test_only=True)
            )
            for subject in (trained, *self.material.given)
        ]
        test = self.material.store.steps[f"scores-halves-{self.mode}"]
        return [*steps, self._tools.rows("halves-tools", position, test)]

    def _top_five(self) -> list[Step]:
        """Evaluate the network trained on up to five candidate pairs per read (Table S9)."""
        job, table = self.trainings.top_five, self.tables.top_five
        if job is None or table is None:
            return []
        subject = Subject("", "network", job)
        found = self._steps.scored("top-five", subject, table, test_only=True)
        position = ("S9 top five", "test")
        return [
            self._steps.judged("top-five", position, subject, found),
            self._tools.rows("top-five-tools", position, found),
        ]

    def _abundance(self) -> list[Step]:
        """Evaluate the network with abundance inputs."""
        settings, job = self.material.settings, self.trainings.abundance
        steps = []
        for name, table in self.judged.items():
            position = ("abundance", name, self.mode)

            def make(
                table: Step = table, name: str = name, position: tuple[str, str, str] = position
            ) -> pl.DataFrame:
                scores = parquet_frame(job.output / f"{name}.parquet")
                frame = pl.concat([table.frame, scores], how="horizontal")
                if "split" in frame.columns:
                    frame = frame.filter(pl.col("split") == "test")
                own = frame.select("logit", "score")
                return abundance_rows(position, frame.drop("logit", "score"), own, settings)

            steps.append(
                self._steps.rows(f"abundance-{name}", make, table, model=job.key, inputs=list(ABUNDANCE))
            )
        return steps
