"""miRNAs with the nucleotides around them, laid end to end, and an index of their words.

A template is a miRNA's position in one hairpin with the flanking nucleotides that a sequence may reach; a miRNA in
several hairpins has several templates. All templates are one array of bases with gaps between them that no read
bridges, so that a position is one number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import BREAK_CODE, codes_of, pack
from dmiso.isomir.word_plan import words_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.isomir.reference import Reference
    from dmiso.isomir.word_plan import Words
    from dmiso.settings.isomirs import Limits

__all__ = ["MAX_LENGTH", "Templates", "build_templates"]

MAX_LENGTH: Final = 64
"""Longest sequence that is searched for; the longest miRNA with its limits is shorter."""


class Templates(NamedTuple):
    """Templates end to end, and where each word begins in them.

    Parameters
    ----------
    bases
        Codes of all nucleotides, ``(n_bases,)``; gaps are :data:`dmiso.alphabet.BREAK_CODE`.
    windows
        32 nucleotides from each position on, see :func:`dmiso.isomir.search_kernel.windows_of`.
    template_at
        Template of each nucleotide, -1 in gaps, ``(n_bases,)``.
    bounds
        Position of the miRNA, half-open, among ``bases``, ``(n_templates, 2)``. Templates are in the order of
        the reference's placements.
    placements
        The reference's: miRNA, hairpin, start, end, ``(n_templates, 4)``.
    matures, mature_bounds
        Codes of all miRNAs; miRNA i is ``matures[mature_bounds[i]:mature_bounds[i + 1]]``.
    hairpin_shift
        What to add to a position among ``bases`` for the position on the hairpin, ``(n_templates,)``.
    word_lengths, word_starts
        Words of a sequence that are looked up, by its length: their nucleotides, ``(MAX_LENGTH + 1,)``, and where they
        begin in it, ``(MAX_LENGTH + 1, MAX_LENGTH)``, -1 after the last; see :mod:`dmiso.isomir.word_plan`.
    word_base
        Where words of each length begin in ``word_begins``, ``(longest + 1,)``.
    word_begins, word_positions
        Positions of word w are ``word_positions[word_begins[base + w]:word_begins[base + w + 1]]``.
    """

    bases: NDArray[np.uint8]
    windows: NDArray[np.uint64]
    template_at: NDArray[np.int32]
    bounds: NDArray[np.int32]
    placements: NDArray[np.int32]
    matures: NDArray[np.uint8]
    mature_bounds: NDArray[np.int64]
    hairpin_shift: NDArray[np.int32]
    word_lengths: NDArray[np.int32]
    word_starts: NDArray[np.int32]
    word_base: NDArray[np.int32]
    word_begins: NDArray[np.int32]
    word_positions: NDArray[np.int32]


def build_templates(reference: Reference, limits: Limits) -> Templates:
    """Lay out the templates of a reference and index them.

    Parameters
    ----------
    reference
        miRNAs and their positions in hairpins.
    limits
        Say how many flanking nucleotides are needed, and which words are looked up.
    """
    gap = np.full(MAX_LENGTH, BREAK_CODE, np.uint8)
    parts, bounds, shifts = [gap], [], []
    at = MAX_LENGTH
    for placement in reference.placements:
        mature = reference.matures[placement.mature].sequence
        whole = reference.hairpins[placement.hairpin].sequence if placement.hairpin >= 0 else mature
        # beyond the offsets as many nucleotides as tails may have: a nucleotide that the hairpin has is no tail
        first = max(0, placement.start - limits.max_5p_offset - limits.max_5p_tail)
        last = min(len(whole), placement.end + limits.max_3p_offset + limits.max_3p_tail)
        start = at + placement.start - first
        bounds.append((start, start + len(mature), at, at + last - first))
        shifts.append(first - at)
        parts += [codes_of(whole[first:last]), gap]
        at += last - first + MAX_LENGTH
    bases = np.concatenate(parts)
    template_at = np.full(len(bases), -1, np.int32)
    for number, (_, _, first, last) in enumerate(bounds):
        template_at[first:last] = number
    positions = np.array(bounds, np.int32).reshape(-1, 4)
    from dmiso.isomir.search_kernel import windows_of  # numba loads when isomiRs are searched

    return Templates(
        bases,
        windows_of(bases),
        template_at,
        np.ascontiguousarray(positions[:, :2]),
        np.array(reference.placements, np.int32).reshape(-1, 4),
        *pack([mature.sequence for mature in reference.matures]),
        np.array(shifts, np.int32),
        *_index_words(bases, [words_for(length, limits) for length in range(MAX_LENGTH + 1)]),
    )


def _index_words(bases: NDArray[np.uint8], plans: list[Words]) -> tuple[NDArray[np.int32], ...]:
    """Index the words of all lengths that are looked up; return the last five fields of the templates."""
    from dmiso.kmers import index_kmers

    starts = np.full((len(plans), MAX_LENGTH), -1, np.int32)
    for length, plan in enumerate(plans):
        starts[length, : len(plan.starts)] = plan.starts
    sizes = sorted({plan.length for plan in plans})
    base = np.zeros(sizes[-1] + 1, np.int32)
    begins: list[NDArray[np.int64]] = []
    hits: list[NDArray[np.uint32]] = []
    n_begins = n_hits = 0
    for size in sizes:
        begin, hit = index_kmers(bases, size)
        base[size] = n_begins
        begins.append(begin.astype(np.int64) + n_hits)
        hits.append(hit)
        n_begins += len(begin)
        n_hits += len(hit)
    lengths = np.array([plan.length for plan in plans], np.int32)
    every = np.concatenate(begins).astype(np.int32), np.concatenate(hits).astype(np.int32)
    return lengths, starts, base, *every
