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
from dmiso.columns import SCAN_SITE_COLUMNS, schema_of
from dmiso.errors import UsageError
from dmiso.io.transcripts import Transcript
from dmiso.models import resolve
from dmiso.networks import network_entry, network_names
from dmiso.records import Counts, SequenceRecord
from dmiso.scan.decoys import MirnaDecoys, make_decoys
from dmiso.scan.gate.gate import fit_gate
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.q_values import add_q_values
from dmiso.scan.short import find_short_sites, groups_of_short
from dmiso.scan.sites import Sites, Walk, find_sites, lowest_logit
from dmiso.scan.windows import WindowNetwork
from dmiso.seeds import seed_class
from dmiso.settings.scan import REGION_NAMES, ScanSettings
from dmiso.workers import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.engine.duplex.gate import Gate
    from dmiso.models import StoredModel

__all__ = [
    "NO_CODING_SEQUENCE",
    "SCAN_SITE_COLUMNS",
    "Found",
    "Scanner",
    "scan_sites",
]


_SEED_SLACK: Final = 2
"""Nucleotides beyond a site in which its seed match may lie: bulges shift it."""


NO_CODING_SEQUENCE: Final = (
    "transcripts left out: regions are asked for, and their coding sequence is not known"
)


class Found(NamedTuple):
    """The sites of a block of miRNAs on some transcripts. ``mirna`` and ``transcript`` count from 0 in the block."""

    sites: pl.DataFrame
    """``mirna``, ``transcript``, then columns of :data:`SCAN_SITE_COLUMNS` but ``q_value``."""
    decoys: pl.DataFrame
    """``mirna`` (whose decoy), ``logit``."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A model and settings, ready to scan transcripts.

    Parameters
    ----------
    network, model, settings
        What is scanned with.
    gate
        Decides where sites are looked for; None looks everywhere.
    """

    network: PositionNetwork | WindowNetwork
    model: StoredModel
    settings: ScanSettings
    gate: Gate | None = None

    @classmethod
    def of(
        cls, model: StoredModel, settings: ScanSettings | None = None, *, gate: Gate | None = None
    ) -> Scanner:
        """Return a scanner of a model: offset by offset for a network with positions, window by window for others.

        Parameters
        ----------
        model, settings
            What is scanned with.
        gate
            One fitted to both before; None fits it where the settings ask for a first look.

        Raises
        ------
        UsageError
            If a first look or a recall below 1 is asked for that the model or the settings do not allow.
        """
        settings = settings or ScanSettings()
        entry = network_entry(model.config.network)
        if settings.looks_first and entry.gate is None:
            able = " or ".join(network_names(lambda entry: entry.gate))
            asked = f"recall is {settings.recall:g}" if settings.recall < 1 else "first_look is on"
            instead = "recall 1" if settings.recall < 1 else "no first_look"
            raise UsageError(
                f"{asked}, but model {model.config.name} is of network "
                f"{model.config.network}, which has no gate to skip offsets. "
                f"Use {instead}, or a model of network {able}."
            )
        if entry.scanner is None and settings.engine == "numba":
            return cls(WindowNetwork(model), model, settings)
        on_torch = None
        if settings.engine == "torch":
            on_torch = {"device": settings.device, "precision": settings.precision}
        network = PositionNetwork(model, on_torch=on_torch)
        if gate is None and settings.looks_first:
            lowest = _lowest(model, settings)
            gate = fit_gate(network, lowest=lowest, recall=settings.recall, distance=settings.distance)
        return cls(network, model, settings, gate)

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
            Filled with nt scanned and transcripts that have none of the regions.
        on_work
            Called with the nt × miRNAs, decoys included, done since the last call: at the end of each transcript, and
            within long ones.
        """
        counts = counts if counts is not None else Counts()
        sequences = [one.mirna.sequence for one in block] + [d for one in block for d in one.decoys]
        with self.network.calm():
            found = [
                *self._on_short(sequences, transcripts, counts, on_work),
                *self._on_others(sequences, transcripts, counts, on_work),
            ]
        owner = np.repeat(np.arange(len(block)), [len(one.decoys) for one in block])
        # a frame for each group of transcripts would take longer than its sites: arrays until the end
        frame = pl.DataFrame(_columns(found))
        real = pl.col("mirna") < len(block)
        chance = frame.filter(~real).select("mirna", "logit")
        whose = pl.Series("mirna", owner[chance["mirna"].to_numpy() - len(block)])
        return Found(
            self._described(frame.filter(real), block, transcripts),
            chance.with_columns(whose).sort("mirna", "logit"),
        )

    def _side_by_side(self) -> PositionNetwork | None:
        """Return the network if short transcripts are scanned many at once: whole ones, by offsets."""
        is_whole = not self.settings.regions
        return self.network if is_whole and isinstance(self.network, PositionNetwork) else None

    def _on_short(
        self,
        sequences: Sequence[str],
        transcripts: Sequence[Transcript],
        counts: Counts,
        on_work: Callable[[int], None] | None,
    ) -> Iterator[tuple[NDArray[np.int64], Sites]]:
        """Yield the sites on short transcripts, and which transcripts they are on, group by group."""
        network = self._side_by_side()
        if network is None or not sequences:
            return
        bases, lowest = [t.sequence for t in transcripts], _lowest(self.model, self.settings)
        for numbers in groups_of_short(network, bases):
            group = [bases[t] for t in numbers]
            n_bases = sum(map(len, group))
            counts.keep("transcript nt", n_bases)
            on, sites = find_short_sites(
                network, sequences, group, distance=self.settings.distance, lowest=lowest, gate=self.gate
            )
            yield np.array(numbers)[on], sites
            if on_work is not None:
                on_work(n_bases * len(sequences))

    def _on_others(
        self,
        sequences: Sequence[str],
        transcripts: Sequence[Transcript],
        counts: Counts,
        on_work: Callable[[int], None] | None,
    ) -> Iterator[tuple[NDArray[np.int64], Sites]]:
        """Yield the sites on transcripts that are scanned one by one, and which transcript they are on."""
        short, lowest = self._side_by_side(), _lowest(self.model, self.settings)
        for t, transcript in enumerate(transcripts):
            if short is not None and sequences and short.is_short(transcript.sequence):
                continue
            work = Share(len(transcript.sequence), on_work, times=len(sequences))
            between = self._ranges(transcript, counts)
            if between != []:
                found = find_sites(
                    self.network,
                    sequences,
                    transcript.sequence,
                    distance=self.settings.distance,
                    lowest=lowest,
                    walk=Walk(between, work.advance),
                    gate=self.gate,
                )
                kept = self._wanted(transcript, found)
                yield np.full(int(kept.sum()), t), found.only(kept)
            work.finish()

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
        """Return which sites lie in a wanted region."""
        if not self.settings.regions:
            return np.ones(len(found.start), np.bool_)
        wanted = {REGION_NAMES[name] for name in self.settings.regions}
        offsets = zip(found.start.tolist(), found.end.tolist(), strict=True)
        return np.array([transcript.region(start, end) in wanted for start, end in offsets], np.bool_)

    def _described(
        self, sites: pl.DataFrame, block: Sequence[MirnaDecoys], transcripts: Sequence[Transcript]
    ) -> pl.DataFrame:
        """Say what and where each site is, in order."""
        frame = sites.sort("mirna", "transcript", "start", maintain_order=True)
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
        ).select("mirna", "transcript", *(name for name in SCAN_SITE_COLUMNS if name != "q_value"))


def _columns(found: Sequence[tuple[NDArray[np.int64], Sites]]) -> dict[str, NDArray[Any]]:
    """Return the sites of several groups of transcripts as the columns of a table."""
    none = np.empty(0, np.int64)
    return {
        "mirna": np.concatenate([none, *(sites.mirna for _, sites in found)]),
        "transcript": np.concatenate([none, *(on for on, _ in found)]),
        "start": np.concatenate([none, *(sites.start for _, sites in found)]),
        "end": np.concatenate([none, *(sites.end for _, sites in found)]),
        "logit": np.concatenate([np.empty(0, np.float32), *(sites.logit for _, sites in found)]),
    }


def _lowest(model: StoredModel, settings: ScanSettings) -> float:
    """Return the lowest logit that a site may have."""
    return lowest_logit(
        model.calibration, min_percentile=settings.min_percentile, min_score=settings.min_score
    )


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
        Columns of :data:`SCAN_SITE_COLUMNS`; miRNA by miRNA, transcript by transcript, 5'→3'.

    Raises
    ------
    ValueError
        If a sequence has a character that is not a nucleotide code.

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
    return frame.select(pl.col(name).cast(dtype) for name, dtype in schema_of(SCAN_SITE_COLUMNS).items())
