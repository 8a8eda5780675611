"""Where references are: the user's folder of them, those that come with the package, and which is in use."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Final

from dmiso.errors import UsageError
from dmiso.io.atomic import write_text
from dmiso.references.stored import RECORD

__all__ = [
    "BUNDLED",
    "VARIABLE",
    "check_name",
    "folder_of",
    "own_names",
    "reference_in_use",
    "reference_names",
    "references_folder",
    "unfinished_names",
    "use_reference",
]

VARIABLE: Final = "DMISO_REFERENCES"
"""Environment variable that names the folder of references."""
BUNDLED: Final = Path(__file__).parent / "bundled"
"""Where those that come with the package are, one folder each."""
_IN_USE: Final = "in-use.txt"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


def references_folder() -> Path:
    """Return the folder of the user's references: ``DMISO_REFERENCES``, else in the platform's folder for data.

    That is ``~/.local/share/dmiso/references`` (or in ``XDG_DATA_HOME``) on Linux, ``~/Library/Application
    Support/dmiso/references`` on macOS, ``%LOCALAPPDATA%\\dmiso\\references`` on Windows.

    Raises
    ------
    UsageError
        If the account has no home folder and nothing names another.
    """  # noqa: D301 - Windows' separators in a sentence
    if named := os.environ.get(VARIABLE):
        return Path(named)
    try:
        home = Path.home()
    except RuntimeError as error:
        raise UsageError(
            f"There is no home folder to keep references in. Name a folder in {VARIABLE}."
        ) from error
    if sys.platform == "darwin":
        data = home / "Library" / "Application Support"
    elif sys.platform == "win32":
        data = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        # the specification of these folders says that a relative path is to be passed over
        told = Path(os.environ.get("XDG_DATA_HOME", ""))
        data = told if told.is_absolute() else home / ".local" / "share"
    return data / "dmiso" / "references"


def check_name(name: str) -> None:
    """Refuse what cannot be a reference's name: it is a folder's, and a word of a command line.

    Raises
    ------
    UsageError
        Saying what a name is made of.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot be the name of a reference. Use up to 64 of A-Z a-z 0-9 . _ + -, such as hsa-gencode45."
        )


def own_names() -> list[str]:
    """Return the names of the user's references, sorted; folders that are not whole are none."""
    folder = references_folder()
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [entry.name for entry in entries if _NAME.fullmatch(entry.name) and (entry / RECORD).is_file()]


def unfinished_names() -> list[str]:
    """Return the names of folders in which a reference was begun and is not whole, sorted."""
    try:
        entries = sorted(references_folder().iterdir())
    except OSError:
        return []
    return [
        path.name
        for path in entries
        if _NAME.fullmatch(path.name) and path.is_dir() and not (path / RECORD).is_file()
    ]


def _bundled_names() -> list[str]:
    return sorted(path.parent.name for path in BUNDLED.glob(f"*/{RECORD}"))


def reference_names() -> list[str]:
    """Return the names of all references at hand: the user's, then those of the package."""
    return [*own_names(), *_bundled_names()]


def folder_of(name: str) -> Path | None:
    """Return the folder of a reference by its name; None where none is called so."""
    if not _NAME.fullmatch(name):
        return None
    if (BUNDLED / name / RECORD).is_file():
        return BUNDLED / name
    own = references_folder() / name
    return own if own.is_dir() else None


def reference_in_use() -> str | None:
    """Return the name that :func:`use_reference` chose; None where nothing was chosen."""
    try:
        name = (references_folder() / _IN_USE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name or None


def use_reference(name: str | None) -> None:
    """Choose the reference that commands take where they miss an input and ``--reference`` is not given.

    Parameters
    ----------
    name
        Of a reference at hand; None chooses none.
    """
    path = references_folder() / _IN_USE
    if name is None:
        path.unlink(missing_ok=True)
        return
    write_text(path, name + "\n")
