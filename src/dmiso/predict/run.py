"""Prediction from files to a file: what ``dmiso predict`` does.

Order of things: inputs are read in batches, scored by :class:`~dmiso.predict.predictor.Predictor`, filtered,
written as they come, and described in a manifest beside the output.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from dmiso.columns import PAIR_COLUMNS, PUBLISHED_COLUMNS
from dmiso.errors import UsageError
from dmiso.io import TableWriter, read_once, read_sequences
from dmiso.io.sequences import records_dropped, records_kept
from dmiso.io.streams import STDIN, display_name, require_file
from dmiso.io.table_writer import output_format
from dmiso.losses import require_kept
from dmiso.predict.amounts import (
    WINDOWS_SCORED,
    count_windows,
    expecting,
    told,
    windows_a_target,
)
from dmiso.predict.inputs import PAIRS_DROPPED, PAIRS_KEPT, CheckedPairs, PairColumns, check_pairs, read_pairs
from dmiso.predict.predictor import MIRNA_KEY, Predictor
from dmiso.predict.rows import TopRows
from dmiso.provenance import manifest, write_manifest
from dmiso.records import Counts
from dmiso.settings.predict import PredictSettings
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from dmiso.records import SequenceRecord

__all__ = ["NO_DOMAIN", "OUTSIDE", "PredictInputs", "Prediction", "predict_files"]


NO_DOMAIN: Final = "rows without a domain: the model does not state what it was trained on"
OUTSIDE: Final = (
    "rows unlike the model's training pairs: their scores are extrapolations, see the column domain"
)


@dataclass(frozen=True, slots=True)
class PredictInputs:
    """The files to score: either ``pairs``, or ``mirnas`` and ``targets``.

    Parameters
    ----------
    pairs
        Table with a miRNA and a target sequence per row, or the published program's four columns without a header.
    mirnas, targets
        FASTA or FASTQ. One of all may be ``-``, standard input.
    columns
        Names of the sequence columns of ``pairs``.
    on_bad
        What to do with a record that cannot be used.

    Raises
    ------
    UsageError
        If the combination is wrong or a file is missing.
    """

    pairs: Path | None = None
    mirnas: Path | None = None
    targets: Path | None = None
    columns: PairColumns = field(default_factory=PairColumns)
    on_bad: Literal["stop", "skip"] = "stop"

    def __post_init__(self) -> None:
        if (self.pairs is None) == (self.mirnas is None and self.targets is None):
            raise UsageError("Give either --pairs, or --mirnas with --targets.")
        if self.pairs is None and (self.mirnas is None or self.targets is None):
            missing = "--mirnas" if self.mirnas is None else "--targets"
            raise UsageError(f"{missing} is missing: --mirnas and --targets are given together.")
        if [*self.files().values()].count(STDIN) > 1:
            raise UsageError("Only one input can come from standard input (-).")
        for path in self.files().values():
            require_file(path)

    def files(self) -> dict[str, Path]:
        """Return the inputs by option name."""
        given = {"pairs": self.pairs, "mirnas": self.mirnas, "targets": self.targets}
        return {name: path for name, path in given.items() if path is not None}


@dataclass(frozen=True, slots=True)
class Prediction:
    """The result of a run: numbers, and the best rows of all."""

    n_rows: int
    counts: Counts
    best: pl.DataFrame


@read_once()
def predict_files(
    predictor: Predictor,
    inputs: PredictInputs,
    output: Path,
    settings: PredictSettings | None = None,
    *,
    n_best: int = 10,
    extend: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
    command: Sequence[str] = ("predict_files",),
) -> Prediction:
    """Score files and write a table with its manifest.

    Parameters
    ----------
    predictor
        The model; with ``compat`` its crop must be ``centre``.
    inputs
        Files to score.
    output
        TSV, CSV, Parquet or BED by its ending, ``.gz`` for text; ``-`` is standard output, without a manifest.
    settings
        Which rows are written.
    n_best
        How many of the best rows to return.
    extend
        Adds columns to rows before they are written; None adds none.
    command
        For the manifest.

    Returns
    -------
    Prediction

    Raises
    ------
    UsageError, InputError, DmisoError
        If an option, a record or the output cannot be used.
    """
    settings = settings or PredictSettings()
    counts = Counts()
    if settings.compat and output_format(output) == "bed":
        raise UsageError("BED has columns of its own: leave out --compat, or choose another ending.")
    best = TopRows(n_best)
    top = TopRows(settings.top, by=MIRNA_KEY) if settings.top else None
    writer: TableWriter | None = None
    try:
        for frame in _batches(predictor, inputs, settings, counts):
            if settings.compat is None:
                _note_domain(predictor, frame, counts)
            best.add(frame)
            if top is not None:
                top.add(frame)
                frame = frame.clear()  # noqa: PLW2901 - the rows come out at the end, ranked
            if extend is not None:
                frame = extend(frame)  # noqa: PLW2901 - what is written
            writer = writer or _open(output, frame, settings)
            writer.write(_layout(frame, settings, predictor))
        assert writer is not None, "at least one batch comes, maybe without rows"
        if top is not None:
            ranked = top.result() if extend is None else extend(top.result())
            writer.write(_layout(ranked, settings, predictor))
        _require_usable(inputs, counts)
    except BaseException as error:
        if writer is not None:
            writer.__exit__(type(error), error, error.__traceback__)
        raise
    writer.__exit__(None, None, None)
    counts.keep("rows written", writer.n_rows)
    _write_manifest(predictor, inputs, output, settings, counts, command)
    return Prediction(writer.n_rows, counts, best.result())


def _require_usable(inputs: PredictInputs, counts: Counts) -> None:
    """Stop if an input had records and --on-bad skip left out every one of them."""
    skipped = {
        "pairs": (PAIRS_KEPT, PAIRS_DROPPED),
        "mirnas": (records_kept("miRNA"), records_dropped("miRNA")),
        "targets": (records_kept("target"), records_dropped("target")),
    }
    for option in inputs.files():
        what, dropped = skipped[option]
        kept = counts.kept[what]
        hint = f"Check the file of --{option}"
        counts.flow(what, kept + counts.dropped[dropped], kept, outcome="usable", hint=hint)
        require_kept(counts, path=display_name(getattr(inputs, option)))


def _batches(
    predictor: Predictor, inputs: PredictInputs, settings: PredictSettings, counts: Counts
) -> Iterator[pl.DataFrame]:
    """Yield scored rows of the inputs."""

    def score(**source: object) -> Iterator[pl.DataFrame]:
        return predictor.predict_batches(
            **source,  # type: ignore[arg-type]  # pairs, or mirnas and targets
            stride=settings.stride,
            windows=settings.windows,
            min_score=settings.min_score,
            counts=counts,
        )

    n_windows = windows_a_target(predictor, settings.stride)
    if inputs.pairs is not None:
        work = Work(WINDOWS_SCORED)
        note = expecting(inputs.pairs, work, n_windows)
        yield from told(score(pairs=_checked(inputs, inputs.pairs, counts, note)), work)
        return
    assert inputs.mirnas is not None
    assert inputs.targets is not None
    mirnas = read_sequences(inputs.mirnas, counts, kind="miRNA", on_bad=inputs.on_bad)
    targets = read_sequences(inputs.targets, counts, kind="target", on_bad=inputs.on_bad)
    if settings.compat is None:
        held = list(mirnas)
        each = count_windows(inputs.targets, n_windows)
        work = Work(WINDOWS_SCORED, None if each is None else each * len(held))
        yield from told(score(mirnas=held, targets=targets), work)
        return
    yield from _mirna_by_mirna(score, list(targets), list(mirnas))


def _mirna_by_mirna(
    score: Callable[..., Iterator[pl.DataFrame]], targets: list[SequenceRecord], mirnas: list[SequenceRecord]
) -> Iterator[pl.DataFrame]:
    """Yield rows in the order of the published program, which goes through all targets for each miRNA."""
    work = Work(WINDOWS_SCORED, len(targets) * len(mirnas))
    for mirna in mirnas:
        yield from told(score(mirnas=[mirna], targets=targets), work)
    if not mirnas:
        yield from score(mirnas=[], targets=targets)


def _checked(
    inputs: PredictInputs, path: Path, counts: Counts, note: Callable[[int, Sequence[str]], None]
) -> Iterator[CheckedPairs]:
    """Yield the pairs of a table; what is noted is reported with each batch."""
    for batch in read_pairs(path, inputs.columns, counts):
        checked = check_pairs(batch, inputs.columns, counts, path=path, on_bad=inputs.on_bad)
        note(batch.frame.height, checked.targets)
        # TopRows and the published layout know the sequences by their declared names
        names = {inputs.columns.mirna: "mirna_sequence", inputs.columns.target: "target_sequence"}
        yield checked._replace(frame=checked.frame.rename(names))


def _note_domain(predictor: Predictor, frame: pl.DataFrame, counts: Counts) -> None:
    """Count the rows outside the model's domain, or those of a model that states none."""
    if predictor.model.domain is None:
        if frame.height:
            counts.note(NO_DOMAIN, frame.height)
    elif n_outside := int((frame["domain"] != "").sum()):
        counts.note(OUTSIDE, n_outside)


