"""How scores are judged: the settings of ``dmiso evaluate``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from dmiso.settings.ranges import PRIOR, RECORDS, REPLICATES, SEED
from dmiso.settings.setting import Setting, check_settings

__all__ = ["EvaluateSettings"]


@dataclass(frozen=True, slots=True)
class EvaluateSettings:
    """How it is judged.

    Parameters
    ----------
    thresholds
        Smallest value called positive, by score name; without one it is 0.5 for scores between 0 and 1.
    baselines
        Baselines to show; None shows those of :func:`dmiso.evaluate.baselines.default_baselines`.
    replicates
        Bootstrap replicates; 0 leaves intervals and tests out. None is 1,000, and fewer on tables of more than
        200,000 rows (:func:`usual_replicates`).
    energy_rows
        Rows that scores of folded pairs are computed for (:data:`dmiso.evaluate.energy_sample.COSTLY`): a random sample
        of site clusters. None is all.
    seed
        For folds, shuffles, the bootstrap and made-up pairs.
    behaviour
        Ask the models for made-up pairs too, see :mod:`dmiso.evaluate.behaviour`.
    prior
        Re-express scores at this share of positives, 0-1, or at the table's own (``table``); None leaves them as the
        models give them. It moves the Brier score and the reliability table; what is called positive stays.
    """

    thresholds: Annotated[
        Mapping[str, float],
        Setting(
            "Smallest value of a score that is called positive.",
            unset="0.5 for scores between 0 and 1",
            metavar="SCORE=VALUE",
            flag="--threshold",
        ),
    ] = field(default_factory=dict)
    baselines: Annotated[
        Sequence[str] | None,
        Setting(
            "A baseline to show; can be repeated.",
            unset="miRNA identity, site alone, seed, energies",
            flag="--baseline",
        ),
    ] = None
    replicates: Annotated[
        int | None,
        Setting(
            "Bootstrap replicates; 0 leaves intervals and tests out.",
            REPLICATES,
            unset="1000; above 200,000 rows fewer, 200 at least",
        ),
    ] = None
    energy_rows: Annotated[
        int | None,
        Setting(
            "Rows that are folded (RNAduplex, RNAcofold, RNAhybrid), a random sample of site clusters; or all.",
            RECORDS,
        ),
    ] = 10_000
    seed: Annotated[int, Setting("For folds, shuffles and the bootstrap.", SEED)] = 0
    behaviour: Annotated[
        bool,
        Setting("Score made-up pairs with the models too: planted seeds, random targets, swapped partners."),
    ] = False
    prior: Annotated[
        float | Literal["table"] | None,
        Setting(
            "Re-express scores as probabilities at this share of positives (0-1), or at the table's own (table).",
            PRIOR,
            unset="as the models give them",
        ),
    ] = None

    def __post_init__(self) -> None:
        check_settings(self)
