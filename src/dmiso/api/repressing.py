"""The verb that predicts repression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dmiso.api.given import as_sequences, desk, like, say
from dmiso.errors import UsageError
from dmiso.io.transcripts import read_transcripts
from dmiso.io.utrs import read_utrs
from dmiso.losses import require_kept
from dmiso.records import Counts
from dmiso.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmiso.api.given import GivenFile, GivenSequences, GivenTable

__all__ = ["RepressionTables", "repression"]


@dataclass(frozen=True, slots=True, repr=False)
class RepressionTables(Shown):
    """What miRNAs are predicted to do.

    Parameters
    ----------
    genes
        A row per miRNA and transcript: :data:`dmiso.columns.repression.REPRESSION_GENE_COLUMNS`.
    sites
        A row per seed site: :data:`dmiso.columns.repression.REPRESSION_SITE_COLUMNS`.
    counts
        What was read, dropped and changed.
    """

    genes: Any
    sites: Any
    counts: Counts


def repression(
    mirnas: GivenSequences,
    transcripts: GivenSequences | None = None,
    *,
    cds: GivenTable | None = None,
    utrs: GivenSequences | None = None,
    abundances: Mapping[str, float] | None = None,
    model: GivenFile | None = None,
    folding: bool = False,
    features: bool = False,
) -> RepressionTables:
    """Predict what miRNAs and isomiRs do to transcripts: log2 fold changes, site by site and transcript by transcript.

    Parameters
    ----------
    mirnas
        A path (FASTA), one sequence, name → sequence, a list, or a frame. Any sequence: an isomiR's seed is that of its
        own bases.
    transcripts
        mRNAs: the same. Their coding sequences are those of ``cds``, or of the headers of a FASTA.
    cds
        Table with ``transcript_id``, ``cds_start`` and ``cds_end``, 0-based half-open: a path or a frame.
    utrs
        3'UTRs without their mRNAs, beside or instead of ``transcripts``.
    abundances
        miRNA sequence → abundance, 1 for one as abundant as in a transfection; a miRNA that is not named has 0. None:
        1 each.
    model
        Name of a bundled model of repression, or a directory; None is the default.
    folding
        Whether transcripts are folded with ViennaRNA for the accessibility of sites, about 10,000 nt per second; what
        it adds is in the model's card.
    features
        Whether the table of sites has the features that the model looks at.

    Returns
    -------
    RepressionTables

    Raises
    ------
    UsageError, InputError
        If something cannot be used, or no transcript has a known coding sequence.

    Examples
    --------
    >>> import dmiso
    >>> found = dmiso.repression({"let-7a": "UGAGGUAGUAGGUUGUAUAGUU"},
    ...                          utrs={"t": "GCAGCAGCAUUGCAACUAUACAACCUACUACCUCAUUGCAGCAAGC"})
    >>> found.sites.select("transcript_id", "start", "end", "site_type", "weight_set").row(0)
    ('t', 27, 35, '8mer', 'sequence')
    >>> found.genes["repression"][0] < 0
    True
    """
    from dmiso.repression.predict import predict_repression
    from dmiso.repression.store import resolve_repression

    if transcripts is None and utrs is None:
        raise UsageError("Give transcripts with their coding sequences, or utrs.")
    counts = Counts()
    stored = resolve_repression(model)
    records = as_sequences(mirnas, "miRNA", counts)
    with desk() as work:
        found = {}
        if transcripts is not None:
            path = work.sequences(transcripts, "transcripts")
            found = read_transcripts(path, counts, cds=work.optional(cds, "cds"))
        if utrs is not None:
            own = read_utrs(work.sequences(utrs, "utrs"), counts)
            if both := next((name for name in own if name in found), None):
                raise UsageError(f"{both} is both a transcript and a 3'UTR: give each its own name.")
            found |= own
    repressed = predict_repression(
        stored, records, list(found.values()), counts, abundances=abundances, folding=folding
    )
    require_kept(counts)
    say(counts)
    given = (mirnas, transcripts, utrs, cds)
    return RepressionTables(
        genes=like(repressed.gene_table(), *given),
        sites=like(repressed.site_table(with_features=features), *given),
        counts=counts,
    )
