"""Sense calls and repeats: pairs whose "miRNA" is a piece of the target's own strand, or of a simple repeat.

A chimeric read is called when one part of it maps to a miRNA and another to a transcript. Where a transcript holds a
piece of a miRNA's own sequence, or both are simple repeats (CACACA... is called miR-8485), one transcript alone gives
such a read. Nothing is ligated then and no bases need to pair. Three numbers tell such calls: the longest run of
nucleotides that miRNA and site share on the same strand, how simple each sequence is, and the duplex energy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import N_CODE, pack
from dmiso.compiled import njit
from dmiso.energies import duplex_energies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.alphabet import Codes

__all__ = [
    "NO_DUPLEX",
    "SENSE_RUN",
    "SIMPLE",
    "SURE_SENSE_RUN",
    "PairEvidence",
    "doubtful_pairs",
    "dust_scores",
    "pair_evidence",
    "sense_runs",
]

SENSE_RUN: Final = 9
"""Shared run, in nucleotides, from which on a pair without a duplex is a sense call; 0.2-0.4 % of swapped pairs of the
public sets have one by chance."""

SURE_SENSE_RUN: Final = 11
"""Shared run from which on a pair is a sense call whatever its energy; under 0.05 % of swapped pairs have one."""

NO_DUPLEX: Final = -10.0
"""RNAduplex energy, kcal/mol, above which a pair is said to have no duplex of its own."""

SIMPLE: Final = 2.0
"""Triplet score above which a sequence is simple: the threshold of DUST (level 20; Morgulis et al. 2006)."""

_TRIPLETS: Final = 64


class PairEvidence(NamedTuple):
    """What speaks against each of some pairs, all ``(n_pairs,)``.

    Parameters
    ----------
    sense_run
        Longest run of nucleotides that miRNA and site share on the same strand.
    mirna_dust, target_dust
        Triplet scores, see :func:`dust_scores`.
    energy
        RNAduplex energy, kcal/mol; NaN where it decides nothing and was not computed.
    """

    sense_run: NDArray[np.int64]
    mirna_dust: NDArray[np.float64]
    target_dust: NDArray[np.float64]
    energy: NDArray[np.float64]


@njit(cache=True)
def _longest_runs(
    mirna: Codes, mirna_starts: NDArray[np.int64], target: Codes, target_starts: NDArray[np.int64]
) -> NDArray[np.int64]:  # pragma: no cover
    """Walk every diagonal of each pair and keep the longest run of equal, known nucleotides."""
    n = len(mirna_starts) - 1
    longest = np.zeros(n, np.int64)
    for pair in range(n):
        a, b = mirna_starts[pair], target_starts[pair]
        length, size = mirna_starts[pair + 1] - a, target_starts[pair + 1] - b
        for shift in range(1 - length, size):
            run = 0
            for i in range(max(0, -shift), min(length, size - shift)):
                code = mirna[a + i]
                run = run + 1 if code == target[b + shift + i] and code < N_CODE else 0
                longest[pair] = max(longest[pair], run)
    return longest


@njit(cache=True)
def _triplet_scores(codes: Codes, starts: NDArray[np.int64]) -> NDArray[np.float64]:  # pragma: no cover
    """Count how often each triplet repeats; triplets with N count for nothing."""
    scores = np.zeros(len(starts) - 1)
    for record in range(len(scores)):
        seen = np.zeros(_TRIPLETS, np.int64)
        repeats, n = 0, 0
        for i in range(starts[record], starts[record + 1] - 2):
            if max(codes[i], codes[i + 1], codes[i + 2]) < N_CODE:
                triplet = 16 * codes[i] + 4 * codes[i + 1] + codes[i + 2]
                repeats += seen[triplet]  # pairs of equal triplets: c * (c - 1) / 2 in the end
                seen[triplet] += 1
                n += 1
        if n > 1:
            scores[record] = repeats / (n - 1)
    return scores


def sense_runs(mirnas: Sequence[str], targets: Sequence[str]) -> NDArray[np.int64]:
    """Return the longest run of nucleotides that each miRNA shares with its site, on the same strand.

    Parameters
    ----------
    mirnas, targets
        Upper-case RNA, 5'→3', as many of one as of the other. N is like nothing.

    Returns
    -------
    numpy.ndarray
        ``(n_pairs,)``.

    Raises
    ------
    ValueError
        If there are not as many miRNAs as targets.

    Examples
    --------
    >>> sense_runs(["CACACACACACACACACG", "UGAGGUAGUAGG"], ["GGACACACACACACUU", "CUACCUCA"]).tolist()
    [12, 2]
    """
    if len(mirnas) != len(targets):
        raise ValueError(f"{len(mirnas)} miRNAs for {len(targets)} targets")
    own, other = pack(mirnas), pack(targets)
    return np.asarray(_longest_runs(own.codes, own.bounds, other.codes, other.bounds))


def dust_scores(sequences: Sequence[str]) -> NDArray[np.float64]:
    """Return the triplet score of each sequence: how often its nucleotide triplets repeat (DUST).

    The sum of c (c - 1) / 2 over all triplets, c being how often a triplet occurs, divided by the number of triplets
    less one (Morgulis et al. 2006, J Comput Biol 13:1028). Random sequences of 50 nt have about 0.4.

    Examples
    --------
    >>> dust_scores(["CACACACACACACACACACA", "UGAGGUAGUAGGUUGUAUAGUU", "AC"]).round(2).tolist()
    [4.24, 0.53, 0.0]
    """
    packed = pack(sequences)
    return np.asarray(_triplet_scores(packed.codes, packed.bounds))


def pair_evidence(mirnas: Sequence[str], targets: Sequence[str]) -> PairEvidence:
    """Measure what would tell that a pair is a sense call or a repeat.

    Energies are computed of those pairs only where they decide.

    Raises
    ------
    ValueError
        If there are not as many miRNAs as targets.
    MissingExtraError
        If ViennaRNA is needed and not installed.
    """
    runs, own, other = sense_runs(mirnas, targets), dust_scores(mirnas), dust_scores(targets)
    asked = np.flatnonzero((runs >= SENSE_RUN) | (own > SIMPLE) | (other > SIMPLE)).tolist()
    energy = np.full(len(runs), np.nan)
    if asked:
        energy[asked] = duplex_energies([mirnas[i] for i in asked], [targets[i] for i in asked], "RNAduplex")
    return PairEvidence(runs, own, other, energy)


def doubtful_pairs(evidence: PairEvidence) -> NDArray[np.str_]:
    """Say of each pair why it is no evidence of binding.

    Returns
    -------
    numpy.ndarray
        ``(n_pairs,)``: ``sense call`` where miRNA and site share a run of at least 11 nucleotides, or of 9 without a
        duplex of -10 kcal/mol or less; ``repeat`` where miRNA or site is simple and there is no such duplex; else
        an empty text.
    """
    bare = ~(evidence.energy <= NO_DUPLEX)
    sense = (evidence.sense_run >= SURE_SENSE_RUN) | ((evidence.sense_run >= SENSE_RUN) & bare)
    simple = ((evidence.mirna_dust > SIMPLE) | (evidence.target_dust > SIMPLE)) & bare
    return np.where(sense, "sense call", np.where(simple, "repeat", ""))
