"""What was looked at and found, as text and as JSON."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from dmiso.errors import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Check", "Diagnosis", "Status"]

Status = Literal["ok", "absent", "note", "broken"]
_MARKS: Final[Mapping[Status, str]] = {"ok": "ok  ", "absent": "-   ", "note": "note", "broken": "FAIL"}
_INDENT: Final = " " * 5
_WIDTH: Final = 100
"""Columns of the text where no terminal says how wide it is."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Parameters
    ----------
    subject
        What: ``packages``, ``extra energy``, ``model duplex-chimeras@v0.3.0``.
    status
        ``ok``; ``absent`` for what only some users need and is not there; ``note`` for what costs time or comfort;
        ``broken`` for what commands of the core fail without.
    found
        A sentence without a full stop.
    advice
        What to do; empty where there is nothing to do.
    facts
        The same for programs: versions by package, bytes, cores.
    """

    subject: str
    status: Status
    found: str
    advice: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields, for JSON."""
        return {
            "subject": self.subject,
            "status": self.status,
            "found": self.found,
            "advice": self.advice,
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that was looked at.

    Parameters
    ----------
    checks
        In the order looked at.

    Examples
    --------
    >>> found = Diagnosis((Check("cores", "ok", "2 cores"), Check("model x", "broken", "cut short", "Install again")))
    >>> found.healthy
    False
    >>> print(found.text(width=60))
    ok   cores: 2 cores
    FAIL model x: cut short
         -> Install again
    1 of 2 checks failed: model x
    """

    checks: tuple[Check, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing that the core needs is broken."""
        return not any(check.status == "broken" for check in self.checks)

    def of(self, subject: str) -> Check:
        """Return the check of a subject.

        Raises
        ------
        KeyError
            If there is none.
        """
        for check in self.checks:
            if check.subject == subject:
                return check
        raise KeyError(subject)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as ``dmiso doctor --json`` prints it."""
        return {"healthy": self.healthy, "checks": [check.as_dict() for check in self.checks]}

    def text(self, *, width: int | None = None) -> str:
        """Return a line per check, advice below it, and the verdict.

        Parameters
        ----------
        width
            Columns; None takes the terminal's.
        """
        columns = width or shutil.get_terminal_size((_WIDTH, 0)).columns
        lines = [line for check in self.checks for line in _lines(check, columns)]
        return "\n".join([*lines, self._verdict()])

    def _verdict(self) -> str:
        broken = [check.subject for check in self.checks if check.status == "broken"]
        if broken:
            return f"{len(broken)} of {len(self.checks)} checks failed: {', '.join(broken)}"
        notes = sum(check.status == "note" for check in self.checks)
        return "healthy" + (f", {notes} notes" if notes else "")

    def __str__(self) -> str:
        return self.text()


def _lines(check: Check, columns: int) -> list[str]:
    """Return the lines of a check, wrapped."""

    def wrapped(first: str, text: str, rest: str) -> list[str]:
        return textwrap.wrap(
            printable(text),
            max(columns, 2 * len(rest)),
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )

    lines = wrapped(f"{_MARKS[check.status]} ", f"{check.subject}: {check.found}", _INDENT)
    return [*lines, *(wrapped(f"{_INDENT}-> ", check.advice, f"{_INDENT}   ") if check.advice else [])]
