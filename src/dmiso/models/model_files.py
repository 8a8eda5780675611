"""The files of a model as bytes that a stranger wrote: bounded, regular, and looked at before they are believed.

Order: bytes of a file, JSON, the header of a file of weights, the weights. Nothing here takes memory or time that grows
with what a file *says*; only with what it *holds*, and that up to a limit.
"""

from __future__ import annotations

import json
import math
import stat
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from dmiso.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Shapes = Mapping[str, tuple[int, ...]]

__all__ = [
    "LARGEST_TEXT",
    "LARGEST_WEIGHTS",
    "NumbersError",
    "check_numbers",
    "decode_json",
    "read_bytes",
    "read_header",
    "read_metadata",
    "read_weights",
]

LARGEST_TEXT: Final = 16 << 20
"""Bytes of a file of text: a hundred times the largest of the released models."""
LARGEST_WEIGHTS: Final = 256 << 20
"""Bytes of the weights, and of a Keras file: four hundred times the largest of the released models."""

_DEEPEST: Final = 32
"""Levels of JSON; model files have five. Python's own limit is reached at about a thousand."""
_DIGITS: Final = 20
"""Digits of a whole number: no seed and no count has more, and conversion of 10,000 digits is slow."""
_LENGTH_BYTES: Final = 8
"""A safetensors file begins with the length of its header, a little-endian number of 8 bytes."""
_BYTES: Final = {"F32": 4, "F64": 8, "I64": 8}
"""Types of tensors, and the bytes of a number. Models hold the first only; the states of trainings count too."""


class NumbersError(ModelError):
    """Weights of the right shapes that no training leaves: not finite, or a variance below 0."""


def read_bytes(path: Path, limit: int) -> bytes:
    """Return what a regular file holds.

    Parameters
    ----------
    path
        A link is followed; what is at its end must be a regular file.
    limit
        Bytes at most.

    Raises
    ------
    ModelError
        If it is missing, larger, unreadable, or a FIFO, device or folder: reading these could wait for ever.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise ModelError(
                f"{path}: cannot be read (it is not a regular file). Copy the model again as a whole"
            )
        if found.st_size > limit:
            raise ModelError(
                f"{path}: too large ({found.st_size:,} bytes; at most {limit:,} are read). Copy the model again"
            )
        with path.open("rb") as handle:
            return handle.read(found.st_size)  # not one byte more, should it grow meanwhile
    except FileNotFoundError:
        raise ModelError(f"{path}: missing") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise ModelError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from error


def decode_json(content: bytes, path: Path) -> dict[str, Any]:
    """Read a JSON object; a :class:`ModelError` names the file when it is none, or one that cannot be meant.

    Refused are NaN and infinity, numbers of more than 20 digits, a name that occurs twice in an object, and more
    than 32 levels.
    """
    try:
        fields = msgspec.json.decode(content)
        if not isinstance(fields, dict):
            raise ModelError(f"{path}: expected a JSON object, found {type(fields).__name__}")
        # msgspec keeps the last of two equal names in silence, so the pairs are looked at once more
        json.loads(content, object_pairs_hook=_once_each, parse_int=_short)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise ModelError(f"{path}: not valid JSON ({error}). Copy the model again as a whole") from error
    except RecursionError:
        raise _too_deep(path) from None
    _check_depth(fields, path)
    return fields


def read_header(
    content: bytes, path: Path, *, dtypes: Collection[str] = ("F32",)
) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor that a safetensors file says it holds, without reading one.

    Parameters
    ----------
    content
        The file.
    path
        For messages.
    dtypes
        Types that a tensor may have: ``F32``, ``F64``, ``I64``.

    Raises
    ------
    ModelError
        If the header is damaged, a tensor is of another type, or the sizes do not add up to the file's.
    """
    damaged = f"{path}: damaged or not a safetensors file"
    length = int.from_bytes(content[:_LENGTH_BYTES], "little")
    if len(content) < _LENGTH_BYTES or not 0 < length <= min(len(content) - _LENGTH_BYTES, LARGEST_TEXT):
        raise ModelError(
            f"{damaged} (a header of {length:,} bytes in a file of {len(content):,}). Copy it again"
        )
    try:
        header = decode_json(content[_LENGTH_BYTES : _LENGTH_BYTES + length], path)
    except ModelError as error:
        raise ModelError(f"{damaged} ({str(error).removeprefix(f'{path}: ')})") from error
    header.pop("__metadata__", None)
    shapes = {name: _shape(name, tensor, path, dtypes) for name, tensor in header.items()}
    said = sum(math.prod(shape) * _BYTES[header[name]["dtype"]] for name, shape in shapes.items())
    held = len(content) - _LENGTH_BYTES - length
    if said != held:
        raise ModelError(
            f"{damaged} (its header declares {said:,} bytes of numbers, {held:,} follow). Copy it again"
        )
    return shapes


