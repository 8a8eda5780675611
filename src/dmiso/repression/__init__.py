"""From binding to repression: what miRNAs and isomiRs do to transcripts, as log2 fold changes.

``sites`` finds all seed sites, ``context`` and ``features`` describe them, ``kmer_sums`` and ``transcript_features``
transcripts as a whole, ``store`` and ``model`` hold the weights and
their arithmetic, ``predict`` puts all together, and
``tables`` shows it.
"""

from dmiso.repression.predict import predict_repression, transcript_background
from dmiso.repression.store import (
    FeatureNames,
    RepressionConfig,
    StoredRepression,
    read_repression,
    repression_names,
    resolve_repression,
    write_repression,
)
from dmiso.repression.tables import Repressed
from dmiso.verbs import callable_room

__all__ = [
    "FeatureNames",
    "Repressed",
    "RepressionConfig",
    "StoredRepression",
    "predict_repression",
    "read_repression",
    "repression_names",
    "resolve_repression",
    "transcript_background",
    "write_repression",
]

callable_room(__name__)
