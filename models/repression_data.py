"""What models of repression are fitted to: responses of genes to miRNAs, and the sites on their transcripts.

In order: the table of responses, the transcripts, the sites with their features (``Evidence``), the accessibility of
3'UTRs, which is folded once and kept in the work folder.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.energies import unpaired_log10
from dmiso.io import read_sequences
from dmiso.io.transcripts import Transcript, read_transcripts
from dmiso.records import Counts
from dmiso.repression.context import SiteContext
from dmiso.repression.features import OPENED, site_features
from dmiso.repression.sites import find_all_sites, pack_targets
from dmiso.repression.transcript_features import transcript_features

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.repression.sites import SeedSites

    Floats = NDArray[np.float64]

__all__ = ["FILES", "WITHOUT_WEIGHT", "Evidence", "read_evidence"]

FILES: Final = (
    "functional/gene_responses_and_peers.tsv.gz",
    "transcripts/refseq4000_mrna.fa.gz",
    "transcripts/refseq4000_cds.tsv.gz",
    "references/mirbase22/mature.fa.gz",
)
"""Below the folder of data."""
_RESPONSES, _MRNAS, _CDS, _MATURE = FILES

WITHOUT_WEIGHT: Final = ("GSE168484", "GSE112859", "GSE124411")
"""The first looks sign-inverted (predicted targets go up), the others show nothing."""
_KNOCK_OUT_WEIGHT: Final = 0.3
_CENTRED_FROM: Final = 4
"""Experiments a study must have for its genes to be centred: they often share controls."""
_PART: Final = 100
"""Transcripts whose accessibility is kept in one file."""


@dataclass(frozen=True)
class Evidence:
    """Responses, and the sites that may explain them.

    Parameters
    ----------
    responses
        A row per experiment and gene, with ``z`` (response in standard deviations of its experiment, above 0 where
        repressed), ``weight``, ``family`` (miRNA positions 2-7) and ``pair``.
    mirnas, transcripts
        That ``pair`` counts in: number of the miRNA times the number of transcripts, and of the transcript.
    sites
        All seed sites of these miRNAs on these transcripts.
    features
        By name, ``(n_sites,)``.
    of_transcripts
        Transcript features by name, ``(n_mirnas, n_transcripts)``.
    """

    responses: pl.DataFrame
    mirnas: list[str]
    transcripts: list[Transcript]
    sites: SeedSites
    features: dict[str, Floats]
    of_transcripts: dict[str, Floats]

    def sums(self, values: Floats) -> Floats:
        """Add a value of sites up by miRNA and transcript, ``(n_pairs,)``."""
        pairs = self.sites.mirna * len(self.transcripts) + self.sites.transcript
        n = len(self.mirnas) * len(self.transcripts)
        return np.bincount(pairs, weights=values, minlength=n)

    @property
    def pair(self) -> NDArray[np.int64]:
        """Number of each row's miRNA and transcript together."""
        return self.responses["pair"].to_numpy()

    @property
    def families(self) -> NDArray[np.str_]:
        """Seed family of each miRNA: its positions 2-7."""
        return np.array([m[1:7] for m in self.mirnas])

    def only(self, rows: NDArray[np.bool_]) -> Evidence:
        """Return the evidence with some of its responses."""
        return replace(self, responses=self.responses.filter(pl.Series(rows)))

    def centred(self, columns: Floats) -> Floats:
        """Subtract, in studies of four experiments and more, each transcript's mean over the experiments.

        What controls that experiments share, or the transcript itself, do to all of them is then no evidence.

        Parameters
        ----------
        columns
            ``(n_rows, n_columns)``: responses, and what shall explain them, alike.
        """
        groups = self.responses.select(
            number=pl.struct("study", "transcript_id").rank("dense").cast(pl.Int64) - 1,
            many=pl.col("n_experiments") >= _CENTRED_FROM,
        )
        group, many = groups["number"].to_numpy(), groups["many"].to_numpy()
        n = np.bincount(group)
        means = np.stack([np.bincount(group, weights=column) / n for column in columns.T], axis=1)
        return columns - np.where(many[:, None], means[group], 0.0)

    @property
    def utr3_length(self) -> Floats:
        """log10 nt of each row's 3'UTR, at least 50 nt."""
        return np.log10(np.maximum(self.responses["utr_length"].to_numpy(), 50))


