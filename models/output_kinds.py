"""What a network of many outputs learns from: labelled chimeras, a teacher's logits, affinities, and how much of each.

Every epoch mixes all kinds (:func:`epoch_kinds`). Negatives compete where the site shows a seed match of the miRNA that
was found there. The network could learn from them whose site it is. So they weigh less (``competing_weight``), and seed
matches of frequent miRNAs are planted into a share of the sites (``planted_share``), into positives and their negatives
alike: then a seed match of another miRNA tells less of the label.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl
import torch

from affinities import LET7A, with_flanks
from dmiso.confounders import frequent_seeds
from dmiso.encode import N_CODE, encode
from dmiso.seeds import find_seed_sites, seed_match
from dmiso.train.data import PairTable, encode_pairs
from dmiso.train.epochs import epoch_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.models.store import ModelConfig
    from dmiso.records import Counts
    from dmiso.train import TrainSettings

__all__ = ["AFFINITY", "TEACHER", "KindSettings", "Kinds", "affinity_folds", "encode_kinds", "epoch_kinds"]

TEACHER: Final = "teacher"
AFFINITY: Final = "affinity"

_STREAMS: Final = {"kinds": 6, "planted": 7}
_PLANTED: Final = 7
_SEED_SITE: Final = 8
_MCGEARY_TIMES: Final = 5
_MCGEARY_FLANK, _SCANMIR_FLANK = 4, 2
_SCANMIR_SHORT: Final = 8
_STRONG, _STRONG_TIMES = 0.6, 8.0
"""Predicted log10 affinities from which on an 8-mer is drawn more often, and how much: most of them bind nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSettings:
    """How much of each kind is shown, and how much it weighs; labels weigh 1.

    Parameters
    ----------
    soft_pairs
        Teacher's pairs per epoch, drawn anew.
    soft_weight
        Of each of them.
    affinity_weight
        Of each measured or predicted affinity.
    predicted_affinities
        8-mers of scanMiR's predictions per epoch, drawn anew.
    general_affinities
        Teacher's pairs per epoch that the affinity output learns too, at a third of its weight: without pairs of
        whole sites it knows seeds only.
    competing_weight
        Of negatives whose site shows a seed match of the miRNA that was found there.
    planted_share
        Of the training sites that get a 7mer-A1 of a frequent miRNA, drawn in every epoch, away from their own seed
        matches.
    affinity_folds, affinity_fold
        Into how many parts the measured targets of let-7a are divided, and which is left out; no part if it is -1.
    without_let7
        Leave out all affinities of let-7 and of miRNAs with its seed.
    bfloat16
        Multiply in bfloat16; the helices stay in float32.
    """

    soft_pairs: int = 150_000
    soft_weight: float = 0.7
    affinity_weight: float = 0.3
    predicted_affinities: int = 10_000
    general_affinities: int = 10_000
    competing_weight: float = 0.25
    planted_share: float = 0.3
    affinity_folds: int = 5
    affinity_fold: int = -1
    without_let7: bool = False
    bfloat16: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class _Shown(NamedTuple):
    """Pairs of one kind as they are shown: codes, what to learn, weights, the output, and whether it is an amount."""

    mirna: NDArray[np.uint8]
    target: NDArray[np.uint8]
    goal: NDArray[np.float32]
    weight: NDArray[np.float32]
    output: NDArray[np.int64]
    amount: bool


