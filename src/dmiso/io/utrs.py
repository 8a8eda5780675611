"""3'UTRs without their mRNAs, and the names of genes: what is needed to find the 3'UTR of a site's gene."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dmiso.errors import InputError
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import display_name
from dmiso.io.tables import read_table
from dmiso.io.transcript_headers import read_header
from dmiso.io.transcripts import Transcript
from dmiso.io.versions import gene_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["read_utrs", "with_gene_names"]

_GENE_WORDS: Final = ("symbol", "gene_symbol", "gene_name", "gene", "gene_id", "entrez", "refseq", "acc")
"""Keys of ``key=value`` words in a header whose values name the gene or its transcripts."""
_NAME_COLUMNS: Final = ("transcript_id", "refseq", "enst", "transcript", "gene_id", "ensg", "entrez")
_SYMBOL_COLUMNS: Final = ("gene_name", "symbol", "gene_symbol")


def read_utrs(path: Path, counts: Counts) -> dict[str, Transcript]:
    """Read 3'UTRs as transcripts that are nothing but 3'UTR.

    Parameters
    ----------
    path
        FASTA. The gene is named by the header's first word, by what GENCODE, Ensembl and NCBI write, or by words such
        as ``symbol=A1BG`` and ``refseq=NM_130786,NM_1``.
    counts
        Filled with what was read.

    Returns
    -------
    dict
        Name → transcript, with ``cds`` (0, 0): all of it is 3'UTR.

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


def with_gene_names(
    transcripts: Mapping[str, Transcript], path: Path, counts: Counts
) -> dict[str, Transcript]:
    """Add to transcripts the names of their genes.

    Parameters
    ----------
    transcripts
        By name.
    path
        Table whose columns name one thing per row: a transcript (``transcript_id``, ``refseq``, ``enst``), its gene
        (``gene_id``, ``ensg``, ``entrez``) and symbol (``gene_name``, ``symbol``); at least two of them.
    counts
        Notes transcripts that the table does not name.

    Returns
    -------
    dict
        The transcripts; one that a row names has all names of the row.

    Raises
    ------
    InputError
        If fewer than two of the columns are there, or no transcript is named.
    """
    frame = read_table(path)
    columns = [name for name in (*_NAME_COLUMNS, *_SYMBOL_COLUMNS) if name in frame.columns]
    if len(columns) < 2:
        raise InputError(
            f"a table of genes needs two of the columns {', '.join((*_NAME_COLUMNS, *_SYMBOL_COLUMNS))}; "
            f"found {', '.join(frame.columns)}",
            path=display_name(path),
            line=1,
            hint="Name the columns transcript_id, gene_id and gene_name",
        )
    by_key: dict[str, list[str]] = {}
    for row in frame.select(columns).iter_rows():
        names = [str(name) for name in row if name]
        for name in names:
            by_key.setdefault(gene_key(name), []).extend(names)
    named, missing = {}, []
    for name, mrna in transcripts.items():
        known = by_key.get(gene_key(name), [])
        if not known:
            missing.append(name)
        named[name] = replace(mrna, gene_names=tuple(dict.fromkeys((*mrna.gene_names, *known))))
    if missing and len(missing) == len(named):
        raise InputError(
            f"it names none of the {len(missing):,} transcripts (such as {missing[0]})",
            path=display_name(path),
            hint="Give the genes of these transcripts; versions of names may differ",
        )
    if missing:
        counts.note("transcripts without a gene in the table of genes", len(missing), example=missing[0])
    return named
