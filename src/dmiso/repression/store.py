"""A model of repression on disk: ``config.json``, ``weights.safetensors``, ``card.md``.

Which features count, how sites and genes are put together, and every weight are in these files: a model with other
features or another form needs no other code. Tensors, for each weight set *s* of the configuration:

======================== =================================== =======================================================
``s/base``               ``(n_places, n_types)``             what a site of average features adds
``s/slopes``             ``(n_features, n_places, n_types)`` change of it per standard deviation of a feature
``s/means``              ``(n_features,)``                   means of the features
``s/scales``             ``(n_features,)``                   their standard deviations
``s/transcript_slopes``  ``(n_transcript_features,)``        what a transcript adds per unit of a feature of its own
``s/transcript_means``   ``(n_transcript_features,)``        at which it adds nothing
``s/interval``           ``(3, n_knots)``                    predicted log2 fold change, and what to add for both ends
======================== =================================== =======================================================
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
import numpy as np

from dmiso.alphabet import NUCLEOTIDES
from dmiso.errors import ModelError, did_you_mean
from dmiso.io.atomic import write_text
from dmiso.io.folders import FolderKind, whole_folder
from dmiso.models.model_files import (
    LARGEST_TEXT,
    LARGEST_WEIGHTS,
    decode_json,
    read_bytes,
    read_header,
    read_weights,
)
from dmiso.models.registry import BUNDLED, check_sums, read_registry
from dmiso.networks.weights import check_shapes
from dmiso.repression.features import CATALOGUE
from dmiso.repression.sites import PLACES, SITE_TYPES
from dmiso.repression.transcript_features import TRANSCRIPT_CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

__all__ = [
    "REPRESSION_FILES",
    "FeatureNames",
    "GeneForm",
    "RepressionConfig",
    "SiteLink",
    "StoredRepression",
    "default_repression_name",
    "is_repression",
    "read_repression",
    "repression_names",
    "resolve_repression",
    "write_repression",
]

REPRESSION_FILES: Final = ("config.json", "weights.safetensors", "card.md")
_CONFIG, _WEIGHTS, _CARD = REPRESSION_FILES
_FORMAT_VERSION: Final = 1
_KIND: Final = "repression"
_FOLDER: Final = FolderKind(
    "model of repression",
    (*REPRESSION_FILES, "metrics.json"),
    _WEIGHTS,
    evidence=(_CONFIG, _WEIGHTS),
    has_force=False,
)

SiteLink = Literal["linear", "rectified", "exponential"]
"""What a site adds: its weighted sum as it is, the sum where it is above 0, or the sum's exponential."""

GeneForm = Literal["sum", "tapered", "log", "saturating"]
"""What the sites of a transcript add up to: ``x``, ``x`` up to 1 / c and ``(1 + log(c x)) / c`` beyond,
``log(1 + c x) / c`` or ``(1 - exp(-c x)) / c``."""


class FeatureNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Features of a weight set.

    Parameters
    ----------
    sites
        Of :data:`dmiso.repression.features.CATALOGUE`.
    transcripts
        Of :data:`dmiso.repression.transcript_features.TRANSCRIPT_CATALOGUE`.
    """

    sites: tuple[str, ...] = ()
    transcripts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for names, known in ((self.sites, CATALOGUE), (self.transcripts, TRANSCRIPT_CATALOGUE)):
            for name in names:
                if name not in known:
                    raise ValueError(f"feature {name!r} is unknown. {did_you_mean(name, list(known))}")


class RepressionConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a model of repression is: the contents of ``config.json``.

    Parameters
    ----------
    name
        ``repression@v0.1.0`` for released models.
    format_version, kind
        Of the directory's layout; ``repression``.
    weight_sets
        Name to features. The first whose features can be computed is used.
    places, site_types
        What the tensors' axes are, see :mod:`dmiso.repression.sites`.
    link
        From a site's weighted sum to what it adds.
    form, concentration
        From a transcript's sum to its repression; ``concentration`` (above 0) is *c*, the strength of saturation.
    log2_per_unit
        log2 fold change of a unit, above 0.
    background_slope, background_centre
        log2 fold change per log10 nt of 3'UTR against a 3'UTR of ``background_centre`` log10 nt: what longer 3'UTRs
        do in any experiment.
    panel, panel_share
        miRNAs, and the share of their mean repression that is background too: transcripts with many sites for
        everything. The background is reported apart.
    farthest
        Standard deviations from its mean beyond which a feature changes nothing more: what was not seen in training is
        not extrapolated to.
    level
        Share of measured fold changes that the interval holds.
    training
        Where the weights come from. Free form.
    """

    name: str
    format_version: int = _FORMAT_VERSION
    kind: Literal["repression"] = _KIND
    weight_sets: dict[str, FeatureNames]
    places: tuple[str, ...] = PLACES
    site_types: tuple[str, ...] = SITE_TYPES
    link: SiteLink = "linear"
    form: GeneForm = "sum"
    concentration: float = 1.0
    log2_per_unit: float = 1.0
    background_slope: float = 0.0
    background_centre: float = 3.0
    panel: tuple[str, ...] = ()
    panel_share: float = 0.0
    farthest: float = 3.0
    level: float = 0.9
    training: dict[str, Any] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name or not self.name.isprintable():
            raise ValueError("name must be text that can be printed on one line")
        if self.places != PLACES or self.site_types != SITE_TYPES:
            raise ValueError(f"places are {', '.join(PLACES)}; site_types are {', '.join(SITE_TYPES)}")
        for sequence in self.panel:
            if not sequence or set(sequence) - set(NUCLEOTIDES):
                raise ValueError(f"panel has {sequence!r}; its miRNAs are upper-case RNA")
        if not self.weight_sets:
            raise ValueError("weight_sets must name at least one set")
        if not (min(self.concentration, self.log2_per_unit, self.farthest) > 0 and 0 < self.level < 1):
            raise ValueError(
                "concentration, log2_per_unit and farthest must be above 0, level between 0 and 1"
            )


@dataclass(frozen=True, slots=True, eq=False)
class StoredRepression:
    """A model of repression as read from disk.

    Parameters
    ----------
    config
        What it is.
    weights
        Tensors by name, see the module's docstring.
    card
        Markdown.
    path
        The directory.
    weights_sha256
        SHA-256 of ``weights.safetensors``, hexadecimal.
    """

    config: RepressionConfig
    weights: Mapping[str, Floats]
    card: str
    path: Path
    weights_sha256: str


def read_repression(path: str | PathLike[str]) -> StoredRepression:
    """Read a directory and check that it is whole.

    Raises
    ------
    ModelError
        If a file is missing or damaged, the configuration is of another kind or version, or names features that this
        dmiso does not know, or the tensors do not fit it.
    """
    directory = Path(path)
    if not directory.is_dir():
        raise ModelError(f"{directory}: no such model directory. Known models: dmiso models list")
    content = read_bytes(directory / _WEIGHTS, LARGEST_WEIGHTS)
    config = _decode(directory / _CONFIG)
    held = read_header(content, directory / _WEIGHTS)
    knots = {name: held.get(f"{name}/interval", (3, 0))[-1] for name in config.weight_sets}
    check_shapes(held, _shapes(config, knots), str(directory / _WEIGHTS))
    weights = read_weights(content, directory / _WEIGHTS)
    for name in config.weight_sets:
        _check_set(weights, name, directory / _WEIGHTS)
    card = read_bytes(directory / _CARD, LARGEST_TEXT).decode("utf-8", "replace")
    return StoredRepression(config, weights, card, directory, hashlib.sha256(content).hexdigest())


def write_repression(
    path: str | PathLike[str], *, config: RepressionConfig, weights: Mapping[str, Floats], card: str
) -> StoredRepression:
    """Write a directory; its files take their places when all are whole.

    Raises
    ------
    ModelError
        If the weights do not fit the configuration.
    """
    from safetensors.numpy import save

    arrays = {name: np.ascontiguousarray(array, np.float32) for name, array in weights.items()}
    with whole_folder(Path(path), _FOLDER) as whole:
        fields = msgspec.to_builtins(config)
        write_text(whole / _CONFIG, json.dumps(fields, indent=2, ensure_ascii=False) + "\n")
        (whole / _WEIGHTS).write_bytes(save(arrays))
        write_text(whole / _CARD, card)
        read_repression(whole)
    return read_repression(path)


