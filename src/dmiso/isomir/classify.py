"""Which of the paper's eight types an isomiR is of: decided here alone.

The paper (Talukder et al. 2022, Methods) parts isomiRs into "5' isomiR (addition, deletion and replacement), 3' isomiR
(addition, deletion and replacement), single nucleotide polymorphic (SNP) isomiR, multiple nucleotide polymorphic
(MNP) isomiR", several at once. It does not define them; here an end is described by the nucleotides of the miRNA
that it lacks and the nucleotides that it has instead or besides, templated or not:

========  ========  ==============================================
lacking   others    type
========  ========  ==============================================
0         some      addition
some      0         deletion
some      as many   replacement
fewer     more      replacement and addition
more      fewer     replacement and deletion
========  ========  ==============================================

Nucleotides replaced further in are a SNP if there is one, an MNP if there are more. The outermost nucleotide that an
isomiR shares with its miRNA is a replacement of that end if it is explained as a substitution: a changed last
nucleotide is one type, whether mirGFF3 calls it ``iso_snv`` or ``iso_3p:-1,iso_add3p:1``, and so it is beyond a
trimmed or lengthened end (``iso_5p:-1`` with position 1 replaced is a 5' addition and a 5' replacement).

:func:`isomir_types` has the rule. :func:`types_between` finds what it asks for where a source has only the sequence
and where the ends lie, with the prices of :mod:`dmiso.isomir.limits`.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from dmiso.isomir.limits import cost_of
from dmiso.settings.isomirs import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["EXACT", "TYPES", "isomir_types", "types_between"]

EXACT: Final = "exact miRNA"

TYPES: Final = (
    "5' addition",
    "5' deletion",
    "5' replacement",
    "3' addition",
    "3' deletion",
    "3' replacement",
    "SNP",
    "MNP",
)
"""The paper's eight types, in the order they are listed."""


def isomir_types(
    iso5_offset: int,
    iso3_offset: int,
    *,
    n_added_5p: int = 0,
    n_added_3p: int = 0,
    changed: Sequence[int] = (),
    mature_length: int = 0,
) -> tuple[str, ...]:
    """Return the types of an isomiR as explained.

    Parameters
    ----------
    iso5_offset, iso3_offset
        Ends against the miRNA's, nt, tails not counted: 5' positive begins inside it, 3' positive ends after it.
    n_added_5p, n_added_3p
        Nucleotides without template before and after.
    changed
        Replaced positions on the miRNA, counted from 1, ascending.
    mature_length
        Of the miRNA, nt; needed where a position is replaced.

    Returns
    -------
    tuple of str
        Of :data:`TYPES`, in their order, or :data:`EXACT` alone.

    Examples
    --------
    >>> isomir_types(1, -1, n_added_5p=2)
    ("5' addition", "5' replacement", "3' deletion")
    >>> isomir_types(0, 0, changed=(5,), mature_length=22), isomir_types(-1, 0, changed=(1,), mature_length=22)
    (('SNP',), ("5' addition", "5' replacement"))
    """
    outer_5p = _at_end(changed, 1 + max(iso5_offset, 0))
    outer_3p = _at_end(changed[::-1], mature_length + min(iso3_offset, 0))
    types = set()
    for end, lacking, others, outer in (
        ("5'", max(iso5_offset, 0), n_added_5p + max(-iso5_offset, 0), outer_5p),
        ("3'", max(-iso3_offset, 0), n_added_3p + max(iso3_offset, 0), outer_3p),
    ):
        if others > lacking:
            types.add(f"{end} addition")
        if lacking > others:
            types.add(f"{end} deletion")
        if min(lacking, others) or outer:
            types.add(f"{end} replacement")
    inside = len(changed) - outer_5p - outer_3p
    if inside:
        types.add("SNP" if inside == 1 else "MNP")
    return tuple(name for name in TYPES if name in types) or (EXACT,)


def _at_end(positions: Sequence[int], end: int) -> int:
    """Return whether (1 or 0) the outermost substitution is the end nucleotide itself."""
    return int(bool(positions) and positions[0] == end)


def types_between(sequence: str, mature: str, five: int, three: int) -> tuple[str, ...] | None:
    """Return the types of a sequence of which only the ends are known: those of its cheapest explanation.

    Parameters
    ----------
    sequence, mature
        The isomiR and its miRNA, upper-case RNA.
    five, three
        Where the isomiR begins and ends against the miRNA, nt (signs as in :func:`isomir_types`), with its tails or
        without: an isomiR that is longer than its ends say has tails beyond them. Ends that include everything do not
        tell whether what lies beyond the miRNA has a template: it is priced as if it had.

    Returns
    -------
    tuple of str or None
        As :func:`isomir_types`; None where the sequence is too short for such ends: they are not of this miRNA.

    Examples
    --------
    >>> types_between("UGAGGUAGCC", "UGAGGUAGUA", 0, 0), types_between("UGAGGUAGUACC", "UGAGGUAGUA", 0, 0)
    (("3' replacement",), ("3' addition",))
    """
    best = None
    for iso5, iso3, tails in _readings(len(sequence), len(mature), five, three):
        changed = _changed(sequence, mature, iso5, iso3, tails)
        cost = cost_of(abs(iso5) + abs(iso3), *tails, len(changed))
        # of equally cheap ones first those that the search puts first
        key = (cost, len(changed), sum(tails), abs(iso5), abs(iso3))
        if best is None or key < best[0]:
            best = key, (iso5, iso3, tails, changed)
    if best is None:
        return None
    iso5, iso3, (n_added_5p, n_added_3p), changed = best[1]
    return isomir_types(
        iso5,
        iso3,
        n_added_5p=n_added_5p,
        n_added_3p=n_added_3p,
        changed=changed,
        mature_length=len(mature),
    )


def _readings(
    length: int, mature_length: int, five: int, three: int
) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Yield what given ends may mean: offsets without tails, and the tails' lengths."""
    limits = Limits()
    beyond = length - (mature_length - five + three)
    for tail_5p, tail_3p in product(range(limits.max_5p_tail + 1), range(limits.max_3p_tail + 1)):
        if tail_5p + tail_3p == beyond:  # the ends are those of the part that has a template
            yield five, three, (tail_5p, tail_3p)
        elif beyond == 0 and tail_5p + tail_3p < length:
            yield five + tail_5p, three - tail_3p, (tail_5p, tail_3p)


def _changed(sequence: str, mature: str, iso5: int, iso3: int, tails: tuple[int, int]) -> tuple[int, ...]:
    """Return the replaced positions between tails, counted from 1 on the miRNA."""
    first, last = max(iso5, 0), len(mature) + min(iso3, 0)
    shift = tails[0] - iso5
    return tuple(i + 1 for i in range(first, last) if mature[i] != sequence[i + shift])
