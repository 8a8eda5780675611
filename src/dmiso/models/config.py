"""What a model is and what it expects: the contents of ``config.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from dmiso.encode import Crop  # noqa: TC001 - msgspec reads the annotation when it decodes
from dmiso.errors import ModelError
from dmiso.models.model_files import decode_json

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FORMAT_VERSION", "ModelConfig", "decode_config"]

FORMAT_VERSION: Final = 1
"""Version of the model directory's layout; a reader stops at one it does not know."""

_LONGEST_MIRNA: Final = 128
_LONGEST_TARGET: Final = 2048
_LONGEST_NAME: Final = 200
"""Bounds, nt and characters: batches of pairs are padded to the lengths, and the name stands in tables and cards."""


class ModelConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a model is and what it expects, the contents of ``config.json``.

    Parameters
    ----------
    name
        ``<network>-<data>@v1.0.0`` for released models.
    format_version
        Version of the directory's layout.
    network
        Name of the network, see :func:`dmiso.networks.network_names`.
    settings
        Keyword arguments of the network's class; empty means its defaults.
    mirna_length, target_length
        Lengths of the network's inputs, in nucleotides; at most 128 and 2048.
    crop
        What is kept of a longer sequence, see :data:`dmiso.encode.Crop`.
    min_score
        A pair is called positive when its score is above this, 0–1.
    members
        Networks the model holds; their mean logit is the model's. Above 1 it is an ensemble, and the tensors of
        member i are called ``i/name``.
    training
        Where the weights come from: arguments, versions, hashes of data. Free form.

    Examples
    --------
    >>> ModelConfig(name="example", network="dmiso").target_length
    60
    """

    name: str
    format_version: int = FORMAT_VERSION
    network: str
    settings: dict[str, Any] = msgspec.field(default_factory=dict)
    mirna_length: int = 30
    target_length: int = 60
    crop: Crop = "end"
    min_score: float = 0.5
    members: int = 1
    training: dict[str, Any] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name must not be empty")
        if len(self.name) > _LONGEST_NAME or not self.name.isprintable():
            raise ValueError(
                f"name must be at most {_LONGEST_NAME} characters that can be printed on one line"
            )
        if self.mirna_length < 1 or self.target_length < 1:
            raise ValueError("mirna_length and target_length must be at least 1")
        if self.mirna_length > _LONGEST_MIRNA or self.target_length > _LONGEST_TARGET:
            raise ValueError(
                f"mirna_length {self.mirna_length} and target_length {self.target_length} must be at most "
                f"{_LONGEST_MIRNA} and {_LONGEST_TARGET}"
            )
        if self.members < 1:
            raise ValueError(f"members {self.members} must be at least 1")
        if not 0 <= self.min_score <= 1:
            raise ValueError(f"min_score {self.min_score} must lie in 0–1")


def decode_config(content: bytes, path: Path) -> ModelConfig:
    """Read a configuration.

    Parameters
    ----------
    content
        The bytes of ``config.json``.
    path
        Where they were read, for messages.

    Returns
    -------
    ModelConfig

    Raises
    ------
    ModelError
        If it is not JSON, of an unknown format version, or a field is missing, unknown or wrong.
    """
    fields = decode_json(content, path)
    version = fields.get("format_version")
    if version != FORMAT_VERSION:
        raise ModelError(
            f"{path}: format_version is {version!r}; this dmiso reads {FORMAT_VERSION}. "
            "Install a dmiso that knows it, or get the model in another version"
        )
    try:
        return msgspec.convert(fields, ModelConfig)
    except msgspec.ValidationError as error:
        raise ModelError(f"{path}: {error}") from error