def repression_names(bundled: Path | None = None) -> list[str]:
    """Return the names of the bundled models of repression, sorted.

    Examples
    --------
    >>> isinstance(repression_names(), list)
    True
    """
    directory = bundled or BUNDLED
    return sorted(read_registry(directory).repression) if (directory / "registry.json").is_file() else []


def default_repression_name(bundled: Path | None = None) -> str:
    """Return the name of the model used when none is asked for.

    Raises
    ------
    ModelError
        If this installation has none.
    """
    name = read_registry(bundled).default_repression
    if not name:
        raise ModelError("this installation has no bundled model of repression. Give a model directory")
    return name


def resolve_repression(
    model: str | PathLike[str] | None = None, *, bundled: Path | None = None
) -> StoredRepression:
    """Read a model of repression by the name of a bundled one or by its directory; None is the default.

    Raises
    ------
    ModelError
        If nothing is found, a sum is wrong, or the model is damaged.
    """
    name = default_repression_name(bundled) if model is None else str(model)
    known = repression_names(bundled)
    if name in known:
        directory = (bundled or BUNDLED) / name
        if wrong := check_sums(directory, read_registry(bundled).repression[name], files=REPRESSION_FILES):
            raise ModelError(f"{wrong[0]}. Install dmiso again")
        return read_repression(directory)
    if Path(name).exists():
        return read_repression(name)
    raise ModelError(
        f"{name}: neither a bundled model of repression nor a model directory. {did_you_mean(name, known)}"
    )


def is_repression(model: str | PathLike[str], *, bundled: Path | None = None) -> bool:
    """Return whether a name or directory is that of a model of repression.

    Examples
    --------
    >>> is_repression("no-such-model")
    False
    """
    config = Path(model) / _CONFIG
    if str(model) in repression_names(bundled):
        return True
    if not config.is_file():
        return False
    try:
        return decode_json(read_bytes(config, LARGEST_TEXT), config).get("kind") == _KIND
    except ModelError:  # what is wrong with it, the reader of either kind says
        return False


def _decode(path: Path) -> RepressionConfig:
    fields = decode_json(read_bytes(path, LARGEST_TEXT), path)
    if fields.get("kind") != _KIND:
        raise ModelError(f"{path}: not a model of repression (kind is {fields.get('kind')!r})")
    if (version := fields.get("format_version")) != _FORMAT_VERSION:
        raise ModelError(
            f"{path}: format_version is {version!r}; this dmiso reads {_FORMAT_VERSION}. Install a dmiso that knows it"
        )
    try:
        return msgspec.convert(fields, RepressionConfig)
    except msgspec.ValidationError as error:
        raise ModelError(f"{path}: {error}") from error


def _shapes(config: RepressionConfig, knots: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor; of ``interval`` the number of knots is the file's."""
    shapes: dict[str, tuple[int, ...]] = {}
    of_site = (len(config.places), len(config.site_types))
    for name, features in config.weight_sets.items():
        n, n_own = len(features.sites), len(features.transcripts)
        shapes |= {
            f"{name}/base": of_site,
            f"{name}/slopes": (n, *of_site),
            f"{name}/means": (n,),
            f"{name}/scales": (n,),
            f"{name}/transcript_slopes": (n_own,),
            f"{name}/transcript_means": (n_own,),
            f"{name}/interval": (3, knots[name]),
        }
    return shapes


def _check_set(weights: Mapping[str, Floats], name: str, path: Path) -> None:
    """Refuse scales and intervals that no fit leaves."""
    if (weights[f"{name}/scales"] <= 0).any():
        raise ModelError(f"{path}: tensor {name}/scales has a standard deviation that is not above 0")
    at, low, high = weights[f"{name}/interval"]
    if not len(at) or (np.diff(at) <= 0).any() or (low > high).any():
        raise ModelError(f"{path}: tensor {name}/interval does not rise, or its ends are exchanged")
