"""Locating both parts of distinct reads, by either engine.

A :class:`Locator` holds what a process needs; :meth:`Locator.locate` takes the distinct reads of one part and gives
calls with the outcome of every read. Targets are searched only for reads that have a miRNA at an end.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.chimera.alignments import HIT_SCHEMA
from dmiso.chimera.blast import make_database, search_blast
from dmiso.chimera.calls import CALL_COLUMNS, make_calls
from dmiso.chimera.embedded import Hits, search_antisense, search_embedded
from dmiso.chimera.pairs import NO_TARGET, OUTCOMES, choose_pairs
from dmiso.chimera.reference import make_reference, open_reference
from dmiso.columns import schema_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.chimera.collapse import CollapsedRead
    from dmiso.chimera.reference import Reference
    from dmiso.settings.chimeras import ChimeraSettings, LocateSettings

__all__ = ["ANTISENSE", "Located", "Locator", "prepare"]

ANTISENSE: Final = "reads with a miRNA and a target on the other strand only"

_MIRNA_REPEATS: Final = 1 << 30
"""No word of a miRNA is too frequent to begin an alignment."""

_READS_A_BATCH: Final = {"embedded": 5_000, "blast": 50_000}
"""Reads between two reports; BLAST+ reads its database again for each batch."""


@dataclass(slots=True)
class Located:
    """What became of distinct reads.

    Parameters
    ----------
    calls
        Columns of ``CALL_COLUMNS``.
    outcomes
        Outcome → molecules.
    lengths
        Length after trimming → distinct reads.
    positions
        Where the best miRNA alignment begins in a read → distinct reads.
    notes
        Sentence → how often.
    """

    calls: pl.DataFrame
    outcomes: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    positions: Counter[int] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)


def prepare(
    mirnas: Mapping[str, str], transcripts: Mapping[str, str], folder: Path, settings: LocateSettings
) -> None:
    """Write the references that locators open: indexes, and BLAST+ databases where that engine is chosen."""
    make_reference(mirnas, settings.mirna_word, folder / "mirnas")
    make_reference(transcripts, settings.target_word, folder / "transcripts")
    if settings.engine == "blast":
        make_database(mirnas, folder / "mirnas" / "blast")
        make_database(transcripts, folder / "transcripts" / "blast")


class Locator:
    """Finds both parts of reads.

    Parameters
    ----------
    folder
        Of :func:`prepare`.
    settings
        All rules; those of locating and calling are used.
    """

    def __init__(self, folder: Path, settings: ChimeraSettings) -> None:
        self.folder = folder
        self.settings = settings
        self.mirnas = open_reference(folder / "mirnas", settings.locate.mirna_word)
        self.transcripts = open_reference(folder / "transcripts", settings.locate.target_word)

    def locate(
        self, reads: Sequence[CollapsedRead], work: Path, on_reads: Callable[[int], None] | None = None
    ) -> Located:
        """Locate distinct reads, in batches.

        Parameters
        ----------
        reads
            Any number.
        work
            Beginning of the names of files written on the way.
        on_reads
            Called with the reads located since the last call, copies included.
        """
        whole = Located(pl.DataFrame(schema=schema_of(CALL_COLUMNS)))
        parts = [whole.calls]
        size = _READS_A_BATCH[self.settings.locate.engine]
        for first in range(0, len(reads), size):
            batch = reads[first : first + size]
            part = self._locate(batch, work)
            parts.append(part.calls)
            for name in ("outcomes", "lengths", "positions", "notes"):
                getattr(whole, name).update(getattr(part, name))
            if on_reads is not None:
                on_reads(sum(read.copies for read in batch))
        whole.calls = pl.concat(parts)
        return whole

    def _locate(self, reads: Sequence[CollapsedRead], work: Path) -> Located:
        rules = self.settings.locate
        sequences = [read.sequence for read in reads]
        lengths = np.array([len(s) for s in sequences], np.int64)
        mirna_hits = self._search(sequences, self.mirnas, work, _MIRNA_REPEATS)
        at_end = self._at_end(mirna_hits.frame, lengths)
        target_hits = self._search(
            [sequences[i] for i in at_end.tolist()], self.transcripts, work, rules.max_repeats
        )
        frame = target_hits.frame
        frame = frame.with_columns(read=pl.Series(at_end[frame["read"].to_numpy()], dtype=pl.Int64))
        pairs = choose_pairs(lengths, mirna_hits.frame, frame, rules)
        calls = make_calls(reads, pairs.frame, self.mirnas, self.transcripts, self.settings.call)
        located = Located(calls)
        located.outcomes.update(self._outcomes(pairs.outcome, reads, at_end, target_hits))
        located.lengths.update(lengths.tolist())
        best = mirna_hits.frame.unique("read", keep="first", maintain_order=True)
        located.positions.update(best["read_start"].to_list())
        for hits, what in ((mirna_hits, "miRNA"), (target_hits, "target")):
            located.notes[f"reads with more than {rules.max_hits} {what} alignments: the best are kept"] += (
                hits.crowded
            )
            located.notes[f"{what} alignments with loops left out"] += hits.loops
        return located

    def _search(self, sequences: Sequence[str], reference: Reference, work: Path, max_repeats: int) -> Hits:
        """Align reads with one reference."""
        rules = self.settings.locate
        if not sequences:
            return Hits(pl.DataFrame(schema=HIT_SCHEMA))
        if rules.engine == "embedded":
            return search_embedded(
                sequences,
                reference,
                max_evalue=rules.max_evalue,
                max_repeats=max_repeats,
                max_hits=rules.max_hits,
            )
        kind = "mirnas" if reference is self.mirnas else "transcripts"
        return search_blast(
            sequences,
            self.folder / kind / "blast",
            work,
            word=reference.word,
            max_evalue=rules.max_evalue,
            max_hits=rules.max_hits,
            max_alignment_gaps=rules.max_alignment_gaps,
        )

    def _at_end(self, hits: pl.DataFrame, lengths: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the reads with a miRNA alignment near an end where it may be."""
        rules = self.settings.locate
        starts, ends = hits["read_start"].to_numpy(), hits["read_end"].to_numpy()
        read = hits["read"].to_numpy()
        first = (starts <= rules.max_end_distance) & (rules.order != "target-first")
        last = (lengths[read] - ends <= rules.max_end_distance) & (rules.order != "mirna-first")
        return np.unique(read[(first | last) & (ends - starts >= rules.min_mirna_match)]).astype(np.int64)

    def _outcomes(
        self,
        outcome: NDArray[np.int8],
        reads: Sequence[CollapsedRead],
        at_end: NDArray[np.int64],
        targets: Hits,
    ) -> Counter[str]:
        """Count molecules by outcome; of those without a target, any on the other strand apart."""
        weights = np.array([read.read_count for read in reads], np.int64)
        counted = np.bincount(outcome, weights, minlength=len(OUTCOMES)).astype(np.int64).tolist()
        found = Counter(dict(zip(OUTCOMES, counted, strict=True)))
        rules = self.settings.locate
        if rules.engine == "embedded":
            lost = np.flatnonzero(outcome == OUTCOMES.index(NO_TARGET))
            numbers = search_antisense(
                [reads[i].sequence for i in lost.tolist()],
                self.transcripts,
                max_evalue=rules.max_evalue,
                max_repeats=rules.max_repeats,
            )
            antisense = lost[numbers]
        else:
            antisense = at_end[list(targets.antisense)]
        found[ANTISENSE] = int(weights[antisense].sum())
        found[NO_TARGET] -= found[ANTISENSE]
        return found
