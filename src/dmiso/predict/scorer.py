"""From windows and miRNAs to numbers: what the network sees, its best window, and the columns of a prediction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.columns import PAIR_COLUMNS, SCORE_COLUMNS, schema_of
from dmiso.encode import encode
from dmiso.models.domain import REASON_TEXTS
from dmiso.predict.windows import Windows, crop_targets, cut_windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.encode import Crop
    from dmiso.models import StoredModel
    from dmiso.models.domain import Domain
    from dmiso.records import Counts

    Codes = NDArray[np.uint8]

__all__ = ["Found", "Scorer", "best_windows"]

_OUTSIDE: Final = pl.Series("domain", REASON_TEXTS, pl.String)
"""The column ``domain`` by flag, see :data:`dmiso.models.domain.REASON_TEXTS`."""

_WITH_SPREAD: Final = ("start", "end", "logit", "score", "percentile", "spread", "domain")

_KEPT: Final = {"centre": "centre", "end": "first"}
"""What a crop keeps, in words: ``end`` cuts at the end."""


class Found(NamedTuple):
    """What was found for rows: logits, the spread of an ensemble's, and what lies outside the model's domain."""

    logits: NDArray[np.float32]
    spread: NDArray[np.float32] | None
    flags: Codes


@dataclass(frozen=True, slots=True)
class Scorer:
    """Turns sequences into a model's input and logits into columns.

    Parameters
    ----------
    model
        Lengths, crop and calibration.
    crop
        None covers long targets by windows; otherwise one cropped window per target.
    """

    model: StoredModel
    crop: Crop | None = None

    @property
    def types(self) -> dict[str, pl.DataType]:
        """Columns that a prediction adds, and their types."""
        if self.model.config.members == 1:
            return schema_of(SCORE_COLUMNS)
        return schema_of(_WITH_SPREAD)

    @property
    def domain(self) -> Domain | None:
        """What the model says it was trained on; None too where the published program is followed."""
        return self.model.domain if self.crop is None else None

    def no_rows(self) -> pl.DataFrame:
        """Return an empty table with all columns."""
        return pl.DataFrame(schema={**schema_of(PAIR_COLUMNS), **self.types})

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

    def mirna_flags(self, mirnas: Sequence[str], codes: Codes) -> Codes:
        """Say what of each miRNA lies outside the model's domain, ``(n_mirnas,)``."""
        if self.domain is None:
            return np.zeros(len(mirnas), np.uint8)
        return self.domain.mirna_flags(codes, np.array([len(mirna) for mirna in mirnas], np.int64))

    def target_flags(self, cut: Windows, codes: Codes) -> Codes:
        """Say what of each window lies outside the model's domain, ``(n_windows,)``."""
        if self.domain is None:
            return np.zeros(len(cut.sequences), np.uint8)
        return self.domain.target_flags(codes, cut.end - cut.start)

    def columns(self, cut: Windows, chosen: NDArray[np.int64], found: Found) -> list[pl.Series]:
        """Return the columns :attr:`types` of the chosen windows."""
        logits = found.logits
        calibration = self.model.calibration
        if calibration.percentile is None:
            percentiles = pl.Series("percentile", [None] * len(logits), pl.Float32)
        else:
            percentiles = pl.Series("percentile", calibration.percentiles(logits).astype(np.float32))
        if self.domain is None:
            domain = pl.Series("domain", [None] * len(logits), pl.String)
        else:
            domain = _OUTSIDE.gather(found.flags)
        return [
            pl.Series("start", cut.start[chosen]),
            pl.Series("end", cut.end[chosen]),
            pl.Series("logit", logits),
            pl.Series("score", calibration.apply(logits).astype(np.float32)),
            percentiles,
            *([] if found.spread is None else [pl.Series("spread", found.spread)]),
            domain,
        ]


def best_windows(
    logits: NDArray[np.float32], cut: Windows, *, equal_within: float = 0.0
) -> NDArray[np.int64]:
    """Return the first window with the highest logit, ``(n_units, n_columns)``, of ``(n_windows, n_columns)``.

    Parameters
    ----------
    logits
        ``(n_windows, n_columns)``.
    cut
        The windows.
    equal_within
        Logits that are less than this below the highest count as equal to it.
    """
    n_windows = len(logits)
    if len(cut.first) == n_windows:
        return np.broadcast_to(np.arange(n_windows)[:, None], logits.shape)
    highest = np.maximum.reduceat(logits, cut.first, axis=0)
    unit = np.repeat(np.arange(len(cut.first)), np.diff([*cut.first, n_windows]))
    position = np.where(
        logits >= highest[unit] - np.float32(equal_within), np.arange(n_windows)[:, None], n_windows
    )
    return np.minimum.reduceat(position, cut.first, axis=0)
