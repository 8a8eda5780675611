"""One comparison: sites, genes, and whether the seed is what changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dmiso.alphabet import normalise
from dmiso.compare.confident import with_confidence
from dmiso.compare.genes import compare_genes
from dmiso.compare.matching import CHANGES, Thresholds, compare_sites
from dmiso.compare.pairs import Pair, check_length
from dmiso.compare.repressed import REPRESSION_CHANGES
from dmiso.compare.scanned import Targets, scan_pairs
from dmiso.compare.seed_shift import SeedTest, seed_tests
from dmiso.extras import require_extra
from dmiso.io.transcripts import Transcript
from dmiso.models import resolve
from dmiso.records import SequenceRecord
from dmiso.settings.compare import CompareSettings
from dmiso.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

    from dmiso.compare.scanned import ScannedPairs
    from dmiso.models import StoredModel
    from dmiso.records import Counts

__all__ = ["Comparison", "compare_isomir", "compare_pairs", "judge"]


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Shown):
    """What an isomiR changes against a canonical miRNA.

    Parameters
    ----------
    pair
        Who is compared.
    settings
        As judged.
    sites
        Columns of :data:`dmiso.compare.matching.SITE_CHANGE_COLUMNS`.
    genes
        Columns of :data:`dmiso.compare.genes.GENE_CHANGE_COLUMNS`.
    thresholds
        The lowest logits that pass; infinite where none does.
    best_q_values
        The lowest q-value of the isomiR's and of the canonical miRNA's sites; None without sites or decoys.
    seed_tests
        Of gained and of lost sites; none if the seeds are equal.
    """

    pair: Pair
    settings: CompareSettings
    sites: pl.DataFrame
    genes: pl.DataFrame
    thresholds: Thresholds
    best_q_values: tuple[float | None, float | None]
    seed_tests: list[SeedTest]

    def n_sites(self, change: str) -> int:
        """Return how many sites became so."""
        return int((self.sites["site_change"] == change).sum())

    def n_genes(self, change: str) -> int:
        """Return how many genes became so."""
        return int((self.genes["gene_change"] == change).sum())

    def n_repressed(self, change: str) -> int:
        """Return how many genes' repression became so."""
        return int((self.genes["repression_change"] == change).sum())

    @property
    def has_repression(self) -> bool:
        """Whether repression of any gene is known."""
        return self.genes["repression_change"].null_count() < self.genes.height

    def as_dict(self) -> dict[str, Any]:
        """Return the summary for JSON."""
        pair = self.pair
        own, other = pair.seeds
        return {
            "isomir_id": pair.isomir.id,
            "isomir_sequence": pair.isomir.sequence,
            "canonical_id": pair.canonical.id,
            "canonical_sequence": pair.canonical.sequence,
            "variant": pair.variant or None,
            "n_parents": pair.n_parents,
            "isomir_reads": pair.isomir_reads,
            "canonical_reads": pair.canonical_reads,
            "isomir_seed": own,
            "canonical_seed": other,
            "seed_shifted": pair.seed_shifted,
            "lowest_passing_logit": {
                role: float(value) if np.isfinite(value) else None
                for role, value in zip(("isomir", "canonical"), self.thresholds, strict=True)
            },
            "lowest_q_value": dict(zip(("isomir", "canonical"), self.best_q_values, strict=True)),
            "sites": {change: self.n_sites(change) for change in CHANGES},
            "genes": {change: self.n_genes(change) for change in CHANGES},
            "repression": {change: self.n_repressed(change) for change in (*REPRESSION_CHANGES, "neither")}
            if self.has_repression
            else None,
            "seed_tests": [test.as_dict() for test in self.seed_tests],
        }


def judge(scanned: ScannedPairs, pair: Pair, settings: CompareSettings) -> Comparison:
    """Compare a pair in a finished scan.

    Parameters
    ----------
    scanned
        A scan that holds both miRNAs.
    pair
        Who is compared.
    settings
        What passes, margin and reach; decoys and regions are the scan's, and the floor must not be below its.
    """
    sites, thresholds = compare_sites(scanned, pair, settings)
    best = [scanned.mirnas[one.sequence].sites["q_value"].min() for one in (pair.isomir, pair.canonical)]
    isomir, canonical = (float(q) if isinstance(q, float) else None for q in best)
    return Comparison(
        pair,
        settings,
        sites,
        with_confidence(compare_genes(scanned, pair, sites, settings), scanned, pair, settings),
        thresholds,
        (isomir, canonical),
        seed_tests(pair, sites, scanned.targets, seed=settings.seed),
    )


def compare_pairs(
    pairs: Sequence[Pair],
    targets: Targets,
    model: StoredModel | str | None = None,
    settings: CompareSettings | None = None,
    *,
    counts: Counts | None = None,
    on_work: Callable[[int, int], None] | None = None,
) -> list[Comparison]:
    """Compare several isomiRs with their miRNAs, each distinct sequence scanned once.

    Parameters
    ----------
    pairs, targets
        Who is compared where.
    model
        A model, a bundled name or directory; None is the default model.
    settings
        None is the default.
    counts
        Filled with what was left out or changed.
    on_work
        Called with transcripts done and in all.

    Returns
    -------
    list of Comparison
        In the order of the pairs.

    Raises
    ------
    MissingExtraError
        If scipy is not installed.
    """
    require_extra("scipy", "testing seeds")
    settings = settings or CompareSettings()
    stored = resolve(model) if model is None or isinstance(model, str) else model
    scanned = scan_pairs(pairs, targets, stored, settings, counts=counts, on_work=on_work)
    return [judge(scanned, pair, settings) for pair in pairs]


def compare_isomir(
    isomir: str,
    canonical: str,
    transcripts: Mapping[str, str | Transcript],
    model: StoredModel | str | None = None,
    settings: CompareSettings | None = None,
    *,
    genes: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare one isomiR with one miRNA.

    Parameters
    ----------
    isomir, canonical
        Nucleotides 5'→3'.
    transcripts
        Name → nucleotides or transcript: mRNAs, 3'UTRs or sites.
    model, settings
        As for :func:`compare_pairs`.
    genes
        Transcript → gene; None makes each transcript its own gene.

    Raises
    ------
    ValueError
        If a sequence has a character that is not a nucleotide code.
    UsageError
        If a miRNA is too short.

    Examples
    --------
    The isomiR begins one nucleotide inside its miRNA, and the site pairs with its seed only:

    >>> site = "GCAGCAGCAUUGCAACACAAAUUCGGAUCUACAGGGACAAUUGCAGCAAGC"
    >>> found = compare_isomir("ACCCUGUAGAUCCGAAUUUGUG", "UACCCUGUAGAUCCGAAUUUGUG", {"a gene": site})
    >>> found.sites.select("isomir_seed_class", "canonical_seed_class", "seed_match").rows()
    [('8mer', 'offset-6mer', 'isomir')]
    """
    own, other = (
        SequenceRecord(name, normalise(bases).sequence)
        for name, bases in (("isomiR", isomir), ("canonical", canonical))
    )
    for one in (own, other):
        check_length(one.id, one.sequence)
    held = [
        t if isinstance(t, Transcript) else Transcript(name, normalise(t).sequence)
        for name, t in transcripts.items()
    ]
    targets = Targets(
        held, genes or {}, asked=frozenset((genes or {}).values()) or frozenset(t.id for t in held)
    )
    return compare_pairs([Pair(own, other)], targets, model, settings)[0]
