"""What an answer is: verdicts in words and numbers, and the tables they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from dmiso.shown import Shown

if TYPE_CHECKING:
    import polars as pl

    from dmiso.compare.pairs import Pair
    from dmiso.confidence import Call, Change, PairConfidence
    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts, SequenceRecord
    from dmiso.settings.confidence import VerdictSettings

__all__ = ["Answer", "Judged", "Verdict", "VerdictAgainst"]


class Judged(NamedTuple):
    """A miRNA on a transcript: numbers, calls, and its best site."""

    mirna: SequenceRecord
    transcript: Transcript
    confidence: PairConfidence
    binding: Call
    repression: Call
    best_site: dict[str, Any] | None
    """Its row of the table of sites; None where no site is above the floor."""
    seed_sites: tuple[tuple[str, str], ...]
    """Region and type of each seed site, the strongest first."""


class VerdictAgainst(NamedTuple):
    """What a miRNA changes against another on a transcript."""

    pair: Pair
    other: Judged
    binding: Change
    repression: Change
    n_sites: dict[str, int]
    """Sites gained, lost, kept, changed and borderline."""
    sentence: str


class Verdict(NamedTuple):
    """The answer for a miRNA and a transcript, in words."""

    judged: Judged
    headline: str
    sentences: tuple[str, ...]
    against: tuple[VerdictAgainst, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "mirna_id": self.judged.mirna.id,
            "mirna_sequence": self.judged.mirna.sequence,
            "gene_id": self.judged.transcript.gene_id,
            "transcript_id": self.judged.transcript.id,
            "headline": self.headline,
            "sentences": list(self.sentences),
            "binding": self.judged.binding,
            "repression": self.judged.repression,
            "numbers": self.judged.confidence._asdict(),
            "best_site": self.judged.best_site,
            "against": [
                {
                    "mirna_id": one.other.mirna.id,
                    "mirna_sequence": one.other.mirna.sequence,
                    "variant": one.pair.variant or None,
                    "seeds": list(one.pair.seeds),
                    "sentence": one.sentence,
                    "binding_change": one.binding,
                    "repression_change": one.repression,
                    "sites": one.n_sites,
                    "binding": one.other.binding,
                    "repression": one.other.repression,
                    "numbers": one.other.confidence._asdict(),
                    "best_site": one.other.best_site,
                }
                for one in self.against
            ],
        }


@dataclass(frozen=True, slots=True, repr=False)
class Answer(Shown):
    """The answer to a question.

    Parameters
    ----------
    verdicts
        One per miRNA and transcript asked for.
    pairs
        Columns of :data:`dmiso.columns.ASK_PAIR_COLUMNS`.
    sites
        Columns of :data:`dmiso.columns.ASK_SITE_COLUMNS`.
    changes
        Columns of :data:`dmiso.columns.SITE_CHANGE_COLUMNS`; empty without a miRNA to compare with.
    duplexes
        A drawing of each site's duplex, as text, in the order of ``sites``; none without ViennaRNA.
    about
        With which models and which reference.
    settings
        Limits of the verdicts.
    counts
        What was read, dropped and changed.
    transcripts
        Those asked for, for drawing.
    """

    verdicts: tuple[Verdict, ...]
    pairs: pl.DataFrame
    sites: pl.DataFrame
    changes: pl.DataFrame
    duplexes: tuple[str, ...]
    about: dict[str, str]
    settings: VerdictSettings
    counts: Counts
    transcripts: tuple[Transcript, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the answer for JSON: the same in any order of files, without times or paths."""
        from dmiso.ask.sentences import LIMITS

        return {
            **self.about,
            "limits": self.settings.as_dict(),
            "transcripts": [
                {"transcript_id": one.id, "gene_id": one.gene_id, "length": len(one.sequence), "cds": one.cds}
                for one in self.transcripts
            ],
            "verdicts": [verdict.as_dict() for verdict in self.verdicts],
            "what_it_means": list(LIMITS),
        }

    def text(self, *, with_limits: bool = True) -> str:
        """Return the verdicts as text, and what they do not mean."""
        from dmiso.ask.sentences import as_text

        return as_text(self, with_limits=with_limits)
