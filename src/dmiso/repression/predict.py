"""Predicted repression of miRNAs on transcripts: all sites, what each adds, and tables of sites and of transcripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.columns import schema_of
from dmiso.columns.repression import REPRESSION_GENE_COLUMNS, REPRESSION_SITE_COLUMNS
from dmiso.energies import unpaired_log10
from dmiso.extras import require_extra
from dmiso.io.transcripts import REGIONS
from dmiso.repression.context import LONGEST_MIRNA, SiteContext
from dmiso.repression.features import OPENED, site_features
from dmiso.repression.model import WeightSet, gene_share, weight_set
from dmiso.repression.sites import PLACES, SITE_TYPES, Targets, find_all_sites, pack_targets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts, SequenceRecord
    from dmiso.repression.context import Accessibility
    from dmiso.repression.sites import SeedSites
    from dmiso.repression.store import StoredRepression

    Floats = NDArray[np.float64]

__all__ = ["NO_REGION", "Repressed", "predict_repression"]

NO_REGION: Final = "transcripts left out: their coding sequence is not known, so their sites have no region"
_SHORTEST_MIRNA: Final = 8
_SHORTEST_UTR: Final = 50
_REGION_OF: Final = np.array([*REGIONS, "3'UTR"])
"""By place: the bases next to the stop codon are 3'UTR."""
_PARTS: Final = (("repression_utr5", (0,)), ("repression_cds", (1,)), ("repression_utr3", (2, 3)))


class Repressed(NamedTuple):
    """All sites of miRNAs on transcripts, and what they do; ``tables`` are made of it."""

    mirnas: Sequence[SequenceRecord]
    transcripts: Sequence[Transcript]
    targets: Targets
    sites: SeedSites
    added: Floats
    """What each site adds, in units of the model, ``(n_sites,)``."""
    features: dict[str, Floats]
    weights: WeightSet

    def _pairs(self) -> NDArray[np.int64]:
        """Return the number of each site's miRNA and transcript together."""
        return self.sites.mirna * len(self.transcripts) + self.sites.transcript

    def _share(self) -> tuple[Floats, Floats]:
        """Return what the sites of each miRNA and transcript add up to, and the fold change per unit of it."""
        n = len(self.mirnas) * len(self.transcripts)
        total = np.bincount(self._pairs(), weights=self.added, minlength=n).astype(np.float64)
        return total, gene_share(self.weights.config, total)

    def site_table(self, *, with_features: bool = False) -> pl.DataFrame:
        """Return a row per site: :data:`~dmiso.columns.repression.REPRESSION_SITE_COLUMNS`.

        Parameters
        ----------
        with_features
            Add a column for each feature that the weights look at.
        """
        _, share = self._share()
        mirna, transcript, _, kind, place = self.sites
        columns: dict[str, Any] = {
            **self._mirna_columns(mirna),
            "transcript_id": pl.Series([t.id for t in self.transcripts], dtype=pl.String).gather(transcript),
            "start": self.sites.start,
            "end": self.sites.end,
            "region": _REGION_OF[place].tolist(),
            "site_type": np.array(SITE_TYPES)[kind].tolist(),
            "near_stop": place == PLACES.index("stop"),
            "repression": self.added * share[self._pairs()] + 0.0,  # no negative zeros
            "weight_set": [self.weights.name] * len(mirna),
        }
        names: tuple[str, ...] = REPRESSION_SITE_COLUMNS
        if with_features:
            columns |= {name: pl.Series(values).fill_nan(None) for name, values in self.features.items()}
            names = (*names, *self.features)
        return _frame(columns, names)

    def gene_table(self) -> pl.DataFrame:
        """Return a row per miRNA and transcript: :data:`~dmiso.columns.repression.REPRESSION_GENE_COLUMNS`.

        Transcripts without a site have rows too, of repression 0.
        """
        pairs, n = self._pairs(), len(self.mirnas) * len(self.transcripts)
        total, share = self._share()
        fold = total * share + 0.0
        low, high = self.weights.ends(fold)
        mirna = np.repeat(np.arange(len(self.mirnas)), len(self.transcripts))

        def part(wanted: NDArray[np.bool_]) -> Floats:
            return np.bincount(pairs[wanted], weights=self.added[wanted], minlength=n) * share + 0.0

        places = {name: part(np.isin(self.sites.place, which)) for name, which in _PARTS}
        types = {_part_name(name): part(self.sites.type == t) for t, name in enumerate(SITE_TYPES)}
        names = pl.Series([t.id for t in self.transcripts], dtype=pl.String)
        columns = {
            **self._mirna_columns(mirna),
            "transcript_id": pl.concat([names] * len(self.mirnas)) if self.mirnas else names.clear(),
            "repression": fold,
            "repression_low": low,
            "repression_high": high,
            **places,
            **types,
            "background": np.tile(self._background(), len(self.mirnas)),
            "n_seed_sites": np.bincount(pairs, minlength=n),
            "weight_set": [self.weights.name] * n,
        }
        return _frame(columns, REPRESSION_GENE_COLUMNS)

    def _mirna_columns(self, mirna: NDArray[np.int64]) -> dict[str, pl.Series]:
        return {
            "mirna_id": pl.Series([m.id for m in self.mirnas], dtype=pl.String).gather(mirna),
            "mirna_sequence": pl.Series([m.sequence for m in self.mirnas], dtype=pl.String).gather(mirna),
        }

    def _background(self) -> Floats:
        """Return what the length of each transcript's 3'UTR does in any experiment, log2."""
        config = self.weights.config
        length = np.log10(np.maximum(self.targets.lengths - self.targets.cds_end, _SHORTEST_UTR))
        return np.asarray((length - config.background_centre) * config.background_slope)