def read_metadata(content: bytes, path: Path) -> dict[str, Any]:
    """Return the texts that a safetensors file carries beside its tensors; its header was found right.

    Raises
    ------
    ModelError
        As :func:`decode_json`.
    """
    length = int.from_bytes(content[:_LENGTH_BYTES], "little")
    metadata = decode_json(content[_LENGTH_BYTES : _LENGTH_BYTES + length], path).get("__metadata__")
    return metadata if isinstance(metadata, dict) else {}


def read_weights(content: bytes, path: Path) -> dict[str, NDArray[Any]]:
    """Return the tensors of a file whose header was found right.

    Raises
    ------
    ModelError
        If offsets are wrong, or as :func:`check_numbers`.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        weights: dict[str, NDArray[Any]] = load(content)
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise ModelError(f"{path}: damaged or not a safetensors file ({error}). Copy it again") from error
    check_numbers(weights, str(path))
    return weights


def check_numbers(weights: Mapping[str, NDArray[Any]], where: str) -> None:
    """Stop at weights of the right shapes that no training leaves.

    A variance of 0 is let pass: it is that of a unit that is never on. Its running average shrinks with every batch and
    ends at exactly 0 where the arithmetic flushes the smallest floats (the published network has one at 1.2e-36, after
    some 8,200 batches; it would be 0 after 460 more). The networks add a little to each before they divide.

    Raises
    ------
    NumbersError
        If a number is not finite, or a variance is below 0.
    """
    for name, array in weights.items():
        if not np.isfinite(array).all():
            raise NumbersError(f"{where}: tensor {name} has numbers that are not finite")
        if name.endswith("running_var") and array.min(initial=0) < 0:
            raise NumbersError(f"{where}: tensor {name} has a variance below 0")


def _shape(name: str, tensor: Any, path: Path, dtypes: Collection[str]) -> tuple[int, ...]:
    """Return the shape of a header's entry."""
    sizes = tensor.get("shape") if isinstance(tensor, dict) else None
    if not isinstance(sizes, list) or any(type(size) is not int or size < 0 for size in sizes):
        raise ModelError(
            f"{path}: damaged or not a safetensors file (tensor {name} has no shape). Copy it again"
        )
    if tensor.get("dtype") not in dtypes:
        dtype = {"F64": "float64", "F16": "float16", "BF16": "bfloat16"}.get(tensor.get("dtype"))
        raise ModelError(f"{path}: tensor {name} is {dtype or tensor.get('dtype')}; expected float32")
    return tuple(sizes)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's pairs, if none of their names stands twice."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(n for n in names if names.count(n) > 1)!r} stands twice")
    return fields


def _short(digits: str) -> int:
    """Return a whole number of few digits."""
    if len(digits.lstrip("-")) > _DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits")
    return int(digits)


def _check_depth(fields: dict[str, Any], path: Path) -> None:
    """Refuse nesting that a later writer could not follow; level by level, so that this itself does not recurse."""
    level: list[Any] = [fields]
    for _ in range(_DEEPEST):
        inner = (part.values() if isinstance(part, dict) else part for part in level)
        level = [value for part in inner for value in part if isinstance(value, dict | list)]
        if not level:
            return
    raise _too_deep(path)


def _too_deep(path: Path) -> ModelError:
    return ModelError(f"{path}: nested deeper than {_DEEPEST} levels. Copy the model again as a whole")
