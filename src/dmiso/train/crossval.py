"""Cross-validation: each fold is judged by a network that saw neither its pairs nor, by default, its sites.

The paper's way is ten random folds; ours, the default, splits by site cluster. Inside each training part some
groups are kept to choose the epoch and to calibrate, so the judged fold chooses nothing. A finished fold is a
file under ``folds/`` and is not computed again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from dmiso.extras import require_extra
from dmiso.io import write_text
from dmiso.io.folders import FolderKind, claim_folder
from dmiso.io.streams import local_file, read_once
from dmiso.provenance import manifest, sha256_file, to_json
from dmiso.records import Counts
from dmiso.settings.training import FoldPlan
from dmiso.train.checkpoint import CHECKPOINT_FILE, remove_checkpoint
from dmiso.train.data import read_pairs
from dmiso.train.device import resolve_device
from dmiso.train.folds import FoldResult, finished_fold, keep_fold, write_folds
from dmiso.train.loop import Reporter, Resume
from dmiso.train.parts import Parts, check_classes, drawn_rows, fold_of_rows
from dmiso.train.trained import network_config, run_identity, train_parts
from dmiso.workers import Crew, Share, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.settings.training import Draw, TrainSettings
    from dmiso.train.data import PairTable

__all__ = ["Crossvalidation", "crossval"]

_MANIFEST: Final = "manifest.json"
CROSSVAL_FOLDER: Final = FolderKind(
    "crossval",
    (
        "folds.tsv",
        "predictions.tsv",
        "folds/fold-*.json",
        f"folds/fold-*.checkpoint/{CHECKPOINT_FILE}",
    ),
    _MANIFEST,
)
"""What ``dmiso crossval`` makes in its folder."""


class Crossvalidation(NamedTuple):
    """What a cross-validation gives: its folds in order, the metrics of all pairs pooled, what was counted."""

    folds: list[FoldResult]
    pooled: dict[str, float]
    counts: Counts


class _Job(NamedTuple):
    """What a process needs to compute a fold."""

    data: Path
    output: Path
    settings: TrainSettings
    plan: FoldPlan
    identity: dict[str, Any]
    fold: int


def crossval(
    data: Path,
    output: Path,
    settings: TrainSettings,
    plan: FoldPlan | None = None,
    *,
    restart: bool = False,
    command: Sequence[str] = ("crossval",),
    on_fold: Callable[[FoldResult], None] | None = None,
) -> Crossvalidation:
    """Cross-validate a network on a labelled table.

    Parameters
    ----------
    data
        As for :func:`dmiso.train.train`. Rows of split ``test`` are left out; otherwise ``split`` is not used.
    output
        Directory for ``folds.tsv`` (a row per fold, then mean, sd and pooled), ``predictions.tsv``, a manifest,
        and the finished folds, from which an interrupted run goes on.
    settings
        How each network is trained; fold k has seed ``seed + k``.
    plan
        How rows are split; None is ten folds by site cluster.
    restart
        Forget finished folds.
    command
        For the manifest.
    on_fold
        Called with each fold as it is finished.

    Returns
    -------
    Crossvalidation

    Raises
    ------
    MissingExtraError
        If torch is not installed.
    UsageError, InputError, DmisoError
        If an option or the table cannot be used, or ``output`` has folds of another run.
    """
    require_extra("torch", "training")
    resolve_device(settings)
    plan = plan or FoldPlan(seed=settings.seed)
    with read_once(), claim_folder(output, CROSSVAL_FOLDER, force=plan.force):
        counts = Counts()
        table, rows, fold = _parted(data, plan, counts)
        for number in range(plan.folds):
            _fold_parts(table, rows, fold, number, settings, plan.split)
        identity = {**run_identity(settings, sha256_file(local_file(data))), **plan.identity()}
        if restart:
            _forget_folds(output)
        found = {
            number: finished_fold(output, number, identity, counts) for number in range(1, plan.folds + 1)
        }
        done = [result for result in found.values() if result]
        if done:
            counts.note("folds finished earlier, not computed again", len(done))
            for result in done:  # a run killed between a fold and its state left the state
                remove_checkpoint(_state(output, result.fold))
        missing = [number for number, result in found.items() if result is None]
        jobs = [_Job(local_file(data), output, settings, plan, identity, number) for number in missing]
        sizes = [
            _size(_fold_parts(table, rows, fold, job.fold - 1, settings, plan.split), settings)
            for job in jobs
        ]
        work = Work(f"pairs in at most {settings.epochs} epochs of a fold", sum(sizes))
        with Crew(plan.workers) as crew:
            for _, result in crew.map(_compute, jobs, on_report=work.advance):
                done.append(result)
                if on_fold:
                    on_fold(result)
        done.sort(key=lambda result: result.fold)
        pooled = write_folds(output, table, done)
        described = {**settings.as_dict(), **plan.identity()}
        seed = settings.seed
        record = manifest(
            command=command, inputs={"data": data}, counts=counts, seed=seed, settings=described
        )
        write_text(output / _MANIFEST, to_json(record))
        return Crossvalidation(done, pooled, counts)


def _forget_folds(output: Path) -> None:
    """Remove finished folds and their states."""
    for path in sorted((output / "folds").glob("fold-*"), reverse=True):
        if path.is_dir():
            remove_checkpoint(path)
        else:
            path.unlink()


def _parted(
    data: Path, plan: FoldPlan, counts: Counts
) -> tuple[PairTable, NDArray[np.int64], NDArray[np.int64]]:
    """Return the table, the rows that take part, and the fold of each of these."""
    table = read_pairs(data, counts)
    rows = np.arange(len(table))
    if table.split is not None and (apart := table.split == "test").any():
        rows = rows[~apart]
        counts.drop("rows of split test, kept out of cross-validation", int(apart.sum()))
    return table, rows, fold_of_rows(table, rows, plan.folds, seed=plan.seed, by=plan.split)


def _fold_parts(
    table: PairTable,
    rows: NDArray[np.int64],
    fold: NDArray[np.int64],
    number: int,
    settings: TrainSettings,
    by: Draw,
) -> Parts:
    """Return the rows that train, that choose the epoch, and that are judged; folds count from 0 here."""
    judged, others = rows[fold == number], rows[fold != number]
    rng = np.random.default_rng([settings.seed, 1, number])
    chosen = drawn_rows(table, others, settings.validation_share, rng, by=by)
    parts = Parts(others[~chosen], others[chosen], judged, f"fold {number + 1}, by {by}")
    for name in ("train", "validation", "test"):
        check_classes(table, getattr(parts, name), f"{name} (fold {number + 1})")
    return parts


def _size(parts: Parts, settings: TrainSettings) -> int:
    """Return the pairs that a fold shows its network, if it is not stopped early and none is redrawn."""
    return len(parts.train) * settings.epochs


def _state(output: Path, number: int) -> Path:
    """Return where a fold keeps its state while it is trained."""
    return output / "folds" / f"fold-{number:02d}.checkpoint"


def _compute(job: _Job, report: Callable[[int], None]) -> FoldResult:
    """Train and judge one fold, and write its file; report the pairs shown."""
    counts = Counts()
    table, rows, fold = _parted(job.data, job.plan, counts)
    parts = _fold_parts(table, rows, fold, job.fold - 1, job.settings, job.plan.split)
    settings = replace(job.settings, seed=(job.settings.seed + job.fold) % 2**32)
    share = Share(_size(parts, settings), report)
    state = _state(job.output, job.fold)
    trained = train_parts(
        table,
        parts,
        network_config(settings, f"fold-{job.fold:02d}"),
        settings,
        counts,
        resume=Resume(state, {**job.identity, "fold": job.fold}),
        reporter=Reporter(on_pairs=share.advance),
    )
    share.finish()
    calibration = trained.calibration
    logits = calibration.slope * trained.logits["test"].astype(np.float64) + calibration.intercept
    result = FoldResult(
        fold=job.fold,
        identity=job.identity,
        best_epoch=trained.fit.best.epoch,
        rows=parts.test.tolist(),
        logits=logits.tolist(),
        metrics=dict(trained.metrics["test"]),
    )
    keep_fold(job.output, result)
    remove_checkpoint(state)
    return result
