"""The models that come with the package, by name, each file with its SHA-256; and the check of any model."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import numpy as np

from dmiso.errors import DmisoError, ModelError, did_you_mean
from dmiso.models.model_files import LARGEST_TEXT, LARGEST_WEIGHTS, NumbersError, decode_json, read_bytes
from dmiso.models.store import MODEL_FILES, OPTIONAL_FILES, StoredModel, read_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

__all__ = [
    "BUNDLED",
    "REGISTRY_VERSION",
    "Finding",
    "Registry",
    "check_model",
    "check_sums",
    "default_model_name",
    "model_names",
    "read_registry",
    "registry_entry",
    "resolve",
]

BUNDLED: Final = Path(__file__).parent / "bundled"
"""Where the bundled models lie, one directory each, beside ``registry.json``."""

REGISTRY_VERSION: Final = 1


class Registry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The contents of ``registry.json``.

    Parameters
    ----------
    format_version
        Version of this file's layout.
    default
        Name of the model used when none is asked for.
    models
        Model name to file name to SHA-256, as :func:`registry_entry` gives them.
    repression, default_repression
        The same of the models of repression, which are read by :mod:`dmiso.repression`.
    """

    format_version: int = REGISTRY_VERSION
    default: str
    models: dict[str, dict[str, str]]
    repression: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    default_repression: str = ""


class Finding(NamedTuple):
    """One thing :func:`check_model` looked at."""

    check: str
    passed: bool
    detail: str


def read_registry(bundled: Path | None = None) -> Registry:
    """Return the list of bundled models.

    Parameters
    ----------
    bundled
        Directory of bundled models; None means the package's own.

    Raises
    ------
    ModelError
        If there is none, or it is damaged, or of a version this dmiso does not know.

    Examples
    --------
    >>> read_registry().default  # doctest: +SKIP
    'duplex-chimeras@v1.0.0'
    """
    path = (bundled or BUNDLED) / "registry.json"
    if not path.is_file():
        raise ModelError("this installation has no bundled models. Give a model directory with --model DIR")
    try:
        fields = decode_json(read_bytes(path, LARGEST_TEXT), path)
        version = fields.get("format_version")
        if version != REGISTRY_VERSION:
            raise ModelError(
                f"{path}: format_version is {version!r}; this dmiso reads {REGISTRY_VERSION}. Install dmiso again"
            )
        registry = msgspec.convert(fields, Registry)
    except msgspec.DecodeError as error:
        raise ModelError(f"{path}: {error}. Install dmiso again") from error
    if registry.default not in registry.models:
        raise ModelError(f"{path}: the default model {registry.default} is not listed. Install dmiso again")
    if registry.default_repression and registry.default_repression not in registry.repression:
        raise ModelError(
            f"{path}: the default model {registry.default_repression} is not listed. Install dmiso again"
        )
    return registry


def model_names(bundled: Path | None = None) -> list[str]:
    """Return the names of the bundled models, sorted; empty where the installation has none.

    Examples
    --------
    >>> isinstance(model_names(), list)
    True
    """
    directory = bundled or BUNDLED
    return sorted(read_registry(directory).models) if (directory / "registry.json").is_file() else []


def default_model_name(bundled: Path | None = None) -> str:
    """Return the name of the model used when none is asked for.

    Examples
    --------
    >>> default_model_name()  # doctest: +SKIP
    'duplex-chimeras@v1.0.0'
    """
    return read_registry(bundled).default


def resolve(model: str | PathLike[str] | None = None, *, bundled: Path | None = None) -> StoredModel:
    """Read a model by the name of a bundled one or by its directory.

    Parameters
    ----------
    model
        A bundled name, else a directory; None means the default bundled model. A name wins over a directory
        called the same: write ``./name`` for the directory.
    bundled
        Directory of bundled models; None means the package's own.

    Returns
    -------
    StoredModel
        For a bundled model, after every file's SHA-256 was found right.

    Raises
    ------
    ModelError
        If nothing is found, a sum is wrong, or the model is damaged.

    Examples
    --------
    >>> model = resolve("my-model")  # doctest: +SKIP
    """
    name = default_model_name(bundled) if model is None else str(model)
    known = model_names(bundled)
    if name in known:
        directory = (bundled or BUNDLED) / name
        if wrong := check_sums(directory, read_registry(bundled).models[name]):
            raise ModelError(f"{wrong[0]}. Install dmiso again")
        return read_model(directory)
    if Path(name).exists():
        return read_model(name)
    raise ModelError(f"{name}: neither a bundled model nor a model directory. {did_you_mean(name, known)}")


