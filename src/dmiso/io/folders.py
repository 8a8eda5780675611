"""Output folders: a command writes only into a folder that is new, empty or its own, and removes only what it made.

The order of things: a command says what it makes (:class:`FolderKind`); :func:`claim_folder` locks the folder, refuses
one that holds anything else, and is for commands that go on with an earlier run; :func:`whole_folder` gives a
temporary folder whose files take their places together, the manifest last.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dmiso.errors import DmisoError, UsageError
from dmiso.io.atomic import (
    PART_NAME,
    advice,
    move_into_place,
    part_name,
    remove_stale_parts,
    remove_tree,
    system_error,
)
from dmiso.io.locks import LOCK_NAME, folder_lock, locked_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "CONTENT_FILES",
    "FolderKind",
    "check_companions",
    "check_folder",
    "claim_folder",
    "foreign_entries",
    "whole_folder",
]

CONTENT_FILES: Final = "multiqc/dmiso_*_mqc.json"
"""What MultiQC shows of a run, of every kind of folder that has such content: see :mod:`dmiso.mqc`."""

_SHOWN: Final = 3
"""Foreign files that a message names."""


@dataclass(frozen=True, slots=True)
class FolderKind:
    """What a command makes in its folder.

    Parameters
    ----------
    command
        Name of the command, as its manifest and lock have it: ``scan``.
    makes
        Every file it may make, as patterns of paths below the folder, with ``/``; ``*`` stands for any part of a
        path, slashes included.
    manifest
        Its manifest among them: written last, so that a folder with a manifest is whole.
    evidence
        Files that together show that a folder is this command's, where it writes no manifest.
    clears
        Folders below it that the command removes as a whole: nothing of others may lie in them.
    has_force
        The command has the option ``--force``, so that messages may name it.

    Examples
    --------
    >>> kind = FolderKind("dataset", ("data.parquet", "shards/*.parquet"))
    >>> kind.made("shards/000001.parquet"), kind.made("notes.txt"), kind.made("manifest.json")
    (True, False, True)
    """

    command: str
    makes: tuple[str, ...]
    manifest: str = "manifest.json"
    evidence: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    has_force: bool = True

    def made(self, relative: str) -> bool:
        """Say whether a path below the folder is one that this command makes."""
        return relative == self.manifest or any(fnmatchcase(relative, pattern) for pattern in self.makes)


def foreign_entries(folder: Path, kind: FolderKind) -> list[str]:
    """Return the files below a folder that the command did not make, sorted: all, if nothing shows that it is its own.

    Parameters
    ----------
    folder
        An existing folder.
    kind
        What the command makes.
    """
    files = sorted(_files_below(folder))
    own = _is_own(folder, kind)
    return [name for name in files if not _is_ours_anyway(name) and not (own and kind.made(name))]


def _is_ours_anyway(name: str) -> bool:
    """Say whether a path below a folder is a lock, or what a killed run of dmiso was writing."""
    last = name.rpartition("/")[2]
    return last == LOCK_NAME or PART_NAME.fullmatch(last.removesuffix("s")) is not None


def _files_below(folder: Path) -> Iterator[str]:
    """Yield files, links and empty folders below a folder, without following links."""
    for root, folders, files in os.walk(folder):
        here = Path(root).relative_to(folder)
        for name in files:
            yield (here / name).as_posix()
        for name in list(folders):
            path = Path(root, name)
            if PART_NAME.fullmatch(name.removesuffix("s")):
                folders.remove(name)  # what a killed run was writing counts as one entry
                yield (here / name).as_posix()
            elif path.is_symlink():
                yield (here / name).as_posix()


def _is_own(folder: Path, kind: FolderKind) -> bool:
    """Say whether a manifest or a lock in the folder is of this command."""
    return locked_for(folder) == kind.command or _is_told(folder, kind)


def _is_told(folder: Path, kind: FolderKind) -> bool:
    """Say whether a manifest, or files that stand for one, show that the folder is of this command."""
    if kind.evidence and all((folder / name).is_file() for name in kind.evidence):
        return True
    try:
        said = json.loads((folder / kind.manifest).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    if not isinstance(said, dict) or said.get("program") != "dmiso":
        return False
    words = said.get("command")
    return isinstance(words, list) and kind.command in " ".join(str(word) for word in words[:3])


def check_folder(folder: Path, kind: FolderKind, *, force: bool = False) -> None:
    """Refuse a folder that holds files of others, unless they may stay beside ours.

    From here on a lock of this command in the folder means: whatever is called as its files are, it made.

    Raises
    ------
    UsageError
        If the folder is a file, or holds files that this command did not make.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; dmiso {kind.command} writes a folder. Give another name.")
    foreign = foreign_entries(folder, kind) if folder.is_dir() else []
    if force:
        foreign = [name for name in foreign if kind.made(name) or name.partition("/")[0] in kind.clears]
    if foreign:
        more = f" and {len(foreign) - _SHOWN} more" if len(foreign) > _SHOWN else ""
        hint = " --force writes beside them and replaces none of them." if kind.has_force else ""
        if force:
            hint = " Or move them away: --force replaces only files that dmiso made."
        raise UsageError(
            f"{folder} holds files that dmiso {kind.command} did not make ({', '.join(foreign[:_SHOWN])}{more}): "
            f"nothing was touched. Choose a new or empty folder.{hint}"
        )