def predict_repression(
    model: StoredRepression,
    mirnas: Sequence[SequenceRecord],
    transcripts: Sequence[Transcript],
    counts: Counts,
    *,
    abundances: Mapping[str, float] | None = None,
    folding: bool = False,
) -> Repressed:
    """Predict what miRNAs and isomiRs do to transcripts.

    Parameters
    ----------
    model
        Of :func:`dmiso.repression.resolve_repression`.
    mirnas
        miRNAs or isomiRs, any sequence; the seed is positions 2-8 of each as it is.
    transcripts
        With coding sequences; ``cds`` (0, 0) is a 3'UTR without its mRNA. Those without are left out.
    counts
        Filled with what was left out.
    abundances
        miRNA sequence → abundance, 1 for one as in the experiments that the model was trained on; one without has 0.
        None: 1 each.
    folding
        Whether transcripts are folded with ViennaRNA for the accessibility of sites, about 10,000 nt per second, if the
        model has weights for it. It is asked for, never assumed: results must not hang on what is installed.

    Returns
    -------
    Repressed

    Raises
    ------
    MissingExtraError
        If folding is asked for and ViennaRNA is not installed.
    ModelError
        If the model has no weights for what is there.
    """
    if folding:
        require_extra("RNA", "folding transcripts")
    weights = weight_set(model, {"accessibility"} if folding else set())
    kept = _kept(mirnas, transcripts, counts)
    targets = pack_targets(kept)
    texts = [m.sequence for m in mirnas]
    sites = find_all_sites(texts, targets)
    context = SiteContext(texts, targets, sites, _opened(kept, sites, weights) if folding else None)
    values = site_features(weights.features, context)
    added = weights.contributions(sites, values)
    if abundances is not None:
        added = added * np.array([abundances.get(text, 0.0) for text in texts])[sites.mirna]
    features = dict(zip(weights.features, values, strict=True))
    return Repressed(mirnas, kept, targets, sites, added, features, weights)


def _kept(
    mirnas: Sequence[SequenceRecord], transcripts: Sequence[Transcript], counts: Counts
) -> list[Transcript]:
    """Return the transcripts whose sites have a region; say what else cannot be used as it is."""
    for mirna in mirnas:
        if len(mirna.sequence) < _SHORTEST_MIRNA:
            counts.note(
                f"miRNAs shorter than {_SHORTEST_MIRNA} nt: they lack some or all seed sites",
                example=mirna.id,
            )
        if len(mirna.sequence) > LONGEST_MIRNA:
            counts.note(
                f"miRNAs longer than {LONGEST_MIRNA} nt: later bases count for nothing", example=mirna.id
            )
    kept = []
    for transcript in transcripts:
        if transcript.cds is None:
            counts.drop(NO_REGION, example=transcript.id)
        else:
            kept.append(transcript)
    counts.flow(
        "transcripts",
        len(transcripts),
        len(kept),
        outcome="of known coding sequence",
        hint="Give a table of coding sequences, or 3'UTRs as such",
    )
    return kept


def _opened(transcripts: Sequence[Transcript], sites: SeedSites, weights: WeightSet) -> Accessibility:
    """Return a function that folds a transcript around those of its sites whose accessibility has a weight."""
    counts_for = np.zeros_like(weights.base, np.bool_)
    if "accessibility" in weights.features:
        counts_for = weights.slopes[weights.features.index("accessibility")] != 0
    wanted = counts_for[sites.place, sites.type]
    order = np.argsort(sites.transcript[wanted], kind="stable")
    anchors = sites.anchor[wanted][order]
    bounds = np.searchsorted(sites.transcript[wanted][order], np.arange(len(transcripts) + 1))

    def accessibility(number: int) -> NDArray[np.float32]:
        bases = transcripts[number].sequence
        ends = np.minimum(anchors[bounds[number] : bounds[number + 1]], len(bases) - 1)
        return unpaired_log10(bases, OPENED, ends=ends.tolist())

    return accessibility


def _part_name(site_type: str) -> str:
    return f"repression_{site_type.lower().replace('-', '_')}"


def _frame(columns: Mapping[str, Any], names: Sequence[str]) -> pl.DataFrame:
    schema = schema_of(names)
    return pl.DataFrame({name: columns[name] for name in names}).select(
        pl.col(name).cast(dtype) for name, dtype in schema.items()
    )
