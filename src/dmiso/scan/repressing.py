"""Repression in a scan: log2 fold changes from all seed sites, whatever sites are reported, and each site's part of it.

The numbers are those of :mod:`dmiso.repression`, for the scan's miRNAs and the transcripts whose coding sequence is
known. They are made when shards are put together, some miRNAs at a time: shards, workers and cut-offs change nothing.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.columns import GENE_REPRESSION_COLUMNS, schema_of
from dmiso.records import Counts
from dmiso.repression.blocks import mirna_groups, note_unknown_regions, transcript_blocks
from dmiso.repression.model import gene_total
from dmiso.repression.predict import predict_repression
from dmiso.repression.store import resolve_repression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.records import SequenceRecord
    from dmiso.repression.blocks import Block
    from dmiso.repression.store import StoredRepression
    from dmiso.repression.tables import Repressed
    from dmiso.scan.inputs import Loaded

    Floats = NDArray[np.float64]

__all__ = ["GENE_REPRESSION_COLUMNS", "GroupRepression", "ScanRepression", "site_parts"]

_SLACK: Final = 2
"""Nucleotides beyond a site in which its seed match may lie: the same as for its seed class."""
_BEYOND: Final = 8
"""An anchor may lie so far beyond the transcript's end, and keys of pairs must stay apart."""
_KEY: Final = ["mirna_id", "mirna_sequence", "gene_id"]


class GroupRepression(NamedTuple):
    """What some miRNAs do."""

    of_sites: pl.Series
    """Each reported site's part of its transcript's log2 fold change; null where no seed match lies in it."""
    genes: pl.DataFrame
    """Columns of :data:`GENE_REPRESSION_COLUMNS`: a row per miRNA and gene that has a seed site or a reported one; of a
    gene's transcripts the one that is repressed most."""


class ScanRepression:
    """Predicts what the miRNAs of a scan do, group by group, and adds up what all do together.

    Parameters
    ----------
    loaded
        What the scan's files hold.
    numbers
        Transcripts that are looked at, by number.
    counts
        Filled with the transcripts whose coding sequence is not known.
    """

    def __init__(self, loaded: Loaded, numbers: Sequence[int], counts: Counts) -> None:
        self._loaded = loaded
        self._numbers = numbers
        transcripts = [loaded.transcripts[number] for number in numbers]
        note_unknown_regions(transcripts, counts)
        self._is_known = any(one.cds is not None for one in transcripts)
        self._genes = pl.Series([loaded.genes[one.id] for one in loaded.transcripts], dtype=pl.String)
        self._together = _Together(len(loaded.transcripts))

    @cached_property
    def model(self) -> StoredRepression | None:
        """The model; None where no coding sequence is known."""
        return resolve_repression() if self._is_known else None

    @cached_property
    def _blocks(self) -> list[Block]:
        if self.model is None:
            return []
        return transcript_blocks(self.model, self._loaded.transcripts, self._numbers)

    def groups(self, block: range) -> list[range]:
        """Return the miRNAs of a block in groups whose rows fit in memory, by number."""
        return [block[group.start : group.stop] for group in mirna_groups(len(block), len(self._numbers))]

    def of_group(self, first: int, mirnas: Sequence[SequenceRecord], sites: pl.DataFrame) -> GroupRepression:
        """Predict what some miRNAs do; each miRNA is asked for once.

        Parameters
        ----------
        first
            Number of the first of them.
        mirnas
            The miRNAs.
        sites
            Their reported sites: ``mirna``, ``transcript`` (numbers), ``start`` and ``end``.
        """
        of_sites = np.full(sites.height, np.nan)
        rows = [pl.DataFrame(schema=schema_of(GENE_REPRESSION_COLUMNS))]
        own, on = (sites[name].to_numpy() for name in ("mirna", "transcript"))
        for block in self._blocks:
            assert self.model is not None
            found = predict_repression(
                self.model,
                mirnas,
                block.transcripts,
                Counts(),
                abundances=self._loaded.weights,
                background=block.background,
            )
            at = np.searchsorted(block.numbers, on)
            here = np.flatnonzero(block.numbers[np.minimum(at, len(block.numbers) - 1)] == on)
            placed = sites[here].select(
                pl.Series("mirna", own[here] - first), pl.Series("transcript", at[here]), "start", "end"
            )
            of_sites[here] = site_parts(placed, found)
            rows.append(self._gene_rows(found, block, placed))
            self._together.add(first, found, block.numbers)
        best = pl.concat(rows, how="vertical").sort("repression", "transcript_id")
        genes = best.unique(_KEY, keep="first", maintain_order=True)
        return GroupRepression(pl.Series("repression", of_sites).fill_nan(None), genes)

    def _gene_rows(self, found: Repressed, block: Block, sites: pl.DataFrame) -> pl.DataFrame:
        """Return a row per miRNA and transcript that has a seed site or a reported site."""
        wanted = found.n_seed_sites() > 0
        wanted[sites["mirna"].to_numpy(), sites["transcript"].to_numpy()] = True
        genes = pl.concat([self._genes.gather(block.numbers)] * len(found.mirnas))
        table = found.gene_table().with_columns(genes.alias("gene_id")).filter(pl.Series(wanted.ravel()))
        return table.select(GENE_REPRESSION_COLUMNS)

    def totals(self, mirna_ids: Sequence[str]) -> pl.DataFrame:
        """Return what all miRNAs asked for do together: ``gene_id``, ``repression`` and ``best_mirna_id`` by gene.

        Parameters
        ----------
        mirna_ids
            Names of all miRNAs, by number.
        """
        if self.model is None:
            return pl.DataFrame(schema=schema_of(("gene_id", "repression", "best_mirna_id")))
        known = np.flatnonzero(self._together.strongest >= 0)
        names = pl.Series(list(mirna_ids), dtype=pl.String)
        return (
            pl.DataFrame(
                {
                    "gene_id": self._genes.gather(known),
                    "repression": gene_total(self.model.config, self._together.units[known]) + 0.0,
                    "best_mirna_id": names.gather(self._together.strongest[known]),
                }
            )
            .sort("repression", "gene_id", maintain_order=True)
            .unique("gene_id", keep="first", maintain_order=True)
        )


