"""The options that ``dmiso train`` and ``dmiso crossval`` share: the fields of TrainSettings, one an option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from dmiso.cli.numbers import EPOCHS, LETTERS_OR_NONE, PROCESSES, TRAINING_SEED, Real, Whole
from dmiso.networks import network_names
from dmiso.networks.catalogue import training_defaults

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["training_options"]


def _defaults(name: str) -> str:
    """Say what an option is without being given, network by network where they differ."""
    values = {network: training_defaults(network)[name] for network in network_names()}
    shown = {network: f"{v:g}" if isinstance(v, int | float) else str(v) for network, v in values.items()}
    if len(set(shown.values())) == 1:
        return next(iter(shown.values()))
    return ", ".join(f"{value} for {network}" for network, value in shown.items())


_OPTIONS: Final[tuple[tuple[str, Any, str], ...]] = (
    ("epochs", EPOCHS, "Passes over the training pairs at most."),
    ("patience", EPOCHS, "Stop after this many epochs without a better validation average precision."),
    ("batch_size", Whole(2, 1_000_000), "Pairs a step."),
    ("learning_rate", Real(0, 1000, above_least=True), "Of Adam; the peak with --schedule one-cycle."),
    ("schedule", click.Choice(["constant", "one-cycle"]), "Course of the learning rate."),
    ("weight_decay", Real(0, 1000), "Decoupled weight decay (AdamW)."),
    ("gradient_clip", Real(0, 1_000_000), "Longest gradient of a step; 0 does not clip."),
    ("l1", Real(0, 1000), "Coefficient of the network's L1 penalty."),
    ("dropout", Real(0, 100), "Factor on the network's dropout rates; 0 switches dropout off."),
    (
        "negatives",
        click.Choice(["given", "redrawn"]),
        "Train on the table's negatives, or redraw them in each epoch by swapping sites.",
    ),
    ("jitter", LETTERS_OR_NONE, "Letters removed at random from each end of a site in training, at most."),
)


_SIZE_DIGITS: Final = 5


def _sizes(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, int]:
    """Return the sizes of the network by name."""
    sizes = {}
    for pair in given:
        name, _, number = pair.partition("=")
        if not name or not number.isascii() or not number.isdigit():
            raise click.BadParameter(f"{pair!r} is not NAME=N, e.g. channels=48")
        if len(number) > _SIZE_DIGITS:
            raise click.BadParameter(f"{pair!r}: a size has at most {_SIZE_DIGITS} digits")
        sizes[name] = int(number)
    return sizes


def training_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--network`` and the options of training to a command.

    The options of the network's settings are None when not given: each network has defaults of its own.
    """
    own = [
        click.option("--network", default="dmiso", show_default=True, help="Network to train."),
        click.option(
            "--size",
            "sizes",
            multiple=True,
            metavar="NAME=N",
            callback=_sizes,
            help="A size of the network that differs from its default, e.g. channels=48 for duplex; may be repeated.",
        ),
        click.option(
            "--validation-share",
            type=Real(0, 0.5, above_least=True),
            default=0.1,
            show_default=True,
            help="Share of training pairs kept to choose the epoch and to calibrate.",
        ),
        click.option(
            "--seed", type=TRAINING_SEED, default=0, show_default=True, help="Seed of everything random."
        ),
        click.option(
            "--device",
            type=click.Choice(["auto", "cpu", "cuda"]),
            default="auto",
            show_default=True,
            help="auto takes a GPU when there is one.",
        ),
        click.option(
            "--threads",
            type=PROCESSES,
            default=1,
            show_default=True,
            help="CPU threads; one is fastest on small batches.",
        ),
        click.option(
            "--by-source/--one-output",
            default=None,
            help="An output of its own for each source in training, their mean kept; or one.  [default: the network's]",
        ),
        click.option("--mixed-precision", is_flag=True, help="bfloat16 arithmetic, on a GPU only."),
    ]
    of_network = [
        click.option(
            f"--{name.replace('_', '-')}",
            type=kind,
            help=f"{text}  [default: {_defaults(name)}]",
        )
        for name, kind, text in _OPTIONS
    ]
    for option in reversed([own[0], *of_network, *own[1:]]):
        function = option(function)
    return function
