"""Which of the paper's eight types an isomiR is of.

The paper (Talukder et al. 2022, Methods) parts isomiRs into "5' isomiR (addition, deletion and replacement), 3' isomiR
(addition, deletion and replacement), single nucleotide polymorphic (SNP) isomiR, multiple nucleotide polymorphic
(MNP) isomiR", several at once. It does not define them; here an end is described by the letters of the miRNA that
it lacks and the letters that it has instead or besides, templated or not:

========  ========  ==============================================
lacking   others    type
========  ========  ==============================================
0         some      addition
some      0         deletion
some      as many   replacement
fewer     more      replacement and addition
more      fewer     replacement and deletion
========  ========  ==============================================

Letters replaced further in are a SNP if there is one, an MNP if there are more. A first or last letter that is
explained as a substitution is a replacement of that end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmiso.isomir.align import Explanation

__all__ = ["EXACT", "TYPES", "isomir_types"]

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


def isomir_types(found: Explanation, mature_length: int) -> tuple[str, ...]:
    """Return the types of a sequence as explained.

    Parameters
    ----------
    found
        From :meth:`dmiso.isomir.align.Aligner.explain`.
    mature_length
        Letters of the miRNA.

    Returns
    -------
    tuple of str
        Of :data:`TYPES`, in their order, or :data:`EXACT` alone.

    Examples
    --------
    >>> from dmiso.isomir.align import Change, Explanation
    >>> isomir_types(Explanation(5, 0, 0, 9, 29, 1, -1, "", "AA", "", "", ()), 22)
    ("5' deletion", "3' addition", "3' replacement")
    >>> isomir_types(Explanation(4, 0, 0, 8, 30, 0, 0, "", "", "", "", (Change(5, "G", "A"),)), 22)
    ('SNP',)
    """
    positions = [change.position for change in found.changes]
    first, last = 1 + max(found.iso5_offset, 0), mature_length + min(found.iso3_offset, 0)
    outer_5p, outer_3p = _at_end(positions, first), _at_end(positions[::-1], last)
    types = set()
    for end, lacking, others, outer in (
        ("5'", max(found.iso5_offset, 0), len(found.added_5p) + max(-found.iso5_offset, 0), outer_5p),
        ("3'", max(-found.iso3_offset, 0), len(found.added_3p) + max(found.iso3_offset, 0), outer_3p),
    ):
        if others > lacking:
            types.add(f"{end} addition")
        if lacking > others:
            types.add(f"{end} deletion")
        if min(lacking, others) or outer:
            types.add(f"{end} replacement")
    inside = len(positions) - outer_5p - outer_3p
    if inside:
        types.add("SNP" if inside == 1 else "MNP")
    return tuple(name for name in TYPES if name in types) or (EXACT,)


def _at_end(positions: Sequence[int], end: int) -> int:
    """Return whether (1 or 0) the outermost substitution is the end letter itself."""
    return int(bool(positions) and positions[0] == end)
