"""Which explanations are the calls of a sequence, and whether there is more to say of them; compiled by numba."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmiso.compiled import njit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dmiso.isomir.found import Rows

__all__ = ["KEY_LENGTH", "choose"]

_OTHERS = 8
_PER_OTHER = 8
KEY_LENGTH = 7 + _OTHERS * _PER_OTHER
"""Numbers of a key: of the call, and of up to eight other explanations."""


@njit(cache=True)
def _same_form(a, b):  # type: ignore[no-untyped-def] # pragma: no cover # noqa: ANN001, ANN202
    """Return whether two explanations of a sequence by one miRNA say the same; substitutions follow from the ends."""
    return a.iso5 == b.iso5 and a.iso3 == b.iso3 and a.added_5p == b.added_5p and a.added_3p == b.added_3p


@njit(cache=True)
def _chance(one, codes, offsets, tail_like):  # type: ignore[no-untyped-def] # pragma: no cover # noqa: ANN001, ANN202
    """Return how many templated nucleotides at the 3' end may be a tail that fits by chance: a few of A and U."""
    if one.templated_3p > tail_like:
        return 0
    end = offsets[one.sequence + 1] - one.added_3p
    for j in range(end - one.templated_3p, end):
        if codes[j] > 1:  # A and U are 0 and 1
            return 0
    return one.templated_3p


@njit(cache=True)
def _put(key, at, one) -> None:  # type: ignore[no-untyped-def] # pragma: no cover # noqa: ANN001
    """Write what is said of an explanation."""
    key[at], key[at + 1], key[at + 2] = one.iso5, one.iso3, one.added_5p
    key[at + 3], key[at + 4], key[at + 5] = one.added_3p, one.snv, one.n_changes


@njit(cache=True)
def _look(call, found, chance, parent_of, key) -> None:  # type: ignore[no-untyped-def] # pragma: no cover # noqa: ANN001
    """Go through a sequence's other explanations: its hairpins, whether more is to be said, and the key of that."""
    one = found[call.row]
    last, n_others = -1, 0
    for i in range(call.begin, call.end):
        other = found[i]
        if other.mature == one.mature and _same_form(other, one):
            # those of one form follow each other by hairpin, several places in one together
            if other.hairpin >= 0 and other.hairpin != last:
                last = other.hairpin
                call.n_hairpins += 1
            continue
        if other.mature != one.mature and parent_of[other.mature] == one.sequence:
            continue
        if n_others < _OTHERS:
            at = 7 + n_others * _PER_OTHER
            key[at] = 0 if other.mature == one.mature else other.mature + 1
            _put(key, at + 1, other)
            key[at + 7] = other.cost - one.cost
        n_others += 1
    _put(key, 0, one)
    key[6] = chance
    call.long = n_others > _OTHERS
    call.said = n_others > 0 or chance > 0


@njit(cache=True)
def choose(  # pragma: no cover
    found: Rows,
    codes: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    tail_like: int,
    n_hairpins: NDArray[np.int32],
    calls: Rows,
    keys: NDArray[np.int32],
) -> int:
    """Choose the calls of each sequence: its cheapest explanations, the first of each miRNA, miRNAs in order.

    Parameters
    ----------
    found
        Explanations, those of a sequence together and in order.
    codes, offsets
        Nucleotides of the sequences.
    tail_like
        Templated nucleotides A and U at the 3' end, up to this many, may be a tail.
    n_hairpins
        Hairpins of each miRNA.
    calls
        Filled: :data:`dmiso.isomir.found.CALL`, as many as there are explanations at most.
    keys
        Filled: what is said of a call follows from these numbers alone, if its hairpins are all of its miRNA's and no
        more explanations than a key holds are beside it; ``(n_found, KEY_LENGTH)``, zeros.

    Returns
    -------
    int
        Calls written.
    """
    parent_of = n_hairpins * 0 - 1  # the sequence that a miRNA was last a parent of
    n_calls, begin = 0, 0
    while begin < len(found):
        number, end, first = found[begin].sequence, begin, n_calls
        while end < len(found) and found[end].sequence == number:
            if found[end].cost == found[begin].cost and parent_of[found[end].mature] != number:
                parent_of[found[end].mature] = number
                at = n_calls
                while at > first and found[calls[at - 1].row].mature > found[end].mature:
                    calls[at] = calls[at - 1]
                    at -= 1
                calls[at].row = end
                n_calls += 1
            end += 1
        for c in range(first, n_calls):
            call = calls[c]
            one = found[call.row]
            call.begin, call.end, call.n_parents, call.n_hairpins = begin, end, n_calls - first, 0
            _look(call, found, _chance(one, codes, offsets, tail_like), parent_of, keys[c])
            call.every_hairpin = call.n_hairpins == n_hairpins[one.mature]
            call.said = call.said or not call.every_hairpin
        begin = end
    return n_calls