@contextmanager
def claim_folder(
    folder: Path, kind: FolderKind, *, force: bool = False, shared: bool = False
) -> Iterator[Path]:
    """Make or take over a command's folder, and keep other runs out of it while the block runs.

    Parameters
    ----------
    folder
        The output. It is made if it is missing, and removed again if nothing was written to it.
    kind
        What the command makes.
    force
        Accept a folder that holds files of others; they are left alone.
    shared
        Runs of one command that fill a folder together take it together.

    Yields
    ------
    pathlib.Path
        The folder.

    Raises
    ------
    UsageError
        If it is a file, holds what this command did not make, cannot be made, or another run writes to it.
    """
    check_folder(folder, kind, force=force)
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{folder} cannot be made a folder ({reason}). Choose another output.") from error
    try:
        with folder_lock(folder, kind.command, shared=shared):
            check_folder(folder, kind, force=force)  # again: another command may have been quicker
            remove_stale_parts(folder)
            try:
                yield folder
            finally:
                if not shared and _is_told(folder, kind):
                    (folder / LOCK_NAME).unlink(missing_ok=True)  # what the folder is, its own files say now
    finally:
        if new:
            _remove_if_unused(folder)


def _remove_if_unused(folder: Path) -> None:
    """Remove a folder that holds nothing but its lock."""
    with suppress(OSError):
        if [path.name for path in folder.iterdir()] in ([], [LOCK_NAME]):
            (folder / LOCK_NAME).unlink(missing_ok=True)
            folder.rmdir()


@contextmanager
def whole_folder(folder: Path, kind: FolderKind, *, force: bool = False) -> Iterator[Path]:
    """Give a temporary folder whose files take their places together when the block ends without an error.

    Files of an earlier run of the same command that this one did not make again are removed; files of others never
    are, nor are they replaced.

    Parameters
    ----------
    folder, kind, force
        As :func:`claim_folder`.

    Yields
    ------
    pathlib.Path
        An empty folder to write to.

    Raises
    ------
    UsageError
        As :func:`claim_folder`.
    DmisoError
        If the disk is full or a file cannot be written.
    """
    with claim_folder(folder, kind, force=force):
        temporary = folder / part_name("folder")
        try:
            temporary.mkdir()
            yield temporary
            _take_places(temporary, folder, kind)
        except BrokenPipeError:
            raise
        except DmisoError as caught:
            if str(temporary) not in str(caught):
                raise
            # the user knows the folder, not where its files are before they are whole
            raise DmisoError(str(caught).replace(str(temporary), str(folder))) from caught
        except Exception as caught:
            error = system_error(caught)
            if error is None or (error.filename is not None and str(folder) not in str(error.filename)):
                raise  # another fault, or another file's
            said = f"{folder} cannot be written ({error.strerror or error}).{advice(error)}"
            raise DmisoError(said) from caught
        finally:
            remove_tree(temporary)


def _take_places(temporary: Path, folder: Path, kind: FolderKind) -> None:
    """Move every file of a finished run to its place: old ones go first, the manifest comes last.

    A run that is killed in between leaves a folder without a manifest, never a mixture of two runs.
    """
    made = [name for name in _files_below(temporary) if not _is_ours_anyway(name)]
    unknown = [name for name in made if not kind.made(name)]
    assert not unknown, f"dmiso {kind.command} makes {unknown}, which its FolderKind does not list"
    for name in (kind.manifest, *made):
        (folder / name).unlink(missing_ok=True)
    for name in sorted(made, key=lambda name: (name == kind.manifest, name)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        move_into_place(temporary / name, folder / name)
    _remove_stale(folder, kind, made)


def _remove_stale(folder: Path, kind: FolderKind, made: Sequence[str]) -> None:
    """Remove what an earlier run of this command made and this one did not."""
    foreign = set(foreign_entries(folder, kind))
    for name in list(_files_below(folder)):
        if (
            name in made
            or name in foreign
            or _is_ours_anyway(name.partition("/")[0])
            or _is_ours_anyway(name)
        ):
            continue
        (folder / name).unlink(missing_ok=True)
        with suppress(OSError):
            (folder / name).parent.rmdir()  # only if it is empty now


def check_companions(output: Path, companions: Sequence[Path], inputs: Iterable[Path | None] = ()) -> None:
    """Refuse to write files beside an output where others stand: they are only ours if the output is there too.

    Parameters
    ----------
    output
        The file named by the user.
    companions
        Files that are written beside it, under names of our choice.
    inputs
        What the run reads: none of it is replaced.

    Raises
    ------
    UsageError
        Naming the file that would be replaced.
    """
    read = {os.path.realpath(path) for path in inputs if path is not None}
    for path in companions:
        if os.path.lexists(path) and (not os.path.lexists(output) or os.path.realpath(path) in read):
            raise UsageError(
                f"{path} would be written beside {output}, and is there already: nothing was touched. "
                "Choose another name, or move it away."
            )
