"""Click types of paths: what is read, what is written; and the one check that no output is an input.

Every option and argument that names a file or folder has one of these types (a test walks all commands). They check
what can be said before any work: an input exists and is no folder, an output's ending is known, its name fits.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from dmiso.cli.former import say_former
from dmiso.cli.from_reference import hint_at_reference, reference_of, say_reference
from dmiso.cli.needs import check_needs, check_repeats
from dmiso.cli.stopped import left_of
from dmiso.errors import UsageError
from dmiso.workers import keeps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "INPUT",
    "INPUT_FOLDER",
    "INPUT_MIRNAS",
    "INPUT_RUN",
    "OUTPUT_ANY",
    "OUTPUT_CALLS",
    "OUTPUT_CALLS_OR_FOLDER",
    "OUTPUT_FASTA",
    "OUTPUT_FOLDER",
    "OUTPUT_PAGE",
    "OUTPUT_REPORT",
    "OUTPUT_SITES",
    "OUTPUT_TABLE",
    "TYPED",
    "CheckedCommand",
    "InputFile",
    "InputFolder",
    "InputMirnas",
    "InputRun",
    "OutputAny",
    "OutputCalls",
    "OutputFile",
    "OutputFolder",
    "check_overlap",
    "typed_command",
]

_MANIFEST_ENDING: Final = ".manifest.json"
_LONGEST_NAME: Final = 255
"""Bytes of a file name on the file systems of Linux and macOS."""


class _PathType(click.ParamType[Path]):
    """A path as the user gave it."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path, checked.

        Raises
        ------
        UsageError
            If it cannot be what it is meant to be.
        """
        del param, ctx
        text = os.fspath(value)
        if not text:
            raise UsageError("An empty text is not a path. Give the name of a file or folder.")
        if "\0" in text:
            raise UsageError("A path cannot hold a NUL character.")
        path = Path(text)
        self.check(path)
        return path

    def check(self, path: Path) -> None:
        """Raise an error if the path cannot be used."""


class InputFile(_PathType):
    """A file, a pipe, or ``-`` for standard input."""

    name = "file"
    is_input_file = True

    def require(self, path: Path) -> None:
        """See :func:`dmiso.io.streams.require_file`."""
        from dmiso.io.streams import require_file

        require_file(path)


class InputMirnas(InputFile):
    """A file of miRNAs, or a folder that samples were counted into."""

    name = "path"

    def require(self, path: Path) -> None:
        """Require a file, or a folder with counts."""
        if path.is_dir():
            from dmiso.samples.abundant import counts_of

            counts_of(path)
        else:
            super().require(path)


class InputFolder(_PathType):
    """A folder that is read."""

    name = "folder"

    def require(self, path: Path) -> None:
        """Require that it is there."""
        if not path.exists():
            raise UsageError(f"{path} does not exist. Check the path.")
        if not path.is_dir():
            raise UsageError(f"{path} is a file; a folder is expected.")


class InputRun(InputFolder):
    """The folder of a finished run, or the one file of a command that writes no folder."""

    name = "path"

    def require(self, path: Path) -> None:
        """Require that it is there."""
        if not path.exists():
            raise UsageError(f"{path} does not exist. Check the path.")


class OutputFile(_PathType):
    """A file that is written, or ``-`` for standard output.

    Parameters
    ----------
    endings
        Endings that are allowed, compression aside; None allows all. A table's ending may be left out.
    is_table
        It is a table, whose format its ending says.
    """

    name = "file"

    def __init__(self, endings: Sequence[str] | None = None, *, is_table: bool = False) -> None:
        self._endings, self._is_table = endings, is_table

    def check(self, path: Path) -> None:
        """Refuse a folder, a name that is too long, and an ending that would be a lie."""
        if path.is_dir():
            raise UsageError(f"{path} is a directory; name a file for this output.")
        _check_length(path)
        if str(path) == "-" or self._endings is None:
            return
        from dmiso.io.atomic import compression_of, is_special
        from dmiso.io.table_writer import check_table_name, ending_of

        ending = ending_of(path)
        if is_special(path) or (self._is_table and not ending):
            return
        if ending not in self._endings:
            zipped = " with " + (compression_of(path.name) or "") if compression_of(path.name) else ""
            raise UsageError(
                f"{path}: this output cannot be written as {ending or 'a file without an ending'}{zipped}. "
                f"Use {', '.join(self._endings)}."
            )
        if self._is_table and ending not in _OWN_FORMATS:
            check_table_name(path)


class OutputFolder(_PathType):
    """A folder that is written."""

    name = "folder"

    def check(self, path: Path) -> None:
        """Refuse a file in its place, and names that cannot be a folder's."""
        if str(path) == "-":
            raise UsageError("- is no folder: this command writes several files. Name a folder.")
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path} is a file; a folder is written here. Give another name.")
        _check_length(path)


