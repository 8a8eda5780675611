"""Where a result came from: the manifest beside every output.

A manifest has version, command, seed, sha256 of every input and of the model, and the numbers of records
kept, dropped and changed. It holds no time and no absolute path, so that the same run gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

import dmiso
from dmiso.io.atomic import is_special, write_text
from dmiso.io.streams import STDIN, hashable_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dmiso.records import Counts

__all__ = [
    "manifest",
    "manifest_path",
    "sha256_bytes",
    "sha256_file",
    "to_json",
    "using_mirnas",
    "using_reference",
    "write_manifest",
]

_REFERENCE: Final[ContextVar[Mapping[str, Any] | None]] = ContextVar("reference", default=None)
_MIRNAS: Final[ContextVar[Mapping[str, Any] | None]] = ContextVar("mirnas", default=None)


def sha256_bytes(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@contextmanager
def using_reference(reference: Mapping[str, Any]) -> Iterator[None]:
    """Have manifests that are made while the block runs say which reference inputs came from.

    Parameters
    ----------
    reference
        Name, release and hashes, as :meth:`dmiso.references.Reference.as_manifest` gives them.
    """
    token = _REFERENCE.set(reference)
    try:
        yield
    finally:
        _REFERENCE.reset(token)


@contextmanager
def using_mirnas(picked: Mapping[str, Any]) -> Iterator[None]:
    """Have manifests that are made while the block runs say which sequences of counted samples the miRNAs are.

    Parameters
    ----------
    picked
        Their names, how they were chosen, and the hash of the counts.
    """
    token = _MIRNAS.set(picked)
    try:
        yield
    finally:
        _MIRNAS.reset(token)


def manifest(
    *,
    command: Sequence[str],
    inputs: Mapping[str, Path | None],
    counts: Counts,
    seed: int | None = None,
    model: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Describe a run.

    Parameters
    ----------
    command
        The words of the command line (or the function called).
    inputs
        Input files by the name of their option; a pipe or standard input (``-``, or None) has a hash where it was
        read within :func:`dmiso.io.streams.read_once`.
    counts
        What was kept, dropped and changed.
    seed, model, settings
        The random seed, name and weight hash of the model, and other settings, where there are any.

    Returns
    -------
    dict
        Ready for :func:`to_json`; with ``reference`` within :func:`using_reference` only, with ``mirnas`` within
        :func:`using_mirnas`.
    """
    files = {name: _input(STDIN if path is None else path) for name, path in inputs.items()}
    reference = _REFERENCE.get()
    told = {} if reference is None else {"reference": dict(reference)}
    mirnas = _MIRNAS.get()
    told |= {} if mirnas is None else {"mirnas": dict(mirnas)}
    return {
        "program": "dmiso",
        "version": dmiso.__version__,
        "command": list(command),
        "seed": seed,
        "inputs": files,
        **told,
        "model": dict(model) if model else None,
        "settings": dict(settings or {}),
        "counts": counts.as_dict(),
    }


def _input(path: Path) -> dict[str, str | None]:
    """Return name and hash of an input: the hash of the bytes that were read."""
    file = hashable_file(path)
    name = path.name.encode(errors="surrogateescape").decode(errors="replace")
    return {"file": name, "sha256": None if file is None else sha256_file(file)}


def write_manifest(output: Path, record: Mapping[str, Any]) -> None:
    """Write a manifest beside an output file; standard output, devices and pipes have none.

    Parameters
    ----------
    output
        The file described.
    record
        From :func:`manifest`.
    """
    if output != STDIN and not is_special(output):
        write_text(manifest_path(output), to_json(record))


def manifest_path(output: Path) -> Path:
    """Return where the manifest of an output file lies.

    Examples
    --------
    >>> from pathlib import Path
    >>> manifest_path(Path("sites.tsv.gz")).name
    'sites.tsv.gz.manifest.json'
    """
    return output.with_name(output.name + ".manifest.json")


def to_json(value: object) -> str:
    """Return indented JSON with a final newline; keys keep their order."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
