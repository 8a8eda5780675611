"""From binding to repression: what miRNAs and isomiRs do to transcripts, as log2 fold changes.

``sites`` finds all seed sites, ``context`` and ``features`` describe them, ``store`` and ``model`` hold the weights and
their arithmetic, ``predict`` puts tables together.
"""

from dmiso.repression.predict import Repressed, predict_repression
from dmiso.repression.store import (
    RepressionConfig,
    StoredRepression,
    read_repression,
    repression_names,
    resolve_repression,
    write_repression,
)
from dmiso.verbs import callable_room

__all__ = [
    "Repressed",
    "RepressionConfig",
    "StoredRepression",
    "predict_repression",
    "read_repression",
    "repression_names",
    "resolve_repression",
    "write_repression",
]

callable_room(__name__)
