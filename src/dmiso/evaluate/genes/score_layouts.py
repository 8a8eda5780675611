"""How tools write their scores of genes, recognised by the header: columns, direction, and what an absent gene has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.evaluate.genes.gene_names import GENE_COLUMN_NAMES, TRANSCRIPT_COLUMN_NAMES
from dmiso.io.numbers import finite_number

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HEADLESS", "GenericColumns", "ScoreLayout", "generic_columns", "is_headless", "score_layout"]


class ScoreLayout(NamedTuple):
    """How a tool writes its scores.

    Parameters
    ----------
    name
        Of the tool: what tables call its score.
    marks
        Columns that a header must have to be of this layout.
    mirna, seed, sequence
        Columns of the miRNA's name, of positions 2-8 where a row is of a whole family, and of its nucleotides.
    genes
        Columns that name the gene or transcript.
    scores
        Columns of scores; the first that is there is taken, unless another is asked for.
    lower_is_better
        Whether lower scores mean more repression.
    absent
        Score (higher is better) of a gene that the tool does not list; None is the lowest that it lists.
    per_site
        Rows are sites, whose scores are added up; ``kd`` adds association constants, of a natural log(Kd).
    higher
        Other columns that may be asked for, of which higher values mean more repression, unlike of ``scores``.
    """

    name: str
    marks: tuple[str, ...]
    mirna: str
    genes: tuple[str, ...]
    scores: tuple[str, ...]
    seed: str = ""
    sequence: str = ""
    lower_is_better: bool = True
    absent: float | None = 0.0
    per_site: str = ""
    higher: tuple[str, ...] = ()


_TARGETSCAN_GENES: Final = ("Gene ID", "Transcript ID", "Gene Symbol")
_LAYOUTS: Final = (
    ScoreLayout(
        "targetscan",
        ("miRNA family", "Representative miRNA", "Total context++ score"),
        mirna="Representative miRNA",
        seed="miRNA family",
        genes=_TARGETSCAN_GENES,
        scores=("Cumulative weighted context++ score", "Total context++ score"),
    ),
    ScoreLayout(
        "targetscan",
        ("miRNA", "Gene Symbol", "context++ score"),
        mirna="miRNA",
        genes=_TARGETSCAN_GENES,
        scores=("weighted context++ score", "context++ score"),
        per_site="sum",
    ),
    ScoreLayout(
        "pita",
        ("microRNA", "Sites", "Score"),
        mirna="microRNA",
        genes=("RefSeq", "Name", "UTR"),
        scores=("Score",),
        # ddG may be above 0, so nothing but the lowest score is surely below every listed gene
        absent=None,
    ),
    ScoreLayout(
        "scanmir",
        ("transcript", "miRNA", "repression"),
        mirna="miRNA",
        genes=("transcript",),
        scores=("repression",),
    ),
    ScoreLayout(
        "scanmir",
        ("transcript", "miRNA", "log_kd"),
        mirna="miRNA",
        genes=("transcript",),
        scores=("log_kd",),
        per_site="kd",
    ),
    ScoreLayout(
        "dmiso",
        ("mirna_id", "mirna_sequence", "repression"),
        mirna="mirna_id",
        sequence="mirna_sequence",
        genes=("gene_id", "transcript_id"),
        scores=("repression",),
        higher=("binding", "occupancy", "gene_score"),
    ),
    ScoreLayout(
        "dmiso",
        # of scans from before there was repression
        ("mirna_id", "mirna_sequence", "gene_id", "gene_score"),
        mirna="mirna_id",
        sequence="mirna_sequence",
        genes=("gene_id", "transcript_id"),
        scores=("gene_score",),
        lower_is_better=False,
    ),
)

HEADLESS: Final = ScoreLayout(
    "mirdb",
    ("mirna_id", "refseq", "score"),
    mirna="mirna_id",
    genes=("refseq",),
    scores=("score",),
    lower_is_better=False,
    # miRDB lists predictions from 50 on only
    absent=0.0,
)
"""miRDB's download, which has no header: miRNA, RefSeq accession, score of 50-100."""

_MIRNA: Final = re.compile(r"[a-z]{3,5}-(?:mir|let|lin|lsy|bantam)\S*", re.IGNORECASE)


def is_headless(columns: Sequence[str]) -> bool:
    """Say whether what was read as a header is a row of miRDB.

    Examples
    --------
    >>> is_headless(["hsa-let-7a-5p", "NM_005612", "99.2"]), is_headless(["mirna", "gene", "score"])
    (True, False)
    """
    if len(columns) != len(HEADLESS.marks) or not _MIRNA.fullmatch(columns[0]):
        return False
    try:
        finite_number(columns[2])
    except ValueError:
        return False
    return True


def score_layout(columns: Sequence[str]) -> ScoreLayout | None:
    """Return the layout of a known tool that a header is of; None if it is of none.

    Examples
    --------
    >>> score_layout(["RefSeq", "Name", "microRNA", "Sites", "Score"]).name
    'pita'
    """
    return next((layout for layout in _LAYOUTS if set(layout.marks) <= {*columns}), None)


_GENERIC_MIRNAS: Final = (
    "mirna_id",
    "mirna_name",
    "mirna",
    "microrna",
    "mirna family",
    "representative mirna",
)
_GENERIC_SEQUENCES: Final = ("mirna_sequence",)
_NOT_SCORES: Final = ("seed_family", "seed", "start", "end", "n_sites", "sites", "best_start", "best_end")


class GenericColumns(NamedTuple):
    """What columns of a table of no known tool are: empty where it has none."""

    mirna: str
    sequence: str
    experiment: str
    genes: tuple[str, ...]
    others: tuple[str, ...]


def generic_columns(columns: Sequence[str]) -> GenericColumns:
    """Tell the names of a table's miRNAs and genes from its other columns.

    Examples
    --------
    >>> generic_columns(["mirna", "entrez", "mine"])
    GenericColumns(mirna='mirna', sequence='', experiment='', genes=('entrez',), others=('mine',))
    """
    own = {name.lower(): name for name in columns}

    def first(names: Sequence[str]) -> str:
        return next((own[name] for name in names if name in own), "")

    known = dict.fromkeys(name.lower() for name in (*GENE_COLUMN_NAMES, *TRANSCRIPT_COLUMN_NAMES))
    genes = tuple(own[name] for name in known if name in own)
    mirna, sequence, experiment = first(_GENERIC_MIRNAS), first(_GENERIC_SEQUENCES), first(("experiment",))
    taken = {mirna, sequence, experiment, *genes, *(own.get(name, "") for name in _NOT_SCORES)}
    return GenericColumns(mirna, sequence, experiment, genes, tuple(c for c in columns if c not in taken))
