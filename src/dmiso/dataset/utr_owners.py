"""Whose 3'UTR a positive's negatives are drawn from: of the transcript it lies on, or else of its gene.

Few sites lie whole on the transcripts at hand (other releases, introns cut differently, sites across joins), but most
of their genes have a 3'UTR there; the paper needs no more than that of a positive's transcript.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.dataset.sites import on_transcripts
from dmiso.io.versions import gene_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts

__all__ = ["utr_owners"]

_NAMES: Final = ("transcript_id", "gene_id", "gene_name")
"""Columns that may name a positive's gene, the most exact first."""


def utr_owners(
    positives: pl.DataFrame, transcripts: Mapping[str, Transcript], counts: Counts
) -> NDArray[np.int64]:
    """Find the transcript whose 3'UTR belongs to each positive.

    Parameters
    ----------
    positives
        Interactions; what ``transcript_id``, ``gene_id`` and ``gene_name`` name is looked for, the last may hold
        several names with commas between.
    transcripts
        mRNAs and 3'UTRs by name, with the names of their genes.
    counts
        Filled with how positives were matched.

    Returns
    -------
    numpy.ndarray
        Number of the transcript in the mapping, ``(n_positives,)``; -1 where there is none. A site that lies on a
        transcript with a 3'UTR has that one, any other the longest 3'UTR (nucleotides but N) of its gene.

    Examples
    --------
    >>> import polars as pl
    >>> from dmiso.io.transcripts import Transcript
    >>> from dmiso.records import Counts
    >>> utr = Transcript("2597", "GGGAUCC", (0, 0), gene_names=("GAPDH",))
    >>> rows = pl.DataFrame({"transcript_id": [None, None], "start": [None, None], "gene_name": ["gapdh", "TBP"]})
    >>> utr_owners(rows, {"2597": utr}, Counts()).tolist()
    [0, -1]
    """
    numbers = {name: number for number, name in enumerate(transcripts)}
    utrs = [mrna.sequence[slice(*mrna.part("3'UTR"))] for mrna in transcripts.values()]
    located = on_transcripts(positives, transcripts)
    own = np.array([numbers.get(name, -1) for name in positives["transcript_id"].to_list()], np.int64)
    own[~located] = -1
    # the last stands for no transcript, number -1: there may be none at all
    has_utr = np.array([*(bool(utr) for utr in utrs), False], np.bool_)
    owners = np.where(has_utr[own], own, -1)
    by_gene = _longest_by_gene(transcripts, utrs)
    columns = [positives[name].to_list() for name in _NAMES if name in positives.columns]
    several = 0
    for i in np.flatnonzero(owners < 0).tolist():
        found = list(dict.fromkeys(by_gene[key] for key in _keys(columns, i) if key in by_gene))
        if found:
            owners[i] = found[0]
            several += len(found) > 1
    _count(counts, located, owners, several)
    return owners


def _longest_by_gene(transcripts: Mapping[str, Transcript], utrs: list[str]) -> dict[str, int]:
    """Return the number of the transcript with the longest 3'UTR for each name of a gene or transcript."""
    lengths = [len(utr) - utr.count("N") for utr in utrs]
    longest: dict[str, int] = {}
    for number, mrna in enumerate(transcripts.values()):
        if not lengths[number]:
            continue
        for name in (mrna.id, mrna.gene_id, *mrna.gene_names):
            key = gene_key(name)
            if key and (key not in longest or lengths[number] > lengths[longest[key]]):
                longest[key] = number
    return longest


def _keys(columns: list[list[str | None]], row: int) -> list[str]:
    """Return the names of a row's gene, as they are compared."""
    return [gene_key(name) for column in columns for name in (column[row] or "").split(",") if name]


def _count(counts: Counts, located: NDArray[np.bool_], owners: NDArray[np.int64], several: int) -> None:
    """Say how positives came to a 3'UTR."""
    by_gene = int((~located & (owners >= 0)).sum())
    for sentence, n in {
        "positives not on the transcripts whose gene has a 3'UTR there: their negatives come from it": by_gene,
        "positives whose transcript has no coding sequence or no 3'UTR: they get no negative": int(
            (located & (owners < 0)).sum()
        ),
        "positives of several genes with a 3'UTR: the first is taken": several,
    }.items():
        if n:
            counts.note(sentence, n)
