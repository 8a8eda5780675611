"""A model ready to score: the Python face of ``dmiso predict``.

Order of things: targets are cut into windows, windows and miRNAs are encoded, the engine gives a logit for every
miRNA and window, the best window of a target (or every one) becomes a row, and logits become scores.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from dmiso.columns import PAIR_COLUMNS
from dmiso.errors import UsageError
from dmiso.predict.inputs import CheckedPairs, PairColumns, check_pairs, note_lengths
from dmiso.predict.rows import TopRows
from dmiso.predict.scorer import SCORE_TYPES, Scorer, best_windows, no_rows
from dmiso.predict.windows import Windows, cover
from dmiso.records import Counts, SequenceRecord

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

    from dmiso.encode import Crop
    from dmiso.models import StoredModel

__all__ = ["MIRNA_KEY", "Predictor", "WindowChoice", "load_model"]

MIRNA_KEY = ("mirna_id", "mirna_sequence")
"""What tells miRNAs apart: names alone are not unique."""

WindowChoice = Literal["best", "all"]
Sequences = str | Path | Mapping[str, str] | Iterable[SequenceRecord]

_LOG = logging.getLogger("dmiso")

_LOGITS_AT_ONCE = 1 << 21
"""Logits held at once: 8 MB, and about 300 MB of rows made from them."""

_WINDOWS_AT_ONCE = 8_192


def load_model(model: str | PathLike[str] | None = None, *, threads: int = 1) -> Predictor:
    """Load a model for prediction, without torch.

    Parameters
    ----------
    model
        Name of a bundled model (``dmiso models list``), or a model directory; None is the default model.
    threads
        CPU cores to use.

    Raises
    ------
    ModelError
        If there is no such model, or it is damaged.

    Examples
    --------
    >>> predictor = load_model()
    >>> table = predictor.predict(mirnas={"let-7a": "UGAGGUAGUAGGUUGUAUAGUU"},
    ...                           targets={"site": "GGACUAUACAACCUACUACCUCAUU"})
    >>> table.select("mirna_id", "target_id", "start", "end").rows()
    [('let-7a', 'site', 0, 25)]
    """
    from dmiso.models import resolve

    return Predictor(resolve(model), threads=threads)


class Predictor:
    """Scores pairs with one model.

    Parameters
    ----------
    model
        As :func:`dmiso.models.resolve` gives it.
    threads
        CPU cores to use.
    crop
        None covers long targets by windows. ``centre`` or ``end`` takes one cropped window a target and crops
        long miRNAs the same way, as the published program does.
    """

    def __init__(self, model: StoredModel, *, threads: int = 1, crop: Crop | None = None) -> None:
        from dmiso.engine import build_engine

        self.model = model
        self.crop = crop
        self._scorer = Scorer(model, crop)
        self._engine = build_engine(model.config, model.weights, threads=threads)

    def predict(
        self,
        pairs: pl.DataFrame | None = None,
        *,
        mirnas: Sequences | None = None,
        targets: Sequences | None = None,
        stride: int = 20,
        windows: WindowChoice = "best",
        top: int | None = None,
        min_score: float | None = None,
    ) -> pl.DataFrame:
        """Score pairs, or every miRNA with every target.

        What was dropped or changed is logged (logger ``dmiso``).

        Parameters
        ----------
        pairs
            Table with ``mirna_sequence`` and ``target_sequence``; its other columns are kept.
        mirnas, targets
            Instead of ``pairs``: FASTA/FASTQ paths, or id → sequence, or records.
        stride
            Distance between windows on targets longer than the network's window, nt.
        windows
            ``best``: a row a pair, its best window (the first of equals). ``all``: a row a window.
        top
            Keep only this many best rows of each miRNA.
        min_score
            Keep only rows with at least this score, 0–1.

        Returns
        -------
        polars.DataFrame
            The pair's columns, then ``start``, ``end``, ``logit``, ``score``, ``percentile``. Pairs keep their order;
            otherwise target by target, within it window by window, within it miRNA by miRNA. With ``top``: miRNA by
            miRNA, best first.

        Raises
        ------
        UsageError
            If neither or both kinds of input are given, or an option is out of range.
        InputError
            If a sequence cannot be used.
        """
        counts = Counts()
        batches = self.predict_batches(
            pairs,
            mirnas=mirnas,
            targets=targets,
            stride=stride,
            windows=windows,
            min_score=min_score,
            counts=counts,
        )
        if top is not None:
            kept = TopRows(_at_least("top", top, 1), by=MIRNA_KEY)
            for frame in batches:
                kept.add(frame)
            result = kept.result()
        else:
            result = pl.concat(list(batches))
        for sentence in counts.sentences():
            _LOG.warning(sentence)
        return result

    def predict_batches(
        self,
        pairs: pl.DataFrame | Iterable[CheckedPairs] | None = None,
        *,
        mirnas: Sequences | None = None,
        targets: Sequences | None = None,
        stride: int = 20,
        windows: WindowChoice = "best",
        min_score: float | None = None,
        counts: Counts | None = None,
    ) -> Iterator[pl.DataFrame]:
        """Score as :meth:`predict` does, in batches of bounded size; at least one comes, maybe without rows."""
        _at_least("stride", stride, 1)
        if windows not in {"best", "all"}:
            raise UsageError(f"windows is {windows!r}; choose best or all.")
        if min_score is not None and not 0 <= min_score <= 1:
            raise UsageError(f"min_score is {min_score}; scores lie between 0 and 1.")
        counts = counts if counts is not None else Counts()
        if pairs is not None and mirnas is None and targets is None:
            found = self._pair_batches(pairs, stride, windows, counts)
        elif pairs is None and mirnas is not None and targets is not None:
            found = self._grid_batches(mirnas, targets, stride, windows, counts)
        else:
            raise UsageError("Give either pairs, or both miRNAs and targets.")
        for frame in found:
            chosen = frame if min_score is None else frame.filter(pl.col("score") >= min_score)
            if dropped := frame.height - chosen.height:
                counts.drop("rows below the least score asked for", dropped)
            yield chosen

    # -- pairs ---------------------------------------------------------------------------------------------------

    def _pair_batches(
        self, pairs: pl.DataFrame | Iterable[CheckedPairs], stride: int, windows: WindowChoice, counts: Counts
    ) -> Iterator[pl.DataFrame]:
        if isinstance(pairs, pl.DataFrame):
            from dmiso.io.tables import Batch

            batch = Batch(pairs, range(1, pairs.height + 1))
            pairs = [check_pairs(batch, PairColumns(), counts)]
        empty = True
        for checked in pairs:
            for part in self._parts(checked, stride):
                empty = False
                yield self._score_pairs(part, stride, windows, counts)
        if empty:
            yield no_rows()

    def _parts(self, checked: CheckedPairs, stride: int) -> Iterator[CheckedPairs]:
        """Part rows so that their windows fit in memory."""
        window = self.model.config.target_length
        n_windows = np.cumsum([0, *(cover(len(t), window, stride) for t in checked.targets)])
        start = 0
        while True:
            bound = n_windows[start] + 8 * _WINDOWS_AT_ONCE
            end = max(start + 1, int(np.searchsorted(n_windows, bound, side="right")) - 1)
            yield CheckedPairs(
                checked.frame[start:end], checked.mirnas[start:end], checked.targets[start:end]
            )
            start = end
            if start >= len(checked.targets):
                return

    def _score_pairs(
        self, part: CheckedPairs, stride: int, windows: WindowChoice, counts: Counts
    ) -> pl.DataFrame:
        cut = self._scorer.cut(part.targets, stride, counts)
        mirna_codes = self._scorer.mirna_codes(part.mirnas, counts)
        logits = self._engine.logits_pairs(mirna_codes[cut.target], self._scorer.target_codes(cut))
        chosen = np.arange(len(logits)) if windows == "all" else best_windows(logits[:, None], cut)[:, 0]
        frame = _renamed_collisions(part.frame, counts)[cut.target[chosen]]
        return frame.with_columns(self._scorer.columns(cut, chosen, logits[chosen]))

    # -- every miRNA with every target ---------------------------------------------------------------------------

    def _grid_batches(
        self, mirnas: Sequences, targets: Sequences, stride: int, windows: WindowChoice, counts: Counts
    ) -> Iterator[pl.DataFrame]:
        records = list(_records(mirnas, "miRNA", counts))
        note_lengths([record.sequence for record in records], counts)
        mirna_codes = self._scorer.mirna_codes([record.sequence for record in records], counts)
        columns = (
            pl.Series([record.id for record in records], dtype=pl.String),
            pl.Series([record.sequence for record in records], dtype=pl.String),
        )
        empty = True
        for block in self._blocks(_records(targets, "target", counts), stride, len(records)):
            cut = self._scorer.cut([record.sequence for record in block], stride, counts)
            if windows == "all":
                cut = Windows(cut.sequences, cut.target, cut.start, cut.end, np.arange(len(cut.sequences)))
            for rows in self._score_grid(mirna_codes, columns, block, cut):
                empty = False
                yield rows
        if empty:
            yield no_rows()

    def _blocks(
        self, records: Iterator[SequenceRecord], stride: int, n_mirnas: int
    ) -> Iterator[list[SequenceRecord]]:
        """Gather targets until their windows with all miRNAs fill one batch."""
        window = self.model.config.target_length
        room = min(_WINDOWS_AT_ONCE, max(1, _LOGITS_AT_ONCE // max(n_mirnas, 1)))
        block: list[SequenceRecord] = []
        n_windows = 0
        for record in records:
            n = cover(len(record.sequence), window, stride)
            if block and n_windows + n > room:
                yield block
                block, n_windows = [], 0
            block.append(record)
            n_windows += n
        if block:
            yield block

    def _score_grid(
        self,
        mirna_codes: NDArray[np.uint8],
        mirna_columns: tuple[pl.Series, pl.Series],
        block: list[SequenceRecord],
        cut: Windows,
    ) -> Iterator[pl.DataFrame]:
        """Yield the rows of some targets, in order: a unit is a target, or a window if every one is asked for."""
        n_units, n_mirnas = len(cut.first), len(mirna_codes)
        if n_mirnas == 0:
            return
        target_codes = self._scorer.target_codes(cut)
        best = np.empty((n_units, n_mirnas), np.int64)
        logits = np.empty((n_units, n_mirnas), np.float32)
        step = max(1, _LOGITS_AT_ONCE // len(cut.sequences))
        for m in range(0, n_mirnas, step):
            part = self._engine.logits_grid(mirna_codes[m : m + step], target_codes).T
            best[:, m : m + step] = best_windows(part, cut)
            logits[:, m : m + step] = np.take_along_axis(part, best[:, m : m + step], 0)
        ids = pl.Series([record.id for record in block], dtype=pl.String)
        whole = self.crop is not None  # the published program prints the target whole, not the part it scores
        letters = pl.Series([r.sequence for r in block] if whole else cut.sequences, dtype=pl.String)
        units = max(1, _LOGITS_AT_ONCE // 8 // n_mirnas)
        for u in range(0, n_units, units):
            chosen = best[u : u + units].ravel()
            which = np.tile(np.arange(n_mirnas), len(chosen) // n_mirnas)
            frame = pl.DataFrame(
                dict(
                    zip(
                        PAIR_COLUMNS,
                        (
                            mirna_columns[0].gather(which),
                            ids.gather(cut.target[chosen]),
                            mirna_columns[1].gather(which),
                            letters.gather(chosen),
                        ),
                        strict=True,
                    )
                )
            )
            yield frame.with_columns(self._scorer.columns(cut, chosen, logits[u : u + units].ravel()))


def _renamed_collisions(frame: pl.DataFrame, counts: Counts) -> pl.DataFrame:
    """Return the table with columns that predictions need renamed ``input_<name>``, and say so."""
    taken = [name for name in frame.columns if name in SCORE_TYPES]
    if taken and not counts.notes[_COLLISION]:
        counts.note(_COLLISION, len(taken), example=", ".join(taken))
    return frame.rename({name: f"input_{name}" for name in taken})


_COLLISION = "columns of the pairs have the name of a prediction: kept as input_<name>"


def _records(source: Sequences, kind: str, counts: Counts) -> Iterator[SequenceRecord]:
    """Yield records of a path, a mapping or records already read."""
    if isinstance(source, str | Path):
        from dmiso.io import read_sequences

        yield from read_sequences(Path(source), counts, kind=kind)
    elif isinstance(source, Mapping):
        from dmiso.alphabet import normalise
        from dmiso.errors import InputError

        for number, (name, text) in enumerate(source.items(), start=1):
            try:
                sequence, n_ambiguous = normalise(text)
            except ValueError as error:
                raise InputError(str(error), record=name) from error
            if not sequence:
                raise InputError("the sequence is empty", record=name)
            if n_ambiguous:
                counts.note(f"ambiguity codes in {kind} sequences read as N", n_ambiguous, example=name)
            counts.keep(f"{kind} records")
            yield SequenceRecord(name, sequence, number=number)
    else:
        yield from source


def _at_least(name: str, value: int, least: int) -> int:
    if value < least:
        raise UsageError(f"{name} is {value}; it must be at least {least}.")
    return value
