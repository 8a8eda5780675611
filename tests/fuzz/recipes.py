"""A working command line for every option that reads a file; the bench breaks the file that it names.

``{in}`` is the file that is broken, ``{good}`` the folder of good inputs, ``{out}`` a name in an empty folder.
"""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from dmiso.cli.main import COMMANDS

from .recipe import Recipe
from .recipes_ask import ask
from .recipes_models import dataset, explain, fair, genes, labelled, models, references, study
from .recipes_scan import chimeras, isomirs, predict, report, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RECIPES", "WORDS", "Recipe", "options_that_may_read"]

WITH_REFERENCE = (
    *(
        "predict",
        "scan run",
        "isomirs call",
        "isomirs compare",
        "isomirs names",
        "isomirs summary",
        "isomirs export",
    ),
    *(
        "chimeras call",
        "chimeras simulate",
        "chimeras statistics",
        "dataset",
        "evaluate run",
        "evaluate genes",
    ),
    *("explain variants", "study paper", "evaluate fair", "report", "isomirs simulate"),
)
"""Commands that take inputs of a reference by its name."""
WORDS = frozenset(
    {
        *("ask --species", "ask --reference"),
        *("predict --mirna-column", "predict --target-column", "scan run --regions", "scan run --shard"),
        *("scan query --mirna", "scan query --gene", "scan query --compare", "scan query --sql"),
        *("isomirs call --species", "isomirs call --database", "isomirs compare --species"),
        *("isomirs call --sample", "isomirs call --formats", "isomirs call --kit", "isomirs call --adapter"),
        *("isomirs simulate --species", "isomirs simulate --kit"),
        *("isomirs compare --canonical", "isomirs compare --regions", "isomirs compare --transcript"),
        *("isomirs names names", "isomirs names --species", "isomirs names --name-column"),
        *("isomirs names --sequence-column", "isomirs summary --species"),
        *("chimeras call --species", "chimeras call --sample", "chimeras call --preset"),
        *("chimeras call --adapter", "chimeras call --front-adapter"),
        *("chimeras call --kit", "chimeras call --umi-tag"),
        *("chimeras simulate --species", "chimeras simulate --adapter"),
        "serve --host",
        *("columns names", "dataset --layout", "dataset --exclude-chromosome", "dataset --negatives"),
        "dataset --annotation-genome",
        *("dataset --test-chromosome", "audit --score-column", "audit --mirna-column"),
        *("audit --target-column", "audit --label-column", "train --name", "train --network", "train --size"),
        *("crossval --network", "crossval --size", "evaluate run --score-column", "evaluate run --threshold"),
        *("evaluate run --mirna-column", "evaluate run --target-column", "evaluate run --label-column"),
        *(
            "evaluate run --baseline",
            "evaluate run --prior",
            "evaluate run --energy-rows",
            "explain data --mirna-column",
        ),
        *("explain data --target-column", "explain data --label-column", "explain data --target-id-column"),
        *("explain model --mirna-column", "explain model --target-column", "explain pair mirna"),
        *("explain pair target", "explain variants changes", "study paper --exclude-chromosome"),
        *(
            "evaluate fair --mirna-column",
            "evaluate fair --target-column",
            "evaluate fair --label-column",
            "evaluate genes --score-column",
            "evaluate genes --lower-is-better",
            "evaluate genes --energy-genes",
        ),
        *("models ensemble --name", "models import-keras --name"),
        *("reference add name", "reference add --species", "reference add --release", "reference add --note"),
        *("reference use name", "reference show name", "reference where species", "reference remove name"),
        *(
            "scan run --formats",
            "isomirs compare --formats",
            "isomirs summary --formats",
            "chimeras call --formats",
        ),
        *(
            "evaluate run --formats",
            "evaluate genes --formats",
            "explain pair --formats",
            "explain data --formats",
        ),
        *("explain model --formats", "explain variants --formats", "ask --formats"),
    }
    | {f"{command} --reference" for command in WITH_REFERENCE}
)
"""Options whose value is a word, a name or characters, and never a file."""
_PLAIN = (click.Choice, click.IntRange, click.FloatRange, click.types.BoolParamType)
_NUMBERS = (click.types.IntParamType, click.types.FloatParamType)


def options_that_may_read() -> Iterator[str]:
    """Yield every option and argument of every subcommand whose value could name an input file."""
    for name in COMMANDS:
        command = importlib.import_module(f"dmiso.cli.{name}").command
        for words, inner in _commands(command, (name,)):
            for parameter in inner.params:
                if _may_read(parameter):
                    word = parameter.opts[-1] if isinstance(parameter, click.Option) else str(parameter.name)
                    yield " ".join((*words, word))


def _commands(
    command: click.Command, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _commands(inner, (*words, name))
    else:
        yield words, command


def _may_read(parameter: click.Parameter) -> bool:
    if isinstance(parameter.type, (*_PLAIN, *_NUMBERS)) or getattr(parameter, "is_flag", False):
        return False
    return not type(parameter.type).__name__.startswith("Output")


def _once(line: str) -> str:
    """Leave out an option of a shared beginning that the line gives again."""
    words = line.split(" ")
    kept = []
    while words:
        word = words.pop(0)
        if word.startswith("--") and word in words:
            words.pop(0)
        else:
            kept.append(word)
    return " ".join(kept)


RECIPES: tuple[Recipe, ...] = tuple(
    replace(recipe, line=_once(recipe.line))
    for make in (
        ask,
        predict,
        scan,
        report,
        isomirs,
        chimeras,
        dataset,
        labelled,
        fair,
        genes,
        explain,
        study,
        models,
        references,
    )
    for recipe in make()
)
"""Every recipe, in the order of the help page."""
