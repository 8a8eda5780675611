"""From windows and miRNAs to numbers: what the network sees, its best window, and the columns of a prediction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.columns import SITE_COLUMNS
from dmiso.encode import encode
from dmiso.predict.windows import Windows, crop_targets, cut_windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.encode import Crop
    from dmiso.models import StoredModel
    from dmiso.records import Counts

__all__ = ["SCORE_TYPES", "Scorer", "best_windows", "no_rows"]

SCORE_TYPES: Final = {
    "start": pl.Int64,
    "end": pl.Int64,
    "logit": pl.Float32,
    "score": pl.Float32,
    "percentile": pl.Float32,
}
"""Columns that a prediction adds, and their types."""


_KEPT: Final = {"centre": "centre", "end": "first"}
"""What a crop keeps, in words: ``end`` cuts at the end."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """Turns sequences into a model's input and logits into columns.

    Parameters
    ----------
    model
        Lengths, crop and calibration.
    crop
        None covers long targets by windows; otherwise one cropped window a target.
    """

    model: StoredModel
    crop: Crop | None = None

    def cut(self, targets: Sequence[str], stride: int, counts: Counts) -> Windows:
        """Return the windows of targets; a crop is counted."""
        window = self.model.config.target_length
        if self.crop is None:
            return cut_windows(targets, window, stride)
        if cropped := sum(len(target) > window for target in targets):
            counts.note(
                f"targets longer than {window} nt: only the {_KEPT[self.crop]} {window} nt are scored",
                cropped,
            )
        return crop_targets(targets, window, self.crop)

    def mirna_codes(self, mirnas: Sequence[str], counts: Counts) -> NDArray[np.uint8]:
        """Return the codes of miRNAs, ``(n_mirnas, mirna_length)``; a crop is counted."""
        config = self.model.config
        if longer := [m for m in mirnas if len(m) > config.mirna_length]:
            kept = _KEPT[self.crop or config.crop]
            limit = config.mirna_length
            sentence = f"miRNAs longer than {limit} nt: only the {kept} {limit} nt are scored"
            counts.note(sentence, len(longer), example=longer[0])
        return encode(mirnas, config.mirna_length, crop=self.crop or config.crop)

    def target_codes(self, cut: Windows) -> NDArray[np.uint8]:
        """Return the codes of windows, ``(n_windows, target_length)``."""
        return encode(cut.sequences, self.model.config.target_length)

    def columns(
        self, cut: Windows, chosen: NDArray[np.int64], logits: NDArray[np.float32]
    ) -> list[pl.Series]:
        """Return place, logit, score and percentile of the chosen windows."""
        calibration = self.model.calibration
        if calibration.percentile is None:
            percentiles = pl.Series("percentile", [None] * len(logits), pl.Float32)
        else:
            percentiles = pl.Series("percentile", calibration.percentiles(logits).astype(np.float32))
        return [
            pl.Series("start", cut.start[chosen]),
            pl.Series("end", cut.end[chosen]),
            pl.Series("logit", logits),
            pl.Series("score", calibration.apply(logits).astype(np.float32)),
            percentiles,
        ]


def no_rows() -> pl.DataFrame:
    """Return an empty table with all columns."""
    return pl.DataFrame(schema={**dict.fromkeys(SITE_COLUMNS, pl.String), **SCORE_TYPES})


def best_windows(logits: NDArray[np.float32], cut: Windows) -> NDArray[np.int64]:
    """Return the first window with the highest logit, ``(n_units, n_columns)``, of ``(n_windows, n_columns)``."""
    n_windows = len(logits)
    if len(cut.first) == n_windows:
        return np.broadcast_to(np.arange(n_windows)[:, None], logits.shape)
    highest = np.maximum.reduceat(logits, cut.first, axis=0)
    unit = np.repeat(np.arange(len(cut.first)), np.diff([*cut.first, n_windows]))
    place = np.where(logits == highest[unit], np.arange(n_windows)[:, None], n_windows)
    return np.minimum.reduceat(place, cut.first, axis=0)