def _layout(frame: pl.DataFrame, settings: PredictSettings, predictor: Predictor) -> pl.DataFrame:
    """Return rows with the columns of the output."""
    if settings.compat is None:
        return frame
    positive = (pl.col("score") > predictor.model.config.min_score).cast(pl.Int64)
    values = [*(pl.col(name) for name in PAIR_COLUMNS), pl.col("score"), positive]
    named = [value.alias(name) for value, name in zip(values, PUBLISHED_COLUMNS, strict=True)]
    return frame.select(*named, "score")


def _open(output: Path, frame: pl.DataFrame, settings: PredictSettings) -> TableWriter:
    if settings.compat is None:
        schema: dict[str, pl.DataType] = dict(frame.schema)
    else:
        text = dict.fromkeys(PUBLISHED_COLUMNS[:4], pl.String())
        schema = {**text, "Prediction Score": pl.Float32(), "Prediction": pl.Int64(), "score": pl.Float32()}
    return TableWriter(output, schema).__enter__()


def _write_manifest(
    predictor: Predictor,
    inputs: PredictInputs,
    output: Path,
    settings: PredictSettings,
    counts: Counts,
    command: Sequence[str],
) -> None:
    model = {"name": predictor.model.config.name, "weights_sha256": predictor.model.weights_sha256}
    chosen = {name: getattr(settings, name) for name in settings.__slots__}
    record = manifest(command=command, inputs=inputs.files(), counts=counts, model=model, settings=chosen)
    write_manifest(output, record)
