"""How a network is trained, and how rows are split: the settings of ``dmiso train`` and ``dmiso crossval``.

The defaults are the paper's (Talukder et al. 2022, "Deep learning model"): batches of 100, Adam, binary cross-entropy,
L1 0.01, at most 500 epochs. The text's learning rate "0.00132" is 0.001 followed by reference 32. What the paper does
not say (patience, share kept for validation) is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, Final, Literal

from dmiso.errors import UsageError
from dmiso.settings.ranges import EPOCHS, FOLDS, LENGTH_OR_NONE, PROCESSES, TRAINING_SEED, Range
from dmiso.settings.setting import Setting, check_settings

__all__ = ["DEFAULT_NETWORK", "Draw", "FoldPlan", "Schedule", "TrainSettings"]

Draw = Literal["cluster", "random"]
"""What is drawn for a part of the data: whole site clusters, or single rows as in the paper."""
Schedule = Literal["constant", "one-cycle"]
"""How the learning rate moves over a run, see :func:`dmiso.train.settings.learning_rate_at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSettings:
    """Everything that decides a training run besides its data.

    Parameters
    ----------
    network
        Name of the network, see :func:`dmiso.networks.network_names`.
    sizes
        Sizes of the network that differ from its defaults, e.g. ``{"channels": 48}`` for network duplex; which there
        are, its class says.
    epochs
        Passes over the training pairs at most.
    patience
        Epochs without a better validation average precision after which training stops.
    batch_size
        Pairs a step, at least 2 (BatchNorm has no variance on one).
    learning_rate
        Of Adam; the peak with schedule ``one-cycle``.
    schedule
        ``constant``, or ``one-cycle`` over all ``epochs``.
    weight_decay
        Decoupled weight decay a step, as a share of the learning rate (AdamW); 0 is Adam.
    gradient_clip
        Longest gradient of a step, Euclidean norm; 0 does not clip.
    l1
        Coefficient of the network's own L1 penalty; ignored by a network without one.
    dropout
        Factor on the network's dropout rates: 1 leaves them as published, 0 switches dropout off.
    negatives
        ``given`` trains on the table's negatives; ``redrawn`` uses its positives only and pairs their miRNAs
        and sites anew in each epoch (site swap). Validation and test always use the table's.
    by_source
        Give the network an output of its own for each source in training, as protocols differ, and keep their mean.
        Needs a column source, and a network that can (duplex).
    jitter
        Target nucleotides removed at random from each end in training, at most; 0 leaves sites as they are.
    validation_share
        Part of the site clusters kept for validation when the table has no split column, 0–0.5.
    seed
        Seed of the first weights, the order of pairs, dropout and all draws.
    device
        ``auto`` takes a GPU when there is one.
    threads
        CPU threads. One beats two on batches of 100.
    mixed_precision
        bfloat16 arithmetic; on a GPU only.

    Raises
    ------
    UsageError
        If a value is out of its range.

    Examples
    --------
    >>> TrainSettings(batch_size=1)
    Traceback (most recent call last):
    dmiso.errors.UsageError: batch_size is 1; it must be between 2 and 1,000,000.
    """

    network: Annotated[str, Setting("Network to train.")] = "dmiso"
    sizes: Annotated[
        Mapping[str, int],
        Setting(
            "A size of the network that differs from its default, e.g. channels=48 for duplex; may be repeated.",
            metavar="NAME=N",
            flag="--size",
        ),
    ] = field(default_factory=dict)
    epochs: Annotated[int, Setting("Passes over the training pairs at most.", EPOCHS)] = 500
    patience: Annotated[
        int,
        Setting("Stop after this many epochs without a better validation average precision.", EPOCHS),
    ] = 20
    batch_size: Annotated[int, Setting("Pairs a step.", Range(2, 1_000_000))] = 100
    learning_rate: Annotated[
        float,
        Setting(
            "Learning rate of Adam; its peak with --schedule one-cycle.", Range(0, 1000, above_least=True)
        ),
    ] = 1e-3
    schedule: Annotated[Schedule, Setting("Schedule of the learning rate.")] = "constant"
    weight_decay: Annotated[float, Setting("Decoupled weight decay (AdamW).", Range(0, 1000))] = 0.0
    gradient_clip: Annotated[
        float, Setting("Longest gradient of a step; 0 does not clip.", Range(0, 1_000_000))
    ] = 0.0
    l1: Annotated[float, Setting("Coefficient of the network's L1 penalty.", Range(0, 1000))] = 0.01
    dropout: Annotated[
        float,
        Setting("Factor on the network's dropout rates; 0 switches dropout off.", Range(0, 100)),
    ] = 1.0
    negatives: Annotated[
        Literal["given", "redrawn"],
        Setting("Train on the table's negatives, or redraw them in each epoch by swapping sites."),
    ] = "given"
    by_source: Annotated[
        bool,
        Setting(
            "An output of its own for each source in training, their mean kept; or one.",
            unset="one",
            flag="--by-source/--one-output",
        ),
    ] = False
    jitter: Annotated[
        int,
        Setting(
            "Nucleotides removed at random from each end of a site in training, at most.", LENGTH_OR_NONE
        ),
    ] = 0
    validation_share: Annotated[
        float,
        Setting(
            "Share of training pairs kept to choose the epoch and to calibrate.",
            Range(0, 0.5, above_least=True),
        ),
    ] = 0.1
    seed: Annotated[int, Setting("Random seed.", TRAINING_SEED)] = 0
    device: Annotated[Literal["auto", "cpu", "cuda"], Setting("auto takes a GPU when there is one.")] = "auto"
    threads: Annotated[int, Setting("CPU threads; one is fastest on small batches.", PROCESSES)] = 1
    mixed_precision: Annotated[bool, Setting("bfloat16 arithmetic, on a GPU only.")] = False

    def __post_init__(self) -> None:
        check_settings(self)
        if self.mixed_precision and self.device == "cpu":
            raise UsageError("mixed_precision works on a GPU only: drop it, or use device cuda")

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, in the order of the fields.

        Examples
        --------
        >>> TrainSettings().as_dict()["batch_size"]
        100
        """
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldPlan:
    """How the rows are split.

    Parameters
    ----------
    folds
        Number of folds, at least 2; the paper has 10.
    split
        ``cluster`` keeps sites that share a 16-mer in one fold; ``random`` parts single rows, as the paper.
    seed
        Of the parting.
    workers
        Folds computed at once, each in a process with the settings' ``threads``. Changes no result.
    force
        Write into a folder that holds files of others; they stay.

    Raises
    ------
    UsageError
        If a value is out of its range.
    """

    folds: Annotated[int, Setting("Number of folds.", FOLDS)] = 10
    split: Annotated[
        Draw,
        Setting(
            "Keep sites that share a 16-mer in one fold, or split rows at random as the paper did.",
            formerly=("--by",),
        ),
    ] = "cluster"
    seed: int = 0
    workers: Annotated[int, Setting("Folds computed at once, a process each.", PROCESSES)] = 1
    force: bool = False

    def __post_init__(self) -> None:
        check_settings(self)

    def identity(self) -> dict[str, Any]:
        """Return what decides the result."""
        return {"folds": self.folds, "split": self.split, "fold_seed": self.seed}


DEFAULT_NETWORK: Final = "duplex"
"""The network of the default model."""
