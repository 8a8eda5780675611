"""Confidence of predictions: p-values of binding beside the scores of pairs, of the whole targets that were given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.alphabet import normalise
from dmiso.columns import BINDING_CONFIDENCE_COLUMNS, schema_of
from dmiso.confidence.pair import Confidence
from dmiso.errors import InputError, UsageError
from dmiso.io import read_sequences
from dmiso.io.streams import STDIN, display_name
from dmiso.io.transcript_headers import read_header
from dmiso.io.transcripts import Transcript
from dmiso.records import Counts
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dmiso.models import StoredModel
    from dmiso.records import SequenceRecord

__all__ = ["COMPARED", "PredictionConfidence", "read_targets", "targets_by_name"]

COMPARED: Final = "pairs compared with shuffles"
"""What progress counts."""


def read_targets(path: Path) -> dict[str, Transcript]:
    """Read whole targets by name: rows of predictions hold their best windows alone.

    Parameters
    ----------
    path
        FASTA or FASTQ, which the predictions are of.

    Raises
    ------
    UsageError
        If it is standard input, which cannot be read again.
    InputError
        If two targets of a name have different nucleotides.
    """
    if path == STDIN:
        raise UsageError(
            "--with-confidence reads the targets again, and standard input is gone by then: give a file."
        )
    return targets_by_name(read_sequences(path, Counts(), kind="target"), display_name(path))


def targets_by_name(records: Iterable[SequenceRecord], path: str | None = None) -> dict[str, Transcript]:
    """Return whole targets by name, with the coding sequence that a header gives.

    Parameters
    ----------
    records
        Targets.
    path
        Where they come from, for a message.

    Raises
    ------
    InputError
        If two targets of a name have different nucleotides.
    """
    found: dict[str, Transcript] = {}
    for record in records:
        cds = read_header(record.id, record.description).cds
        one = found.setdefault(record.id, Transcript(record.id, record.sequence, cds))
        if one.sequence != record.sequence:
            raise InputError(
                "another target of this name has other nucleotides, so confidence cannot tell them apart",
                path=path,
                record=record.id,
                hint="Give each target a name of its own",
            )
    return found


class PredictionConfidence:
    """Adds p-values to tables of predictions.

    Parameters
    ----------
    model
        That the predictions are of.
    targets
        Whole targets by name; None takes ``target_sequence`` of each row, which is whole where pairs were given.
    """

    def __init__(self, model: StoredModel, targets: Mapping[str, Transcript] | None = None) -> None:
        self._confidence = Confidence(model)
        self._targets = targets
        self._work = Work(COMPARED)
        self._expected = 0

    def added(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return predictions with the columns :data:`dmiso.columns.BINDING_CONFIDENCE_COLUMNS`.

        Parameters
        ----------
        frame
            With ``mirna_sequence``, ``target_id`` and ``target_sequence``.
        """
        keys = [
            (self._target(name, str(bases)), normalise(str(mirna).strip()).sequence)
            for mirna, name, bases in frame.select(
                "mirna_sequence", "target_id", "target_sequence"
            ).iter_rows()
        ]
        mirnas: dict[Transcript, dict[str, None]] = {}
        for target, mirna in keys:
            mirnas.setdefault(target, {})[mirna] = None
        self._expected += sum(map(len, mirnas.values()))
        self._work.expect(self._expected)
        known = {}
        for target, wanted in mirnas.items():
            judged = self._confidence.of(list(wanted), target)
            known.update({(target, mirna): pair for mirna, pair in zip(wanted, judged, strict=True)})
            self._work.advance(len(wanted))
        rows = [known[key].columns() for key in keys]
        schema = schema_of(BINDING_CONFIDENCE_COLUMNS)
        return frame.with_columns(
            pl.Series(name, [row[name] for row in rows], dtype) for name, dtype in schema.items()
        )

    def _target(self, name: object, bases: str) -> Transcript:
        if self._targets is None:
            return Transcript("", normalise(bases.strip()).sequence)
        return self._targets[str(name)]
