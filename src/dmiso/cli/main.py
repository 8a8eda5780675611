"""The program ``dmiso``: finds subcommands, and turns errors into messages and exit codes.

Exit codes: 0 done, 1 bad data, 2 wrong usage, 130 interrupted (Ctrl-C), 143 terminated (SIGTERM). A traceback appears
only with ``--debug``.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from typing import Final

import click

import dmiso
from dmiso.cli.paths import TYPED
from dmiso.cli.stopped import stopped_code
from dmiso.errors import DmisoError, UsageError, did_you_mean
from dmiso.workers.stopping import Stopped, stops_on_signals

__all__ = ["COMMANDS", "main", "program"]

COMMANDS: Final = {
    "ask": "Does this miRNA or isomiR bind and repress this gene, and how sure is that",
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
    "reference": "Build, list and choose references: miRNAs, transcripts, genes by a name",
    "report": "One page of a finished run: verdict, pictures, tables, origin",
    "serve": "A page in the browser to ask on",
    "columns": "What the columns of the tables mean",
    "models": "List, show, check, import and export models",
    "doctor": "Whether this installation works, and what to do where it does not",
    "examples": "Write the example files that the help pages use",
}
"""Subcommand to its line in the overview; its code is in the module of that name, loaded when it runs."""


class _LazyGroup(click.Group):
    """A group whose subcommands are imported when they are called, so that ``dmiso --help`` is quick."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the words as they were typed: manifests hold them."""
        ctx.meta[TYPED] = list(args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            if ctx.resilient_parsing:  # a shell asks for completions
                return None
            raise UsageError(f"{cmd_name!r} is not a command of dmiso. {did_you_mean(cmd_name, COMMANDS)}.")
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
@click.pass_context
def program(ctx: click.Context, *, debug: bool) -> None:
    """Find the mRNA sites that miRNAs and isomiRs bind.

    A score says how much a pair looks like pairs found ligated on AGO; it does not say that a gene is repressed.
    """
    from dmiso.io.streams import read_once

    del debug  # read by main() when an error comes
    ctx.with_resource(read_once())


def main(arguments: list[str] | None = None) -> None:
    """Run the program and end the process with its exit code."""
    with stops_on_signals():
        code = _run(sys.argv[1:] if arguments is None else arguments)
    sys.exit(code)


def _run(words: list[str]) -> int:
    """Run a command; return the exit code. Every exception ends here, in one line."""
    try:
        code = _called(words)
        _say_what_compiled_code_costs()
        sys.stdout.flush()  # here, where a full disk or a closed pipe can still be reported
    except (Stopped, KeyboardInterrupt) as error:
        return stopped_code(error)
    except BrokenPipeError:
        _let_go_of_output()
        return 0
    except BaseException as error:
        if isinstance(error, SystemExit | GeneratorExit) or "--debug" in words:
            raise
        from dmiso.cli.faults import describe_fault

        _say(describe_fault(error))
        return error.exit_code if isinstance(error, DmisoError) else 1
    return code


def _called(words: list[str]) -> int:
    try:
        result = program.main(args=words, prog_name="dmiso", standalone_mode=False)
    except click.exceptions.Abort as error:
        cause = error.__cause__  # it has the notes that say what is kept
        raise cause if isinstance(cause, KeyboardInterrupt) else KeyboardInterrupt from None
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return result if isinstance(result, int) else 0


def _say_what_compiled_code_costs() -> None:
    """Say once that compiled code could not be kept: every run pays for it."""
    compiled = sys.modules.get("dmiso.compiled")  # only there if something was compiled
    if compiled is not None and (fault := compiled.cache_fault()):
        with contextlib.suppress(OSError):
            click.echo(
                f"note: compiled code cannot be kept ({fault}), so every run compiles it anew. "
                "Set NUMBA_CACHE_DIR to a folder that can be written.",
                err=True,
            )


def _say(text: str) -> None:
    """Write a line to standard error, if anybody still reads it."""
    with contextlib.suppress(OSError):
        click.echo(f"dmiso: {text}", err=True)


def _let_go_of_output() -> None:
    """Close standard output for good: its reader (head, less) went away, which is not the user's mistake."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
