"""Removing a reference: the files that ``dmiso reference add`` made and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmiso.errors import DmisoError, UsageError, did_you_mean
from dmiso.io.folders import claim_folder
from dmiso.io.locks import LOCK_NAME
from dmiso.references.homes import (
    BUNDLED,
    check_name,
    own_names,
    reference_in_use,
    references_folder,
    use_reference,
)
from dmiso.references.stored import FILES, INDEX, RECORD, REFERENCE_FOLDER

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["remove_reference"]


def remove_reference(name: str) -> Path:
    """Remove a reference of the user's, a damaged one or what a stopped run left too; return where it was.

    If it is the one in use, none is afterwards.

    Parameters
    ----------
    name
        Of it.

    Raises
    ------
    UsageError
        If there is none, it came with the package, or its folder holds what dmiso did not make: nothing is touched.
    DmisoError
        If a file cannot be removed.
    """
    check_name(name)
    folder = references_folder() / name
    if not folder.is_dir():
        if (BUNDLED / name).is_dir():
            raise UsageError(f"{name} is a reference of the package, which stays.")
        raise UsageError(f"There is no reference {name!r} of yours. {did_you_mean(name, own_names())}.")
    try:
        with claim_folder(folder, REFERENCE_FOLDER):
            # the record goes first: what is left of a removal that is stopped is no reference
            for file in (RECORD, INDEX, *FILES.values()):
                (folder / file).unlink(missing_ok=True)
        (folder / LOCK_NAME).unlink(missing_ok=True)
        folder.rmdir()
    except OSError as error:
        raise DmisoError(f"{folder} cannot be removed ({error.strerror}). Check its permissions.") from error
    if reference_in_use() == name:
        use_reference(None)
    return folder
