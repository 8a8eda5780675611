"""The study's trainings: jobs with names, each kept as a model directory and computed once.

A job's folder carries the beginning of its key, so that what is found there belongs to the same data,
settings and versions; an unfinished training goes on from its last epoch. When a job is done, the hashes of its files
are kept beside the study's tables: a network whose files changed is trained again.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from dmiso.io.kept import Lost, keep_json, kept_json
from dmiso.io.locks import LOCK_NAME
from dmiso.models import resolve
from dmiso.predict import Predictor
from dmiso.predict.amounts import WINDOWS_SCORED, told
from dmiso.provenance import sha256_file
from dmiso.studies.abundance import train_with_abundance
from dmiso.studies.store import step_key
from dmiso.train.checkpoint import remove_checkpoint
from dmiso.train.loop import Reporter
from dmiso.train.run import train
from dmiso.train.trained import run_identity
from dmiso.workers import Crew, Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dmiso.encode import Crop
    from dmiso.records import Counts
    from dmiso.settings.training import TrainSettings
    from dmiso.studies.store import Step, Store
    from dmiso.studies.subjects import Given

__all__ = ["Job", "make_job", "run_jobs", "scored"]

_KEY_BASES = 12


class Job(NamedTuple):
    """A network to train.

    Parameters
    ----------
    name
        Of the job.
    data
        Labelled table with ``split``.
    judged
        Tables that a network with abundance inputs judges, by name; other networks are kept, and judge
        whatever is asked later (:func:`scored`).
    output
        Its folder.
    key
        Of all it depends on.
    settings
        How it is trained.
    record
        File that holds the hashes of the output's files when the job is done.
    """

    name: str
    data: Path
    judged: dict[str, Path]
    output: Path
    key: str
    settings: TrainSettings
    record: Path

    @property
    def crop(self) -> Crop:
        """How longer targets are cut, as in training."""
        return "end"

    def state(self) -> Lost | None:
        """Say why the job has to be done, or None if all its files are there as they were made."""
        kept = kept_json(self.record, self.key)
        if isinstance(kept, Lost):
            return kept
        return None if kept["files"] == _hashes(self.output) else Lost.DAMAGED


def _hashes(folder: Path) -> dict[str, str]:
    """Return the hashes of all files that a training left in its folder."""
    return {
        path.relative_to(folder).as_posix(): sha256_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != LOCK_NAME
    }


def make_job(
    store: Store, name: str, data: Step, settings: TrainSettings, *, judged: dict[str, Step] | None = None
) -> Job:
    """Return a job on a step's table."""
    others = {} if judged is None else judged
    key = step_key(
        name=name,
        training=run_identity(settings, data.key),
        judged={table: step.key for table, step in others.items()},
    )
    folder = store.folder.parent / "models" / f"{name}-{key[:_KEY_BASES]}"
    tables = {table: step.path for table, step in others.items()}
    return Job(name, data.path, tables, folder, key, settings, store.folder / f"{folder.name}.model.json")


def run_jobs(store: Store, jobs: list[Job], workers: int) -> None:
    """Compute the jobs that are not finished, here or in processes."""
    # the longest first: one of them begun last would keep a worker busy while the others have nothing left to do
    pending = sorted((job for job in jobs if _is_pending(store, job)), key=_longest_first)
    with Crew(min(workers, max(1, len(pending)))) as crew:
        work = Work("pairs shown in trainings")
        for _, name in crew.map(_compute, pending, on_report=work.advance):
            store.begin(name)


def _longest_first(job: Job) -> int:
    """Return a key that sorts jobs by the epochs they may have, most first."""
    return -job.settings.epochs


def _is_pending(store: Store, job: Job) -> bool:
    """Return whether a job has to be done, and remove what would stop it."""
    state = job.state()
    if state is None:
        remove_checkpoint(_checkpoint(job))  # of a run killed right after the training
        return False
    if state is Lost.DAMAGED:
        state.note(store.notes, "networks of an earlier run", job.output)
    # the folder is the study's own, and whole or not: what is in it is not gone on from
    shutil.rmtree(job.output, ignore_errors=True)
    return True


def _checkpoint(job: Job) -> Path:
    """Return where :func:`dmiso.train.run.train` keeps the state of a training."""
    return job.output.with_name(f"{job.output.name}.checkpoint")


def _compute(job: Job, report: Callable[[int], None]) -> str:
    """Train one network and return the name it is reported by; report the pairs shown."""
    if job.judged:
        train_with_abundance(job.data, job.judged, job.output, job.settings, on_pairs=report)
    else:
        train(
            job.data,
            job.output,
            job.settings,
            name=job.name,
            command=("dmiso", "study", "paper", job.name),
            reporter=Reporter(on_pairs=report),
        )
    keep_json(job.record, {"files": _hashes(job.output)}, job.key)
    return f"model {job.name}"


def scored(
    store: Store, name: str, network: Job | Given, table: Step | pl.DataFrame, key: str | None = None
) -> Step:
    """Score pairs with a network and keep the scores.

    The score of a network trained here is calibrated on its validation rows, that of a given one by the model itself.

    Parameters
    ----------
    store
        Where the scores are kept.
    name
        Of the step.
    network
        A finished job, or a given model.
    table
        The pairs.
    key
        Of the pairs, if they are not a step.

    Returns
    -------
    Step
        The pairs with ``logit`` and ``score``.
    """
    frame = table if isinstance(table, pl.DataFrame) else table.frame
    own = key if isinstance(table, pl.DataFrame) else table.key

    def make(counts: Counts) -> pl.DataFrame:
        predictor = Predictor(resolve(network.output), crop=network.crop)
        pairs = frame.select("mirna_sequence", "target_sequence")
        batches = told(predictor.predict_batches(pairs, counts=counts), Work(WINDOWS_SCORED, pairs.height))
        found = pl.concat(batches).select("logit", "score")
        return pl.concat([frame, found], how="horizontal")

    return store.step(name, make, model=network.key, pairs=own)
