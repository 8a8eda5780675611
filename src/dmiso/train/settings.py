"""How a network is trained: its settings where some are given, and its learning rate along a run."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import msgspec

from dmiso.errors import UsageError, did_you_mean
from dmiso.networks.catalogue import NETWORKS, training_defaults
from dmiso.settings.training import DEFAULT_NETWORK, TrainSettings

__all__ = ["learning_rate_at", "settings_for"]

_WARM_UP = 0.3
_START, _FINISH = 1 / 25, 1e-4
"""One cycle (Smith & Topin 2018): share of the run that rises; first and last rate as shares of the peak."""


def settings_for(network: str = DEFAULT_NETWORK, **changes: Any) -> TrainSettings:
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
    known = [field.name for field in fields(TrainSettings)]
    if unknown := sorted(set(values) - set(known)):
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
    a cosine to 1/10,000 of it. A function of progress alone, so that a resumed run needs no state.

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
