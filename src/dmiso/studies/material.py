"""What the study works on: every table as a kept step, and every training as a job."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from dmiso.dataset.readers import read_mature
from dmiso.provenance import sha256_file
from dmiso.records import Counts
from dmiso.studies.abundance import with_abundance
from dmiso.studies.analyses import swapped
from dmiso.studies.designs import fold_of, folded, gathered, halved, labelled, mouse_sample, parted
from dmiso.studies.mirtarbase import control_sites, mirtarbase_sites
from dmiso.studies.other_reading import other_reading_table
from dmiso.studies.settings import training_of
from dmiso.studies.subjects import Subject, given_models
from dmiso.studies.tools import ToolBox
from dmiso.studies.trainings import Job, make_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dmiso.io.transcripts import Transcript
    from dmiso.settings.study import StudySettings
    from dmiso.settings.training import TrainSettings
    from dmiso.studies.designs import Mode
    from dmiso.studies.settings import StudyInputs
    from dmiso.studies.store import Step, Store

__all__ = ["Material", "ModeTables", "Trainings"]

_TRANSCRIPTS: Final = ("transcripts", "cds", "utrs", "genes")
"""Inputs that say where sites lie and negatives come from."""


class ModeTables(NamedTuple):
    """A mode's labelled tables: held-out split, miRNA halves, second data (None without), a table per fold."""

    main: Step
    halves: Step
    second: Step | None
    folds: list[Step]
    top_five: Step | None


class Trainings(NamedTuple):
    """A mode's networks; ``top_five`` is None where the input ranks no candidates.

    ``variants`` are further trainings on the held-out split, each a subject that is judged beside ``main``.
    """

    main: Job
    variants: list[Subject]
    halves: Job
    abundance: Job
    folds: list[Job]
    top_five: Job | None

    def single(self) -> list[Job]:
        """Return all jobs but the folds."""
        variants = [subject.network for subject in self.variants]
        jobs = [self.main, self.abundance, self.halves, *(job for job in variants if isinstance(job, Job))]
        return jobs if self.top_five is None else [*jobs, self.top_five]


