"""Both miRNAs on the same transcripts, found with the same settings and the same number of decoys.

Each distinct sequence is scanned once, however many pairs it is in. Where the other miRNA has no site of its own,
its value is the model's logit of the offsets around that position: every position has two logits.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.compare.repressed import RepressedGenes
from dmiso.records import Counts, SequenceRecord
from dmiso.repression.blocks import declared_utrs
from dmiso.scan.decoys import make_decoys
from dmiso.scan.q_values import add_q_values
from dmiso.scan.scanner import Scanner
from dmiso.scan.sites import lowest_logit
from dmiso.scan.windows import WindowNetwork
from dmiso.settings.scan import REGION_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.compare.pairs import Pair
    from dmiso.io.transcripts import Transcript
    from dmiso.models import StoredModel
    from dmiso.settings.compare import CompareSettings

__all__ = ["Position", "ScannedMirna", "ScannedPairs", "Targets", "scan_pairs"]

_CHUNK: Final = 5
"""Transcripts between two reports of progress."""


class Position(NamedTuple):
    """A position on a transcript: the transcript's number, and its nucleotides, 0-based half-open."""

    transcript: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Targets:
    """Where sites are looked for.

    Parameters
    ----------
    transcripts
        Or sites, in the order of results.
    genes
        Transcript → gene; one that is missing is a gene of its own.
    asked
        Genes of which every site is shown, whether it passes or not.
    known
        Nucleotides of all known miRNAs, whose seeds decoys avoid.
    """

    transcripts: Sequence[Transcript]
    genes: Mapping[str, str]
    asked: frozenset[str] = frozenset()
    known: Sequence[str] = ()

    def gene(self, transcript: int) -> str:
        """Return the gene of a transcript, by its number."""
        name = self.transcripts[transcript].id
        return self.genes.get(name, name)

    def n_bases(self, regions: Sequence[str]) -> int:
        """Return the nucleotides that a scan of regions reads."""
        if not regions:
            return sum(len(t.sequence) for t in self.transcripts)
        parts = (t.part(REGION_NAMES[name]) for t in self.transcripts for name in regions)
        return sum(end - start for start, end in parts)


class ScannedMirna(NamedTuple):
    """The sites of one miRNA above the scan's floor, and how often chance gives as high a logit."""

    sites: pl.DataFrame
    """``transcript`` (its number) and the columns of a scan, with ``q_value``."""
    n_decoy_sites: int

    def threshold(self, max_q: float, floor: float) -> float:
        """Return the lowest logit that passes; infinite if no site does."""
        if max_q >= 1:
            return floor
        passing = self.sites.filter((pl.col("q_value") <= max_q) & (pl.col("logit") >= floor))["logit"]
        return float(passing.min()) if len(passing) else np.inf  # type: ignore[arg-type]

    def q_at(self, logit: float) -> float | None:
        """Return the q-value of the own site next below a logit; None if there is none, or without decoys."""
        reached = self.sites.filter(pl.col("logit") <= logit)["q_value"].drop_nulls()
        return float(reached.min()) if len(reached) else None  # type: ignore[arg-type]


