"""Genes whose repression an isomiR gains and loses: predicted log2 fold changes of both, from all their seed sites.

The numbers are those of :mod:`dmiso.repression`; which sites pass plays no part. A gene's repression by one miRNA is
that of its transcript that is repressed most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.columns import schema_of
from dmiso.records import SequenceRecord
from dmiso.repression.blocks import note_unknown_regions, pair_units
from dmiso.repression.store import resolve_repression
from dmiso.settings.scan import REGION_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.compare.pairs import Pair
    from dmiso.compare.scanned import Targets
    from dmiso.records import Counts
    from dmiso.repression.blocks import PairUnits

    Floats = NDArray[np.float64]

__all__ = ["REPRESSION_CHANGES", "RepressedGenes", "repression_change"]

REPRESSION_CHANGES: Final = ("gained", "lost", "kept")
_FOLDS: Final = ("isomir_repression", "canonical_repression", "mixture_repression")


def repression_change(isomir: float, canonical: float, least: float) -> str:
    """Return what an isomiR makes of a gene's repression.

    Parameters
    ----------
    isomir, canonical
        Predicted log2 fold changes.
    least
        Repression (log2, above 0) that counts, and by which both must differ.

    Returns
    -------
    str
        ``gained``: the isomiR represses it by at least ``least``, and by at least so much more than the miRNA does;
        ``lost``: the other way round; ``kept``: one of them represses it so, and they differ by less; ``neither``.

    Examples
    --------
    >>> [repression_change(a, b, 0.1) for a, b in ((-0.3, -0.1), (0.0, -0.2), (-0.12, -0.08), (-0.05, 0.2))]
    ['gained', 'lost', 'kept', 'neither']
    """
    if min(isomir, canonical) > -least:
        return "neither"
    if abs(isomir - canonical) < least:
        return "kept"
    return "gained" if isomir < canonical else "lost"


class RepressedGenes:
    """What miRNAs do to the genes of targets.

    Parameters
    ----------
    bases
        The miRNAs' nucleotides, each once.
    targets
        Where sites are looked for.
    regions
        Transcripts without one of these parts are left out; none keeps all.
    counts
        Filled with the transcripts whose coding sequence is not known.
    """

    def __init__(
        self, bases: Sequence[str], targets: Targets, regions: Sequence[str], counts: Counts
    ) -> None:
        note_unknown_regions(targets.transcripts, counts)
        self._row = {sequence: row for row, sequence in enumerate(bases)}
        self._genes = [targets.gene(t) for t in range(len(targets.transcripts))]
        wanted = [
            one.cds is not None
            and (not regions or any(a < b for a, b in (one.part(REGION_NAMES[name]) for name in regions)))
            for one in targets.transcripts
        ]
        self._wanted = np.array(wanted, np.bool_)
        self._units: PairUnits | None = None
        if any(wanted):
            records = [SequenceRecord(sequence, sequence) for sequence in bases]
            self._units = pair_units(resolve_repression(), records, targets.transcripts)

    def of_pair(self, pair: Pair) -> pl.DataFrame:
        """Return the genes with a seed site of either.

        Returns
        -------
        polars.DataFrame
            ``gene_id``, ``isomir_repression``, ``canonical_repression``, ``mixture_repression`` (at the shares of the
            reads; empty without counts).
        """
        schema = schema_of(("gene_id", *_FOLDS))
        if self._units is None:
            return pl.DataFrame(schema=schema)
        own, other = (self._row[one.sequence] for one in (pair.isomir, pair.canonical))
        share = pair.share
        folds = {
            "isomir_repression": self._folds({own: 1.0}),
            "canonical_repression": self._folds({other: 1.0}),
            "mixture_repression": None if share is None else self._folds({own: share, other: 1 - share}),
        }
        frame = pl.DataFrame({"gene_id": self._genes, **folds}, schema=schema)
        has_site = (self._units.n_seed_sites[[own, other]] > 0).any(axis=0)
        return (
            frame.with_columns(_has_site=pl.Series(has_site))
            .filter(pl.Series(self._wanted))
            .group_by("gene_id", maintain_order=True)
            .agg(pl.col(_FOLDS).min(), pl.col("_has_site").any())
            .filter("_has_site")
            .drop("_has_site")
        )

    def strongest(self, pair: Pair, numbers: Sequence[int]) -> int | None:
        """Return which of some transcripts either miRNA of a pair represses most; None where none is known.

        Parameters
        ----------
        pair
            Both miRNAs.
        numbers
            Of transcripts.
        """
        if self._units is None:
            return None
        rows = [self._row[one.sequence] for one in (pair.isomir, pair.canonical)]
        most = np.min([self._folds({row: 1.0}) for row in rows], axis=0)
        known = [number for number in numbers if not np.isnan(most[number])]
        return min(known, key=lambda number: most[number]) if known else None

    def _folds(self, weights: dict[int, float]) -> Floats:
        """Return log2 fold changes of transcripts, ``(n_transcripts,)``, with weights of miRNAs by row."""
        assert self._units is not None
        return self._units.fold_changes([weights.get(row, 0.0) for row in range(len(self._row))])
