"""miRNAs with the letters around them, laid end to end, and an index of their words.

A template is a miRNA's place in one hairpin with the flanking letters that a sequence may reach; a miRNA in several
hairpins has several templates. All templates are one array of letters with gaps between them that no read bridges, so
that a place is one number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.isomir.reference import Reference
    from dmiso.settings.isomirs import Limits

__all__ = ["GAP", "MAX_LENGTH", "Templates", "build_templates", "letter_codes"]

MAX_LENGTH: Final = 64
"""Longest sequence that is searched for; the longest miRNA with its limits is shorter."""

GAP: Final = 5
"""Code of the gap between templates; it agrees with no letter."""

_CODES: Final = np.full(256, 4, np.uint8)
for _letter, _code in zip(b"AUCG", range(4), strict=True):
    _CODES[_letter] = _code


@dataclass(frozen=True, slots=True)
class Templates:
    """Templates end to end, and where each word begins in them.

    Parameters
    ----------
    letters
        Codes of all letters, ``(n_letters,)``; A U C G are 0 to 3, N is 4, gaps are 5.
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


def letter_codes(sequence: str) -> NDArray[np.uint8]:
    """Return codes of letters: A U C G are 0 to 3, anything else 4.

    Examples
    --------
    >>> letter_codes("GAUNC").tolist()
    [3, 0, 1, 4, 2]
    """
    return _CODES[np.frombuffer(sequence.encode("ascii"), np.uint8)]


def build_templates(reference: Reference, limits: Limits) -> Templates:
    """Lay out the templates of a reference and index them.

    Parameters
    ----------
    reference
        miRNAs and their places in hairpins.
    limits
        Say how many flanking letters are needed and how long words are.
    """
    gap = np.full(MAX_LENGTH, GAP, np.uint8)
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
        parts += [letter_codes(whole[first:last]), gap]
        at += last - first + MAX_LENGTH
    letters = np.concatenate(parts)
    template_at = np.full(len(letters), -1, np.int32)
    for number, (_, _, first, last) in enumerate(bounds):
        template_at[first:last] = number
    places = np.array(bounds, np.int32).reshape(-1, 4)
    begins, word_places = _index(letters, limits.word_length)
    return Templates(
        letters,
        template_at,
        np.ascontiguousarray(places[:, :2]),
        np.array(shifts, np.int32),
        begins,
        word_places,
        limits.word_length,
    )


def _index(letters: NDArray[np.uint8], length: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the places of each word in order of words; words with N or a gap are left out."""
    windows = np.lib.stride_tricks.sliding_window_view(letters, length)
    places = np.flatnonzero((windows < 4).all(axis=1)).astype(np.int32)
    words = windows[places].astype(np.int64) @ (4 ** np.arange(length - 1, -1, -1, dtype=np.int64))
    order = np.argsort(words, kind="stable")
    begins = np.searchsorted(words[order], np.arange(4**length + 1)).astype(np.int32)
    return begins, places[order]
