"""Whose folder is this? What a command's manifest says of it, and its files, each missing one with a clear word."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.columns import COLUMNS
from dmiso.columns.tables import TABLES
from dmiso.errors import InputError
from dmiso.io.parquet import parquet_frame
from dmiso.io.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = ["REPORTED", "Run", "open_run"]

REPORTED: Final = {
    "ask": "manifest.json",
    "audit": "",
    "chimeras": "manifest.json",
    "compare": "compare.manifest.json",
    "evaluate": "manifest.json",
    "isomirs": "manifest.json",
    "scan": "scan.manifest.json",
    "study": "manifest.json",
    "summary": "manifest.json",
}
"""Kind of run → its manifest; an audit's is part of its one file."""

_PARTS: Final = {
    "chimeras": ("simulate", "statistics"),
    "evaluate": ("genes",),
    "explain": ("pair", "data", "model", "variants"),
}
"""Commands of which some second words are runs of another kind."""
_OF_ISOMIRS: Final = ("compare", "names", "simulate", "summary")
"""Commands of the group whose first is the default: its first word is a file there."""
_FILES: Final = {
    "ask": ("answer.json", "pairs.tsv"),
    "chimeras": ("interactions.tsv", "funnel.tsv", "qc.tsv"),
    "compare": ("compare.manifest.json",),
    "evaluate": ("summary.md", "metrics.tsv"),
    "isomirs": ("samples.tsv", "counts/features.tsv"),
    "scan": ("scan.manifest.json",),
    "study": ("side_by_side.tsv",),
    "summary": ("summary.txt", "types.tsv"),
}
"""Files by which a run is known that says no words."""
_SOMETIMES: Final = frozenset(name for table in TABLES for name in table.sometimes)
"""Columns that some options alone give."""
_LARGEST: Final = 64 * 2**20
"""Bytes of JSON that are read; what dmiso writes has far fewer."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run.

    Parameters
    ----------
    path
        Its folder; of an audit its file.
    kind
        One of :data:`REPORTED`.
    manifest
        What was run.
    """

    path: Path
    kind: str
    manifest: dict[str, Any]

    @property
    def command(self) -> str:
        """The words of the command line, or the function that was called."""
        return " ".join(str(word) for word in self.manifest.get("command", ()))

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that the manifest holds."""
        found = self.manifest.get("settings")
        return found if isinstance(found, dict) else {}

    def has(self, name: str) -> bool:
        """Say whether a file is there."""
        return (self.path / name).is_file()

    def json(self, name: str) -> dict[str, Any]:
        """Return a JSON object of the run.

        Raises
        ------
        InputError
            If the file is missing or is not such an object.
        """
        self._require(name)
        return read_object(self.path / name)

    def table(self, name: str, columns: Iterable[str]) -> pl.DataFrame:
        """Return a table of the run with the types that its columns are declared with.

        Parameters
        ----------
        name
            Of its file.
        columns
            Those that must be there.

        Raises
        ------
        InputError
            If the file is missing or damaged, or lacks a column.
        """
        self._require(name)
        wanted = [column for column in columns if column not in _SOMETIMES]
        path = self.path / name
        if path.suffix == ".parquet":
            frame = parquet_frame(path)
        else:
            frame = read_table(path, numbers=[column.name for column in COLUMNS.values() if column.is_number])
        missing = [column for column in wanted if column not in frame.columns]
        if missing:
            raise InputError(
                f"column {missing[0]} is missing",
                path=str(path),
                hint=f"The run may be of another version of dmiso ({self.manifest.get('version')} made it)",
            )
        return frame.with_columns(
            *(pl.col(name) == "true" for name in _of_type(frame, "Boolean")),
            *(pl.col(name).replace("", None) for name in _of_type(frame, "String")),
        )

    def _require(self, name: str) -> None:
        if not self.has(name):
            raise InputError(
                f"{name} is missing, which dmiso {self.kind} writes",
                path=str(self.path),
                hint="Run the command again, or copy the folder as a whole",
            )


def _of_type(frame: pl.DataFrame, declared: str) -> list[str]:
    """Return the columns of text that are declared as a type."""
    texts = [name for name in frame.columns if frame.schema[name] == pl.String]
    return [name for name in texts if name in COLUMNS and COLUMNS[name].type == declared]


def open_run(path: Path) -> Run:
    """Return what was run.

    Parameters
    ----------
    path
        A folder that a command wrote, or an audit's JSON.

    Raises
    ------
    InputError
        If it is neither, or of a command that has no report.
    """
    if path.is_file():
        return _audit(path)
    if not path.is_dir():
        raise InputError("there is no such folder", path=str(path), hint="Give the folder that -o named")
    found = [path / name for name in sorted({*REPORTED.values()} - {""}) if (path / name).is_file()]
    told = [_told(file) for file in found]
    for file, manifest in zip(found, told, strict=True):
        kind = _kind(manifest.get("command", ())) or _kind_of_files(path)
        if REPORTED.get(kind) == file.name:
            return Run(path, kind, manifest)
    others = ", ".join(sorted(f"dmiso {_kind(manifest.get('command', ()))}" for manifest in told))
    known = ", ".join(name for name in REPORTED if name != "audit")
    if told:
        raise InputError(
            f"it is the folder of {others}, of which there is no report",
            path=str(path),
            hint=f"There is one of a run of {known}, and of an audit's .json",
        )
    raise InputError(
        "no run of dmiso is in it: it has no manifest",
        path=str(path),
        hint=f"Give the folder that -o of one of these named, when it is finished: {known}",
    )


def _told(file: Path) -> dict[str, Any]:
    """Return a manifest.

    Raises
    ------
    InputError
        If it is none of ours.
    """
    manifest = read_object(file)
    if manifest.get("program") != "dmiso" or not isinstance(manifest.get("command"), list):
        raise InputError("it is no manifest of dmiso", path=str(file), hint="Give a folder that dmiso wrote")
    return manifest


def _audit(path: Path) -> Run:
    """Return an audit, whose manifest is within its file."""
    manifest = read_object(path).get("manifest")
    if not isinstance(manifest, dict) or _kind(manifest.get("command", ())) not in {"audit", ""}:
        raise InputError(
            "it is no report of dmiso audit",
            path=str(path),
            hint="Give the .json of an audit, or a run's folder",
        )
    return Run(path, "audit", manifest)


def _kind_of_files(path: Path) -> str:
    """Return whose files a folder holds, where the manifest has no words: a program of somebody's own called us."""
    for kind, names in _FILES.items():
        if all((path / name).is_file() for name in names):
            return kind
    return ""


def _kind(command: Sequence[object]) -> str:
    """Return what was run by the words of its command line, or by the name of the function called.

    Examples
    --------
    >>> _kind(["dmiso", "--debug", "isomirs", "compare", "x"]), _kind(["compare_files"]), _kind(["dmiso.scan"])
    ('compare', 'compare', 'scan')
    """
    words = [word for text in command[:4] for word in str(text).split() if not word.startswith("-")]
    if words[:1] == ["dmiso"]:
        words = words[1:]
    if not words:
        return ""
    if words[0] == "isomirs":
        return words[1] if words[1:2] and words[1] in _OF_ISOMIRS else "isomirs"
    if len(words) > 1 and words[1] in _PARTS.get(words[0], ()):
        return " ".join(words[:2])
    return words[0].removeprefix("dmiso.").removesuffix("_files")


def read_object(path: Path) -> dict[str, Any]:
    """Return a file's JSON object.

    Raises
    ------
    InputError
        If it holds none.
    """
    try:
        with path.open("rb") as handle:
            data = handle.read(_LARGEST + 1)
        found = json.loads(data.decode("utf-8", "surrogateescape")) if len(data) <= _LARGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InputError("it holds no JSON object", path=str(path), hint="Run the command again")
    return found
