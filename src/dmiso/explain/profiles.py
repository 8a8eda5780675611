"""Perturbation profiles of a data set: mean and variation of the change at each position, as in the paper's Fig. 2.

Two scales stand side by side. ``probability`` over all pairs is the paper's: a mask over padding counts as no change,
and a score near 0 or 1 hardly moves. ``logit`` over the pairs whose nucleotides the mask hides, all of them, is neither
flattened by the sigmoid nor diluted by padding. Controls stand on the same axes: the network with shuffled weights,
and how many steps of the network's first layers a mask touches, which falls at the edges whatever was learnt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.columns import PROFILE_COLUMNS, schema_of
from dmiso.explain.model import SIDES, EncodedPairs
from dmiso.explain.perturb import MASK, mask_logits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from dmiso.explain.model import ExplainedModel, Side

    Floats = NDArray[np.float64]

__all__ = ["PROFILE_COLUMNS", "edge_coverage", "edge_profile", "mask_profile", "sensitivities"]


_PAIRS_AT_ONCE: Final = 256


class _Sums:
    """Number, sum and sum of squares of changes at each mask, added up chunk by chunk."""

    def __init__(self, n_masks: int) -> None:
        self.n = np.zeros(n_masks)
        self.sum = np.zeros(n_masks)
        self.squares = np.zeros(n_masks)

    def add(self, changes: Floats, counted: NDArray[np.bool_]) -> None:
        kept = np.where(counted, changes, 0.0)
        self.n += counted.sum(axis=0)
        self.sum += kept.sum(axis=0)
        self.squares += (kept**2).sum(axis=0)

    def mean_and_sd(self) -> tuple[Floats, Floats]:
        n = np.maximum(self.n, 1)
        mean = self.sum / n
        sd = np.sqrt(np.maximum(self.squares / n - mean**2, 0))
        return np.where(self.n > 0, mean, np.nan), np.where(self.n > 0, sd, np.nan)


def mask_profile(
    model: ExplainedModel,
    pairs: EncodedPairs,
    *,
    width: int = MASK,
    kind: str = "model",
    sides: Iterable[Side] = SIDES,
    progress: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Average the change by every mask over the pairs of a data set.

    Parameters
    ----------
    model
        The model.
    pairs
        At least one.
    width
        Nucleotides of a mask; the paper's 4.
    kind
        Goes into the table: ``model`` or ``control``.
    sides
        Which inputs are masked.
    progress
        Called with the number of pairs done since the last call.

    Returns
    -------
    polars.DataFrame
        :data:`PROFILE_COLUMNS`; a change is masked minus as it is, so negative where the mask hides what speaks for
        an interaction. ``sd_change`` is over pairs.
    """
    rows: list[pl.DataFrame] = []
    for side in sides:
        codes = pairs.mirna if side == "mirna" else pairs.target
        n_masks = max(0, codes.shape[1] - width + 1)
        sums = {"probability": _Sums(n_masks), "logit": _Sums(n_masks)}
        for first in range(0, len(codes), _PAIRS_AT_ONCE):
            part = slice(first, first + _PAIRS_AT_ONCE)
            found = mask_logits(model, pairs.mirna[part], pairs.target[part], side, width=width)
            change = model.probability(found.masked) - model.probability(found.logits)[:, None]
            sums["probability"].add(change, np.ones_like(found.bases, np.bool_))
            sums["logit"].add(found.masked - found.logits[:, None], found.bases == width)
            if progress is not None:
                progress(len(found.logits))
        rows += [_table(model.name, kind, side, scale, width, total) for scale, total in sums.items()]
    return pl.concat(rows)


def _table(name: str, kind: str, side: Side, scale: str, width: int, sums: _Sums) -> pl.DataFrame:
    mean, sd = sums.mean_and_sd()
    starts = np.arange(len(mean))
    return pl.DataFrame(
        {
            "scorer": [name] * len(mean),
            "kind": [kind] * len(mean),
            "side": [side] * len(mean),
            "scale": [scale] * len(mean),
            "mask_start": starts,
            "mask_end": starts + width,
            "mean_change": mean,
            "sd_change": sd,
            "n": sums.n.astype(np.int64),
        },
        schema=schema_of(PROFILE_COLUMNS),
    ).with_columns(pl.col("mean_change", "sd_change").fill_nan(None))


def edge_coverage(length: int, step_width: int, *, width: int = MASK) -> Floats:
    """Return how many steps of a network a mask touches, as a share of the most, for each start of the mask.

    Parameters
    ----------
    length
        Nucleotides of the input.
    step_width
        Nucleotides that one step sees; steps lie wholly inside the input.
    width
        Nucleotides of the mask.

    Examples
    --------
    >>> edge_coverage(8, 3, width=2).round(2).tolist()
    [0.5, 0.75, 1.0, 1.0, 1.0, 0.75, 0.5]
    """
    starts = np.arange(max(0, length - width + 1))
    last_step = length - step_width
    first = np.maximum(starts - step_width + 1, 0)
    last = np.minimum(starts + width - 1, last_step)
    touched = np.maximum(last - first + 1, 0)
    return np.asarray(touched / max(int(touched.max(initial=0)), 1), np.float64)


def edge_profile(model: ExplainedModel, *, width: int = MASK) -> pl.DataFrame:
    """Return the edge coverage of a network as rows of a profile: scale ``coverage``, kind ``edge``."""
    tables = []
    for side in SIDES:
        length = model.mirna_length if side == "mirna" else model.target_length
        step = model.step_width.get(side)
        starts = np.arange(max(0, length - width + 1))
        share = np.ones(len(starts)) if step is None else edge_coverage(length, step, width=width)
        tables.append(
            pl.DataFrame(
                {
                    "scorer": [model.name] * len(starts),
                    "kind": ["edge"] * len(starts),
                    "side": [side] * len(starts),
                    "scale": ["coverage"] * len(starts),
                    "mask_start": starts,
                    "mask_end": starts + width,
                    "mean_change": share,
                    "sd_change": np.zeros(len(starts)),
                    "n": np.zeros(len(starts), np.int64),
                },
                schema=schema_of(PROFILE_COLUMNS),
            )
        )
    return pl.concat(tables)


def sensitivities(
    model: ExplainedModel,
    pairs: EncodedPairs,
    *,
    width: int = MASK,
    progress: Callable[[int], None] | None = None,
) -> Floats:
    """Return the change of the logit of each pair by each mask of its miRNA, ``(n_pairs, n_masks)``.

    NaN where the mask hides fewer nucleotides than it is wide.
    """
    found = []
    for first in range(0, len(pairs.mirna), _PAIRS_AT_ONCE):
        part = slice(first, first + _PAIRS_AT_ONCE)
        masked = mask_logits(model, pairs.mirna[part], pairs.target[part], "mirna", width=width)
        found.append(np.where(masked.bases == width, masked.masked - masked.logits[:, None], np.nan))
        if progress is not None:
            progress(len(masked.logits))
    return np.concatenate(found) if found else np.zeros((0, max(0, pairs.mirna.shape[1] - width + 1)))
