"""The program ``dmiso``: finds subcommands, and turns errors into messages and exit codes.

Exit codes: 0 done, 1 bad data, 2 wrong usage, 130 interrupted. A traceback appears only with ``--debug``.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Final

import click

import dmiso
from dmiso.errors import DmisoError

__all__ = ["COMMANDS", "main", "program"]

COMMANDS: Final = {
    "predict": "Score pairs, or every miRNA with every target",
    "scan": "Find sites on whole transcriptomes, with q-values and gene scores",
    "isomirs": "Name isomiRs: which miRNA, what differs, which seed",
    "chimeras": "Chimeric reads to miRNA/isomiR-mRNA interactions",
    "dataset": "Interactions to a labelled, split, audited data set",
    "audit": "Find shortcuts and leaks in any labelled table",
    "train": "Train a network on a labelled table",
    "crossval": "Cross-validate a network",
    "evaluate": "Metrics with baselines and intervals",
    "explain": "What a model looks at: pairs, data sets, motifs, variants",
    "study": "The paper's evaluation, in paper mode and in honest mode",
    "models": "List, show, check, import and export models",
    "examples": "Write the example files that the help pages use",
}
"""Subcommand to its line in the overview; its code is in the module of that name, loaded when it runs."""


_NO_CACHE: Final = "no locator available"
"""What numba says where no folder for its cache can be written."""


class _LazyGroup(click.Group):
    """A group whose subcommands are imported when they are called, so that ``dmiso --help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"dmiso.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with:\n\n\b\n  dmiso examples\n"
    "  dmiso predict --mirnas dmiso-examples/isomirs.fa --targets dmiso-examples/transcripts.fa --show 10 -o sites.tsv",
)
@click.version_option(dmiso.__version__, prog_name="dmiso")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def program(*, debug: bool) -> None:
    """Find the mRNA sites that miRNAs and isomiRs bind.

    A score says how much a pair looks like pairs found ligated on AGO; it does not say that a gene is repressed.
    """
    del debug  # read by main() when an error comes


def main(arguments: list[str] | None = None) -> None:
    """Run the program and end the process with its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        code = _run(words)
    except RuntimeError as error:
        if _NO_CACHE not in str(error) or "--debug" in words:
            raise
        click.echo(
            "dmiso: compiled code can be kept neither beside the package nor in the home folder. Set NUMBA_CACHE_DIR "
            "to a folder that can be written: export NUMBA_CACHE_DIR=FOLDER.",
            err=True,
        )
        code = 1
    sys.exit(code)


def _run(words: list[str]) -> int:
    try:
        result = program.main(args=words, prog_name="dmiso", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except KeyboardInterrupt:
        click.echo("dmiso: interrupted; no incomplete file was left", err=True)
        return 130
    except BrokenPipeError:
        # the reader of our output went away (head, less): not our user's mistake
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except DmisoError as error:
        if "--debug" in words:
            raise
        text = str(error)
        click.echo(f"dmiso: {text}" if text.endswith(".") else f"dmiso: {text}.", err=True)
        return error.exit_code
    return result if isinstance(result, int) else 0
