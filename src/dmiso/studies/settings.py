"""What a study is made from, and how: the values that ``dmiso study`` fills and a manifest records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dmiso.errors import UsageError
from dmiso.train.settings import settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.train.settings import TrainSettings

__all__ = ["TOOLS", "StudyInputs", "StudySettings"]

TOOLS: Final = ("rnaduplex", "rnacofold", "rnahybrid", "miranda", "targetscan")
"""Tools beside the network in Table 1; one that is not on the machine is a row that says how to get it."""


@dataclass(frozen=True, slots=True)
class StudyInputs:
    """The files of a study.

    Parameters
    ----------
    interactions
        Interactions to train and test on, in any layout that ``dmiso dataset`` reads (the paper: CLASH).
    transcripts, cds
        mRNAs and their coding sequences: the paper's negatives are drawn from 3'UTRs.
    second
        Interactions of another experiment, test only (the paper: CLEAR-CLIP).
    mouse
        Mouse CLEAR-CLIP, test only; needs ``mature``.
    mature
        Reference miRNAs (FASTA): letters for ``mouse``, and what isomiRs are compared with to see
        replaced letters.
    recall
        Tables of positives on which recall alone is measured (the paper: miRTarBase).
    exclude
        Tables whose sites the study's positives must stay clear of.
    """

    interactions: tuple[Path, ...]
    transcripts: Path
    cds: Path
    second: tuple[Path, ...] = ()
    mouse: Path | None = None
    mature: Path | None = None
    recall: tuple[Path, ...] = ()
    exclude: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        """Refuse files that do not go together."""
        if not self.interactions:
            raise UsageError("no file of interactions was given. Give them with --interactions.")
        if self.mouse is not None and self.mature is None:
            raise UsageError(
                "mouse CLEAR-CLIP has miRNA names and no letters: give reference miRNAs with --mature."
            )
        for path in self.named().values():
            if not path.is_file():
                raise UsageError(f"{path} is no file. Standard input cannot be used: the study resumes.")

    def named(self) -> dict[str, Path]:
        """Return every file by the name a manifest gives it."""
        lists = {
            "interactions": self.interactions,
            "second": self.second,
            "recall": self.recall,
            "exclude": self.exclude,
        }
        files = {
            f"{name}_{i}": path for name, paths in lists.items() for i, path in enumerate(paths, start=1)
        }
        single = {
            "transcripts": self.transcripts,
            "cds": self.cds,
            "mouse": self.mouse,
            "mature": self.mature,
        }
        return {**files, **{name: path for name, path in single.items() if path is not None}}


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
    n_replicates
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

    epochs: int = 500
    patience: int = 20
    folds: int = 10
    seed: int = 0
    workers: int = 1
    low_l1: float = 1e-4
    full_epochs: int = 500
    n_replicates: int = 1000
    mouse_pairs: int = 20_000
    random_windows: int = 2_000
    tools: tuple[str, ...] = TOOLS
    exclude_chromosomes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        if self.folds < 3:
            raise UsageError(f"folds is {self.folds}: at least 3 are needed (judged, choosing, training).")
        for name in ("workers", "mouse_pairs", "random_windows"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}; it must be 1 or more.")
        for name in ("n_replicates", "low_l1", "full_epochs", "seed"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} is {getattr(self, name)}; it must be 0 or more.")
        self.training()

    def training(self, *, l1: float | None = None, full: bool = False) -> TrainSettings:
        """Return how a network is trained: the paper's hyper-parameters, the study's epochs and seed."""
        epochs, patience = (self.full_epochs,) * 2 if full else (self.epochs, self.patience)
        return settings_for("dmiso", epochs=epochs, patience=patience, seed=self.seed, l1=l1, device="cpu")
