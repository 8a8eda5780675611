"""The history: a folder for each question, with what was asked, its inputs, and what the command wrote.

``job.json`` says what was asked and how it ended, ``input/`` has the sequences as they were pasted, ``result/`` is the
command's output. Nothing is ever removed here: who wants room removes folders with the means of the system.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import time
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

import dmiso
from dmiso.errors import DmisoError, UsageError
from dmiso.io.atomic import write_text
from dmiso.io.locks import is_running

__all__ = ["History", "Record", "RunNotFoundError", "State", "default_folder"]

State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
"""``interrupted`` is one that was at work when its server ended without a word."""

_RUN: Final = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
_FILE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,120}")
_REPORT: Final = "report.html"
_TEXT: Final = "answer.txt"
_MOST_TEXT: Final = 100_000
"""Characters of it that are shown."""
_MOST_BYTES: Final = 1 << 20
"""Of a ``job.json``; a larger one is not ours."""


class RunNotFoundError(DmisoError):
    """A run, or a file of it, that is not in the history."""


class Record(msgspec.Struct, kw_only=True):
    """What ``job.json`` holds.

    Parameters
    ----------
    asked
        The fields of the page as they were sent.
    title
        The question in a few words.
    command
        Words of the command line, without the interpreter.
    state
        How it ended, or where it is.
    message
        What the command said when it failed, or why it was ended.
    begun
        Seconds since 1970.
    seconds
        That it took; 0 until it ended.
    server
        Process number of the server that runs it.
    """

    program: Literal["dmiso serve"] = "dmiso serve"
    version: str = dmiso.__version__
    asked: dict[str, Any]
    title: str
    command: list[str]
    state: State = "waiting"
    message: str = ""
    begun: float
    seconds: float = 0.0
    server: int


def default_folder() -> Path:
    """Return the folder of the history where none is given: in the user's data folder."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "dmiso" / "runs"
    data = os.environ.get("XDG_DATA_HOME", "")
    base = Path(data) if Path(data).is_absolute() else Path.home() / ".local" / "share"
    return base / "dmiso" / "runs"


class History:
    """The folders of all questions.

    Parameters
    ----------
    folder
        Made if it is missing, readable by its owner alone; what else lies in it is passed over.

    Raises
    ------
    UsageError
        If it cannot be made or written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"{folder} cannot be made a folder ({error.strerror}). Choose another with --folder."
            ) from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise UsageError(f"{folder} cannot be written. Choose another with --folder.")

    def begin(self, record: Record, inputs: dict[str, str]) -> str:
        """Make the folder of a question; return its name.

        Parameters
        ----------
        record
            What was asked.
        inputs
            Text by file name: names of ours, never of the page.
        """
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(record.begun))
        name = f"{stamp}-{secrets.token_hex(3)}"
        (self.folder / name / "input").mkdir(mode=0o700, parents=True)
        for file, text in inputs.items():
            write_text(self.folder / name / "input" / file, text)
        self.write(name, record)
        return name

    def write(self, name: str, record: Record) -> None:
        """Replace a question's ``job.json``."""
        text = msgspec.json.format(msgspec.json.encode(record), indent=1).decode()
        write_text(self._run(name) / "job.json", text + "\n")

    def read(self, name: str) -> Record:
        """Return what is known of a question.

        Raises
        ------
        RunNotFoundError
            If there is none of that name, or it is not ours.
        """
        path = self._run(name) / "job.json"
        try:
            if path.is_symlink() or path.stat().st_size > _MOST_BYTES:
                raise RunNotFoundError(f"{name} is not a run of dmiso serve.")
            record = msgspec.json.decode(path.read_bytes(), type=Record)
        except FileNotFoundError:
            raise RunNotFoundError(f"There is no run {name} any more.") from None
        except (OSError, msgspec.DecodeError, RecursionError) as error:
            raise RunNotFoundError(f"job.json of {name} cannot be read ({error}).") from error
        if record.state in {"waiting", "running"} and not is_running(record.server):
            record.state = "interrupted"
            record.message = "The server ended before the answer was there. Ask again."
        return record

    def names(self) -> list[str]:
        """Return the names of all questions, the latest first."""
        with os.scandir(self.folder) as entries:
            found = [entry for entry in entries if _RUN.fullmatch(entry.name)]
        return sorted((entry.name for entry in found if entry.is_dir(follow_symlinks=False)), reverse=True)

    def files(self, name: str) -> list[str]:
        """Return the names of the files that the command wrote, sorted; none before it is done."""
        folder = self.result(name)
        if folder.is_symlink() or not folder.is_dir():
            return []
        with os.scandir(folder) as entries:
            found = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        return sorted(file for file in found if _FILE.fullmatch(file))

    def file(self, name: str, file: str) -> Path:
        """Return the path of a file that the command wrote.

        Raises
        ------
        RunNotFoundError
            If it is not one of :meth:`files`.
        """
        if file not in self.files(name):
            raise RunNotFoundError(f"The run {name} has no such file.")
        return self.result(name) / file

    def report(self, name: str) -> Path | None:
        """Return the path of the page that the command wrote, if it did."""
        return self.result(name) / _REPORT if _REPORT in self.files(name) else None

    def text(self, name: str) -> str:
        """Return the answer in words that the command wrote; nothing if it did not."""
        if _TEXT not in self.files(name):
            return ""
        with (self.result(name) / _TEXT).open(encoding="utf-8", errors="replace") as file:
            return file.read(_MOST_TEXT)

    def result(self, name: str) -> Path:
        """Return the folder that the command writes."""
        return self._run(name) / "result"

    def inputs(self, name: str) -> Path:
        """Return the folder of a question's inputs, in which its command runs."""
        return self._run(name) / "input"

    def _run(self, name: str) -> Path:
        """Return a question's folder: a name of another form never becomes a part of a path."""
        path = self.folder / name if _RUN.fullmatch(name) else None
        if path is None or path.is_symlink() or not path.is_dir():
            raise RunNotFoundError("There is no such run.")
        return path
