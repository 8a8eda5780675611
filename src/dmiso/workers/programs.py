"""Programs of others, found where the user installed them: never in the working folder, which may be a stranger's."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

__all__ = ["find_program"]


def find_program(name: str) -> str | None:
    """Return the absolute path of a program on the PATH; None where there is none.

    Entries of the PATH that are relative (``.``, or an empty one, which means the same) are passed over: with them any
    folder in which a command is started could bring a ``blastn`` of its own.

    Examples
    --------
    >>> find_program("no-such-program") is None
    True
    """
    found = shutil.which(name)
    if found is not None and not Path(found).is_absolute():
        kept = [entry for entry in os.environ.get("PATH", "").split(os.pathsep) if Path(entry).is_absolute()]
        found = shutil.which(name, path=os.pathsep.join(kept)) if kept else None
    return found