class _Together:
    """What all miRNAs add on each transcript, summed miRNA by miRNA: the same bits for any groups of them."""

    def __init__(self, n_transcripts: int) -> None:
        self.units = np.zeros(n_transcripts)
        self.strongest = np.full(n_transcripts, -1)
        """Number of the miRNA that represses most; -1 where none has a seed site."""
        self._most = np.full(n_transcripts, -np.inf)

    def add(self, first: int, found: Repressed, numbers: NDArray[np.int64]) -> None:
        """Add some miRNAs, the first of which has a number; pairs without a seed site add nothing."""
        for m, (units, n_sites) in enumerate(zip(found.units(), found.n_seed_sites(), strict=True)):
            self.units[numbers] += np.where(n_sites > 0, units, 0.0)
            more = (n_sites > 0) & (units > self._most[numbers])
            self._most[numbers[more]] = units[more]
            self.strongest[numbers[more]] = first + m


def site_parts(sites: pl.DataFrame, found: Repressed) -> Floats:
    """Return what the seed sites within reported sites do, ``(n_sites,)``; NaN where there is none.

    A seed site belongs to the reported site that holds it, two nucleotides beyond included; of two that do, to the one
    whose 3' end is nearer to the position opposite miRNA position 1.

    Parameters
    ----------
    sites
        ``mirna`` and ``transcript`` as they are numbered in ``found``, ``start`` and ``end``.
    found
        All seed sites.
    """
    parts = np.full(sites.height, np.nan)
    seeds = found.sites
    if not sites.height or not len(seeds.anchor):
        return parts
    mirna, transcript, start, end = (sites[n].to_numpy() for n in ("mirna", "transcript", "start", "end"))
    span = int(found.targets.lengths.max()) + _BEYOND
    n = len(found.transcripts)
    key = (mirna * n + transcript) * span + end - 1
    order = np.argsort(key, kind="stable")
    wanted = (seeds.mirna * n + seeds.transcript) * span + seeds.anchor
    after = np.searchsorted(key[order], wanted)
    nearest = np.full(len(wanted), -1)
    distance = np.full(len(wanted), span)
    for neighbour in (after - 1, after):
        site = order[np.clip(neighbour, 0, len(order) - 1)]
        holds = (mirna[site] == seeds.mirna) & (transcript[site] == seeds.transcript)
        holds &= (start[site] - _SLACK <= seeds.start) & (seeds.end <= end[site] + _SLACK)
        apart = np.abs(end[site] - 1 - seeds.anchor)
        better = holds & (apart < distance)
        nearest[better], distance[better] = site[better], apart[better]
    held = nearest >= 0
    sums = np.bincount(nearest[held], weights=found.site_fold_changes()[held], minlength=len(parts))
    parts[nearest[held]] = sums[nearest[held]]
    return parts