class ScannedPairs:
    """A finished scan of the miRNAs of pairs.

    Parameters
    ----------
    scanner
        Model and settings.
    targets
        What was scanned.
    mirnas
        Nucleotides → what was found.
    n_decoys
        Shuffles of each miRNA.
    repression
        What the miRNAs do to genes.
    """

    def __init__(
        self,
        scanner: Scanner,
        targets: Targets,
        mirnas: Mapping[str, ScannedMirna],
        n_decoys: int,
        *,
        repression: RepressedGenes,
    ) -> None:
        self.scanner = scanner
        self.targets = targets
        self.mirnas = mirnas
        self.n_decoys = n_decoys
        self.repression = repression

    @property
    def model(self) -> StoredModel:
        """The model."""
        return self.scanner.model

    def floor(self, settings: CompareSettings) -> float:
        """Return the logit below which nothing is looked at."""
        return lowest_logit(
            self.model.calibration, min_percentile=settings.min_percentile, min_score=settings.min_score
        )

    def transcript_of(self, pair: Pair, gene: str) -> int:
        """Return the number of the transcript that stands for a gene.

        It is the one that either miRNA represses most; where that is not known the longest, and of equals the first.

        Parameters
        ----------
        pair
            Both miRNAs.
        gene
            Of the targets.
        """
        transcripts = self.targets.transcripts
        own = [number for number in range(len(transcripts)) if self.targets.gene(number) == gene]
        strongest = self.repression.strongest(pair, own)
        return max(own, key=lambda t: len(transcripts[t].sequence)) if strongest is None else strongest

    def logits_at(self, mirna: str, positions: Sequence[Position]) -> NDArray[np.float64]:
        """Return what the model gives a miRNA around positions, ``(n_positions,)``.

        Parameters
        ----------
        mirna
            Upper-case RNA.
        positions
            Sites, of another miRNA perhaps: the offsets within the scan's distance of each are taken together, as
            those of an own site are.
        """
        network, distance = self.scanner.network, self.scanner.settings.distance
        codes = network.encode_mirnas([mirna])
        by_transcript: dict[int, list[int]] = defaultdict(list)
        for i, position in enumerate(positions):
            by_transcript[position.transcript].append(i)
        logits = np.empty(len(positions))
        for t, rows in by_transcript.items():
            target = network.encode_target(self.targets.transcripts[t].sequence)
            last = network.n_offsets(target)
            for i in rows:
                # of windows the offset is their start, of position networks what faces miRNA position 1
                own = positions[i].start if isinstance(network, WindowNetwork) else positions[i].end - 1
                around = (max(0, own - distance), min(last, own + distance + 1))
                pieces = [p.logits for p in network.stream(codes, target, margin=0, between=around)]
                logits[i] = network.pooled(np.concatenate(pieces, axis=2))[0]
        return logits


def scan_pairs(
    pairs: Sequence[Pair],
    targets: Targets,
    model: StoredModel,
    settings: CompareSettings,
    *,
    counts: Counts | None = None,
    on_work: Callable[[int, int], None] | None = None,
) -> ScannedPairs:
    """Scan all isomiRs and canonical miRNAs of pairs.

    Parameters
    ----------
    pairs, targets
        What is scanned where.
    model
        Of any network; one that gives logits of offsets is scanned offset by offset.
    settings
        Floor, decoys, regions and seed are those of the scan.
    counts
        Filled with what was left out or changed.
    on_work
        Called with transcripts done and in all.
    """
    counts = counts if counts is not None else Counts()
    if settings.as_utrs:
        targets = replace(targets, transcripts=declared_utrs(targets.transcripts, "the transcripts"))
    n_decoys = settings.decoys_for(targets.n_bases(settings.regions))
    scan_settings = settings.scan_settings(n_decoys)
    scanner = Scanner.of(model, scan_settings)
    bases = list(dict.fromkeys(s for p in pairs for s in (p.isomir.sequence, p.canonical.sequence)))
    block = make_decoys([SequenceRecord(s, s) for s in bases], scan_settings, counts, known=targets.known)
    sites, decoy_sites = [], []
    for first in range(0, len(targets.transcripts), _CHUNK):
        part = targets.transcripts[first : first + _CHUNK]
        found = scanner.scan(block, part, counts)
        sites.append(found.sites.with_columns(pl.col("transcript") + first))
        decoy_sites.append(found.decoys)
        if on_work is not None:
            on_work(first + len(part), len(targets.transcripts))
    if not sites:
        empty = scanner.scan(block, [], counts)
        sites, decoy_sites = [empty.sites], [empty.decoys]
    chance = pl.concat(decoy_sites)
    table = add_q_values(pl.concat(sites), chance, [len(one.decoys) for one in block])
    return ScannedPairs(
        scanner,
        targets,
        {
            s: ScannedMirna(
                table.filter(pl.col("mirna") == m).sort("transcript", "start", maintain_order=True),
                chance.filter(pl.col("mirna") == m).height,
            )
            for m, s in enumerate(bases)
        },
        n_decoys,
        repression=RepressedGenes(bases, targets, settings.regions, counts),
    )
