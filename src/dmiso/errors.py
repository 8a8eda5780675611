"""Everything that can go wrong for a user, as exceptions that say where and what to do.

One root, :class:`DmisoError`. The command line prints the message and ends with ``exit_code``
(1 for bad data, 2 for wrong usage); a traceback appears only with ``--debug``.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

__all__ = [
    "DmisoError",
    "InputError",
    "MissingExtraError",
    "ModelError",
    "NothingKeptError",
    "UsageError",
    "did_you_mean",
    "find_named",
    "printable",
    "shortened",
]


_Value = TypeVar("_Value")
_MOST_OF_PROBLEM: Final = 600
_MOST_OF_NAME: Final = 100
"""Characters of a message that may come from a file: a field of a megabyte is quoted by its two ends."""


def printable(text: str, *, keep: str = "") -> str:
    """Write characters that would move a terminal's cursor, or do worse, as escapes.

    Parameters
    ----------
    text
        May quote a file or a name that a stranger gave.
    keep
        Characters that stay what they are: line breaks, in a text of several lines.

    Examples
    --------
    >>> printable(f"tensor {chr(27)}[2J of 5′") == "tensor " + chr(92) + "x1b[2J of 5′"
    True
    """
    return "".join(c if c in keep or c.isprintable() else repr(c)[1:-1] for c in text)


def shortened(text: str, most: int) -> str:
    """Return a text of at most ``most`` characters, its middle left out if it is longer.

    Examples
    --------
    >>> shortened("a" * 50 + "b" * 50, 9)
    'aaaaaa … b'
    """
    if len(text) <= most:
        return text
    begin = 2 * most // 3
    return f"{text[:begin]} … {text[len(text) - (most - begin - 2) :]}"


class DmisoError(Exception):
    """Root of all errors that dmiso raises on purpose.

    They travel whole from a child process: pickle would call the class with the finished message only.
    """

    exit_code = 1

    def __reduce__(self) -> tuple[object, ...]:
        """Return how a copy is made: without calling the class again."""
        return _copy_of, (type(self), self.args, self.__dict__)


def _copy_of(kind: type[DmisoError], arguments: tuple[object, ...], fields: dict[str, object]) -> DmisoError:
    """Return an error as it was in another process."""
    error = kind.__new__(kind)
    error.args = arguments
    error.__dict__.update(fields)
    return error


class UsageError(DmisoError):
    """A wrong or impossible combination of options or arguments."""

    exit_code = 2


class InputError(DmisoError):
    """A record of an input file that cannot be used.

    Parameters
    ----------
    problem
        What was expected and what was found, without a final full stop.
    path, line, record, column
        Where: the file, the line counted from 1, the record's identifier, the column's name.
        Leave out what is not known.
    hint
        What the user can do about it.

    Examples
    --------
    >>> print(InputError("'X' at position 5 is not a nucleotide", path="pairs.tsv", line=17,
    ...                  column="mirna_sequence", hint="Remove the record"))
    pairs.tsv, line 17, column mirna_sequence: 'X' at position 5 is not a nucleotide. Remove the record.
    """

    def __init__(
        self,
        problem: str,
        *,
        path: str | PathLike[str] | None = None,
        line: int | None = None,
        record: str | None = None,
        column: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.problem = problem
        self.path = path
        self.line = line
        self.record = record
        self.column = column
        self.hint = hint
        super().__init__(self._message())

    def _message(self) -> str:
        where = [str(self.path)] if self.path is not None else []
        where += [f"line {self.line}"] if self.line is not None else []
        where += [f"record {shortened(self.record, _MOST_OF_NAME)}"] if self.record is not None else []
        where += [f"column {shortened(self.column, _MOST_OF_NAME)}"] if self.column is not None else []
        text = ", ".join(where) + ": " if where else ""
        text += shortened(self.problem, _MOST_OF_PROBLEM) + "."
        if self.hint:
            text += f" {self.hint}."
        return text


class NothingKeptError(DmisoError):
    """Input was there, and nothing of it matched or was kept.

    Parameters
    ----------
    what, came, outcome
        What was lost, how many there were, and what should have become of them: ``reads``, 1000, ``named``.
    reasons
        Why, each with its number and examples, as sentences without a full stop.
    hint
        What to check, without a full stop.
    path
        The file they came from.

    Examples
    --------
    >>> print(NothingKeptError("reads", 2, outcome="named", reasons=["2 reads that no miRNA explains (AAAA)"],
    ...                        hint="Check the species", path="reads.fa"))
    reads.fa: none of 2 reads was named: 2 reads that no miRNA explains (AAAA). Check the species.
    """

    def __init__(
        self,
        what: str,
        came: int,
        *,
        outcome: str = "kept",
        reasons: Iterable[str] = (),
        hint: str = "",
        path: str | PathLike[str] | None = None,
    ) -> None:
        self.what, self.came, self.outcome = what, came, outcome
        self.reasons, self.hint, self.path = tuple(reasons), hint, path
        where = f"{path}: " if path is not None else ""
        why = ": " + "; ".join(self.reasons) if self.reasons else ""
        todo = f" {hint}." if hint else ""
        super().__init__(f"{where}none of {came:,} {what} was {outcome}{why}.{todo}")


class ModelError(DmisoError):
    """A model directory that is missing, damaged, or of a kind this version does not know."""


class MissingExtraError(DmisoError):
    """A function that needs an optional dependency which is not installed.

    Examples
    --------
    >>> print(MissingExtraError("torch", extra="train", purpose="training"))
    training needs torch, which is not installed. Install it with: pip install 'dmiso[train]'
    """

    def __init__(self, package: str, *, extra: str, purpose: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(
            f"{purpose} needs {package}, which is not installed. "
            f"Install it with: pip install 'dmiso[{extra}]'"
        )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a sentence that lists the known names, the nearest one first named.

    Examples
    --------
    >>> did_you_mean("dmisso", ["dmiso", "duplex"])
    'Did you mean dmiso? Known: dmiso, duplex'
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    listing = f"Known: {', '.join(names)}" if names else "None is known"
    return f"Did you mean {near[0]}? {listing}" if near else listing


def find_named(name: str, known: Mapping[str, _Value], what: str) -> _Value:
    """Return the value of a name that a user gave.

    Parameters
    ----------
    name
        As given.
    known
        Every name and its value.
    what
        What the names are of: ``layout of interactions``.

    Raises
    ------
    UsageError
        If the name is unknown; the message lists those known.

    Examples
    --------
    >>> find_named("b", {"a": 1, "b": 2}, "base")
    2
    """
    if name not in known:
        raise UsageError(f"{name!r} is no {what}. {did_you_mean(name, known)}.")
    return known[name]
