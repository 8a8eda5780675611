"""miRNAs with the letters around them, laid end to end, and an index of their words.

A template is a miRNA's place in one hairpin with the flanking letters that a sequence may reach; a miRNA in several
hairpins has several templates. All templates are one array of letters with gaps between them that no read bridges, so
that a place is one number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import BREAK_CODE, codes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.isomir.reference import Reference
    from dmiso.settings.isomirs import Limits

__all__ = ["MAX_LENGTH", "Templates", "build_templates"]

MAX_LENGTH: Final = 64
"""Longest sequence that is searched for; the longest miRNA with its limits is shorter."""


class Templates(NamedTuple):
    """Templates end to end, and where each word begins in them.

    Parameters
    ----------
    letters
        Codes of all nucleotides, ``(n_letters,)``; gaps are :data:`dmiso.alphabet.BREAK_CODE`.
    template_at
        Template of each letter, -1 in gaps, ``(n_letters,)``.
    bounds
        Place of the miRNA, half-open, among ``letters``, ``(n_templates, 2)``. Templates are in the order of
        the reference's placements.
    hairpin_shift
        What to add to a place among ``letters`` for the position on the hairpin, ``(n_templates,)``.
    word_begins, word_places
        Places of word w are ``word_places[word_begins[w]:word_begins[w + 1]]``.
    word_length
        Letters of a word.
    """

    letters: NDArray[np.uint8]
    template_at: NDArray[np.int32]
    bounds: NDArray[np.int32]
    hairpin_shift: NDArray[np.int32]
    word_begins: NDArray[np.int32]
    word_places: NDArray[np.int32]
    word_length: int


def build_templates(reference: Reference, limits: Limits) -> Templates:
    """Lay out the templates of a reference and index them.

    Parameters
    ----------
    reference
        miRNAs and their places in hairpins.
    limits
        Say how many flanking letters are needed and how long words are.
    """
    gap = np.full(MAX_LENGTH, BREAK_CODE, np.uint8)
    parts, bounds, shifts = [gap], [], []
    at = MAX_LENGTH
    for placement in reference.placements:
        mature = reference.matures[placement.mature].sequence
        whole = reference.hairpins[placement.hairpin].sequence if placement.hairpin >= 0 else mature
        # beyond the offsets as many letters as tails may have: a letter that the hairpin has is no tail
        first = max(0, placement.start - limits.max_5p_offset - limits.max_5p_tail)
        last = min(len(whole), placement.end + limits.max_3p_offset + limits.max_3p_tail)
        start = at + placement.start - first
        bounds.append((start, start + len(mature), at, at + last - first))
        shifts.append(first - at)
        parts += [codes_of(whole[first:last]), gap]
        at += last - first + MAX_LENGTH
    letters = np.concatenate(parts)
    template_at = np.full(len(letters), -1, np.int32)
    for number, (_, _, first, last) in enumerate(bounds):
        template_at[first:last] = number
    places = np.array(bounds, np.int32).reshape(-1, 4)
    from dmiso.kmers import index_kmers  # numba loads when isomiRs are searched

    begins, word_places = index_kmers(letters, limits.word_length)
    return Templates(
        letters,
        template_at,
        np.ascontiguousarray(places[:, :2]),
        np.array(shifts, np.int32),
        begins.astype(np.int32),
        word_places.astype(np.int32),
        limits.word_length,
    )
