"""Every cheapest explanation of sequences by a reference, and those nearly as cheap.

:class:`Aligner` holds the templates; :meth:`Aligner.explain` takes sequences in batches. Alignments have no gaps: an
inserted or deleted nucleotide inside a miRNA is not looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import Packed, pack
from dmiso.io.mirgff3_words import SNV_WORDS, snv_word
from dmiso.isomir.found import FOUND, POSITION_BITS, changes_in
from dmiso.isomir.limits import COST_MARGIN, rules_of
from dmiso.isomir.templates import MAX_LENGTH, build_templates
from dmiso.settings.isomirs import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dmiso.isomir.found import Rows
    from dmiso.isomir.reference import Reference

__all__ = ["Aligner", "Change", "Explained", "Explanation"]

_FIELDS: Final = 6
"""Numbers of a row of the search: sequence, template, position of the first nucleotide, 5' tail, 3' tail, cost."""

_ROWS: Final = 1 << 16
"""Rows that a pass of the search may write before it hands them over."""


_SNV_OF: Final = np.array(
    [1 << SNV_WORDS.index(snv_word(position)) for position in range(1 << POSITION_BITS)], np.int32
)
"""The word of a substitution as a bit, by its position on the miRNA."""


class Explained(NamedTuple):
    """Explanations of the sequences from number ``begin`` to ``end`` of a batch.

    Parameters
    ----------
    begin, end
        Numbers of sequences, half-open.
    found
        :data:`dmiso.isomir.found.FOUND`: those of a sequence together, cheapest first.
    packed
        Codes of all sequences of the batch; those too long to be explained are left empty.
    """

    begin: int
    end: int
    found: Rows
    packed: Packed


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
        for part in self.explained(sequences):
            last = np.searchsorted(part.found["sequence"], np.arange(part.begin, part.end), side="right")
            first = 0
            for number, end in zip(range(part.begin, part.end), last.tolist(), strict=True):
                yield [self.explanation(sequences[number], row) for row in part.found[first:end].tolist()]
                first = end

    def explained(self, sequences: Sequence[str]) -> Iterator[Explained]:
        """Give the same as numbers, in parts of bounded memory.

        Parameters
        ----------
        sequences
            As for :meth:`explain`.

        Yields
        ------
        Explained
            Parts that follow each other.
        """
        from dmiso.isomir.explain_kernel import describe
        from dmiso.isomir.search_kernel import search

        # longer ones have no explanation: they are left empty
        packed = pack([sequence if len(sequence) <= MAX_LENGTH else "" for sequence in sequences])
        templates = self._templates
        seen = np.full(len(templates.bases), -1, np.int32)
        out: NDArray[np.int32] = np.empty((_ROWS, _FIELDS), np.int32)
        begin = 0
        while begin < len(sequences):
            n_rows, done = search(*packed, templates, self._rules, seen, out, begin)
            if done == begin:
                # one sequence alone has more explanations than fit: thousands of miRNAs with the same nucleotides
                out = np.empty((2 * len(out), _FIELDS), np.int32)
            else:
                found = np.empty(n_rows + 1, FOUND)
                n_found = describe(out[:n_rows], *packed, templates, _SNV_OF, COST_MARGIN, found)
                yield Explained(begin, done, found[:n_found], packed)
            begin = done
            seen.fill(-1)

    def explanation(self, sequence: str, row: tuple[int, ...]) -> Explanation:
        """Turn an explanation in numbers, the fields of :data:`~dmiso.isomir.found.FOUND`, into nucleotides."""
        _, mature, hairpin, start, cost, iso5, iso3, added_5p, added_3p, templated_5p, templated_3p = row[:11]
        inner = len(sequence) - added_3p
        return Explanation(
            cost,
            mature,
            hairpin,
            start,
            start + inner - added_5p,
            iso5,
            iso3,
            sequence[:added_5p],
            sequence[inner:],
            sequence[added_5p : added_5p + templated_5p],
            sequence[inner - templated_3p : inner],
            tuple(Change(*change) for change in changes_in(row[-1])),
        )
