"""The options that ``dmiso train`` and ``dmiso crossval`` share: how a network is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from dmiso.cli.from_settings import options_of
from dmiso.cli.options import add_options
from dmiso.networks import network_names
from dmiso.networks.catalogue import training_defaults
from dmiso.settings.setting import declared_settings
from dmiso.settings.training import DEFAULT_NETWORK, TrainSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["training_options", "training_settings"]

_SIZE_DIGITS: Final = 5


class _Size(click.ParamType[tuple[str, int]]):
    """``NAME=N``."""

    name = "NAME=N"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Return name and number."""
        if isinstance(value, tuple):
            return value
        name, _, number = str(value).partition("=")
        if not name or not number.isascii() or not number.isdigit():
            self.fail(f"{value!r} is not NAME=N, e.g. channels=48", param, ctx)
        if len(number) > _SIZE_DIGITS:
            self.fail(f"{value!r}: a size has at most {_SIZE_DIGITS} digits", param, ctx)
        return name, int(number)


def training_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--network`` and the options of training to a command.

    What a network's training sets by itself is None where it is not given.
    """
    told = {name: TrainSettings(network=name, **training_defaults(name)) for name in network_names()}
    groups = (
        options_of(TrainSettings, "network", group="Network", defaults={"network": DEFAULT_NETWORK}),
        options_of(TrainSettings, "sizes", group="Network", types={"sizes": _Size()}),
        options_of(TrainSettings, "dropout", "l1", group="Network", told=told),
        options_of(TrainSettings, "by_source", group="Network", defaults={"by_source": None}),
        options_of(
            TrainSettings,
            *("epochs", "patience", "batch_size", "learning_rate", "schedule"),
            *("weight_decay", "gradient_clip"),
            group="Training",
            told=told,
        ),
        options_of(TrainSettings, "negatives", "jitter", group="Pairs", told=told),
        options_of(TrainSettings, "validation_share", group="Pairs"),
        options_of(TrainSettings, "seed", "device", "threads", "mixed_precision", group="Running"),
    )
    return add_options(groups, function)


def training_settings(given: Mapping[str, Any]) -> TrainSettings:
    """Return how a network is trained, by a command's parameters; what was not given is the network's own."""
    from dmiso.train.settings import settings_for

    own = {name: given[name] for name in declared_settings(TrainSettings)}
    return settings_for(**own | {"sizes": dict(given["sizes"])})
