"""All columns by name, and those of the tables that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.columns.chimeras import CHIMERAS
from dmiso.columns.comparison import COMPARISON
from dmiso.columns.confidence import CONFIDENCE
from dmiso.columns.evaluation import EVALUATION
from dmiso.columns.explanation import EXPLANATION
from dmiso.columns.gene_scores import GENE_SCORES
from dmiso.columns.pairs import PAIRS
from dmiso.columns.repression import FEATURES, REPRESSION
from dmiso.columns.samples import SAMPLES
from dmiso.columns.scan import SCAN
from dmiso.columns.small_rnas import SMALL_RNAS
from dmiso.columns.studies import STUDIES
from dmiso.columns.training import TRAINING

if TYPE_CHECKING:
    from dmiso.columns.column import Column

__all__ = [
    "COLUMNS",
    "PAIR_COLUMNS",
    "PUBLISHED_COLUMNS",
    "SCORE_COLUMNS",
    "SITE_COLUMNS",
    "describe",
]

_ALL = (
    *(*PAIRS, *EVALUATION, *GENE_SCORES, *SMALL_RNAS, *SCAN),
    *(*CHIMERAS, *EXPLANATION, *COMPARISON, *TRAINING, *STUDIES),
    *(*FEATURES, *REPRESSION, *CONFIDENCE, *SAMPLES),
)

COLUMNS: Final[dict[str, Column]] = {column.name: column for column in _ALL}
"""Every declared column by name."""

PAIR_COLUMNS: Final = ("mirna_id", "target_id", "mirna_sequence", "target_sequence")
"""Columns of a pairs file; in this order when it has no header, as the published program reads it."""

SCORE_COLUMNS: Final = ("start", "end", "logit", "score", "percentile", "domain")
"""What a prediction adds to a pair; an ensemble adds ``spread`` before ``domain``."""

SITE_COLUMNS: Final = (*PAIR_COLUMNS, *SCORE_COLUMNS)
"""Columns of predictions for miRNA FASTA × target FASTA."""

PUBLISHED_COLUMNS: Final = (
    "miRNA ID",
    "Target ID",
    "miRNA Sequence",
    "Target Sequence",
    "Prediction Score",
    "Prediction",
)
"""Columns of the published program's output (Talukder et al. 2022), for ``--compat published``."""


def describe(names: tuple[str, ...]) -> str:
    """Return the meaning of columns as lines of text for help pages.

    Examples
    --------
    >>> print(describe(("start",)))
    start (nt): First scored target position, 0-based
    """
    lines = []
    for name in names:
        column = COLUMNS[name]
        unit = f" ({column.unit})" if column.unit else ""
        lines.append(f"{name}{unit}: {column.meaning}")
    return "\n".join(lines)