def registry_entry(directory: str | PathLike[str], *, files: Sequence[str] = MODEL_FILES) -> dict[str, str]:
    """Return the SHA-256 of each file of a model directory, for the registry.

    Parameters
    ----------
    directory
        Of the model.
    files
        What a directory of this kind must have.

    Returns
    -------
    dict
        File name to hexadecimal sum, ``domain.json`` too where there is one.

    Examples
    --------
    >>> registry_entry("my-model")  # doctest: +SKIP
    """
    return {name: _sha256(Path(directory, name)) for name in _files(Path(directory), files)}


def check_sums(directory: Path, sums: Mapping[str, str], *, files: Sequence[str] = MODEL_FILES) -> list[str]:
    """Return a sentence for each file of a model whose SHA-256 is not the registered one.

    Parameters
    ----------
    directory
        Of the model.
    sums
        File name to SHA-256, of the registry.
    files
        What a directory of this kind must have.

    Raises
    ------
    ModelError
        If one of them is missing.
    """
    return [
        f"{directory / name}: SHA-256 is {found}; registered {sums.get(name)}"
        for name in dict.fromkeys([*_files(directory, files), *sums])
        if (found := _sha256(directory / name)) != sums.get(name)
    ]


def check_model(model: str | PathLike[str], *, bundled: Path | None = None) -> list[Finding]:
    """Look at everything that can be wrong with a model: files, sums, shapes, numbers, a forward pass.

    Parameters
    ----------
    model
        A bundled name or a directory.
    bundled
        Directory of bundled models; None means the package's own.

    Returns
    -------
    list of Finding
        In the order looked at; it ends at the first that makes the next impossible.

    Examples
    --------
    >>> [finding.check for finding in check_model("no-such-model")]
    ['files']
    """
    name = str(model)
    is_bundled = name in model_names(bundled)
    directory = (bundled or BUNDLED) / name if is_bundled else Path(name)
    missing = [file for file in MODEL_FILES if not (directory / file).is_file()]
    if missing:
        return [Finding("files", False, f"{directory} lacks {', '.join(missing)}")]
    findings = [Finding("files", True, ", ".join(_files(directory)))]
    try:
        findings.append(_check_sums(directory, read_registry(bundled).models[name] if is_bundled else None))
        stored = read_model(directory)
    except NumbersError as error:
        return [*findings, Finding("shapes", True, "as configured"), Finding("numbers", False, str(error))]
    except ModelError as error:
        return [*findings, Finding("shapes", False, str(error))]
    of_members = f", {stored.config.members} members" if stored.config.members > 1 else ""
    findings.append(
        Finding(
            "shapes", True, f"{len(stored.weights)} tensors of network {stored.config.network}{of_members}"
        )
    )
    n_numbers = sum(array.size for array in stored.weights.values())
    return [*findings, Finding("numbers", True, f"{n_numbers} finite numbers"), _check_forward(stored)]


def _check_sums(directory: Path, sums: dict[str, str] | None) -> Finding:
    """Compare files with the registered sums; None for a model that is not registered."""
    if sums is None:
        return Finding("sums", True, f"not registered; weights {_sha256(directory / MODEL_FILES[1])}")
    wrong = check_sums(directory, sums)
    return Finding("sums", not wrong, "; ".join(wrong) or "as registered")


def _check_forward(stored: StoredModel) -> Finding:
    from dmiso.engine import build_engine

    config = stored.config
    mirna = (np.arange(config.mirna_length, dtype=np.uint8) % 4)[None]
    target = (np.arange(config.target_length, dtype=np.uint8)[::-1] % 4)[None]
    try:
        logit = float(
            build_engine(config, stored.weights, source=stored.source).logits_pairs(mirna, target)[0]
        )
    except DmisoError as error:
        return Finding("forward", False, str(error))
    score = float(stored.calibration.apply(logit))
    return Finding("forward", bool(np.isfinite(logit)), f"probe logit {logit:.4f}, score {score:.4f}")


def _files(directory: Path, files: Sequence[str] = MODEL_FILES) -> list[str]:
    """Return the files that a model directory must have, and those of the others that it has."""
    return [*files, *(name for name in OPTIONAL_FILES if (directory / name).exists())]


def _sha256(path: Path) -> str:
    if not path.is_file():
        raise ModelError(f"{path}: missing. Copy the model again as a whole")
    return hashlib.sha256(read_bytes(path, LARGEST_WEIGHTS)).hexdigest()
