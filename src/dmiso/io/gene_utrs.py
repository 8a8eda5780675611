"""3'UTRs by gene: a FASTA whose headers name the gene, such as ``>2597 symbol=GAPDH refseq=NM_002046``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.errors import InputError
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import display_name
from dmiso.io.transcript_headers import read_header
from dmiso.io.transcripts import Transcript

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["read_gene_utrs"]

_GENE_WORDS: Final = ("symbol", "gene_symbol", "gene_name", "gene", "gene_id", "entrez", "refseq")
"""Keys of ``key=value`` words in a header whose values name the gene or its transcripts."""


def read_gene_utrs(path: Path, counts: Counts) -> dict[str, Transcript]:
    """Read 3'UTRs as transcripts that are nothing but 3'UTR.

    Parameters
    ----------
    path
        FASTA; a gene is named by the header's first word (an Entrez id, a symbol), by what GENCODE, Ensembl and NCBI
        write there, or by ``key=value`` words.
    counts
        Filled with what was read.

    Returns
    -------
    dict
        Name → transcript with ``cds`` (0, 0) and the names of its gene.

    Raises
    ------
    InputError
        If a name appears twice.
    """
    utrs: dict[str, Transcript] = {}
    for record in read_sequences(path, counts, kind="3'UTR"):
        header = read_header(record.id, record.description)
        if header.id in utrs:
            raise InputError(
                "a 3'UTR of this name came before",
                path=display_name(path),
                record=header.id,
                hint="Give each 3'UTR a name of its own",
            )
        words = dict(word.partition("=")[::2] for word in record.description.split() if "=" in word)
        said = [name for key in _GENE_WORDS for name in words.get(key, "").split(",")]
        names = tuple(dict.fromkeys(name for name in (header.gene_name, *said) if name))
        utrs[header.id] = Transcript(header.id, record.sequence, (0, 0), header.gene_id, names)
    return utrs