class OutputAny(_PathType):
    """A file or a folder that is written, by its ending."""

    name = "path"

    def check(self, path: Path) -> None:
        """Refuse a name that is too long."""
        _check_length(path)


def _check_length(path: Path) -> None:
    """Refuse a name that leaves no room for its manifest's."""
    if len(os.fsencode(path.name + _MANIFEST_ENDING)) > _LONGEST_NAME:
        raise UsageError(f"{path.name[:40]}…: the name is too long. Give a shorter one.")


TYPED: Final = "dmiso.typed"
"""Where a context keeps the words of the command line."""
_WORDS: Final = "dmiso.words"
"""Where it keeps the words of the subcommand that runs."""
INPUT: Final = InputFile()
INPUT_MIRNAS: Final = InputMirnas()
INPUT_FOLDER: Final = InputFolder()
INPUT_RUN: Final = InputRun()
OUTPUT_FOLDER: Final = OutputFolder()
OUTPUT_ANY: Final = OutputAny()
OUTPUT_FASTA: Final = OutputFile((".fa", ".fasta", ".fna", ".txt"))
OUTPUT_PAGE: Final = OutputFile((".html",))
OUTPUT_REPORT: Final = OutputFile((".json",))
_TABLES: Final = (".tsv", ".txt", ".tab", ".csv", ".parquet", ".xlsx")
OUTPUT_TABLE: Final = OutputFile(_TABLES, is_table=True)
OUTPUT_SITES: Final = OutputFile((*_TABLES, ".bed"), is_table=True)
_OWN_FORMATS: Final = (".gff3", ".gff")
OUTPUT_CALLS: Final = OutputFile((*_TABLES, *_OWN_FORMATS), is_table=True)


class OutputCalls(OutputAny):
    """A file of calls, or a folder of them and of counts: what has no ending, or is a folder already."""

    def check(self, path: Path) -> None:
        """Refuse a file in the place of a folder, and endings that would be a lie."""
        if not self.is_folder(path):
            OUTPUT_CALLS.check(path)
        elif path.exists() and not path.is_dir():
            raise UsageError(f"{path} is a file; a name without an ending is a folder's. Give another name.")
        _check_length(path)

    @staticmethod
    def is_folder(path: Path) -> bool:
        """Say whether a path is a folder's."""
        from dmiso.io.atomic import is_special

        return str(path) != "-" and (path.is_dir() or not (path.suffix or is_special(path)))


OUTPUT_CALLS_OR_FOLDER: Final = OutputCalls()


def typed_command() -> list[str]:
    """Return the words of the command line that runs, for the manifest: the program's name, then as they were typed."""
    root = click.get_current_context().find_root()
    words: list[str] = root.meta.get(TYPED, [])
    return ["dmiso", *words]


