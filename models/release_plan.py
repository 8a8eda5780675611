"""What a released model is to be, and a run of its training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from chimera_data import NEWEST, Recipe

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmiso.train import TrainSettings

__all__ = ["Plan", "Run"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a released model is, and how it is trained.

    Parameters
    ----------
    name, network
        ``<network>-<data>@v<version>``, and the network's name.
    script
        The script that makes it.
    about
        First sentence of its card.
    trials
        Settings tried, as changes to the network's defaults; reasons and results are in ``EXPERIMENTS.md``.
    chosen
        The trial that is trained with every seed.
    required
        Trials that are always run; the others on request.
    recipe
        Which pairs it is trained on, see ``chimera_data.py``.
    is_default
        Whether it becomes the model used when none is named.
    own_outputs
        Sources of a network trained by source whose own output is released too, as a model of its own.
    ranks_by
        What its logit says of a pair, for the card.
    """

    name: str
    network: str
    script: str
    about: str
    trials: Mapping[str, dict[str, Any]]
    chosen: str
    required: tuple[str, ...]
    recipe: Recipe = NEWEST
    is_default: bool = False
    own_outputs: tuple[str, ...] = ()
    ranks_by: str = "how much they look like pairs found ligated on AGO"


class Run(NamedTuple):
    """A finished training run and what it reached on the validation pairs."""

    name: str
    folder: Path
    settings: TrainSettings
    metrics: dict[str, float]
    best_epoch: int
    epochs: int

    @property
    def average_precision(self) -> float:
        """Of the validation pairs."""
        return self.metrics["average_precision"]
