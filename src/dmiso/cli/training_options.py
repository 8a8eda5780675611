"""The options that ``dmiso train`` and ``dmiso crossval`` share: the fields of TrainSettings, one an option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NETWORK_DEFAULTS", "training_options"]

NETWORK_DEFAULTS: Final = {
    "epochs": "500",
    "patience": "20",
    "batch_size": "100",
    "learning_rate": "0.001",
    "schedule": "constant",
    "weight_decay": "0",
    "gradient_clip": "0",
    "l1": "0.01",
    "dropout": "1",
    "negatives": "given",
    "jitter": "0",
}
"""What help shows as defaults of network dmiso; a test compares them with its settings, which need a slow import."""

_OPTIONS: Final[tuple[tuple[str, Any, str], ...]] = (
    ("epochs", int, "Passes over the training pairs at most."),
    ("patience", int, "Stop after this many epochs without a better validation average precision."),
    ("batch_size", int, "Pairs a step."),
    ("learning_rate", float, "Of Adam; the peak with --schedule one-cycle."),
    ("schedule", click.Choice(["constant", "one-cycle"]), "Course of the learning rate."),
    ("weight_decay", float, "Decoupled weight decay (AdamW)."),
    ("gradient_clip", float, "Longest gradient of a step; 0 does not clip."),
    ("l1", float, "Coefficient of the network's L1 penalty."),
    ("dropout", float, "Factor on the network's dropout rates; 0 switches dropout off."),
    (
        "negatives",
        click.Choice(["given", "redrawn"]),
        "Train on the table's negatives, or redraw them in each epoch by swapping sites.",
    ),
    ("jitter", int, "Letters removed at random from each end of a site in training, at most."),
)


def _sizes(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, int]:
    """Return the sizes of the network by name."""
    sizes = {}
    for pair in given:
        name, _, number = pair.partition("=")
        if not name or not number.isascii() or not number.isdigit():
            raise click.BadParameter(f"{pair!r} is not NAME=N, e.g. channels=48")
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
            type=float,
            default=0.1,
            show_default=True,
            help="Share of training pairs kept to choose the epoch and to calibrate.",
        ),
        click.option("--seed", type=int, default=0, show_default=True, help="Seed of everything random."),
        click.option(
            "--device",
            type=click.Choice(["auto", "cpu", "cuda"]),
            default="auto",
            show_default=True,
            help="auto takes a GPU when there is one.",
        ),
        click.option(
            "--threads",
            type=int,
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
            help=f"{text}  [default: the network's; {NETWORK_DEFAULTS[name]} for dmiso]",
        )
        for name, kind, text in _OPTIONS
    ]
    for option in reversed([own[0], *of_network, *own[1:]]):
        function = option(function)
    return function
