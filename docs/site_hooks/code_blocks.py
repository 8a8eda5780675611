"""Find the code blocks of a Markdown page, and say of each what it is: shell, Python, or something only to look at.

The site colours blocks by what this says, and ``tests/documentation`` runs them by it. A fence names its kind; an
indented block is told by its first line, so that the plain style of the pages stays.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["RUNNABLE", "SHOWN", "Block", "code_blocks"]

RUNNABLE: Final = ("sh", "console", "python", "pycon")
"""Kinds that run as pasted. Of ``console`` the lines after ``$`` run, and the rest is what they print."""
SHOWN: Final = ("text", "synopsis", "r", "html", "json", "yaml", "dockerfile")
"""Kinds that are only looked at; a synopsis says how a command is called, with words to be replaced."""

_FENCE: Final = re.compile(r"^(?P<fence>```+|~~~+) *(?P<kind>[\w+-]*)[^`]*$")
_MARK: Final = re.compile(r"^<!-- (?P<what>not run|ends with \d+): (?P<reason>.+) -->$")
_PROGRAMS: Final = [
    "dmiso",
    "make",
    "python",
    "python3",
    "pip",
    "snakemake",
    "nextflow",
    "bash",
    "cut",
    "head",
    "Rscript",
    "multiqc",
    "docker",
    "conda",
]
_SHELL: Final = re.compile(rf"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(?:{'|'.join(_PROGRAMS)})(?: |$)")
_PYTHON: Final = re.compile(r"(?:import|from) \w")


class Block(NamedTuple):
    """A code block of a page."""

    line: int
    """Line of the page it begins on, from 1."""
    kind: str
    """One of :data:`RUNNABLE` or :data:`SHOWN`; empty of a fence that does not say."""
    code: str
    not_run: str
    """Why it is not run; empty where it is."""
    exit_code: int
    """With which its last command ends."""
    fenced: bool

    @property
    def runs(self) -> bool:
        """Whether it is run as pasted."""
        return self.kind in RUNNABLE and not self.not_run


def code_blocks(text: str) -> list[Block]:
    """Return the code blocks of a page in their order.

    Parameters
    ----------
    text
        The page, Markdown.
    """
    lines = text.split("\n")
    found: list[Block] = []
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        if fence:
            end = next(
                i for i in range(at + 1, len(lines)) if lines[i].strip() == fence["fence"]
            )  # a fence that is never closed swallows the page: the error is wanted
            found.append(_block(lines, at, "\n".join(lines[at + 1 : end]), fence["kind"]))
            at = end + 1
        elif lines[at].startswith("    ") and not _inside_a_list(lines, at):
            end = at
            while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
                end += 1
            code = "\n".join(line[4:] for line in lines[at:end]).rstrip()
            found.append(_block(lines, at, code, _kind(code)))
            at = end
        else:
            at += 1
    return found


def _inside_a_list(lines: list[str], at: int) -> bool:
    """Say whether an indented line goes on with a list or a paragraph, and is no code."""
    if at and lines[at - 1].strip():
        return True
    before = next((line for line in reversed(lines[:at]) if line.strip() and not line.startswith("  ")), "")
    return bool(re.match(r"(?:[-*]|\d+\.) ", before))


def _kind(code: str) -> str:
    """Tell what an indented block is."""
    if code.startswith("$ "):
        return "console"
    if code.startswith(">>> "):
        return "pycon"
    if _PYTHON.match(code):
        return "python"
    return "sh" if _SHELL.match(code) else "text"


def _block(lines: list[str], at: int, code: str, kind: str) -> Block:
    before = next((line for line in reversed(lines[:at]) if line.strip()), "")
    mark = _MARK.match(before)
    what, reason = (mark["what"], mark["reason"]) if mark else ("", "")
    return Block(
        line=at + 1,
        kind=kind,
        code=code,
        not_run=reason if what == "not run" else "",
        exit_code=int(what.split()[-1]) if what.startswith("ends") else 0,
        fenced=bool(_FENCE.match(lines[at])),
    )