def check_overlap(ctx: click.Context) -> None:
    """Refuse an output that is an input or contains one, and two outputs in one place.

    Parameters
    ----------
    ctx
        Of a command whose parameters were read.

    Raises
    ------
    UsageError
        Naming both options.
    """
    inputs = list(_paths(ctx, (InputFile, InputFolder)))
    inputs += list(_model_folders(ctx))
    outputs = list(_paths(ctx, (OutputFile, OutputFolder, OutputAny)))
    for i, (option, path, is_folder) in enumerate(outputs):
        for other, given, _ in outputs[:i]:
            if _same(path, given):
                raise UsageError(f"{option} and {other} both write {path}. Give two names.")
        for other, given, _ in inputs:
            if _same(path, given):
                raise UsageError(
                    f"{option} {path} would replace the input of {other}. Choose another output."
                )
            if is_folder and _contains(path, given):
                raise UsageError(
                    f"{option} {path} contains the input of {other} ({given}). Choose another folder."
                )


class CheckedCommand(click.Command):
    """A command that begins by checking that its inputs are there and that none of its outputs is one of them.

    An option that would have no effect beside the others is refused first.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse options given twice where one of them would be forgotten; then read all."""
        if not ctx.resilient_parsing:
            check_repeats(self.make_parser(ctx).parse_args(args=list(args))[2])
            ctx.meta[_WORDS] = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.MissingParameter as missing:
            hint = hint_at_reference(missing.param, self)
            if not hint:
                raise
            raise click.MissingParameter(hint, missing.ctx, missing.param) from missing

    def invoke(self, ctx: click.Context) -> Any:
        """Check, then run."""
        check_needs(ctx)
        if not ctx.params.get("quiet"):
            say_former(self, ctx.meta.get(_WORDS, ()))
        _require_inputs(ctx)
        check_overlap(ctx)
        say_reference(ctx)
        with ExitStack() as around:
            around.enter_context(keeps(left_of(ctx.params.get("output"))))
            if (reference := reference_of(ctx)) is not None:
                from dmiso.provenance import using_reference

                around.enter_context(using_reference(reference))
            return super().invoke(ctx)


def _require_inputs(ctx: click.Context) -> None:
    """Check every input, once all options are read: a wrong option is reported before a missing file."""
    for parameter in ctx.command.params:
        if not isinstance(parameter.type, InputFile | InputFolder):
            continue
        given = ctx.params.get(parameter.name or "")
        for path in given if isinstance(given, tuple | list) else (given,):
            if isinstance(path, Path):
                parameter.type.require(path)


def _paths(ctx: click.Context, kinds: tuple[type[_PathType], ...]) -> Iterator[tuple[str, Path, bool]]:
    """Yield option, path and whether it is a folder, of all parameters of some kinds."""
    for parameter in ctx.command.params:
        value = ctx.params.get(parameter.name or "")
        if value is None or not isinstance(parameter.type, kinds):
            continue
        option = (
            parameter.opts[-1] if isinstance(parameter, click.Option) else str(parameter.human_readable_name)
        )
        for path in value if isinstance(value, tuple | list) else (value,):
            if isinstance(path, Path) and str(path) != "-":
                yield option, path, isinstance(parameter.type, OutputFolder | OutputAny)


def _model_folders(ctx: click.Context) -> Iterator[tuple[str, Path, bool]]:
    """Yield models that were given as folders: their options take names too, so they have no path type."""
    for name in ("model", "models", "start_from"):
        value = ctx.params.get(name)
        for word in value if isinstance(value, tuple | list) else (value,):
            if isinstance(word, str) and word and Path(word).is_dir():
                yield f"--{name.replace('_', '-')}", Path(word), False


def _same(one: Path, other: Path) -> bool:
    """Say whether two paths lead to one file; terminals, pipes and the null device may be both."""
    try:
        if one.exists() and other.exists():
            return one.samefile(other) and (one.is_file() or one.is_dir())
    except OSError:
        return False
    return os.path.realpath(one) == os.path.realpath(other)


def _contains(folder: Path, path: Path) -> bool:
    inside = Path(os.path.realpath(path))
    return Path(os.path.realpath(folder)) in inside.parents
