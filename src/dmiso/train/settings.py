"""How a network is trained: one frozen value that checks itself once.

Its defaults are the paper's, see :data:`dmiso.networks.catalogue.PAPER_TRAINING`; what a network is better trained with
stands in its entry there.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import msgspec

from dmiso.errors import UsageError, did_you_mean
from dmiso.networks.catalogue import NETWORKS, PAPER_TRAINING, training_defaults

__all__ = ["Schedule", "TrainSettings", "learning_rate_at", "settings_for"]

Schedule = Literal["constant", "one-cycle"]
"""How the learning rate moves over a run, see :func:`learning_rate_at`."""

_WARM_UP = 0.3
_START, _FINISH = 1 / 25, 1e-4
"""One cycle (Smith & Topin 2018): share of the run that rises; first and last rate as shares of the peak."""

_SEED_LIMIT = 2**32


def _finite(value: float) -> bool:
    return math.isfinite(value) and value >= 0


def _require(name: str, value: float, fine: bool, rule: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not fine:
        raise UsageError(f"{name} {value:g}: {rule}")


class TrainSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
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
        Target letters removed at random from each end in training, at most; 0 leaves sites as they are.
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
    dmiso.errors.UsageError: batch_size 1: at least 2 are needed (BatchNorm has no variance on one pair)
    """

    network: str = "dmiso"
    sizes: dict[str, int] = {}
    epochs: int = PAPER_TRAINING["epochs"]
    patience: int = PAPER_TRAINING["patience"]
    batch_size: int = PAPER_TRAINING["batch_size"]
    learning_rate: float = PAPER_TRAINING["learning_rate"]
    schedule: Schedule = PAPER_TRAINING["schedule"]
    weight_decay: float = PAPER_TRAINING["weight_decay"]
    gradient_clip: float = PAPER_TRAINING["gradient_clip"]
    l1: float = PAPER_TRAINING["l1"]
    dropout: float = PAPER_TRAINING["dropout"]
    negatives: Literal["given", "redrawn"] = PAPER_TRAINING["negatives"]
    by_source: bool = False
    jitter: int = PAPER_TRAINING["jitter"]
    validation_share: float = 0.1
    seed: int = 0
    device: Literal["auto", "cpu", "cuda"] = "auto"
    threads: int = 1
    mixed_precision: bool = False

    def __post_init__(self) -> None:
        for name in ("epochs", "patience", "threads"):
            _require(name, getattr(self, name), getattr(self, name) >= 1, "at least 1 is needed")
        for name in ("weight_decay", "gradient_clip", "l1", "dropout", "jitter"):
            _require(name, getattr(self, name), _finite(getattr(self, name)), "it must be 0 or more")
        few = "at least 2 are needed (BatchNorm has no variance on one pair)"
        _require("batch_size", self.batch_size, self.batch_size >= 2, few)
        rate = self.learning_rate
        _require("learning_rate", rate, _finite(rate) and rate > 0, "it must be above 0")
        share = self.validation_share
        _require("validation_share", share, 0 < share <= 0.5, "it must lie above 0 and at most at 0.5")
        _require("seed", self.seed, 0 <= self.seed < _SEED_LIMIT, f"it must lie in 0–{_SEED_LIMIT - 1}")
        if self.mixed_precision and self.device == "cpu":
            raise UsageError("mixed_precision works on a GPU only: drop it, or use device cuda")

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, in the order of the fields.

        Examples
        --------
        >>> TrainSettings().as_dict()["batch_size"]
        100
        """
        return {name: getattr(self, name) for name in self.__struct_fields__}


def settings_for(network: str, **changes: Any) -> TrainSettings:
    """Return a network's default settings with some of them changed.

    Parameters
    ----------
    network
        Name of the network.
    **changes
        Fields of :class:`TrainSettings`; None leaves the default.

    Raises
    ------
    UsageError
        If the network or a field is unknown, or a value is out of its range or of another type.

    Examples
    --------
    >>> settings_for("dmiso", patience=5, l1=None).patience
    5
    """
    if network not in NETWORKS:
        raise UsageError(f"network {network!r} cannot be trained. {did_you_mean(network, NETWORKS)}")
    values = TrainSettings(network=network, **training_defaults(network)).as_dict()
    values |= {name: value for name, value in changes.items() if value is not None}
    if unknown := sorted(set(values) - set(TrainSettings.__struct_fields__)):
        known = TrainSettings.__struct_fields__
        raise UsageError(f"training has no setting {unknown[0]}. {did_you_mean(unknown[0], known)}")
    try:
        return msgspec.convert(values, TrainSettings)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, UsageError):
            raise error.__cause__ from None
        raise UsageError(f"a training setting cannot be used: {error}") from error


def learning_rate_at(settings: TrainSettings, progress: float) -> float:
    """Return the learning rate at a point of the run.

    ``one-cycle`` rises along a cosine from 1/25 of the peak over the first 30 % of the run and falls along
    a cosine to 1/10,000 of it. A function of the place alone, so that a resumed run needs no state.

    Parameters
    ----------
    settings
        Names the schedule and the peak.
    progress
        Share of all ``epochs`` that is done, 0-1.

    Examples
    --------
    >>> settings = TrainSettings(schedule="one-cycle", learning_rate=0.01)
    >>> [round(learning_rate_at(settings, progress), 6) for progress in (0, 0.3, 1)]
    [0.0004, 0.01, 1e-06]
    """
    if settings.schedule == "constant":
        return settings.learning_rate
    low, share = (
        (_START, progress / _WARM_UP) if progress <= _WARM_UP else (_FINISH, (1 - progress) / (1 - _WARM_UP))
    )
    return settings.learning_rate * (low + (1 - low) * (1 - math.cos(math.pi * share)) / 2)
