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
    leak_rows,
    network_rows,
    permuted,
    recall_rows,
    type_rows,
)
from dmiso.studies.measures import measured, network_column, random_windows
from dmiso.studies.tool_steps import ToolSteps
from dmiso.studies.trainings import scored

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmiso.records import Counts
    from dmiso.studies.designs import Mode
    from dmiso.studies.material import Material, ModeTables, Trainings
    from dmiso.studies.store import Step
    from dmiso.studies.trainings import Job

__all__ = ["ModeResults"]

_CONTROL_GC: Final = (0.6, 0.4)
_WINDOW: Final = 60
_LEAKS: Final = "leak explained"


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
            *self._types(),
            *self._halves(),
            *self._top_five(),
            *self._abundance(),
            *self._leaks(),
        ]

    @cached_property
    def _tools(self) -> ToolSteps:
        """The other tools on this mode's tables."""
        return ToolSteps(self.mode, self.material)

    def _rows(self, name: str, make: Callable[[], pl.DataFrame], *before: Step, **parts: object) -> Step:
        """Keep an analysis' rows."""
        settings = self.material.settings

        def rows(_counts: Counts) -> pl.DataFrame:
            return make()

        return self.material.store.step(
            f"rows-{name}-{self.mode}",
            rows,
            before=[step.key for step in before],
            n_replicates=settings.replicates,
            seed=settings.seed,
            **parts,
        )

    def _scored(self, name: str, job: Job, table: Step, *, test_only: bool = False) -> Step:
        """Score a table, or its test rows."""
        store = self.material.store
        if not test_only:
            return scored(store, f"scores-{name}-{self.mode}", job, table)
        rows = table.frame.filter(pl.col("split") == "test")
        return scored(store, f"scores-{name}-{self.mode}", job, rows, table.key)

    def _network(self, name: str, analysis: str, data: str, step: Step, subject: str = "network") -> Step:
        settings = self.material.settings
        position = (analysis, data, self.mode)
        return self._rows(
            name, lambda: network_rows(position, step.frame, settings, subject), step, subject=subject
        )

    def _held_out(self) -> list[Step]:
        """Evaluate network and tools on the held-out rows (Table 1)."""
        main = self.tables.main
        test = self._scored("test", self.trainings.main, main, test_only=True)
        steps = [self._network("table-1", "Table 1", "test", test)]
        for slug, subject, job in self.trainings.variants:
            found = self._scored(f"test-{slug}", job, main, test_only=True)
            steps.append(self._network(f"table-1-{slug}", "Table 1", "test", found, subject))
        return [*steps, self._tools.rows("tools", ("Table 1", "test"), test, every=True)]

    def _second(self) -> list[Step]:
        """Evaluate network and tools on the second data, and the network on mouse reads."""
        table, steps = self.tables.second, []
        if table is not None:
            found = self._scored("second", self.trainings.main, table)
            steps.append(self._network("second", "second data", "second", found))
            steps.append(self._tools.rows("second-tools", ("second data", "second"), found, every=True))
        if self.material.mouse is not None:
            steps.append(self._mouse(self.material.mouse))
        return steps

    def _mouse(self, positives: Step) -> Step:
        """Evaluate the network on mouse reads: in paper mode recall only, as no mouse transcripts are given."""
        settings = self.material.settings
        position = ("second data", "mouse CLEAR-CLIP", self.mode)
        if self.mode == "paper":
            found = self._scored("mouse", self.trainings.main, positives)
            note = "no mouse transcripts to draw the paper's negatives from: recall only"
            return self._rows(
                "mouse",
                lambda: measured(
                    position,
                    found.frame,
                    [network_column(found.frame, note=note)],
                    settings,
                    names=("recall",),
                ),
                found,
            )
        table = self.material.swapped("mouse-swapped", positives)
        return self._network(
            "mouse", position[0], position[1], self._scored("mouse", self.trainings.main, table)
        )

    def _folds(self) -> Step:
        """Return the judged rows of all folds, each scored by the network that did not see its fold."""
        parts = [
            self._scored(f"fold-{k:02d}", job, table, test_only=True)
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
        return self._network("tenfold", "S4 tenfold", "training data", self._folds())

    def _recall(self) -> list[Step]:
        """Measure recall where there are only positives, and the control: random windows called positive."""
        settings = self.material.settings
        sets = list(self.material.recall)
        if self.material.second is not None:
            sets.insert(0, self.material.second)
        steps = []
        for table in sets:
            name = table.path.stem
            found = self._scored(f"recall-{name}", self.trainings.main, table)
            for source in found.frame["source"].unique(maintain_order=True).to_list():
                rows = found.frame.filter(pl.col("source") == source).with_columns(label=pl.lit(1, pl.Int8))
                make = partial(recall_rows, ("Table 2 recall", source, self.mode), rows, settings)
                steps.append(self._rows(f"recall-{name}-{source}", make, found))
                steps.append(self._tools.recall(f"recall-{name}-{source}-tools", source, found))
        return steps + [self._control(share) for share in _CONTROL_GC]

    def _control(self, gc: float) -> Step:
        """Score random windows with miRNAs of the positives."""
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
        found = self._scored(name, self.trainings.main, table)
        position = ("Table 2 recall", f"random windows, {gc:.0%} GC (control)", self.mode)
        return self._rows(name, lambda: control_rows(position, found.frame, settings), found)

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
                steps.append(self._rows(name, make, step, mature=self.material.hashes.get("mature")))
            if data in {"test", "second"}:
                steps.append(self._tools.forms(f"forms-{data}-tools", ("S6 exact or isomiR", data), step))
        return steps

    def _halves(self) -> list[Step]:
        """Evaluate the network that saw half of the miRNAs on the other half (Table S8)."""
        found = self._scored("halves", self.trainings.halves, self.tables.halves, test_only=True)
        return [
            self._network("halves", "S8 miRNA halves", "test", found),
            self._tools.rows("halves-tools", ("S8 miRNA halves", "test"), found),
        ]

    def _top_five(self) -> list[Step]:
        """Evaluate the network trained on up to five candidate pairs per read (Table S9)."""
        job, table = self.trainings.top_five, self.tables.top_five
        if job is None or table is None:
            return []
        found = self._scored("top-five", job, table, test_only=True)
        return [
            self._network("top-five", "S9 top five", "test", found),
            self._tools.rows("top-five-tools", ("S9 top five", "test"), found),
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

            steps.append(self._rows(f"abundance-{name}", make, table, model=job.key, inputs=list(ABUNDANCE)))
        return steps

    def _leaks(self) -> list[Step]:
        """Evaluate what looks at one side only, and networks where sites alone, or partners, are uninformative."""
        settings, main = self.material.settings, self.tables.main
        position = (_LEAKS, "test", self.mode)
        steps = [self._rows("leaks", lambda: leak_rows(position, main.frame, settings), main)]
        steps.append(self._permuted("permuted", self.trainings.main, "network"))
        if self.mode == "paper":
            steps += self._swapped()
        for slug, subject, job in self.trainings.variants:
            steps.append(self._permuted(f"permuted-{slug}", job, subject))
            if self.mode == "paper":
                table = self.material.swapped("test-swapped", self.tables.main, test_only=True)
                found = self._scored(f"swapped-test-{slug}", job, table)
                name = f"paper-mode {subject}, negatives by site swap"
                steps.append(self._network(f"swapped-test-{slug}", _LEAKS, "test", found, name))
        return steps

    def _permuted(self, name: str, job: Job, subject: str) -> Step:
        """Evaluate a network on test rows whose miRNAs are dealt anew: what is left is known from sites alone."""
        main = self.tables.main
        rows = permuted(main.frame.filter(pl.col("split") == "test"), self.material.settings.seed)
        store, key = self.material.store, f"permuted {main.key}"
        found = scored(store, f"scores-{name}-{self.mode}", job, rows, key)
        return self._network(name, _LEAKS, "test", found, f"{subject}, miRNAs permuted among rows")

    def _swapped(self) -> list[Step]:
        """Evaluate the paper-mode network on its own test positives, and others, with site-swap negatives."""
        sets = {"test": self.material.swapped("test-swapped", self.tables.main, test_only=True)}
        if self.tables.second is not None:
            sets["second"] = self.material.swapped("second-swapped", self.tables.second)
        if self.material.mouse is not None:
            sets["mouse CLEAR-CLIP"] = self.material.swapped("mouse-swapped", self.material.mouse)
        subject = "paper-mode network, negatives by site swap"
        steps = []
        for data, table in sets.items():
            name = f"swapped-{data.split(maxsplit=1)[0]}"
            found = self._scored(name, self.trainings.main, table)
            steps.append(self._network(name, _LEAKS, data, found, subject))
        return steps
