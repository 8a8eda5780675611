"""Many miRNAs on many transcripts, some at a time: what is known of where transcripts' sites lie, and blocks of both.

Everything predicted for a miRNA and a transcript is theirs alone, so blocks of any size give the same numbers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.errors import InputError, UsageError
from dmiso.records import Counts
from dmiso.repression.model import gene_total
from dmiso.repression.predict import predict_repression, transcript_background
from dmiso.repression.sites import ALL_UTR3

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript
    from dmiso.records import SequenceRecord
    from dmiso.repression.store import RepressionConfig, StoredRepression

    Floats = NDArray[np.float64]

__all__ = [
    "UNKNOWN_REGIONS",
    "Block",
    "PairUnits",
    "check_as_utrs",
    "declared_utrs",
    "mirna_groups",
    "note_unknown_regions",
    "pair_units",
    "transcript_blocks",
]

UNKNOWN_REGIONS: Final = (
    "transcripts without predicted repression, as their coding sequence is not known: give it, "
    "or say --as-utrs if they are 3'UTRs"
)
_TRANSCRIPTS: Final = 500
_MIRNAS: Final = 50
"""At once: each has a table of 65,536 8-mers."""
_PAIRS: Final = 200_000
"""miRNAs × transcripts whose rows are held at once, 40 MB."""


class Block(NamedTuple):
    """Some transcripts whose coding sequence is known, their numbers among all, and what happens to them anyhow."""

    numbers: NDArray[np.int64]
    transcripts: list[Transcript]
    background: dict[str, float]


def declared_utrs(transcripts: Sequence[Transcript], path: str) -> list[Transcript]:
    """Return transcripts as 3'UTRs without their mRNAs.

    Parameters
    ----------
    transcripts
        Declared to be 3'UTRs.
    path
        Where they come from, for a message.

    Raises
    ------
    InputError
        If one has a coding sequence.

    Examples
    --------
    >>> from dmiso.io.transcripts import Transcript
    >>> declared_utrs([Transcript("t", "GGA")], "utrs.fa")[0].part("3'UTR")
    (0, 3)
    """
    for transcript in transcripts:
        if transcript.cds is not None:
            raise InputError(
                "it has a coding sequence, and the transcripts are declared to be 3'UTRs",
                path=path,
                record=transcript.id,
                hint="Leave --as-utrs out, or give 3'UTRs",
            )
    return [replace(transcript, cds=ALL_UTR3) for transcript in transcripts]


def check_as_utrs(*, as_utrs: bool, cds: Path | None, annotation: Path | None = None) -> None:
    """Refuse coding sequences for what is declared to be 3'UTRs.

    Raises
    ------
    UsageError
        Naming the option that contradicts.
    """
    for name, path in (("--cds", cds), ("--annotation", annotation)):
        if as_utrs and path is not None:
            raise UsageError(
                f"--as-utrs says that the transcripts are 3'UTRs, which {name} contradicts: leave one out."
            )


def note_unknown_regions(transcripts: Sequence[Transcript], counts: Counts) -> None:
    """Count the transcripts whose repression cannot be predicted."""
    for transcript in transcripts:
        if transcript.cds is None:
            counts.note(UNKNOWN_REGIONS, example=transcript.id)


def transcript_blocks(
    model: StoredRepression, transcripts: Sequence[Transcript], wanted: Sequence[int] | None = None
) -> list[Block]:
    """Return the transcripts of known coding sequence in blocks, with their background.

    Parameters
    ----------
    model
        For the background.
    transcripts
        All of them.
    wanted
        Numbers of those that are looked at; None is all.
    """
    numbers = range(len(transcripts)) if wanted is None else wanted
    known = [number for number in numbers if transcripts[number].cds is not None]
    blocks = []
    for first in range(0, len(known), _TRANSCRIPTS):
        part = known[first : first + _TRANSCRIPTS]
        held = [transcripts[number] for number in part]
        blocks.append(Block(np.array(part, np.int64), held, transcript_background(model, held)))
    return blocks


def mirna_groups(n_mirnas: int, n_transcripts: int) -> list[range]:
    """Return groups of miRNAs whose rows on all transcripts fit in memory.

    Examples
    --------
    >>> mirna_groups(3, 150_000)
    [range(0, 1), range(1, 2), range(2, 3)]
    """
    size = max(1, min(_MIRNAS, _PAIRS // max(n_transcripts, 1)))
    return [range(first, min(first + size, n_mirnas)) for first in range(0, n_mirnas, size)]


class PairUnits(NamedTuple):
    """What miRNAs add on transcripts, in units of a model, to be weighed and put together."""

    config: RepressionConfig
    units: Floats
    """``(n_mirnas, n_transcripts)``; NaN where the coding sequence is not known."""
    n_seed_sites: NDArray[np.int64]
    """``(n_mirnas, n_transcripts)``."""

    def fold_changes(self, weights: Sequence[float]) -> Floats:
        """Return the log2 fold change of each transcript, ``(n_transcripts,)``, with a weight for each miRNA."""
        return gene_total(self.config, np.asarray(weights, np.float64) @ self.units) + 0.0


def pair_units(
    model: StoredRepression, mirnas: Sequence[SequenceRecord], transcripts: Sequence[Transcript]
) -> PairUnits:
    """Predict what miRNAs add on transcripts.

    Parameters
    ----------
    model
        Of :func:`dmiso.repression.resolve_repression`.
    mirnas
        miRNAs or isomiRs.
    transcripts
        Those whose coding sequence is not known have NaN.
    """
    shape = (len(mirnas), len(transcripts))
    units, n_seed_sites = np.full(shape, np.nan), np.zeros(shape, np.int64)
    known = np.array([i for i, t in enumerate(transcripts) if t.cds is not None], np.int64)
    for group in mirna_groups(len(mirnas), len(transcripts)):
        for first in range(0, len(known), _TRANSCRIPTS):
            numbers = known[first : first + _TRANSCRIPTS]
            part = [transcripts[number] for number in numbers]
            found = predict_repression(
                model,
                mirnas[group.start : group.stop],
                part,
                Counts(),
                background=dict.fromkeys([t.id for t in part], 0.0),  # not asked for here
            )
            rows = np.ix_(np.array(group), numbers)
            units[rows], n_seed_sites[rows] = found.units(), found.n_seed_sites()
    return PairUnits(model.config, units, n_seed_sites)