@dataclass(eq=False)
class Material:
    """Makes the study's tables from its files, each once.

    Parameters
    ----------
    inputs, settings
        Of the study.
    store
        Keeps the steps.
    tool_tables
        Filled: tables that tools are asked for.
    """

    inputs: StudyInputs
    settings: StudySettings
    store: Store
    tool_tables: list[pl.DataFrame] = field(default_factory=list)
    _reading: Counts = field(default_factory=Counts)

    @cached_property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of every input file, by its name in the manifest."""
        return {name: sha256_file(path) for name, path in self.inputs.named().items()}

    @cached_property
    def tools(self) -> ToolBox:
        """Programs and outputs of other tools."""
        return ToolBox(self.inputs.tool_outputs, self.settings.tools)

    @cached_property
    def transcripts(self) -> dict[str, Transcript]:
        """The mRNAs, read when a step needs them."""
        return self.inputs.sources().read_transcripts(self._reading)

    @cached_property
    def references(self) -> dict[str, str]:
        """Nucleotides of reference miRNAs by name; empty without ``mature``."""
        return {} if self.inputs.mature is None else read_mature(self.inputs.mature, Counts())

    def _step(self, name: str, make: Callable[[Counts], pl.DataFrame], *before: Step, **parts: Any) -> Step:
        """Keep a step that depends on the seed and on the steps before."""
        return self.store.step(
            name, make, before=[step.key for step in before], seed=self.settings.seed, **parts
        )

    def _hashes_of(self, *kinds: str) -> dict[str, str]:
        return {name: value for name, value in self.hashes.items() if name.rstrip("_0123456789") in kinds}

    def _gathered(
        self, name: str, files: tuple[Path, ...], kind: str, *before: Step, top: int = 1, placed: bool = True
    ) -> Step:
        """Keep the positives of some files; steps before are tables to stay clear of."""
        clear_of = (*self.inputs.exclude, *(step.path for step in before))

        def make(counts: Counts) -> pl.DataFrame:
            mrnas = self.transcripts if placed else {}
            if kind == "interactions" and top == 1:
                _add(counts, self._reading)
            return gathered(files, self.inputs, self.settings, mrnas, counts, exclude=clear_of, top=top)

        used = self._hashes_of(kind, "exclude", "mature", "annotation", *(_TRANSCRIPTS if placed else ()))
        left_out = list(self.settings.exclude_chromosomes) if kind == "interactions" else []
        return self._step(name, make, *before, files=used, exclude_chromosomes=left_out, top=top)

    @cached_property
    def primary(self) -> Step:
        """All positives of the interactions, located or not."""
        return self._gathered("positives", self.inputs.interactions, "interactions")

    @cached_property
    def located(self) -> Step:
        """The positives that both modes train and test on."""
        return self._located("positives-located", self.primary)

    def _located(self, name: str, positives: Step) -> Step:
        return self._step(
            name, lambda _: positives.frame.filter("has_utr").drop("located", "has_utr"), positives
        )

    @cached_property
    def second(self) -> Step | None:
        """Positives of the second data that share no 16-mer with a site of the first."""
        if not self.inputs.second:
            return None
        return self._gathered("second-positives", self.inputs.second, "second", self.located)

    @cached_property
    def recall(self) -> list[Step]:
        """Positives of each table on which recall alone is measured."""
        steps = []
        for number, path in enumerate(self.inputs.recall, start=1):
            files = self._hashes_of("recall")
            name = f"recall-{number}"

            def make(counts: Counts, path: Path = path) -> pl.DataFrame:
                clear_of = (*self.inputs.exclude, self.located.path)
                # on the transcripts short sites are lengthened: by themselves they would all be left out
                return gathered(
                    (path,), self.inputs, self.settings, self.transcripts, counts, exclude=clear_of
                )

            used = {**files, **self._hashes_of("exclude", "mature", "annotation", *_TRANSCRIPTS)}
            steps.append(self._step(name, make, self.located, files=used))
        return steps

    @cached_property
    def mirtarbase(self) -> tuple[Step, Step] | None:
        """MiRTarBase's sites that share no 16-mer with those trained on, and the same with other rows' miRNAs."""
        if self.inputs.mirtarbase is None:
            return None
        clear_of = (*self.inputs.exclude, self.located.path)
        sites = self._step(
            "mirtarbase",
            lambda counts: mirtarbase_sites(self.inputs, self.transcripts, clear_of, counts),
            self.located,
            files=self._hashes_of("mirtarbase", "mature", "exclude", *_TRANSCRIPTS),
        )
        seed = self.settings.seed
        return sites, self._step("mirtarbase-control", lambda _: control_sites(sites.frame, seed), sites)

    @cached_property
    def mouse(self) -> Step | None:
        """A random sample of the mouse interactions."""
        if self.inputs.mouse is None:
            return None
        whole = self._gathered("mouse-positives", (self.inputs.mouse,), "mouse", self.located, placed=False)
        return self._step(
            "mouse-sample",
            lambda counts: mouse_sample(whole.frame, self.settings, counts),
            whole,
            mouse_pairs=self.settings.mouse_pairs,
        )

    def swapped(self, name: str, positives: Step, *, test_only: bool = False) -> Step:
        """Return positives with site-swap negatives, see :func:`dmiso.studies.analyses.swapped`."""
        rows = positives.frame
        if "label" not in rows.columns:
            rows = rows.with_columns(pl.lit(1, pl.Int8).alias("label"))
        if "negative" not in rows.columns:
            rows = rows.with_columns(pl.lit(None, pl.String).alias("negative"))
        if test_only:
            rows = rows.filter(pl.col("split") == "test")
        return self._step(name, lambda counts: swapped(rows, self.settings.seed, counts), positives)

    def mode_tables(self, mode: Mode) -> ModeTables:
        """Return a mode's labelled tables."""
        seed, folds = self.settings.seed, self.settings.folds
        position = self._hashes_of(*_TRANSCRIPTS)
        positives = self.located
        main = self._step(
            f"main-{mode}",
            lambda c: parted(positives.frame, mode, self.transcripts, seed, c),
            positives,
            files=position,
        )
        halves_of = main.frame.drop("split") if mode == "paper" else positives.frame
        halves = self._step(
            f"halves-{mode}",
            lambda c: halved(halves_of, mode, self.transcripts, seed, c),
            main if mode == "paper" else positives,
            files=position,
        )
        whole = self._step(
            f"folds-{mode}", lambda c: folded(main.frame, mode, folds, seed, c), main, folds=folds
        )
        parts = [self._fold(mode, whole, number) for number in range(folds)]
        return ModeTables(main, halves, self._second_labelled(mode), parts, self._top_five(mode))

    def _fold(self, mode: Mode, whole: Step, number: int) -> Step:
        """Return the table for judging one fold."""
        folds = self.settings.folds
        name = f"fold-{mode}-{number + 1:02d}"
        return self._step(name, lambda _: fold_of(whole.frame, number, folds), whole, fold=number)

    def _second_labelled(self, mode: Mode) -> Step | None:
        if self.second is None:
            return None
        positives = self._located("second-located", self.second)
        return self._step(
            f"second-{mode}",
            lambda c: labelled(positives.frame, mode, self.transcripts, self.settings.seed, c),
            positives,
            files=self._hashes_of(*_TRANSCRIPTS),
        )

    def _top_five(self, mode: Mode) -> Step | None:
        """Return the table with up to five candidate pairs per read, where the input ranks candidates."""
        if self.primary.frame["candidate_rank"].null_count() == self.primary.frame.height:
            return None
        whole = self._gathered("top-five-positives", self.inputs.interactions, "interactions", top=5)
        positives = self._located("top-five-located", whole)
        return self._step(
            f"top-five-{mode}",
            lambda c: parted(positives.frame, mode, self.transcripts, self.settings.seed, c),
            positives,
            files=self._hashes_of(*_TRANSCRIPTS),
        )

    def with_abundance(self, name: str, table: Step, positives: Step) -> Step:
        """Return a labelled table with the abundances that its experiment's interactions give."""
        return self._step(name, lambda _: with_abundance(table.frame, positives.frame), table, positives)

    def trainings(self, mode: Mode, tables: ModeTables, judged: dict[str, Step]) -> Trainings:
        """Return a mode's jobs.

        Parameters
        ----------
        mode, tables
            The mode and its tables.
        judged
            Tables with abundance, ``test`` the one that is trained on.
        """
        usual = training_of(self.settings)
        return Trainings(
            main=make_job(self.store, f"main-{mode}", tables.main, usual),
            variants=self._variants(mode, tables.main),
            halves=make_job(self.store, f"halves-{mode}", tables.halves, usual),
            abundance=make_job(self.store, f"abundance-{mode}", judged["test"], usual, judged=judged),
            folds=[
                make_job(self.store, f"fold-{mode}-{k:02d}", step, usual)
                for k, step in enumerate(tables.folds, start=1)
            ],
            top_five=make_job(self.store, f"top-five-{mode}", tables.top_five, usual)
            if tables.top_five is not None
            else None,
        )

    def _variants(self, mode: Mode, main: Step) -> list[Subject]:
        """Return the further trainings on the held-out split that are asked for."""
        low, full, n_seeds = self.settings.low_l1, self.settings.full_epochs, self.settings.training_seeds
        asked: list[tuple[str, str, TrainSettings]] = []
        if low:
            asked.append(("low-l1", f"network, L1 {low:g}", training_of(self.settings, l1=low)))
        for repeat in range(n_seeds if full else 0):
            training = training_of(self.settings, full=True, repeat=repeat)
            slug = f"full-{full}" if repeat == 0 else f"full-{full}-seed-{training.seed}"
            asked.append((slug, f"network, {full} epochs without early stopping", training))
        several = {slug for slug, _, _ in asked if slug.startswith("full") and n_seeds > 1}
        return [
            Subject(
                slug,
                name,
                make_job(self.store, f"{slug}-{mode}", main, training),
                seed=training.seed if slug in several else None,
            )
            for slug, name, training in asked
        ]

    @cached_property
    def other_reading(self) -> Step:
        """The positives with negatives by the other reading of the paper's rule."""
        return self._step(
            "main-other-reading",
            lambda c: other_reading_table(self.located.frame, self.transcripts, self.settings.seed, c),
            self.located,
            files=self._hashes_of(*_TRANSCRIPTS),
        )

    @cached_property
    def given(self) -> list[Subject]:
        """The models that were given, each judged on the tables of both modes."""
        return given_models(self.inputs.models, self.store.folder.parent / "models")


def _add(counts: Counts, other: Counts) -> None:
    """Add what was counted elsewhere to a step's counts."""
    counts.kept.update(other.kept)
    counts.dropped.update(other.dropped)
    counts.notes.update(other.notes)
