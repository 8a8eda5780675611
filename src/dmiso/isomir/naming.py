"""What an explanation is called in mirGFF3's words, and what else a sequence may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.io.mirgff3_words import SNV_WORDS, Variant, snv_word
from dmiso.isomir.limits import TAIL_3P

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from dmiso.isomir.align import Explanation
    from dmiso.isomir.reference import Reference

__all__ = ["TAIL_LIKE", "other_readings", "variant", "variant_of"]

_SHOWN: Final = 3
"""miRNAs that are named where several are near."""

TAIL_LIKE: Final = 3
"""Templated nucleotides A and U beyond the miRNA's end, up to this many, may be a tail that fits by chance."""


def variant(found: Explanation) -> Variant:
    """Return an explanation in the words of mirGFF3 1.2.

    The signs are those of the columns: ``iso_5p:-1`` begins one nucleotide before the miRNA, ``iso_3p:-1`` ends one
    before its end. Offsets count nucleotides with a template; tails are ``iso_add5p`` and ``iso_add3p``.

    Examples
    --------
    >>> from dmiso.isomir.align import Change, Explanation
    >>> str(variant(Explanation(6, 0, 0, 8, 30, -1, 0, "", "U", "C", "", (Change(3, "A", "G"),))))
    'iso_5p:-1,iso_add3p:1,iso_snv_seed'
    """
    words = [snv_word(change.position) for change in found.changes]
    return variant_of(found.iso5_offset, found.iso3_offset, len(found.added_5p), len(found.added_3p), words)


def variant_of(
    iso5_offset: int, iso3_offset: int, n_added_5p: int, n_added_3p: int, words: Collection[str]
) -> Variant:
    """Return the same of offsets, lengths of tails, and a word for each replaced nucleotide."""
    snv = tuple(word for word in SNV_WORDS if word in words)
    return Variant(iso5_offset, iso3_offset, n_added_5p, n_added_3p, snv)


def other_readings(
    chosen: Explanation,
    others: Sequence[Explanation],
    reference: Reference,
    *,
    hairpins: Sequence[int],
    all_hairpins: Sequence[int],
) -> str:
    """Return in short words what else a sequence may be, or an empty string.

    Parameters
    ----------
    chosen
        The explanation that is reported.
    others
        Other explanations of the same miRNA, and those of miRNAs that cost more; cheapest first.
    reference
        Names.
    hairpins, all_hairpins
        Numbers of the miRNA's hairpins that explain the sequence as chosen, and of all of them.

    Returns
    -------
    str
        Parts separated by ``; ``. ``(+2)`` is how much more an explanation costs than the one chosen.
    """
    readings: dict[str, str] = {}
    for found in others:
        if found.mature == chosen.mature and found.form != chosen.form:
            word = f"{_relation(found, chosen)}: {variant(found)}"
            readings.setdefault(word, _dearer(found.cost - chosen.cost))
    for word, more in _chance_template(chosen):
        readings.setdefault(word, _dearer(more))
    said = [word + more for word, more in readings.items()]
    if len(hairpins) < len(all_hairpins):
        names = ",".join(reference.hairpins[i].id for i in hairpins)
        said.append(f"only from {names}")
    near: dict[int, Explanation] = {}
    for found in others:
        if found.mature != chosen.mature:
            near.setdefault(found.mature, found)
    for found in list(near.values())[:_SHOWN]:
        name = reference.matures[found.mature].id
        said.append(f"near {name}: {variant(found)}{_dearer(found.cost - chosen.cost)}")
    if len(near) > _SHOWN:
        said.append(f"near {len(near) - _SHOWN} more miRNAs")
    return "; ".join(said)


def _dearer(more: int) -> str:
    return f" (+{more})"


def _relation(found: Explanation, chosen: Explanation) -> str:
    """Return what two explanations of a sequence by one miRNA differ in."""
    tails = len(found.added_5p + found.added_3p) - len(chosen.added_5p + chosen.added_3p)
    if tails * (len(found.changes) - len(chosen.changes)) < 0:
        return "substitution or tail"
    return "templated or tail" if tails else "or"


def _chance_template(chosen: Explanation) -> Iterator[tuple[str, int]]:
    """Yield where nucleotides that have a template may have been added nevertheless: tails are mostly of A and U."""
    extension = chosen.templated_3p
    if extension and not set(extension) - set("AU") and len(extension) <= TAIL_LIKE:
        whole = len(extension) + len(chosen.added_3p)
        as_tail = variant(chosen._replace(iso3_offset=0, added_3p="N" * whole))
        yield f"templated or tail: {as_tail}", 0 if chosen.added_3p else TAIL_3P
