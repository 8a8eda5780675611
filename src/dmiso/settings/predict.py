"""Which rows a prediction gives, and how: the settings of ``dmiso predict``."""

from dataclasses import dataclass
from typing import Annotated, Literal

from dmiso.errors import UsageError
from dmiso.settings.ranges import LENGTH, RECORDS, SHARE
from dmiso.settings.setting import Setting, check_settings

__all__ = ["PredictSettings"]


@dataclass(frozen=True, slots=True)
class PredictSettings:
    """Which rows come out, and how; see :meth:`dmiso.predict.Predictor.predict`.

    Parameters
    ----------
    stride
        Distance between windows on targets longer than the network's window, nt.
    windows
        ``best``: one row per pair; ``all``: one per window.
    top, min_score
        Only so many best rows per miRNA; only rows with at least this score. None keeps all.
    confidence
        Compare each row's miRNA and target with shuffles (:mod:`dmiso.confidence`).
    compat
        ``published`` gives the published program's columns, order and crop, then ``score``.

    Raises
    ------
    UsageError
        If a setting is out of its range, or two contradict each other.
    """

    stride: Annotated[int, Setting("Distance between windows, nt.", LENGTH, needs=("compat!=published",))] = (
        20
    )
    windows: Annotated[
        Literal["best", "all"],
        Setting(
            "On targets longer than the network's window: one row per pair with its best window, or every window."
        ),
    ] = "best"
    top: Annotated[int | None, Setting("Only this many best rows per miRNA, best first.", RECORDS)] = None
    min_score: Annotated[float | None, Setting("Only rows with at least this score.", SHARE)] = None
    confidence: Annotated[
        bool,
        Setting(
            "Add p-values of each row's miRNA and whole target, from shuffles of both: about a second per row.",
            needs=("compat!=published",),
            flag="--with-confidence",
        ),
    ] = False
    compat: Annotated[
        Literal["published"] | None,
        Setting(
            "Columns, order and crop of the published DMISO program; all rows, and the column score at the end."
        ),
    ] = None

    def __post_init__(self) -> None:
        check_settings(self)
        if self.compat and self.windows == "all":
            raise UsageError("The published program scores one window per target: leave out --windows all.")
        if self.confidence and self.windows == "all":
            raise UsageError("Confidence is of a miRNA and a whole target: leave out --windows all.")
        if self.confidence and self.compat:
            raise UsageError(
                "The published program's columns have no room for confidence: leave out --compat."
            )
