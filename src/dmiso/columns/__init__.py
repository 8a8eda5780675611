"""The columns of every table dmiso writes or reads, declared once: name, type, unit, sentence.

One thing has one name everywhere: the column is the field, the flag and the JSON key.
Coordinates are 0-based, half-open, on the target 5'→3'.
"""

from dmiso.columns.column import Column
from dmiso.columns.declared import (
    COLUMNS,
    PAIR_COLUMNS,
    PUBLISHED_COLUMNS,
    SCORE_COLUMNS,
    SITE_COLUMNS,
    describe,
)

__all__ = [
    "COLUMNS",
    "PAIR_COLUMNS",
    "PUBLISHED_COLUMNS",
    "SCORE_COLUMNS",
    "SITE_COLUMNS",
    "Column",
    "describe",
]