class Kinds(NamedTuple):
    """Everything that a run learns from, as codes.

    Parameters
    ----------
    sources
        Names of the sources, in the order of their outputs.
    train, source, seed_start
        Training pairs, the number of each one's source, and where its site shows a seed match of its miRNA, -1 for
        none.
    planted
        Codes of the 7mer-A1 sites of frequent miRNAs, ``(n, 7)``.
    validation
        ``(miRNA codes, target codes, labels)``.
    teacher
        ``(miRNA codes, target codes, logits)``.
    affinity
        The same with goals, by study; ``scanmir`` has a fourth array, the chance of being drawn.
    """

    sources: Sequence[str]
    train: Any
    source: NDArray[np.int64]
    seed_start: NDArray[np.int64]
    planted: NDArray[np.uint8]
    validation: tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int8]]
    teacher: tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float32]]
    affinity: Mapping[str, tuple[NDArray[Any], ...]]

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of all outputs in their order."""
        return (*self.sources, TEACHER, AFFINITY)


def encode_kinds(
    pairs: pl.DataFrame,
    soft: pl.DataFrame,
    affinities: pl.DataFrame,
    config: ModelConfig,
    settings: KindSettings,
    counts: Counts,
) -> Kinds:
    """Turn all tables into codes of the network's lengths.

    Parameters
    ----------
    pairs
        Labelled pairs, see :func:`chimera_data.labelled_pairs`.
    soft
        See :func:`soft_pairs.soft_pairs`.
    affinities
        See :func:`affinities.read_affinities`.
    config
        Lengths.
    settings
        Which affinities take part.
    counts
        Gets a note of sequences longer than the network's window.
    """
    own = pairs.filter(pl.col("split") == "train")
    judged = pairs.filter(pl.col("split") == "validation")
    names, number = np.unique(own["source"].to_numpy(), return_inverse=True)
    mirnas = own["mirna_sequence"].to_list()
    found = [find_seed_sites(*pair) for pair in zip(mirnas, own["target_sequence"].to_list(), strict=True)]
    positives = own.filter(pl.col("label") == 1)["mirna_sequence"].to_list()
    frequent = [f"{seed_match(seed)}A" for seed in frequent_seeds(positives)]
    return Kinds(
        sources=[str(name) for name in names],
        train=encode_pairs(PairTable(own, np.ones(own.height, np.float32), None, None), config, counts),
        source=number.astype(np.int64),
        seed_start=np.array([sites[0].start if sites else -1 for sites in found]),
        planted=encode(frequent, _PLANTED),
        validation=(*_codes(judged, config), judged["label"].to_numpy()),
        teacher=(*_codes(soft, config), soft["logit"].to_numpy().astype(np.float32)),
        affinity=_affinity_codes(affinities, config, settings),
    )


def _codes(table: pl.DataFrame, config: ModelConfig) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    return (
        encode(table["mirna_sequence"].to_list(), config.mirna_length, crop=config.crop),
        encode(table["target_sequence"].to_list(), config.target_length, crop=config.crop),
    )


def _affinity_codes(
    affinities: pl.DataFrame, config: ModelConfig, settings: KindSettings
) -> dict[str, tuple[NDArray[Any], ...]]:
    """Return codes and goals by study, without the parts that are left out."""
    if settings.without_let7:
        affinities = affinities.filter(pl.col("mirna_sequence").str.slice(1, 6) != LET7A[1:7])
    found: dict[str, tuple[NDArray[Any], ...]] = {}
    for study in ("becker", "mcgeary", "scanmir"):
        own = affinities.filter(pl.col("study") == study)
        if study == "becker" and own.height:
            fold = affinity_folds(own.height, settings.affinity_folds)
            own = own.filter(pl.Series(fold != settings.affinity_fold))
        mirna = encode(own["mirna_sequence"].to_list(), config.mirna_length, crop=config.crop)
        longest = config.target_length if study == "becker" else _SCANMIR_SHORT if study == "scanmir" else 10
        target = encode(own["target_sequence"].to_list(), longest)
        found[study] = (mirna, target, own["goal"].to_numpy().astype(np.float32))
        if study == "scanmir":
            chance = np.where(own["log10_affinity"].to_numpy() > _STRONG, _STRONG_TIMES, 1.0)
            found[study] += (chance / chance.sum(),)
    return found


def affinity_folds(n: int, folds: int) -> NDArray[np.int64]:
    """Return the fold of each measured target of let-7a, drawn once for all runs, ``(n,)``."""
    return np.random.default_rng(7).integers(0, folds, n)


def epoch_kinds(
    kinds: Kinds, settings: TrainSettings, own: KindSettings, epoch: int
) -> dict[str, torch.Tensor]:
    """Return the pairs of all kinds in the order in which an epoch shows them."""
    rng = np.random.default_rng([settings.seed, _STREAMS["kinds"], epoch])
    parts = [
        _chimeras(kinds, settings, own, epoch),
        _soft(kinds, own.soft_pairs, own.soft_weight, rng, as_affinity=False),
        _soft(kinds, own.general_affinities, own.affinity_weight / 3, rng, as_affinity=True),
        *_affinities(kinds, own, rng),
    ]
    order = torch.from_numpy(rng.permutation(sum(len(part.goal) for part in parts)))
    joined = {
        name: torch.from_numpy(np.concatenate([getattr(part, name) for part in parts]))[order]
        for name in ("mirna", "target", "goal", "weight", "output")
    }
    amounts = np.concatenate([np.full(len(part.goal), part.amount) for part in parts])
    return {**joined, "amount": torch.from_numpy(amounts)[order]}


def _chimeras(kinds: Kinds, settings: TrainSettings, own: KindSettings, epoch: int) -> _Shown:
    """Return positives and redrawn negatives; competing ones weigh less."""
    shown = epoch_pairs(_with_planted(kinds, own.planted_share, settings.seed, epoch), settings, epoch)
    competes = (kinds.seed_start[shown.target_row] >= 0) & (shown.goal == 0)
    weight = np.where(competes, own.competing_weight, 1.0).astype(np.float32)
    return _Shown(
        kinds.train.mirna[shown.mirna_row],
        shown.target[shown.target_row],
        shown.goal,
        weight,
        kinds.source[shown.target_row],
        amount=False,
    )


def _with_planted(kinds: Kinds, share: float, seed: int, epoch: int) -> Any:
    """Return the training pairs with frequent miRNAs' seed matches in some sites, drawn anew in every epoch."""
    rng = np.random.default_rng([seed, _STREAMS["planted"], epoch])
    pairs, width = kinds.train, kinds.planted.shape[1]
    room = pairs.target_bases - width
    start = (rng.random(len(pairs)) * np.maximum(room, 1)).astype(np.int64)
    apart = (
        (kinds.seed_start < 0)
        | (start + width <= kinds.seed_start)
        | (start >= kinds.seed_start + _SEED_SITE)
    )
    rows = np.flatnonzero((rng.random(len(pairs)) < share) & apart & (room > 0))
    target = pairs.target.copy()
    columns = start[rows, None] + np.arange(width)
    target[rows[:, None], columns] = kinds.planted[rng.integers(len(kinds.planted), size=len(rows))]
    return replace(pairs, target=target)


