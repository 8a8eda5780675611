"""A model ready to score: the Python side of ``dmiso predict``.

Order of things: targets are cut into windows, windows and miRNAs are encoded, :mod:`dmiso.predict.logits` gives a logit
for every miRNA and window, the best window of a target (or every one) becomes a row, and logits become scores.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import polars as pl

from dmiso.columns import PAIR_COLUMNS
from dmiso.errors import UsageError
from dmiso.predict.amounts import WINDOWS_SCORED, told
from dmiso.predict.inputs import (
    CheckedPairs,
    PairColumns,
    Sequences,
    check_pairs,
    note_lengths,
    sequence_records,
)
from dmiso.predict.rows import TopRows
from dmiso.predict.scorer import Found, Scorer, best_windows
from dmiso.predict.windows import Windows, cover
from dmiso.records import Counts, SequenceRecord
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from os import PathLike

    from numpy.typing import NDArray

    from dmiso.encode import Crop
    from dmiso.models import StoredModel

    Codes = NDArray[np.uint8]
    Floats = NDArray[np.float32]

__all__ = ["MIRNA_KEY", "Predictor", "WindowChoice", "load_model"]

MIRNA_KEY = ("mirna_id", "mirna_sequence")
"""What identifies a miRNA: names alone are not unique."""

WindowChoice = Literal["best", "all"]

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
        If the model does not exist or is damaged.

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
        None covers long targets by windows. ``centre`` or ``end`` takes one cropped window per target and crops
        long miRNAs the same way, as the published program does.
    """

    def __init__(self, model: StoredModel, *, threads: int = 1, crop: Crop | None = None) -> None:
        from dmiso.predict.logits import WindowLogits

        self.model = model
        self.crop = crop
        self._scorer = Scorer(model, crop)
        self._logits = WindowLogits(model, threads=threads, in_context=crop is None)

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

        Windows of a target that is longer than one are read in their context, position by position as a scan does
        (:mod:`dmiso.predict.in_context`), where the network has logits of positions; else each stands alone. What was
        dropped or changed is logged (logger ``dmiso``).

        Parameters
        ----------
        pairs
            Table with ``mirna_sequence`` and ``target_sequence``; its other columns are kept.
        mirnas, targets
            Instead of ``pairs``: FASTA/FASTQ paths, or id → sequence, or records.
        stride
            Distance between windows on targets longer than the network's window, nt.
        windows
            ``best``: a row per pair, its best window: the first of equals, in context of those equal to 1e-4. ``all``:
            a row per window.
        top
            Keep only this many best rows of each miRNA.
        min_score
            Keep only rows with at least this score, 0–1.

        Returns
        -------
        polars.DataFrame
            The pair's columns, then ``start``, ``end``, ``logit``, ``score``, ``percentile``, of an ensemble
            ``spread``, and ``domain`` (see :mod:`dmiso.columns`). Pairs keep their order;
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
        found = self.predict_batches(
            pairs,
            mirnas=mirnas,
            targets=targets,
            stride=stride,
            windows=windows,
            min_score=min_score,
            counts=counts,
        )
        batches = told(found, Work(WINDOWS_SCORED))
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
            yield self._scorer.no_rows()

    def _parts(self, checked: CheckedPairs, stride: int) -> Iterator[CheckedPairs]:
        """Split rows so that their windows fit in memory."""
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
        target_codes = self._scorer.target_codes(cut)
        logits, spread = self._logits.pairs(mirna_codes, target_codes, part.targets, cut)
        chosen = np.arange(len(logits)) if windows == "all" else self._best(logits[:, None], cut)[:, 0]
        frame = _renamed_collisions(part.frame, self._scorer.types, counts)[cut.target[chosen]]
        flags = self._scorer.mirna_flags(part.mirnas, mirna_codes)[cut.target]
        flags |= self._scorer.target_flags(cut, target_codes)
        found = Found(logits[chosen], None if spread is None else spread[chosen], flags[chosen])
        return frame.with_columns(self._scorer.columns(cut, chosen, found))

    # -- every miRNA with every target ---------------------------------------------------------------------------

    def _grid_batches(
        self, mirnas: Sequences, targets: Sequences, stride: int, windows: WindowChoice, counts: Counts
    ) -> Iterator[pl.DataFrame]:
        records = list(sequence_records(mirnas, "miRNA", counts))
        note_lengths([record.sequence for record in records], counts)
        mirna_codes = self._scorer.mirna_codes([record.sequence for record in records], counts)
        columns = (
            pl.Series([record.id for record in records], dtype=pl.String),
            pl.Series([record.sequence for record in records], dtype=pl.String),
        )
        held = _Mirnas(
            mirna_codes, columns, self._scorer.mirna_flags([r.sequence for r in records], mirna_codes)
        )
        empty = True
        for block in self._blocks(sequence_records(targets, "target", counts), stride, len(records)):
            cut = self._scorer.cut([record.sequence for record in block], stride, counts)
            if windows == "all":
                cut = Windows(cut.sequences, cut.target, cut.start, cut.end, np.arange(len(cut.sequences)))
            for rows in self._score_grid(held, block, cut):
                empty = False
                yield rows
        if empty:
            yield self._scorer.no_rows()

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
        self, mirnas: _Mirnas, block: list[SequenceRecord], cut: Windows
    ) -> Iterator[pl.DataFrame]:
        """Yield the rows of some targets, in order: a unit is a target, or a window if every one is asked for."""
        n_mirnas = len(mirnas.codes)
        if n_mirnas == 0:
            return
        target_codes = self._scorer.target_codes(cut)
        target_flags = self._scorer.target_flags(cut, target_codes)
        targets = [record.sequence for record in block]
        best, logits, spread = self._best_of_grid(mirnas.codes, target_codes, targets, cut)
        ids = pl.Series([record.id for record in block], dtype=pl.String)
        whole = self.crop is not None  # the published program prints the target whole, not the part it scores
        bases = pl.Series(targets if whole else cut.sequences, dtype=pl.String)
        units = max(1, _LOGITS_AT_ONCE // 8 // n_mirnas)
        for u in range(0, len(cut.first), units):
            chosen = best[u : u + units].ravel()
            which = np.tile(np.arange(n_mirnas), len(chosen) // n_mirnas)
            frame = pl.DataFrame(
                dict(
                    zip(
                        PAIR_COLUMNS,
                        (
                            mirnas.columns[0].gather(which),
                            ids.gather(cut.target[chosen]),
                            mirnas.columns[1].gather(which),
                            bases.gather(chosen),
                        ),
                        strict=True,
                    )
                )
            )
            found = Found(
                logits[u : u + units].ravel(),
                None if spread is None else spread[u : u + units].ravel(),
                mirnas.flags[which] | target_flags[chosen],
            )
            yield frame.with_columns(self._scorer.columns(cut, chosen, found))

    def _best(self, logits: Floats, cut: Windows) -> NDArray[np.int64]:
        return best_windows(logits, cut, equal_within=self._logits.equal_within)

    def _best_of_grid(
        self, mirna_codes: Codes, target_codes: Codes, targets: list[str], cut: Windows
    ) -> tuple[NDArray[np.int64], Floats, Floats | None]:
        """Return best window, its logit and (of an ensemble) its spread, each ``(n_units, n_mirnas)``."""
        shape = (len(cut.first), len(mirna_codes))
        best, logits = np.empty(shape, np.int64), np.empty(shape, np.float32)
        spread: Floats | None = None
        step = max(1, _LOGITS_AT_ONCE // len(cut.sequences))
        for m in range(0, len(mirna_codes), step):
            part = slice(m, m + step)
            grid, grid_spread = self._logits.grid(mirna_codes[part], target_codes, targets, cut)
            best[:, part] = self._best(grid, cut)
            logits[:, part] = np.take_along_axis(grid, best[:, part], 0)
            if grid_spread is not None:
                spread = np.empty(shape, np.float32) if spread is None else spread
                spread[:, part] = np.take_along_axis(grid_spread, best[:, part], 0)
        return best, logits, spread


class _Mirnas(NamedTuple):
    """The miRNAs of a grid: codes, the columns of their names and nucleotides, what lies outside the model's domain."""

    codes: Codes
    columns: tuple[pl.Series, pl.Series]
    flags: Codes


def _renamed_collisions(frame: pl.DataFrame, added: Collection[str], counts: Counts) -> pl.DataFrame:
    """Return the table with columns that predictions need renamed ``input_<name>``, and say so."""
    taken = [name for name in frame.columns if name in added]
    if taken and not counts.notes[_COLLISION]:
        counts.note(_COLLISION, len(taken), example=", ".join(taken))
    return frame.rename({name: f"input_{name}" for name in taken})


_COLLISION = "columns of the pairs have the name of a prediction: kept as input_<name>"


def _at_least(name: str, value: int, least: int) -> int:
    if value < least:
        raise UsageError(f"{name} is {value}; it must be at least {least}.")
    return value