def read_evidence(data: Path, work: Path, features: Sequence[str], of_transcripts: Sequence[str]) -> Evidence:
    """Read responses and transcripts, find all sites and compute their features."""
    counts = Counts()
    mature = {r.id: r.sequence for r in read_sequences(data / _MATURE, counts)}
    known = read_transcripts(data / _MRNAS, counts, cds=data / _CDS)
    with gzip.open(data / _RESPONSES) as handle:
        responses = pl.read_csv(handle.read(), separator="\t")
    names = responses["mirna_id"].unique().sort().to_list()
    mirnas = [mature[name] for name in names]
    transcripts = [known[name] for name in responses["transcript_id"].unique().sort().to_list()]
    targets = pack_targets(transcripts)
    sites = find_all_sites(mirnas, targets)
    opened = _kept_accessibility(transcripts, work) if "accessibility" in features else []
    context = SiteContext(mirnas, targets, sites, opened.__getitem__)
    values = dict(zip(features, site_features(features, context), strict=True))
    own = dict(zip(of_transcripts, transcript_features(of_transcripts, context), strict=True))
    ids = [t.id for t in transcripts]
    return Evidence(_prepared(responses, names, mirnas, ids), mirnas, transcripts, sites, values, own)


def _prepared(responses: pl.DataFrame, names: list[str], mirnas: list[str], ids: list[str]) -> pl.DataFrame:
    """Return responses in standard deviations of their experiment, with weights, families and pairs."""
    mean, spread = pl.col("response").mean(), pl.col("response").std()
    silent = pl.col("experiment").str.contains("|".join(WITHOUT_WEIGHT))
    number = pl.col("mirna_id").replace_strict(names, range(len(names)), return_dtype=pl.Int64)
    return responses.with_columns(
        z=((pl.col("response") - mean) / spread).over("experiment"),
        n_experiments=pl.col("experiment").n_unique().over("study"),
        weight=pl.when(silent).then(0.0).when(pl.col("kind") != "oe").then(_KNOCK_OUT_WEIGHT).otherwise(1.0),
        family=pl.col("mirna_id").replace_strict(names, [m[1:7] for m in mirnas], return_dtype=pl.String),
        pair=number * len(ids)
        + pl.col("transcript_id").replace_strict(ids, range(len(ids)), return_dtype=pl.Int64),
    )


def _kept_accessibility(transcripts: list[Transcript], work: Path) -> list[NDArray[np.float32]]:
    """Return the accessibility of each transcript's 3'UTR, NaN before it; parts that are there are not folded again."""
    work.mkdir(parents=True, exist_ok=True)
    found: list[NDArray[np.float32]] = []
    for begin in range(0, len(transcripts), _PART):
        path = work / f"accessibility-{begin:05}.npz"
        some = transcripts[begin : begin + _PART]
        if not path.is_file():
            folded = {t.id: _of_utr3(t) for t in some}
            whole = path.with_suffix(".part.npz")
            np.savez_compressed(whole, **folded)
            whole.replace(path)
            print(f"{path.name}: {len(some)} transcripts folded", flush=True)
        with np.load(path) as kept:
            found += [kept[t.id] for t in some]
    return found


def _of_utr3(transcript: Transcript) -> NDArray[np.float32]:
    """Fold what the 3'UTR's sites depend on."""
    begin = transcript.part("3'UTR")[0]
    bases = transcript.sequence
    return unpaired_log10(bases, OPENED, ends=range(begin, len(bases)))
