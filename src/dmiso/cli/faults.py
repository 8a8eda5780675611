"""Errors that are not ours, as one line each: what happened, and what to do.

This is the one boundary where every exception of Python, of the operating system and of the libraries ends. Rooms
below turn what they know of into :class:`~dmiso.errors.DmisoError`; what they could not know comes here.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import Final

from dmiso.errors import DmisoError, printable, shortened
from dmiso.extras import EXTRAS, missing_extra

__all__ = ["describe_fault"]

_WHAT_TO_DO: Final = {
    errno.ENOSPC: "Make room, or choose another disk (temporary files lie in TMPDIR)",
    errno.EDQUOT: "Your quota is used up: make room, or choose another disk",
    errno.EROFS: "The file system is read-only: choose another output",
    errno.EACCES: "Check the permissions of the file and its folder",
    errno.EPERM: "Check the permissions of the file and its folder",
    errno.EMFILE: "Too many files are open: raise the limit with ulimit -n 4096",
    errno.ENFILE: "Too many files are open on this machine: try again later",
    errno.ENOMEM: "Use fewer --threads or --workers, or smaller inputs",
    errno.ENAMETOOLONG: "Give a shorter name",
    errno.EIO: "The disk or the network file system failed: copy the file elsewhere",
    errno.EFBIG: "The file is larger than this system allows (ulimit -f): write a compressed or a smaller one",
}
_LONGEST: Final = 2000
"""Characters of a message: what a file holds must not fill the terminal."""
_NO_CACHE: Final = "no locator available"
"""What numba says where no folder for its cache can be written."""


def describe_fault(error: BaseException) -> str:
    """Return one line for an exception that no room of dmiso raised on purpose.

    Parameters
    ----------
    error
        Whatever reached the command line.

    Returns
    -------
    str
        A sentence or two; for a fault of dmiso itself, how to report it.

    Control characters of a file's content or name are escaped, so that a message stays one line.

    Examples
    --------
    >>> describe_fault(OSError(28, "No space left on device", "out.tsv"))
    'out.tsv: No space left on device. Make room, or choose another disk (temporary files lie in TMPDIR).'
    >>> describe_fault(MemoryError())
    'the memory of this machine does not suffice. Use fewer --threads or --workers, or smaller inputs.'
    """
    return printable(shortened(_described(error), _LONGEST))


def _described(error: BaseException) -> str:  # noqa: PLR0911 - one return a kind of error
    if isinstance(error, DmisoError):
        return _sentence(str(error))
    if isinstance(error, MemoryError):
        return "the memory of this machine does not suffice. Use fewer --threads or --workers, or smaller inputs."
    if isinstance(error, OSError):
        return _of_system(error)
    if isinstance(error, ModuleNotFoundError) and error.name and error.name.partition(".")[0] in EXTRAS:
        return _sentence(str(missing_extra(error.name.partition(".")[0], "this")))
    if _NO_CACHE in str(error):
        return (
            "compiled code can be kept neither beside the package nor in the home folder. Set NUMBA_CACHE_DIR to a "
            "folder that can be written: export NUMBA_CACHE_DIR=FOLDER."
        )
    if isinstance(error, UnicodeError):
        return f"a text is not UTF-8 ({error}). Save the input as UTF-8 text."
    if isinstance(error, RecursionError):
        return "an input is nested too deeply to be read. Check the JSON files among the inputs."
    return _of_libraries(error)


def _of_system(error: OSError) -> str:
    """Name the file, what the system said, and what helps."""
    names = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]
    said = error.strerror or str(error) or type(error).__name__
    hint = _WHAT_TO_DO.get(error.errno or 0, "")
    return ": ".join([" and ".join(names), said] if names else [said]) + "." + (f" {hint}." if hint else "")


def _of_libraries(error: BaseException) -> str:
    """Give a library's complaint in its first line, and that the mistake is ours."""
    kind = type(error).__name__
    module = type(error).__module__.partition(".")[0]
    lines = str(error).strip().splitlines()
    said = f"{kind}: {lines[0]}" if lines else kind
    if module == "polars":
        return f"a table could not be worked on ({said}). Check the input tables; --debug shows where it happened."
    if "numba" in module or "llvmlite" in module:
        folder = os.environ.get("NUMBA_CACHE_DIR", "its __pycache__ folders")
        return f"compiled code failed ({said}). Remove numba's cache ({folder}) and try again."
    return (
        f"an error that dmiso did not expect ({said}). Please report it with what --debug shows: "
        f"dmiso --debug {' '.join(sys.argv[1:2])} …"
    )


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
