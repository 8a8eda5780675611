"""What a pair is worth at each miRNA position: Watson-Crick, wobble, mismatch.

Two views. :func:`planted_energies` asks any model: in made-up targets with a site, the nucleotide opposite each
position is changed, and logits are compared. :func:`table_energies` reads the tables that a duplex network learnt; its
heads count equally there, though later layers weigh them, so it says what helices are made of rather than what they are
worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.alphabet import COMPLEMENT_CODES, N_CODE, NUCLEOTIDES
from dmiso.columns import ENERGY_COLUMNS, PAIR_TABLE_COLUMNS, schema_of
from dmiso.encode import encode
from dmiso.energies import pair_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.explain.model import ExplainedModel

    Codes = NDArray[np.uint8]
    Floats = NDArray[np.float64]

__all__ = [
    "CONTEXTS",
    "ENERGY_COLUMNS",
    "PAIR_TABLE_COLUMNS",
    "planted_energies",
    "planted_target",
    "table_energies",
]

CONTEXTS: Final[Mapping[str, tuple[int, ...]]] = {
    "seed": tuple(range(1, 8)),
    "seed and 3' supplementary": (*range(1, 8), *range(12, 16)),
    "whole miRNA": tuple(range(30)),
}
"""Which miRNA positions, from 0, pair in a made-up site: 2-8; 2-8 and 13-16; all."""


_CLASSES: Final = ("Watson-Crick", "wobble", "mismatch")
_CLASS: Final = np.array(
    [[_CLASSES.index(pair_class(m, t)) for t in NUCLEOTIDES] for m in NUCLEOTIDES], np.int64
)
_POSITIONS: Final = 22


def planted_target(
    mirna_codes: Codes, paired: Sequence[int], length: int, generator: np.random.Generator
) -> tuple[Codes, int]:
    """Make up a target with a site: complements opposite some miRNA positions, mismatches opposite the others.

    Parameters
    ----------
    mirna_codes
        Of one miRNA, ``(mirna_length,)``.
    paired
        miRNA positions, from 0, that have their Watson-Crick partner.
    length
        Nucleotides of the target; nucleotides around the site are random, each base equally likely.
    generator
        Of the nucleotides.

    Returns
    -------
    tuple
        Codes ``(length,)``, and the target position opposite miRNA position 0.
    """
    n = int((mirna_codes != N_CODE).sum())
    target = generator.integers(0, 4, length).astype(np.uint8)
    first = (length - n) // 2 + n - 1
    for i in range(n):
        if i in paired:
            target[first - i] = COMPLEMENT_CODES[mirna_codes[i]]
        else:
            wrong = np.flatnonzero(_CLASS[mirna_codes[i]] == _CLASSES.index("mismatch"))
            target[first - i] = generator.choice(wrong)
    return target, first


def planted_energies(
    model: ExplainedModel,
    mirnas: Sequence[str],
    *,
    n_targets: int = 10,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Measure what a Watson-Crick pair and a wobble are worth against a mismatch, by miRNA position.

    Parameters
    ----------
    model
        The model.
    mirnas
        Upper-case RNA.
    n_targets
        Made-up targets for each miRNA and context.
    seed
        Of the targets.
    progress
        Called with the number of logits computed since the last call.

    Returns
    -------
    polars.DataFrame
        :data:`ENERGY_COLUMNS`: by context, miRNA position (0-based, up to 22 nucleotides) and pair, the mean over
        targets of its logit minus that of the mismatches at the same position, standard deviation over targets, and how
        many. A mismatch is 0 by definition and has no row.
    """
    generator = np.random.default_rng(seed)
    mirna_codes = encode(mirnas, model.mirna_length, crop=model.crop)
    tables = []
    for context, paired in CONTEXTS.items():
        planted = [
            (codes, *planted_target(codes, paired, model.target_length, generator))
            for codes in mirna_codes
            for _ in range(n_targets)
        ]
        found: dict[tuple[int, str], list[float]] = {}
        for i in range(_POSITIONS):
            usable = [(m, t, first) for m, t, first in planted if m[i] != N_CODE]
            if not usable:
                continue
            logits = _by_base(model, usable, i)
            for (codes, _, _), row in zip(usable, logits, strict=True):
                kind = _CLASS[codes[i]]
                mismatch = row[kind == _CLASSES.index("mismatch")].mean()
                for number, name in enumerate(_CLASSES[:2]):
                    if (kind == number).any():
                        found.setdefault((i, name), []).append(float(row[kind == number].mean() - mismatch))
            if progress is not None:
                progress(logits.size)
        rows = [
            (model.name, context, i, name, float(np.mean(v)), float(np.std(v)), len(v))
            for (i, name), v in sorted(found.items())
        ]
        tables.append(pl.DataFrame(rows, schema=schema_of(ENERGY_COLUMNS), orient="row"))
    return pl.concat(tables)


def _by_base(model: ExplainedModel, planted: list[tuple[Codes, Codes, int]], i: int) -> Floats:
    """Return the logits with each nucleotide opposite miRNA position i, ``(n, 4)``."""
    mirna = np.repeat(np.array([m for m, _, _ in planted]), 4, axis=0)
    target = np.repeat(np.array([t for _, t, _ in planted]), 4, axis=0)
    opposite = np.repeat(np.array([first - i for _, _, first in planted]), 4)
    target[np.arange(len(target)), opposite] = np.tile(np.arange(4, dtype=np.uint8), len(planted))
    return model.of_codes(mirna, target).reshape(-1, 4)


def table_energies(weights: Mapping[str, NDArray[np.float32]]) -> pl.DataFrame:
    """Read the pair tables of a duplex network.

    Parameters
    ----------
    weights
        Of one network, with ``pair_score`` ``(mirna_length, 4, 4, heads)``, ``stack_score`` ``(4, 4, 4, 4, heads)``
        and ``mix.weight`` ``(channels, mirna_length * heads)``.

    Returns
    -------
    polars.DataFrame
        :data:`PAIR_TABLE_COLUMNS`: by miRNA position (0-based) and nucleotides, the mean over heads of the pair's
        score, of the stack's score on each of the six canonical pairs before it, and the size (root mean square) of the
        weights with which later layers read helices that end at this position.
    """
    pair = weights["pair_score"].astype(np.float64)
    length, heads = pair.shape[0], pair.shape[3]
    stacks = weights["stack_score"].astype(np.float64)  # miRNA before, own; target next, own
    canonical = [(m, t) for m in range(4) for t in range(4) if _CLASS[m, t] < 2]
    stack = np.mean([stacks[m, :, t] for m, t in canonical], axis=0).mean(axis=-1)  # (own miRNA, own target)
    mix = np.sqrt(
        (weights["mix.weight"].astype(np.float64).reshape(-1, length, heads) ** 2).mean(axis=(0, 2))
    )
    rows = [
        (
            i,
            NUCLEOTIDES[m],
            NUCLEOTIDES[t],
            _CLASSES[_CLASS[m, t]],
            float(pair[i, m, t].mean()),
            float(stack[m, t]),
            float(mix[i]),
        )
        for i in range(length)
        for m in range(4)
        for t in range(4)
    ]
    return pl.DataFrame(rows, schema=schema_of(PAIR_TABLE_COLUMNS), orient="row")
