"""What was predicted, as tables of sites and of transcripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.columns import schema_of
from dmiso.columns.repression import REPRESSION_GENE_COLUMNS, REPRESSION_SITE_COLUMNS
from dmiso.io.transcripts import REGIONS
from dmiso.repression.model import gene_share
from dmiso.repression.sites import PLACES, SITE_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript
    from dmiso.records import SequenceRecord
    from dmiso.repression.model import WeightSet
    from dmiso.repression.sites import SeedSites, Targets

    Floats = NDArray[np.float64]

__all__ = ["Repressed"]

_REGION_OF: Final = np.array([*REGIONS, "3'UTR"])
"""By place: the bases next to the stop codon are 3'UTR."""
_PARTS: Final = (("repression_utr5", (0,)), ("repression_cds", (1,)), ("repression_utr3", (2, 3)))


class Repressed(NamedTuple):
    """All sites of miRNAs on transcripts, what each adds, and the tables made of it."""

    mirnas: Sequence[SequenceRecord]
    transcripts: Sequence[Transcript]
    targets: Targets
    sites: SeedSites
    added: Floats
    """What each site adds, in units of the model, ``(n_sites,)``."""
    joint: Floats
    """What each miRNA and transcript adds beside single sites, ``(n_mirnas, n_transcripts)``."""
    features: dict[str, Floats]
    weights: WeightSet
    background: Floats
    """log2 fold change that is not this miRNA's own, ``(n_transcripts,)``."""

    def _pairs(self) -> NDArray[np.int64]:
        """Return the number of each site's miRNA and transcript together."""
        return self.sites.mirna * len(self.transcripts) + self.sites.transcript

    def _share(self) -> tuple[Floats, Floats]:
        """Return the fold change of each miRNA and transcript, and that per unit of what its sites add."""
        total = self.units().ravel()
        share = gene_share(self.weights.config, total)
        return total * share + 0.0, share  # no negative zeros

    def units(self) -> Floats:
        """Return what each miRNA and transcript adds, ``(n_mirnas, n_transcripts)``, in units of the model."""
        n = self.joint.size
        added = np.bincount(self._pairs(), weights=self.added, minlength=n)
        return np.asarray(added.reshape(self.joint.shape) + self.joint)

    def n_seed_sites(self) -> NDArray[np.int64]:
        """Return the number of seed sites of each miRNA and transcript, ``(n_mirnas, n_transcripts)``."""
        return np.bincount(self._pairs(), minlength=self.joint.size).reshape(self.joint.shape)

    def site_fold_changes(self) -> Floats:
        """Return each site's part of its transcript's log2 fold change, ``(n_sites,)``."""
        return self.added * self._share()[1][self._pairs()] + 0.0

    def fold_changes(self) -> Floats:
        """Return log2 fold changes, ``(n_mirnas, n_transcripts)``."""
        return self._share()[0].reshape(len(self.mirnas), len(self.transcripts))

    def site_table(self, *, with_features: bool = False) -> pl.DataFrame:
        """Return a row per site: :data:`~dmiso.columns.repression.REPRESSION_SITE_COLUMNS`.

        Parameters
        ----------
        with_features
            Add a column for each feature that the weights look at.
        """
        mirna, transcript, _, kind, place = self.sites
        columns: dict[str, Any] = {
            **self._mirna_columns(mirna),
            "transcript_id": pl.Series([t.id for t in self.transcripts], dtype=pl.String).gather(transcript),
            "start": self.sites.start,
            "end": self.sites.end,
            "region": _REGION_OF[place].tolist(),
            "site_type": np.array(SITE_TYPES)[kind].tolist(),
            "near_stop": place == PLACES.index("stop"),
            "repression": self.site_fold_changes(),
            "weight_set": [self.weights.name] * len(mirna),
        }
        names: tuple[str, ...] = REPRESSION_SITE_COLUMNS
        if with_features:
            columns |= {name: pl.Series(values).fill_nan(None) for name, values in self.features.items()}
            names = (*names, *self.features)
        return _frame(columns, names)

    def gene_table(self) -> pl.DataFrame:
        """Return a row per miRNA and transcript: :data:`~dmiso.columns.repression.REPRESSION_GENE_COLUMNS`.

        Transcripts without a site have rows too.
        """
        pairs, n = self._pairs(), len(self.mirnas) * len(self.transcripts)
        fold, share = self._share()
        background = np.tile(self.background, len(self.mirnas))
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
            "repression_joint": self.joint.ravel() * share + 0.0,
            **types,
            "background": background,
            "repression_relative": fold - background,
            "n_seed_sites": self.n_seed_sites().ravel(),
            "weight_set": [self.weights.name] * n,
        }
        return _frame(columns, REPRESSION_GENE_COLUMNS)

    def _mirna_columns(self, mirna: NDArray[np.int64]) -> dict[str, pl.Series]:
        return {
            "mirna_id": pl.Series([m.id for m in self.mirnas], dtype=pl.String).gather(mirna),
            "mirna_sequence": pl.Series([m.sequence for m in self.mirnas], dtype=pl.String).gather(mirna),
        }


def _part_name(site_type: str) -> str:
    return f"repression_{site_type.lower().replace('-', '_')}"


def _frame(columns: Mapping[str, Any], names: Sequence[str]) -> pl.DataFrame:
    schema = schema_of(names)
    return pl.DataFrame({name: columns[name] for name in names}).select(
        pl.col(name).cast(dtype) for name, dtype in schema.items()
    )
