"""Every cheapest explanation of sequences by a reference, and those nearly as cheap.

:class:`Aligner` holds the templates; :meth:`Aligner.explain` takes sequences in batches. Alignments have no gaps: an
inserted or deleted nucleotide inside a miRNA is not looked for.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import codes_of
from dmiso.isomir.limits import COST_MARGIN, rules_of
from dmiso.isomir.templates import MAX_LENGTH, build_templates
from dmiso.settings.isomirs import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dmiso.isomir.reference import Reference

__all__ = ["Aligner", "Change", "Explanation"]

_FIELDS: Final = 6
"""Numbers of a row of the search: sequence, template, position of the first nucleotide, 5' tail, 3' tail, cost."""

_ROWS: Final = 1 << 16
"""Rows that a pass of the search may write before it hands them over."""


class Change(NamedTuple):
    """A substitution: position on the miRNA counted from 1, the miRNA's nucleotide, the sequence's."""

    position: int
    reference: str
    found: str

    def __str__(self) -> str:
        return f"{self.position}:{self.reference}>{self.found}"


class Explanation(NamedTuple):
    """How a sequence comes from one miRNA in one hairpin.

    Parameters
    ----------
    cost
        See :mod:`dmiso.isomir.limits`.
    mature, hairpin
        Numbers in the reference; hairpin -1 where none is known.
    start, end
        Nucleotides that have a template, on the hairpin (on the miRNA without one), 0-based half-open.
    iso5_offset, iso3_offset
        Their ends against the miRNA's: 5' positive begins inside it, 3' positive ends after it.
    added_5p, added_3p
        Nucleotides without template.
    templated_5p, templated_3p
        Nucleotides outside the miRNA that the hairpin has.
    changes
        Substitutions, by position.
    """

    cost: int
    mature: int
    hairpin: int
    start: int
    end: int
    iso5_offset: int
    iso3_offset: int
    added_5p: str
    added_3p: str
    templated_5p: str
    templated_3p: str
    changes: tuple[Change, ...]

    @property
    def form(self) -> tuple[object, ...]:
        """What it says of the sequence, whatever the hairpin."""
        return self.iso5_offset, self.iso3_offset, self.added_5p, self.added_3p, self.changes


class Aligner:
    """Explains sequences by a reference.

    Parameters
    ----------
    reference
        miRNAs and hairpins.
    limits
        How far a sequence may be from a miRNA.

    Examples
    --------
    >>> from dmiso.isomir.reference import Mature, Placement, Reference
    >>> reference = Reference((Mature("x-miR-1", "", "UGAGGUAGUAGGUUGUAUAGUU"),), (), (Placement(0, -1, 0, 22),), "")
    >>> [found] = next(Aligner(reference).explain(["UGAGGUAGUAGGUUGUAUAGUUA"]))
    >>> found.added_3p, found.cost
    ('A', 3)
    """

    def __init__(self, reference: Reference, limits: Limits | None = None) -> None:
        self.reference = reference
        self.limits = limits or Limits()
        self._templates = build_templates(reference, self.limits)
        self._rules = rules_of(self.limits)

    def explain(self, sequences: Sequence[str]) -> Iterator[list[Explanation]]:
        """Give the explanations of each sequence, in the order of the sequences.

        Parameters
        ----------
        sequences
            Upper-case RNA; N agrees with nothing. Those longer than 64 nt have no explanation.

        Yields
        ------
        list of Explanation
            Those at most :data:`~dmiso.isomir.limits.COST_MARGIN` above the cheapest, cheapest first; then by fewer
            substitutions, shorter tails, smaller offsets, miRNA, hairpin and position. Empty if there is none.
        """
        rows = self._rows(sequences)
        found = groupby(rows, key=itemgetter(0))
        number, group = next(found, (-1, iter(())))
        for i, sequence in enumerate(sequences):
            if i != number:
                yield []
                continue
            candidates = list(group)
            limit = min(row[5] for row in candidates) + COST_MARGIN
            yield sorted(
                (self._explanation(sequence, row) for row in candidates if row[5] <= limit), key=_order
            )
            number, group = next(found, (-1, iter(())))

    def _rows(self, sequences: Sequence[str]) -> Iterator[list[int]]:
        """Run the search, in passes of bounded memory."""
        from dmiso.isomir.search_kernel import search

        # longer ones have no explanation: they are left empty
        kept = [sequence if len(sequence) <= MAX_LENGTH else "" for sequence in sequences]
        codes = codes_of("".join(kept))
        offsets = np.zeros(len(kept) + 1, np.int64)
        np.cumsum([len(sequence) for sequence in kept], out=offsets[1:])
        templates = self._templates
        seen = np.full(len(templates.bases), -1, np.int32)
        out: NDArray[np.int32] = np.empty((_ROWS, _FIELDS), np.int32)
        begin = 0
        while begin < len(kept):
            n_rows, done = search(codes, offsets, templates, self._rules, seen, out, begin)
            if done == begin:
                # one sequence alone has more explanations than fit: thousands of miRNAs with the same nucleotides
                out = np.empty((2 * len(out), _FIELDS), np.int32)
            yield from out[:n_rows].tolist()
            begin = done
            seen.fill(-1)

    def _explanation(self, sequence: str, row: Sequence[int]) -> Explanation:
        """Turn a row of the search into nucleotides and positions."""
        _, template, offset, tail_5p, tail_3p, cost = row
        templates, reference = self._templates, self.reference
        placement = reference.placements[template]
        mature = reference.matures[placement.mature].sequence
        inner = len(sequence) - tail_3p
        shift = int(templates.hairpin_shift[template])
        start, end = offset + shift + tail_5p, offset + shift + inner
        iso5, iso3 = start - placement.start, end - placement.end
        first = tail_5p - iso5  # where the miRNA's first nucleotide falls in the sequence
        low, high = max(tail_5p, first), min(inner, first + len(mature))
        changes: tuple[Change, ...] = ()
        if sequence[low:high] != mature[low - first : high - first]:
            changes = tuple(
                Change(j - first + 1, mature[j - first], sequence[j])
                for j in range(low, high)
                if sequence[j] != mature[j - first]
            )
        return Explanation(
            cost,
            placement.mature,
            placement.hairpin,
            start,
            end,
            iso5,
            iso3,
            sequence[:tail_5p],
            sequence[inner:],
            sequence[tail_5p:low],
            sequence[high:inner],
            changes,
        )


def _order(found: Explanation) -> tuple[object, ...]:
    """Order explanations; of equally cheap ones those without substitutions come first."""
    return (
        found.cost,
        len(found.changes),
        len(found.added_5p) + len(found.added_3p),
        abs(found.iso5_offset),
        abs(found.iso3_offset),
        found.mature,
        found.hairpin,
        found.start,
    )
