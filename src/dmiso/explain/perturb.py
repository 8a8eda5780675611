"""Perturbation: what a model says when part of its input is hidden, changed or left out.

Masking is the paper's ("Feature identification": every contiguous region of 4 nucleotides masked with N); mutagenesis,
deletion and double mutants go beyond it. Only inputs that differ from the pair as it is are scored: a mask over the
padding changes nothing and costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import COMPLEMENT_CODES, N_CODE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dmiso.explain.model import ExplainedModel, Side

    Codes = NDArray[np.uint8]
    Floats = NDArray[np.float64]

__all__ = ["MASK", "Masked", "delete", "deletion_logits", "mask_logits", "mutant_logits", "pair_epistasis"]

MASK: Final = 4
"""Nucleotides of a mask in the paper."""


class Masked(NamedTuple):
    """Logits of pairs with masks: as they are ``(n,)``, masked ``(n, n_masks)``, and nucleotides hidden by each mask.

    A mask that hides no nucleotide has the logit of the pair as it is.
    """

    logits: Floats
    masked: Floats
    bases: NDArray[np.int64]


def mask_logits(
    model: ExplainedModel, mirna_codes: Codes, target_codes: Codes, side: Side, *, width: int = MASK
) -> Masked:
    """Mask every window of one side with N.

    Parameters
    ----------
    model
        The model.
    mirna_codes, target_codes
        ``(n, length)``, see :func:`dmiso.explain.model.encode_pairs`.
    side
        ``mirna`` or ``target``.
    width
        Nucleotides of a mask.

    Examples
    --------
    >>> from dmiso.explain.model import ExplainedModel
    >>> toy = ExplainedModel("miRNA position 5", lambda m, t: (m[:, 4] == 0) * 1.0, 8, 3)
    >>> found = mask_logits(toy, np.zeros((1, 8), np.uint8), np.zeros((1, 3), np.uint8), "mirna")
    >>> found.masked.tolist()
    [[1.0, 0.0, 0.0, 0.0, 0.0]]
    """
    codes = mirna_codes if side == "mirna" else target_codes
    n, length = codes.shape
    starts = np.arange(max(0, length - width + 1))
    known = np.concatenate([np.zeros((n, 1), np.int64), np.cumsum(codes != N_CODE, axis=1)], axis=1)
    bases = known[:, starts + width] - known[:, starts]
    rows, positions = np.nonzero(bases)
    changed = codes[rows]
    for offset in range(width):
        changed[np.arange(len(rows)), starts[positions] + offset] = N_CODE
    logits = model.of_codes(mirna_codes, target_codes)
    masked = np.repeat(logits[:, None], len(starts), axis=1)
    masked[rows, positions] = _with(model, mirna_codes, target_codes, side, rows, changed)
    return Masked(logits, masked, bases)


def mutant_logits(model: ExplainedModel, mirna_codes: Codes, target_codes: Codes, side: Side) -> Floats:
    """Put every base at every position of one side.

    Returns
    -------
    numpy.ndarray
        ``(n, length, 4)``: logit with A, U, C, G there; unchanged for the nucleotide that is there, NaN where
        the sequence has no nucleotide.

    Examples
    --------
    >>> from dmiso.explain.model import ExplainedModel
    >>> toy = ExplainedModel("G at 2", lambda m, t: (m[:, 1] == 3) * 1.0, 3, 1)
    >>> mutant_logits(toy, np.zeros((1, 3), np.uint8), np.zeros((1, 1), np.uint8), "mirna")[0, 1].tolist()
    [0.0, 0.0, 0.0, 1.0]
    """
    codes = mirna_codes if side == "mirna" else target_codes
    logits = model.of_codes(mirna_codes, target_codes)
    found = np.where((codes != N_CODE)[..., None], logits[:, None, None], np.nan)
    found = np.repeat(found, 4, axis=2)
    nucleotide = np.arange(4, dtype=np.uint8)
    rows, positions, bases = np.nonzero((codes != N_CODE)[..., None] & (codes[..., None] != nucleotide))
    changed = codes[rows]
    changed[np.arange(len(rows)), positions] = bases
    found[rows, positions, bases] = _with(model, mirna_codes, target_codes, side, rows, changed)
    return found


def deletion_logits(
    model: ExplainedModel, mirna_codes: Codes, target_codes: Codes, side: Side, *, width: int = 1
) -> Floats:
    """Leave out ``width`` nucleotides from every position of one side on; what follows moves up.

    Returns
    -------
    numpy.ndarray
        ``(n, length - width + 1)``; NaN where a nucleotide is missing already.
    """
    codes = mirna_codes if side == "mirna" else target_codes
    n, length = codes.shape
    n_starts = max(0, length - width + 1)
    found = np.full((n, n_starts), np.nan)
    known = codes != N_CODE
    whole = np.stack([known[:, s : s + width].all(axis=1) for s in range(n_starts)], axis=1)
    rows, positions = np.nonzero(whole)
    changed = np.empty((len(rows), length), np.uint8)
    for position in range(n_starts):
        here = positions == position
        changed[here] = delete(codes[rows[here]], position, width)
    found[rows, positions] = _with(model, mirna_codes, target_codes, side, rows, changed)
    return found


def delete(codes: Codes, start: int, width: int) -> Codes:
    """Return codes without some nucleotides, as long as before: N comes in at the end.

    Examples
    --------
    >>> delete(np.array([[0, 1, 2, 3]], np.uint8), 1, 2).tolist()
    [[0, 3, 4, 4]]
    """
    padding = np.full((len(codes), width), N_CODE, np.uint8)
    return np.concatenate([codes[:, :start], codes[:, start + width :], padding], axis=1)


def pair_epistasis(
    model: ExplainedModel,
    mirna_codes: Codes,
    target_codes: Codes,
    *,
    progress: Callable[[int], None] | None = None,
) -> Floats:
    """Change a miRNA and a target nucleotide together so that they pair: what is gained beyond both single changes.

    For miRNA position i and target position j, each of the three other bases is put at i and its Watson-Crick partner
    at j. The result is the mean over them of ``both - miRNA change - target change + as it is``, in logits. Where the
    pair holds together by i opposite j, single changes break it and the double mutant restores it: a positive number.

    Parameters
    ----------
    model
        The model.
    mirna_codes, target_codes
        Of one pair, ``(1, length)``.
    progress
        Called with the number of pairs scored since the last call.

    Returns
    -------
    numpy.ndarray
        ``(mirna_length, target_length)``, NaN where either has no nucleotide.
    """
    base = float(model.of_codes(mirna_codes, target_codes)[0])
    of_mirna = mutant_logits(model, mirna_codes, target_codes, "mirna")[0]
    of_target = mutant_logits(model, mirna_codes, target_codes, "target")[0]
    effects = np.full((mirna_codes.shape[1], target_codes.shape[1]), np.nan)
    positions = np.flatnonzero(target_codes[0] != N_CODE)
    for i in np.flatnonzero(mirna_codes[0] != N_CODE):
        total = np.zeros(len(positions))
        used = np.zeros(len(positions))
        for nucleotide in range(4):
            partner = COMPLEMENT_CODES[nucleotide]
            rows = np.flatnonzero(target_codes[0, positions] != partner)
            if nucleotide == mirna_codes[0, i] or not len(rows):
                continue
            mirna = np.repeat(mirna_codes, len(rows), axis=0)
            mirna[:, i] = nucleotide
            target = np.repeat(target_codes, len(rows), axis=0)
            target[np.arange(len(rows)), positions[rows]] = partner
            both = model.of_codes(mirna, target)
            total[rows] += both - of_mirna[i, nucleotide] - of_target[positions[rows], partner] + base
            used[rows] += 1
            if progress is not None:
                progress(len(rows))
        effects[i, positions] = total / np.maximum(used, 1)
    return effects


def _with(
    model: ExplainedModel,
    mirna_codes: Codes,
    target_codes: Codes,
    side: Side,
    rows: NDArray[np.intp],
    changed: Codes,
) -> Floats:
    """Return the logits of pairs ``rows`` with one side changed."""
    if side == "mirna":
        return model.of_codes(changed, target_codes[rows])
    return model.of_codes(mirna_codes[rows], changed)
