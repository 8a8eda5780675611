"""From miRNAs and transcripts to an answer: sites, repression, controls, calls, sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.ask.answer import Answer, Judged, Verdict, VerdictAgainst
from dmiso.ask.sentences import against_sentence, binding_sentence, headline, repression_sentence
from dmiso.columns import ASK_PAIR_COLUMNS, ASK_SITE_COLUMNS, SITE_CHANGE_COLUMNS, schema_of
from dmiso.compare.matching import CHANGES, compare_sites
from dmiso.compare.scanned import Targets, scan_pairs
from dmiso.confidence import Confidence, call_binding, call_change, call_repression
from dmiso.energies import draw_ascii, fold_sites
from dmiso.extras import is_installed
from dmiso.records import Counts
from dmiso.repression.blocks import note_unknown_regions
from dmiso.repression.predict import predict_repression
from dmiso.repression.store import resolve_repression
from dmiso.scan.decoys import MirnaDecoys
from dmiso.scan.repressing import site_parts
from dmiso.scan.scanner import Scanner
from dmiso.settings.compare import CompareSettings
from dmiso.settings.confidence import VerdictSettings
from dmiso.settings.scan import ScanSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmiso.ask.mirna_words import Asked
    from dmiso.confidence import PairConfidence
    from dmiso.io.transcripts import Transcript
    from dmiso.models import StoredModel
    from dmiso.records import SequenceRecord
    from dmiso.repression.tables import Repressed

__all__ = ["answer_question"]

_SLACK: Final = 2
"""Nucleotides beyond a site in which its seed match may lie, as in a scan."""
_SITES: Final = ScanSettings(decoys=0)
"""Sites are those of a scan with its own floor."""
_ROLES: Final = ("asked", "against")


class _Mirna(NamedTuple):
    """A miRNA of the question, and whether it is asked for or compared with."""

    record: SequenceRecord
    role: str


def answer_question(
    asked: Sequence[Asked],
    transcripts: Sequence[Transcript],
    model: StoredModel,
    settings: VerdictSettings | None = None,
    *,
    counts: Counts | None = None,
    about: dict[str, Any] | None = None,
    on_work: Callable[[int, int], None] | None = None,
) -> Answer:
    """Answer a question in memory.

    Parameters
    ----------
    asked
        miRNAs, with those that each is compared with.
    transcripts
        With coding sequences where known.
    model
        Of binding; repression is that of the bundled model.
    settings
        Limits of the verdicts; None is the default.
    counts
        Filled with what was noted.
    about
        What is said of references, for the answer.
    on_work
        Called with transcripts done and in all.
    """
    settings, counts = settings or VerdictSettings(), counts if counts is not None else Counts()
    mirnas = _mirnas(asked)
    work = _Work(mirnas, transcripts, model, counts)
    judged = work.judged(settings, on_work)
    verdicts, changes = [], [pl.DataFrame(schema=schema_of(SITE_CHANGE_COLUMNS))]
    for one in asked:
        table = _changes_of(one, transcripts, model, settings)
        changes.append(table)
        verdicts += [_verdict(one, t, judged, table, settings) for t in range(len(transcripts))]
    return Answer(
        tuple(verdicts),
        work.pair_table(judged),
        work.sites,
        pl.concat(changes),
        work.duplexes,
        {
            "model": model.config.name,
            "repression_model": work.repression_model.config.name,
            **(about or {}),
        },
        settings,
        counts,
        tuple(transcripts),
    )


def _mirnas(asked: Sequence[Asked]) -> list[_Mirna]:
    """Return the miRNAs of a question, each name and sequence once: those asked for first."""
    own = [_Mirna(one.mirna, _ROLES[0]) for one in asked]
    others = [_Mirna(pair.canonical, _ROLES[1]) for one in asked for pair in one.against]
    by_key: dict[tuple[str, str], _Mirna] = {}
    for mirna in (*own, *others):
        by_key.setdefault((mirna.record.id, mirna.record.sequence), mirna)
    return list(by_key.values())


class _Work:
    """Everything that is computed once for all miRNAs and transcripts of a question."""

    def __init__(
        self,
        mirnas: Sequence[_Mirna],
        transcripts: Sequence[Transcript],
        model: StoredModel,
        counts: Counts,
    ) -> None:
        self.mirnas, self.transcripts = mirnas, transcripts
        self.repression_model = resolve_repression()
        note_unknown_regions(transcripts, counts)
        records = [mirna.record for mirna in mirnas]
        self._known = [t for t, one in enumerate(transcripts) if one.cds is not None]
        self._repressed = self._predict(records)
        found = Scanner.of(model, _SITES).scan([MirnaDecoys(one, []) for one in records], transcripts)
        self.sites, self.duplexes = self._site_table(found.sites)
        self._confidence = Confidence(model, self.repression_model)

    def _predict(self, records: Sequence[SequenceRecord]) -> Repressed | None:
        if not self._known:
            return None
        known = [self.transcripts[t] for t in self._known]
        return predict_repression(self.repression_model, records, known, Counts())

    def judged(
        self, settings: VerdictSettings, on_work: Callable[[int, int], None] | None
    ) -> dict[tuple[str, str, int], Judged]:
        """Return each miRNA (name, nucleotides) on each transcript (number)."""
        bases = list(dict.fromkeys(mirna.record.sequence for mirna in self.mirnas))
        made = {}
        for t, transcript in enumerate(self.transcripts):
            numbers = dict(zip(bases, self._confidence.of(bases, transcript), strict=True))
            for mirna in self.mirnas:
                record = mirna.record
                made[record.id, record.sequence, t] = self._judge(
                    record, transcript, numbers[record.sequence], settings
                )
            if on_work is not None:
                on_work(t + 1, len(self.transcripts))
        return made

    def _judge(
        self,
        record: SequenceRecord,
        transcript: Transcript,
        numbers: PairConfidence,
        settings: VerdictSettings,
    ) -> Judged:
        own = self.sites.filter(
            mirna_id=record.id, mirna_sequence=record.sequence, transcript_id=transcript.id
        )
        best = own.filter(pl.col("logit").is_not_null()).sort("logit", descending=True).head(1).to_dicts()
        return Judged(
            record,
            transcript,
            numbers,
            call_binding(numbers, settings),
            call_repression(numbers, settings),
            {name: best[0][name] for name in _OF_BEST} if best else None,
            self._seeds(record, transcript),
        )

    def _seeds(self, record: SequenceRecord, transcript: Transcript) -> tuple[tuple[str, str], ...]:
        """Return region and type of the seed sites, those that repress most first."""
        if self._repressed is None:
            return ()
        table = self._seed_table.filter(
            mirna_id=record.id, mirna_sequence=record.sequence, transcript_id=transcript.id
        ).sort("repression", "start")
        return tuple(table.select("region", "site_type").iter_rows())

    @property
    def _seed_table(self) -> pl.DataFrame:
        assert self._repressed is not None
        return self._repressed.site_table()

    def _site_table(self, found: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
        """Return reported sites with their repression, then seed sites beside them; and the duplex of each."""
        table = found.with_columns(pl.Series("repression", self._parts(found), pl.Float64).fill_nan(None))
        frame = pl.concat([table, self._seeds_beside(found)], how="diagonal_relaxed").sort(
            "mirna", "transcript", "start", "end", maintain_order=True
        )
        duplexes: tuple[str, ...] = ()
        energies: list[float | None] = [None] * frame.height
        structures: list[str | None] = [None] * frame.height
        if is_installed("RNA"):
            bases = [self.transcripts[t].sequence for t in frame["transcript"].to_list()]
            places = list(frame.select("start", "end").iter_rows())
            folded = fold_sites(frame["mirna_sequence"].to_list(), bases, places)
            duplexes = tuple(draw_ascii(duplex) for duplex in folded)
            energies = [duplex.energy for duplex in folded]
            structures = [duplex.structure for duplex in folded]
        frame = frame.with_columns(
            pl.Series("role", [self.mirnas[m].role for m in frame["mirna"].to_list()], pl.String),
            pl.Series(
                "gene_id", [self.transcripts[t].gene_id for t in frame["transcript"].to_list()], pl.String
            ),
            pl.Series("energy", energies, pl.Float32),
            pl.Series("duplex", structures, pl.String),
        )
        return frame.select(pl.col(n).cast(d) for n, d in schema_of(ASK_SITE_COLUMNS).items()), duplexes

    def _parts(self, found: pl.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return each reported site's part of the repression; NaN where it has none."""
        parts = np.full(found.height, np.nan)
        if self._repressed is None:
            return parts
        numbers = np.full(len(self.transcripts), -1)
        numbers[self._known] = np.arange(len(self._known))
        on = numbers[found["transcript"].to_numpy()]
        here = np.flatnonzero(on >= 0)
        placed = found[here].select("mirna", pl.Series("transcript", on[here]), "start", "end")
        parts[here] = site_parts(placed, self._repressed)
        return parts

    def _seeds_beside(self, found: pl.DataFrame) -> pl.DataFrame:
        """Return the seed sites that lie in no reported site, as rows of sites without a logit."""
        if self._repressed is None:
            return found.clear()
        seeds = self._repressed.sites
        table = self._seed_table.with_columns(
            mirna=pl.Series(seeds.mirna, dtype=pl.Int64),
            transcript=pl.Series(np.array(self._known)[seeds.transcript], dtype=pl.Int64),
        )
        held: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for m, t, start, end in found.select("mirna", "transcript", "start", "end").iter_rows():
            held.setdefault((m, t), []).append((start - _SLACK, end + _SLACK))
        beside = [
            not any(a <= start and end <= b for a, b in held.get((m, t), ()))
            for m, t, start, end in table.select("mirna", "transcript", "start", "end").iter_rows()
        ]
        return table.filter(pl.Series(beside, dtype=pl.Boolean)).select(
            *("mirna", "transcript", "mirna_id", "mirna_sequence", "transcript_id", "start", "end"),
            *("region", pl.col("site_type").alias("seed_class"), "repression"),
        )

    def pair_table(self, judged: dict[tuple[str, str, int], Judged]) -> pl.DataFrame:
        """Return a row per miRNA and transcript."""
        genes = self._gene_rows()
        rows = []
        for mirna in self.mirnas:
            record = mirna.record
            for t, transcript in enumerate(self.transcripts):
                one = judged[record.id, record.sequence, t]
                gene = genes.get((record.id, record.sequence, transcript.id), {})
                own = self.sites.filter(
                    mirna_id=record.id, mirna_sequence=record.sequence, transcript_id=transcript.id
                )
                rows.append(
                    {
                        **one.confidence._asdict(),
                        "mirna_id": record.id,
                        "mirna_sequence": record.sequence,
                        "role": mirna.role,
                        "gene_id": transcript.gene_id,
                        "transcript_id": transcript.id,
                        "binding_call": one.binding,
                        "repression_call": one.repression,
                        "repression_low": gene.get("repression_low"),
                        "repression_high": gene.get("repression_high"),
                        "n_sites": int(own["logit"].is_not_null().sum()),
                        "n_seed_sites": gene.get("n_seed_sites"),
                    }
                )
        return pl.DataFrame(rows, schema=schema_of(ASK_PAIR_COLUMNS))

    def _gene_rows(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        if self._repressed is None:
            return {}
        rows = self._repressed.gene_table().iter_rows(named=True)
        return {(row["mirna_id"], row["mirna_sequence"], row["transcript_id"]): row for row in rows}


_OF_BEST: Final = (
    "start",
    "end",
    "region",
    "seed_class",
    "logit",
    "score",
    "percentile",
    "repression",
    "energy",
)
"""What an answer says of a best site."""


def _changes_of(
    asked: Asked, transcripts: Sequence[Transcript], model: StoredModel, settings: VerdictSettings
) -> pl.DataFrame:
    """Return what becomes of each position against each miRNA that is compared with."""
    tables = [pl.DataFrame(schema=schema_of(SITE_CHANGE_COLUMNS))]
    if asked.against:
        genes = {one.id: one.gene_id for one in transcripts}
        targets = Targets(transcripts, genes)
        # by the floor and the margin: q-values would change with what is scanned beside
        compared = CompareSettings(max_q=1.0, decoys=0, margin=settings.margin)
        scanned = scan_pairs(asked.against, targets, model, compared)
        tables += [compare_sites(scanned, pair, compared)[0] for pair in asked.against]
    return pl.concat(tables)


def _verdict(
    asked: Asked,
    number: int,
    judged: dict[tuple[str, str, int], Judged],
    changes: pl.DataFrame,
    settings: VerdictSettings,
) -> Verdict:
    """Put one miRNA on one transcript in words."""
    own = judged[asked.mirna.id, asked.mirna.sequence, number]
    against = []
    for pair in asked.against:
        other = judged[pair.canonical.id, pair.canonical.sequence, number]
        gain = own.confidence.best_logit - other.confidence.best_logit
        folds = (own.confidence.repression, other.confidence.repression)
        fold_gain = None if folds[0] is None or folds[1] is None else folds[1] - folds[0]
        both = (
            call_change(own.binding, other.binding, gain, settings.margin),
            call_change(own.repression, other.repression, fold_gain, settings.min_repression),
        )
        rows = changes.filter(canonical_id=pair.canonical.id, transcript_id=own.transcript.id)
        n_sites = {name: int((rows["site_change"] == name).sum()) for name in CHANGES}
        sentence = against_sentence(pair, own, other, both)
        against.append(VerdictAgainst(pair, other, *both, n_sites, sentence))
    sentences = (binding_sentence(own), repression_sentence(own))
    return Verdict(own, headline(own), sentences, tuple(against))
