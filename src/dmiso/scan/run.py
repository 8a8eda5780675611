"""The scan in memory: miRNAs × transcripts → sites with q-values.

Order of things: each transcript streams through the network once for all miRNAs and their decoys
(:mod:`dmiso.scan.sites`), sites get region, seed class and score here, and q-values come last, over all transcripts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.alphabet import normalise
from dmiso.errors import UsageError
from dmiso.io.transcripts import Transcript
from dmiso.models import resolve
from dmiso.records import Counts, SequenceRecord
from dmiso.scan.decoys import decoys, known_seeds
from dmiso.scan.gate.gate import fit_gate
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.q_values import q_values
from dmiso.scan.sites import Sites, Walk, find_sites, lowest_logit
from dmiso.scan.windows import WindowNetwork
from dmiso.seeds import seed_class
from dmiso.settings.scan import REGION_NAMES, ScanSettings
from dmiso.workers import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.engine.duplex.gate import Gate
    from dmiso.models import StoredModel

__all__ = [
    "NO_CODING_SEQUENCE",
    "SITE_TYPES",
    "Found",
    "MirnaDecoys",
    "Scanner",
    "add_q_values",
    "make_decoys",
    "scan_sites",
]

SITE_TYPES: Final[dict[str, type[pl.DataType]]] = {
    "mirna_id": pl.String,
    "mirna_sequence": pl.String,
    "transcript_id": pl.String,
    "start": pl.Int64,
    "end": pl.Int64,
    "region": pl.String,
    "seed_class": pl.String,
    "logit": pl.Float32,
    "score": pl.Float32,
    "percentile": pl.Float32,
    "q_value": pl.Float64,
}
"""Columns of the table of sites; a scan to files adds more."""

_SEED_SLACK: Final = 2
"""Letters beyond a site in which its seed match may lie: bulges shift it."""


NO_CODING_SEQUENCE: Final = (
    "transcripts left out: regions are asked for, and their coding sequence is not known"
)


class MirnaDecoys(NamedTuple):
    """A miRNA and the shuffles scanned beside it."""

    mirna: SequenceRecord
    decoys: list[str]


class Found(NamedTuple):
    """What a block of miRNAs has on some transcripts. ``mirna`` and ``transcript`` count from 0 within the block."""

    sites: pl.DataFrame
    """``mirna``, ``transcript``, then columns of :data:`SITE_TYPES` but ``q_value``."""
    decoys: pl.DataFrame
    """``mirna`` (whose decoy), ``logit``."""


def make_decoys(
    mirnas: Sequence[SequenceRecord], settings: ScanSettings, counts: Counts, *, known: Iterable[str] = ()
) -> list[MirnaDecoys]:
    """Give each miRNA its decoys.

    Parameters
    ----------
    mirnas
        To be scanned; their seeds are known seeds too.
    settings
        Number and seed of decoys.
    counts
        Filled, see :func:`dmiso.scan.decoys.decoys`.
    known
        Sequences of all known miRNAs.
    """
    seeds = known_seeds([*known, *(m.sequence for m in mirnas)])
    return [
        MirnaDecoys(m, decoys(m.sequence, seeds, settings.decoys, seed=settings.seed, counts=counts))
        for m in mirnas
    ]


@dataclass(frozen=True, slots=True)
class Scanner:
    """A model and settings, ready to scan transcripts.

    Parameters
    ----------
    network, model, settings
        What is scanned with.
    gate
        Tells where sites are looked for; None looks everywhere.
    """

    network: PositionNetwork | WindowNetwork
    model: StoredModel
    settings: ScanSettings
    gate: Gate | None = None

    @classmethod
    def of(
        cls, model: StoredModel, settings: ScanSettings | None = None, *, gate: Gate | None = None
    ) -> Scanner:
        """Return a scanner of a model: offset by offset for network ``duplex``, window by window for others.

        Parameters
        ----------
        model, settings
            What is scanned with.
        gate
            One fitted to both before; None fits it where the settings ask for a recall below 1.

        Raises
        ------
        UsageError
            If a recall below 1 is asked for that the model or the settings do not allow.
        """
        settings = settings or ScanSettings()
        if model.config.network == "duplex":
            network = PositionNetwork(model)
            if gate is None and settings.recall < 1:
                lowest = _lowest(model, settings)
                gate = fit_gate(network, lowest=lowest, recall=settings.recall, distance=settings.distance)
            return cls(network, model, settings, gate)
        if settings.recall < 1:
            raise UsageError(
                f"recall is {settings.recall:g}, but model {model.config.name} is of network "
                f"{model.config.network}, which tells nothing before all is computed. Use recall 1, or a duplex model."
            )
        return cls(WindowNetwork(model), model, settings)

    def scan(
        self,
        block: Sequence[MirnaDecoys],
        transcripts: Sequence[Transcript],
        counts: Counts | None = None,
        *,
        on_work: Callable[[int], None] | None = None,
    ) -> Found:
        """Scan some transcripts with some miRNAs and their decoys.

        Parameters
        ----------
        block
            miRNAs with decoys.
        transcripts
            In the order rows come out within each miRNA.
        counts
            Filled with nt scanned and transcripts that have no such region.
        on_work
            Called with the nt × miRNAs, decoys included, done since the last call: at the end of each transcript, and
            within long ones.
        """
        counts = counts if counts is not None else Counts()
        lowest = _lowest(self.model, self.settings)
        sequences = [one.mirna.sequence for one in block] + [d for one in block for d in one.decoys]
        owner = np.repeat(np.arange(len(block)), [len(one.decoys) for one in block])
        sites: list[dict[str, NDArray[Any]]] = []
        chance = []
        with self.network.calm():
            for t, transcript in enumerate(transcripts):
                work = Share(len(transcript.sequence), on_work, times=len(sequences))
                between = self._ranges(transcript, counts)
                if between == []:
                    work.finish()
                    continue
                found = find_sites(
                    self.network,
                    sequences,
                    transcript.sequence,
                    distance=self.settings.distance,
                    lowest=lowest,
                    walk=Walk(between, work.advance),
                    gate=self.gate,
                )
                work.finish()
                kept = self._wanted(transcript, found)
                real = kept & (found.mirna < len(block))
                places: dict[str, NDArray[Any]] = {
                    "start": found.start[real],
                    "end": found.end[real],
                    "logit": found.logit[real],
                }
                # arrays until the end: a frame for each of a million short transcripts would take most of the time
                sites.append(
                    {"mirna": found.mirna[real], "transcript": np.full(int(real.sum()), t), **places}
                )
                decoy = kept & ~(found.mirna < len(block))
                chance.append((owner[found.mirna[decoy] - len(block)], found.logit[decoy]))
        return Found(self._described(sites, block, transcripts), _decoy_frame(chance))

    def _ranges(self, transcript: Transcript, counts: Counts) -> list[tuple[int, int]] | None:
        """Return the ranges of offsets whose sites may lie in a wanted region; None for all, [] for none."""
        counts.keep("transcript nt", len(transcript.sequence))
        if not self.settings.regions:
            return None
        if transcript.cds is None:
            counts.drop(NO_CODING_SEQUENCE, example=transcript.id)
            return []
        ranges: list[tuple[int, int]] = []
        for name, region in REGION_NAMES.items():
            start, end = transcript.part(region)
            if name not in self.settings.regions or start >= end:
                continue
            start, end = self.network.offsets_over(start, end)
            if ranges and start <= ranges[-1][1]:
                start = ranges.pop()[0]
            ranges.append((start, end))
        return ranges

    def _wanted(self, transcript: Transcript, found: Sites) -> NDArray[np.bool_]:
        """Say which sites lie in a wanted region."""
        if not self.settings.regions:
            return np.ones(len(found.start), np.bool_)
        wanted = {REGION_NAMES[name] for name in self.settings.regions}
        places = zip(found.start.tolist(), found.end.tolist(), strict=True)
        return np.array([transcript.region(start, end) in wanted for start, end in places], np.bool_)

    def _described(
        self,
        parts: list[dict[str, NDArray[Any]]],
        block: Sequence[MirnaDecoys],
        transcripts: Sequence[Transcript],
    ) -> pl.DataFrame:
        """Join the sites of transcripts, and say what and where each is."""
        places = {"mirna": pl.Int64, "transcript": pl.Int64, "start": pl.Int64, "end": pl.Int64}
        types = {**places, "logit": pl.Float32}
        joined = {name: np.concatenate([part[name] for part in parts]) for name in types if parts}
        frame = pl.DataFrame(joined, schema=types).sort("mirna", "transcript", "start", maintain_order=True)
        mirnas = [block[m].mirna for m in frame["mirna"].to_list()]
        targets = [transcripts[t] for t in frame["transcript"].to_list()]
        starts, ends = frame["start"].to_list(), frame["end"].to_list()
        regions = [t.region(s, e) for t, s, e in zip(targets, starts, ends, strict=True)]
        classes = [
            seed_class(m.sequence, t.sequence[max(0, s - _SEED_SLACK) : e + _SEED_SLACK])
            for m, t, s, e in zip(mirnas, targets, starts, ends, strict=True)
        ]
        logits = frame["logit"].to_numpy()
        calibration = self.model.calibration
        percentiles: list[None] | np.ndarray = [None] * len(logits)
        if calibration.percentile is not None:
            percentiles = calibration.percentiles(logits)
        return frame.with_columns(
            pl.Series("mirna_id", [m.id for m in mirnas], pl.String),
            pl.Series("mirna_sequence", [m.sequence for m in mirnas], pl.String),
            pl.Series("transcript_id", [t.id for t in targets], pl.String),
            pl.Series("region", regions, pl.String),
            pl.Series("seed_class", classes, pl.String),
            pl.Series("score", calibration.apply(logits), pl.Float32),
            pl.Series("percentile", percentiles, pl.Float32),
        ).select("mirna", "transcript", *(name for name in SITE_TYPES if name != "q_value"))


def _lowest(model: StoredModel, settings: ScanSettings) -> float:
    """Return the logit that a site needs."""
    return lowest_logit(
        model.calibration, min_percentile=settings.min_percentile, min_score=settings.min_score
    )


def _decoy_frame(chance: list[tuple[np.ndarray, np.ndarray]]) -> pl.DataFrame:
    """Return the sites of decoys: whose, and how good."""
    return pl.DataFrame(
        {
            "mirna": np.concatenate([np.empty(0, np.int64), *(own for own, _ in chance)]),
            "logit": np.concatenate([np.empty(0, np.float32), *(logits for _, logits in chance)]),
        }
    ).sort("mirna", "logit")


def add_q_values(sites: pl.DataFrame, decoy_sites: pl.DataFrame, n_decoys: Sequence[int]) -> pl.DataFrame:
    """Return sites with the column ``q_value``, each miRNA against its own decoys; null without decoys.

    Parameters
    ----------
    sites, decoy_sites
        With ``mirna`` and ``logit``, of all transcripts.
    n_decoys
        Decoys of each miRNA.
    """
    values = np.full(sites.height, np.nan)
    which, logits = sites["mirna"].to_numpy(), sites["logit"].to_numpy()
    owner, chance = decoy_sites["mirna"].to_numpy(), decoy_sites["logit"].to_numpy()
    for m in np.unique(which):
        if n_decoys[m]:
            rows = which == m
            values[rows] = q_values(logits[rows], chance[owner == m], n_decoys[m])
    return sites.with_columns(pl.Series("q_value", values).fill_nan(None))


def scan_sites(
    mirnas: Mapping[str, str] | Sequence[SequenceRecord],
    transcripts: Mapping[str, str | Transcript],
    model: StoredModel | str | None = None,
    settings: ScanSettings | None = None,
    *,
    known: Iterable[str] = (),
    counts: Counts | None = None,
) -> pl.DataFrame:
    """Find the sites of miRNAs on transcripts.

    Parameters
    ----------
    mirnas
        Name → sequence, or records.
    transcripts
        Name → sequence or transcript.
    model
        A model, a bundled name or directory; None is the default model.
    settings
        None is the default.
    known
        Sequences of all known miRNAs: decoys avoid their seeds.
    counts
        Filled with what was left out or changed.

    Returns
    -------
    polars.DataFrame
        Columns of :data:`SITE_TYPES`; miRNA by miRNA, transcript by transcript, 5'→3'.

    Raises
    ------
    ValueError
        If a sequence has a letter that is no nucleotide.

    Examples
    --------
    >>> table = scan_sites({"let-7a": "UGAGGUAGUAGGUUGUAUAGUU"},
    ...                    {"t": "GCAGCAGCAUUGCAACUAUACAACCUACUACCUCAUUGCAGCAAGC"}, settings=ScanSettings(decoys=0))
    >>> table.select("start", "end", "seed_class").row(0)
    (13, 35, '8mer')
    """
    settings, counts = settings or ScanSettings(), counts if counts is not None else Counts()
    stored = resolve(model) if model is None or isinstance(model, str) else model
    records = (
        list(mirnas)
        if not hasattr(mirnas, "items")
        else [SequenceRecord(name, normalise(text).sequence) for name, text in mirnas.items()]
    )
    targets = [
        t if isinstance(t, Transcript) else Transcript(name, normalise(t).sequence)
        for name, t in transcripts.items()
    ]
    block = make_decoys(records, settings, counts, known=known)
    found = Scanner.of(stored, settings).scan(block, targets, counts)
    frame = add_q_values(found.sites, found.decoys, [len(one.decoys) for one in block])
    frame = frame.filter(pl.col("q_value").fill_null(0) <= settings.max_q)
    return frame.select(pl.col(name).cast(dtype) for name, dtype in SITE_TYPES.items())
