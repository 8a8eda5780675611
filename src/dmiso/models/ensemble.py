"""Trained models joined into one: its logit is the mean of theirs, its spread their standard deviation.

A calibration belongs to the logits it was fitted on, so none of the members' is taken over: the mean logit gets one
of its own (:func:`dmiso.train.ensemble.join_files` fits it), or none.
"""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from dmiso.engine.ensemble import member_name, member_weights
from dmiso.errors import ModelError, UsageError
from dmiso.models.calibration import Calibration
from dmiso.models.domain import Domain
from dmiso.models.store import StoredModel, write_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from dmiso.models.config import ModelConfig

__all__ = ["joined", "write_ensemble"]

_ALIKE: Final = ("network", "settings", "mirna_length", "target_length", "crop", "min_score")
"""Fields of the configuration that members share."""


def joined(models: Sequence[StoredModel], name: str) -> StoredModel:
    """Return models as one, in memory, not calibrated.

    Parameters
    ----------
    models
        At least two members of one network and one set of settings; an ensemble gives each of its members.
    name
        Of the new model.

    Returns
    -------
    StoredModel
        With the calibration ``identity``, the part of the domains that all members share, an empty path and hash.

    Raises
    ------
    UsageError
        If there are fewer than two.
    ModelError
        If they cannot be joined; the message names the field that differs.
    """
    if len(models) < 2:
        raise UsageError(f"an ensemble needs at least two models; {len(models)} given.")
    first = models[0]
    for other in models[1:]:
        for field in _ALIKE:
            a, b = getattr(first.config, field), getattr(other.config, field)
            if a != b:
                raise ModelError(
                    f"{other.path}: {field} is {b!r}; that of {first.path} is {a!r}. "
                    "Members of an ensemble have one network and one set of settings"
                )
    if len({model.weights_sha256 for model in models}) < len(models):
        raise ModelError("two members have the same weights: they would count twice. Name each model once")
    parts = [part for model in models for part in member_weights(model.weights, model.config.members)]
    weights = {member_name(i, key): array for i, part in enumerate(parts) for key, array in part.items()}
    sources = [
        {
            "name": model.config.name,
            "weights_sha256": model.weights_sha256,
            "members": model.config.members,
            "training": model.config.training,
        }
        for model in models
    ]
    config = msgspec.structs.replace(
        first.config, name=name, members=len(parts), training={"members": sources}
    )
    return StoredModel(config, weights, Calibration(), "", Path(), "", _common_domain(models))


def write_ensemble(
    folder: str | PathLike[str],
    members: Sequence[StoredModel],
    *,
    name: str | None = None,
    calibration: Calibration | None = None,
    calibrated_on: str = "",
) -> StoredModel:
    """Write a model directory that holds several trained models.

    Parameters
    ----------
    folder
        The directory, as for :func:`dmiso.models.store.write_model`.
    members
        As for :func:`joined`.
    name
        Of the model; None is the folder's name.
    calibration
        Of the mean logit, see :func:`joined` for what to fit it on. None is ``identity``: scores are then no
        probabilities, and the card says so.
    calibrated_on
        What the calibration was fitted on, for the card.

    Returns
    -------
    StoredModel

    Raises
    ------
    UsageError, ModelError
        As :func:`joined` and :func:`~dmiso.models.store.write_model`.
    """
    model = joined(members, name or Path(folder).name)
    calibration = calibration or Calibration()
    return write_model(
        folder,
        config=model.config,
        weights=model.weights,
        calibration=calibration,
        card=_card(model, members, calibration, calibrated_on),
        domain=model.domain,
    )


def _common_domain(models: Sequence[StoredModel]) -> Domain | None:
    """Return what lies inside every member's domain; None if one of them states none, or they share nothing."""
    domains = [model.domain for model in models if model.domain is not None]
    if len(domains) < len(models):
        return None
    try:
        return reduce(Domain.within, domains)
    except ValueError:  # ranges that do not overlap: no pair is inside all of them
        return None


def _card(
    model: StoredModel, members: Sequence[StoredModel], calibration: Calibration, calibrated_on: str
) -> str:
    config: ModelConfig = model.config
    rows = [f"| {member.config.name} | `{member.weights_sha256}` |" for member in members]
    if calibration.kind == "platt":
        fitted = (
            f"Platt's fit of the mean logit on {calibrated_on or 'labelled pairs'}; a score is a probability where "
            f"{'an unstated share' if calibration.prior is None else f'{100 * calibration.prior:.1f} %'} of pairs "
            "are positives."
        )
    else:
        fitted = (
            "None: score = sigmoid(mean logit) ranks pairs and is not a probability. The members' own calibrations "
            "belong to their own logits; `dmiso models ensemble … --pairs LABELLED.tsv` fits one to the mean."
        )
    background = "none" if calibration.percentile is None else f"{len(calibration.percentile)} quantiles"
    domain = "Not stated by every member." if model.domain is None else f"{model.domain.sentence()}."
    return "\n".join(
        [
            f"# {config.name}",
            "",
            f"An ensemble of {config.members} `{config.network}` networks. Its logit is the mean of theirs;",
            "the column `spread` is their standard deviation (n − 1).",
            "",
            "| member | SHA-256 of its weights |",
            "|---|---|",
            *rows,
            "",
            f"**Calibration.** {fitted}",
            "",
            f"**Percentiles.** Background: {background}.",
            "",
            f"**Domain.** {domain}",
            "",
            "Data, intended use and limits are those of the members; see their cards.",
            "",
        ]
    )
