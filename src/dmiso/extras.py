"""The packages that only some users need: which extra brings each, what it is for, and whether it is there.

Asked here alone. A function that needs a package says so with :func:`require_extra` before any work, and then
imports it; one that can do without asks :func:`is_installed`. Asking loads nothing.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EXTRAS", "Extra", "is_installed", "missing_extra", "require_extra"]


class Extra(NamedTuple):
    """What brings a module: the package's name, the extra of dmiso that installs it, and what dmiso does with it."""

    package: str
    extra: str
    purpose: str


EXTRAS: Final[Mapping[str, Extra]] = {
    "torch": Extra("torch", "train", "training networks"),
    "matplotlib": Extra("matplotlib", "report", "drawing pictures"),
    "scipy": Extra("scipy", "stats", "testing for significance"),
    "RNA": Extra("ViennaRNA", "energy", "folding duplexes"),
    "cutadapt": Extra("cutadapt", "reads", "trimming reads"),
    "pysam": Extra("pysam", "reads", "reading BAM"),
    "memelite": Extra("memelite", "motif", "matching motifs"),
    "duckdb": Extra("duckdb", "query", "asking a scan"),
    "xlsxwriter": Extra("xlsxwriter", "excel", "writing .xlsx"),
    "fastexcel": Extra("fastexcel", "excel", "reading .xlsx"),
    "pandas": Extra("pandas", "pandas", "giving pandas frames"),
    "pyarrow": Extra("pyarrow", "pandas", "pandas' own Parquet and polars' to_pandas"),
    "dask": Extra("dask", "cluster", "scanning on a cluster"),
    "starlette": Extra("starlette", "web", "the local page"),
    "uvicorn": Extra("uvicorn", "web", "the local page"),
    "distributed": Extra("dask", "cluster", "scanning on a cluster"),
    "dask_jobqueue": Extra("dask-jobqueue", "cluster", "starting workers by a queue"),
}
"""Every module of an extra, by the name it is imported by."""


def is_installed(module: str) -> bool:
    """Say whether a module can be imported, without importing it.

    Parameters
    ----------
    module
        Of :data:`EXTRAS` or any other; of a dotted name the packages above it are imported.

    Examples
    --------
    >>> is_installed("json"), is_installed("no_such_module"), is_installed("no_such_module.inner")
    (True, False, False)
    """
    parts = module.split(".")
    return all(find_spec(".".join(parts[:n])) is not None for n in range(1, len(parts) + 1))


def require_extra(module: str, purpose: str = "") -> None:
    """Stop unless the package of an extra is installed.

    Parameters
    ----------
    module
        A key of :data:`EXTRAS`.
    purpose
        What needs it, for the message: ``drawing reliability plots``; empty takes that of the table.

    Raises
    ------
    MissingExtraError
        If it is not; the message has the command that installs it.
    """
    if not is_installed(module):
        raise missing_extra(module, purpose)


def missing_extra(module: str, purpose: str = "") -> MissingExtraError:
    """Return the error of a module of an extra that is not there.

    Examples
    --------
    >>> print(missing_extra("RNA"))
    folding duplexes needs ViennaRNA, which is not installed. Install it with: pip install 'dmiso[energy]'
    """
    known = EXTRAS[module]
    return MissingExtraError(known.package, extra=known.extra, purpose=purpose or known.purpose)
