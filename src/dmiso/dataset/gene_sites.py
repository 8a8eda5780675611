"""Sites that are known by their gene: where their nucleotides stand on it, however short they are.

A database names a gene and a site of as few as five nucleotides. On a whole transcriptome these would stand in
thousands of positions; on the gene's own sequences most stand in one, and from there a site can be lengthened.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.errors import shortened
from dmiso.io.versions import gene_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts

__all__ = ["FEWEST_OF_DUPLEX", "GeneIndex", "place_on_genes"]

FEWEST_OF_DUPLEX: Final = 15
"""Sites shorter than this are seed matches, not the target's side of a duplex (nt)."""

_SHOWN: Final = 40
"""Nucleotides of an example in a message: some sites are whole 3'UTRs."""
_ONE: Final = "sites found on their own gene"
_NO_GENE: Final = "sites whose gene is not among the transcripts"
_NOWHERE: Final = "sites not found on their own gene"
_SEVERAL: Final = (
    "sites on several positions of their own gene: which one is meant is not known, none is taken"
)
_SEEDS: Final = f"sites under {FEWEST_OF_DUPLEX} nt (seed matches), lengthened at 5' to the miRNA's length"


class GeneIndex:
    """Transcripts by gene.

    Parameters
    ----------
    transcripts
        mRNAs or 3'UTRs by name, with the names of their genes.

    Examples
    --------
    >>> from dmiso.io.transcripts import Transcript
    >>> index = GeneIndex({"2597": Transcript("2597", "GGG", (0, 0), gene_names=("GAPDH",))})
    >>> [len(index.find(*names)) for names in (("2597", "GAPD"), (None, "GAPDH"), ("14433", "GAPDH"))]
    [1, 1, 0]
    """

    def __init__(self, transcripts: Mapping[str, Transcript]) -> None:
        self._by_id: dict[str, list[Transcript]] = defaultdict(list)
        self._by_symbol: dict[str, list[Transcript]] = defaultdict(list)
        for transcript in transcripts.values():
            names = dict.fromkeys((transcript.id, transcript.gene_id, *transcript.gene_names))
            for name in names:
                self._by_symbol[name].append(transcript)
            for key in dict.fromkeys(map(gene_key, names)):
                self._by_id[key].append(transcript)

    def find(self, gene_id: str | None, gene_name: str | None) -> list[Transcript]:
        """Return a gene's transcripts, the longest first.

        Parameters
        ----------
        gene_id
            Entrez or Ensembl id; None or empty if unknown.
        gene_name
            Symbol, as its species writes it: ``Gapdh`` is another gene than ``GAPDH``. It decides only where there is
            no id on one of both sides: some symbols are of genes of several species (F3).
        """
        found = self._by_id.get(gene_key(gene_id), []) if gene_id else []
        if not found and gene_name:
            named = self._by_symbol.get(gene_name, [])
            found = [one for one in named if not (gene_id and _has_number(one))]
        return sorted(found, key=lambda one: -len(one.sequence))


def _has_number(transcript: Transcript) -> bool:
    """Return whether a transcript's gene has an Entrez id."""
    return any(name.isdecimal() for name in (transcript.id, transcript.gene_id, *transcript.gene_names))


class _Position(NamedTuple):
    transcript: Transcript
    start: int


def place_on_genes(
    frame: pl.DataFrame, transcripts: Mapping[str, Transcript], counts: Counts
) -> pl.DataFrame:
    """Find each site's nucleotides on its own gene, and lengthen seed matches to a duplex.

    Parameters
    ----------
    frame
        Interactions with ``gene_id`` or ``gene_name``.
    transcripts
        mRNAs or 3'UTRs by name, with the names of their genes.
    counts
        Filled with what was found, and what was not.

    Returns
    -------
    polars.DataFrame
        The same rows. One that stands in one position of its gene gets ``transcript_id``, ``start``, ``end`` and
        ``region``: on the 3'UTR if it stands there, else anywhere on the gene; on several transcripts of the gene it
        is placed on the longest. A site shorter than
        :data:`FEWEST_OF_DUPLEX` is the miRNA's seed match, whose duplex lies before it: it begins as far before its
        end as the miRNA is long.
    """
    if not transcripts:
        return frame
    index = GeneIndex(transcripts)
    changed: dict[str, list[str | int | None]] = {
        name: frame[name].to_list() for name in ("target_sequence", "transcript_id", "start", "end", "region")
    }
    rows = frame.select("gene_id", "gene_name", "target_sequence", "mirna_sequence").iter_rows()
    for i, (gene_id, gene_name, site, mirna) in enumerate(rows):
        position = _position(
            index.find(gene_id, gene_name), site, counts, f"{gene_name} {shortened(site, _SHOWN)}"
        )
        if position is None:
            continue
        mrna, start = position
        end = start + len(site)
        if len(site) < FEWEST_OF_DUPLEX:
            counts.note(_SEEDS)
            start = max(0, min(start, end - len(mirna)))
        values = (mrna.sequence[start:end], mrna.id, start, end, mrna.region(start, end))
        for name, value in zip(changed, values, strict=True):
            changed[name][i] = value
    return frame.with_columns(
        pl.Series(name, values, dtype=frame.schema[name]) for name, values in changed.items()
    )


def _position(found: list[Transcript], site: str, counts: Counts, example: str) -> _Position | None:
    """Return where a site stands, if it is one position of its gene; count what is the matter otherwise."""
    if not found:
        counts.note(_NO_GENE, example=example)
        return None
    # the database is of 3'UTRs: there seven nucleotides stand once that stand twice on the whole mRNA
    parts = [(mrna, *mrna.part("3'UTR")) for mrna in found]
    parts += [(mrna, 0, len(mrna.sequence)) for mrna in found]
    for mrna, begin, end in parts:
        start = mrna.sequence.find(site, begin, end)
        if start < 0:
            continue
        if mrna.sequence.find(site, start + 1, end) >= 0:
            counts.note(_SEVERAL, example=example)
            return None
        counts.keep(_ONE)
        return _Position(mrna, start)
    counts.note(_NOWHERE, example=example)
    return None
