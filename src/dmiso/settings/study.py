"""How a study is made: the settings of ``dmiso study``."""

from dataclasses import dataclass
from typing import Annotated, Final

from dmiso.settings.ranges import EPOCHS, PROCESSES, RECORDS, REPLICATES, TRAINING_SEED, Range
from dmiso.settings.setting import Setting, check_settings

__all__ = ["TOOLS", "StudySettings"]

TOOLS: Final = ("rnaduplex", "rnacofold", "rnahybrid", "miranda", "targetscan")
"""Tools beside the network in Table 1; one that is not on the machine is a row that says how to get it."""


@dataclass(frozen=True, slots=True)
class StudySettings:
    """How a study is made.

    Parameters
    ----------
    epochs, patience
        Of every training; the paper's 500 epochs, stopped early (which the paper does not do).
    folds
        Of the cross-validation, at least 3: fold k is judged, the next one chooses the epoch.
    seed
        Of everything random.
    workers
        Trainings at once, a process each; changes no result.
    low_l1
        L1 coefficient of a second training on the held-out split; 0 leaves it out.
    full_epochs
        Epochs of one more training on the held-out split that is not stopped early, as in the paper (500); of
        its epochs the best on the validation rows is kept. 0 leaves it out.
    training_seeds
        Trainings of ``full_epochs`` in each mode, which differ in their seed alone: ``seed``, ``seed`` + 1 …
    replicates
        Bootstrap replicates of site clusters; 0 leaves intervals out.
    mouse_pairs
        Mouse interactions taken at random at most.
    random_windows
        Random windows of 60 % GC in the control of Table 2.
    tools
        Names of :data:`dmiso.evaluate.adapters.TOOLS`.
    exclude_chromosomes
        As for ``dmiso dataset``: ``1`` or ``hejret:1``; from the data trained on only.
    """

    epochs: Annotated[int, Setting("Passes over the training pairs at most; the paper's 500.", EPOCHS)] = 500
    patience: Annotated[
        int,
        Setting("Epochs without a better validation average precision after which a training stops.", EPOCHS),
    ] = 20
    folds: Annotated[int, Setting("Folds of the cross-validation; the paper's 10.", Range(3, 1000))] = 10
    seed: Annotated[int, Setting("Of everything random.", TRAINING_SEED)] = 0
    workers: Annotated[int, Setting("Trainings at once, a process each; changes no result.", PROCESSES)] = 1
    low_l1: Annotated[
        float,
        Setting(
            "L1 coefficient of a second training beside the paper's 0.01; 0 leaves it out.", Range(0, 1000)
        ),
    ] = 1e-4
    full_epochs: Annotated[
        int,
        Setting(
            "Epochs of one more training that is not stopped early, as in the paper; 0 leaves it out.",
            Range(0, 1_000_000),
        ),
    ] = 500
    training_seeds: Annotated[
        int,
        Setting(
            "Trainings that are not stopped early, each with a seed of its own; their mean and SD are shown.",
            Range(1, 1000),
            needs=("full_epochs!=0",),
        ),
    ] = 3
    replicates: Annotated[
        int, Setting("Bootstrap replicates of site clusters; 0 leaves intervals out.", REPLICATES)
    ] = 1000
    mouse_pairs: Annotated[
        int, Setting("Mouse interactions taken at random, at most.", RECORDS, needs=("mouse",))
    ] = 20_000
    random_windows: Annotated[int, Setting("Random windows in the control of Table 2.", RECORDS)] = 2_000
    tools: tuple[str, ...] = TOOLS
    exclude_chromosomes: Annotated[
        tuple[str, ...],
        Setting(
            "Chromosome left out of --interactions, of all sources or one (hejret:1). Can be repeated.",
            metavar="[SOURCE:]NAME",
            flag="--exclude-chromosome",
        ),
    ] = ()

    def __post_init__(self) -> None:
        check_settings(self)
