"""The arithmetic of repression: from features of sites to what each adds, and to a transcript's log2 fold change.

Order: a weight set of a model, what sites add, what they add up to, the interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.errors import ModelError
from dmiso.repression.features import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from dmiso.repression.sites import SeedSites
    from dmiso.repression.store import FeatureNames, RepressionConfig, StoredRepression

    Floats = NDArray[np.float64]

__all__ = ["WeightSet", "gene_share", "gene_total", "weight_set"]


_TENSORS: Final = (
    "base",
    "slopes",
    "means",
    "scales",
    "transcript_slopes",
    "transcript_means",
    "interval",
)


@dataclass(frozen=True, slots=True, eq=False)
class WeightSet:
    """One weight set of a model, see :mod:`dmiso.repression.store` for the shapes.

    Parameters
    ----------
    name, features
        As in the configuration.
    base, slopes, means, scales, transcript_slopes, transcript_means, interval
        The tensors, as float64.
    config
        Of the model.
    """

    name: str
    features: FeatureNames
    base: Floats
    slopes: Floats
    means: Floats
    scales: Floats
    transcript_slopes: Floats
    transcript_means: Floats
    interval: Floats
    config: RepressionConfig

    def contributions(self, sites: SeedSites, values: Floats) -> Floats:
        """Return what each site adds, ``(n_sites,)``, in units of the model.

        Parameters
        ----------
        sites
            Their place and type count.
        values
            ``(n_features, n_sites)``; NaN counts as the feature's mean.
        """
        total = self.base[sites.place, sites.type]
        for row, slopes, mean, scale in zip(values, self.slopes, self.means, self.scales, strict=True):
            deviation = np.clip((row - mean) / scale, -self.config.farthest, self.config.farthest)
            total = total + np.where(np.isnan(row), 0.0, deviation) * slopes[sites.place, sites.type]
        if self.config.link == "rectified":
            return np.maximum(total, 0.0)
        if self.config.link == "exponential":
            # a place and type without weights, all of them 0, adds nothing; exp(0) would be a site of strength 1
            used = (self.base != 0) | (self.slopes != 0).any(axis=0)
            return np.where(used[sites.place, sites.type], np.exp(total), 0.0)
        return np.asarray(total)

    def joint(self, values: Floats) -> Floats:
        """Return what transcripts add beside their single sites, ``(n_mirnas, n_transcripts)``, in units of the model.

        Parameters
        ----------
        values
            ``(n_transcript_features, n_mirnas, n_transcripts)``.
        """
        total = np.zeros(values.shape[1:])
        for array, slope, mean in zip(values, self.transcript_slopes, self.transcript_means, strict=True):
            total += (array - mean) * slope
        return total

    def ends(self, repression: Floats) -> tuple[Floats, Floats]:
        """Return both ends of the interval of predicted log2 fold changes."""
        at, low, high = self.interval
        return repression + np.interp(repression, at, low), repression + np.interp(repression, at, high)


def weight_set(model: StoredRepression, available: Collection[str]) -> WeightSet:
    """Return the first weight set of a model whose features can be computed.

    Parameters
    ----------
    model
        The model.
    available
        Of what features need, what is there: ``{"accessibility"}``.

    Raises
    ------
    ModelError
        If none can.
    """
    for name, features in model.config.weight_sets.items():
        needs = {CATALOGUE[feature].needs for feature in features.sites} - {""}
        if needs <= set(available):
            tensors = {key: model.weights[f"{name}/{key}"].astype(np.float64) for key in _TENSORS}
            return WeightSet(name=name, features=features, config=model.config, **tensors)
    raise ModelError(
        f"model {model.config.name}: none of its weight sets ({', '.join(model.config.weight_sets)}) can be used "
        f"with {', '.join(available) or 'sequence alone'}. Install ViennaRNA with: pip install 'dmiso[energy]'"
    )


def gene_total(config: RepressionConfig, added: Floats) -> Floats:
    """Return the log2 fold change of transcripts, negative where repressed, from what their sites add up to.

    Examples
    --------
    >>> from dmiso.repression.store import FeatureNames, RepressionConfig
    >>> config = RepressionConfig(name="m", weight_sets={"s": FeatureNames()}, form="log", log2_per_unit=0.5)
    >>> gene_total(config, np.array([0.0, np.e - 1])).tolist()
    [-0.0, -0.5]
    >>> config = RepressionConfig(name="m", weight_sets={"s": FeatureNames()}, form="tapered", concentration=2.0)
    >>> gene_total(config, np.array([0.25, 0.5, np.e / 2])).tolist()
    [-0.25, -0.5, -1.0]
    """
    return added * gene_share(config, added)


def gene_share(config: RepressionConfig, added: Floats) -> Floats:
    """Return the log2 fold change per unit of what sites add: each site's part of a saturating sum.

    A transcript's parts then add up to its log2 fold change, however it saturates.
    """
    x = config.concentration * np.abs(added)
    small = x < 1e-9  # both forms are 1 there to double precision
    safe = np.where(small, 1.0, x)
    if config.form == "log":
        kept = np.where(small, 1.0, np.log1p(safe) / safe)
    elif config.form == "tapered":
        # straight as far as data reach, then on as a logarithm does: the order of genes stays
        kept = np.where(x <= 1, 1.0, (1 + np.log(np.maximum(safe, 1))) / safe)
    elif config.form == "saturating":
        kept = np.where(small, 1.0, -np.expm1(-safe) / safe)
    else:
        kept = np.ones_like(x)
    return -config.log2_per_unit * kept