def _soft(kinds: Kinds, n: int, weight: float, rng: np.random.Generator, *, as_affinity: bool) -> _Shown:
    """Return some of the teacher's pairs, as probabilities, or as amounts in standard deviations for affinity."""
    mirna, target, logits = kinds.teacher
    rows = rng.choice(len(logits), min(n, len(logits)), replace=False)
    chosen = logits[rows]
    goal = (chosen - logits.mean()) / logits.std() if as_affinity else 1 / (1 + np.exp(-chosen))
    output = len(kinds.sources) + int(as_affinity)
    return _of_output(mirna[rows], target[rows], goal, weight, output, amount=as_affinity)


def _affinities(kinds: Kinds, own: KindSettings, rng: np.random.Generator) -> list[_Shown]:
    """Return all measured affinities, and some predicted ones, between random nucleotides."""
    length, output = kinds.train.target.shape[1], len(kinds.sources) + 1
    shown = []
    mirna, target, goal = kinds.affinity["becker"]
    shown.append(_of_output(mirna, target, goal, own.affinity_weight, output, amount=True))
    mirna, target, goal = kinds.affinity["mcgeary"]
    for _ in range(_MCGEARY_TIMES):
        flanked = with_flanks(target, _MCGEARY_FLANK, length, N_CODE, rng)
        shown.append(_of_output(mirna, flanked, goal, own.affinity_weight, output, amount=True))
    mirna, target, goal, chance = kinds.affinity["scanmir"]
    rows = rng.choice(len(goal), own.predicted_affinities, p=chance)
    flanked = with_flanks(target[rows], _SCANMIR_FLANK, length, N_CODE, rng)
    shown.append(_of_output(mirna[rows], flanked, goal[rows], own.affinity_weight, output, amount=True))
    return shown


def _of_output(
    mirna: NDArray[np.uint8],
    target: NDArray[np.uint8],
    goal: NDArray[Any],
    weight: float,
    output: int,
    *,
    amount: bool,
) -> _Shown:
    n = len(goal)
    return _Shown(
        mirna,
        target,
        goal.astype(np.float32),
        np.full(n, weight, np.float32),
        np.full(n, output, np.int64),
        amount=amount,
    )
