"""What single-base changes do to predicted repression: a transcript's log2 fold change with and without the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dmiso.io.transcripts import Transcript
from dmiso.records import SequenceRecord
from dmiso.repression.blocks import pair_units
from dmiso.repression.model import gene_total
from dmiso.repression.store import resolve_repression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from dmiso.explain.variants import Change, Sequences

    Floats = NDArray[np.float64]

__all__ = ["VariantRepression"]


class VariantRepression:
    """Predicts repression with and without a change; of transcripts whose coding sequence is not known it says nothing.

    Parameters
    ----------
    sequences
        miRNAs and transcripts.
    """

    def __init__(self, sequences: Sequences) -> None:
        self._sequences = sequences
        self._model = resolve_repression() if sequences.cds else None

    def columns(self, change: Change) -> list[pl.Series]:
        """Return ``reference_repression``, ``changed_repression`` and ``change_of_repression``.

        Parameters
        ----------
        change
            Of a transcript: a value for each miRNA. Of a miRNA: a value for each transcript.
        """
        if change.side == "target":
            before, after = self._of_transcript(change, self._sequences.mirnas)
        else:
            before, after = self._of_mirna(change, self._sequences.transcripts)
        named = {
            "reference_repression": before,
            "changed_repression": after,
            "change_of_repression": after - before,
        }
        return [pl.Series(name, values).fill_nan(None) for name, values in named.items()]

    def _of_transcript(self, change: Change, mirnas: Mapping[str, str]) -> tuple[Floats, Floats]:
        bases = self._sequences.transcripts[change.id]
        folds = self._folds(
            mirnas, {change.id: bases, f"{change.id} changed": change.apply(bases)}, change.id
        )
        return folds[:, 0], folds[:, 1]

    def _of_mirna(self, change: Change, transcripts: Mapping[str, str]) -> tuple[Floats, Floats]:
        bases = self._sequences.mirnas[change.id]
        folds = self._folds({"reference": bases, "changed": change.apply(bases)}, transcripts)
        return folds[0], folds[1]

    def _folds(
        self, mirnas: Mapping[str, str], transcripts: Mapping[str, str], same_cds: str | None = None
    ) -> Floats:
        """Return log2 fold changes, ``(n_mirnas, n_transcripts)``; ``same_cds`` is whose coding sequence all have."""
        if self._model is None:
            return np.full((len(mirnas), len(transcripts)), np.nan)
        cds = self._sequences.cds
        held = [Transcript(name, bases, cds.get(same_cds or name)) for name, bases in transcripts.items()]
        found = pair_units(self._model, [SequenceRecord(n, bases) for n, bases in mirnas.items()], held)
        return gene_total(found.config, found.units) + 0.0
