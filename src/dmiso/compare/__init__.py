"""What an isomiR changes: sites and genes it gains, loses and keeps against its canonical miRNA.

In the order of things: ``pairs`` (which isomiR against which miRNA) → ``scanned`` (both on the same transcripts, with
the same decoy protocol) → ``matching`` (sites of both that are one position) and ``genes`` → ``seed_shift`` (is the
seed what changes?) → ``run`` (one comparison) → ``drawing`` and ``page`` (to be read) → ``to_files``.
"""

from dmiso.compare.comparison import Comparison, compare_isomir, compare_pairs, judge
from dmiso.compare.pairs import Pair, pairs_from_calls, pairs_with
from dmiso.compare.scanned import ScannedPairs, Targets, scan_pairs
from dmiso.settings.compare import CompareSettings
from dmiso.verbs import callable_room

__all__ = [
    "CompareSettings",
    "Comparison",
    "Pair",
    "ScannedPairs",
    "Targets",
    "compare_isomir",
    "compare_pairs",
    "judge",
    "pairs_from_calls",
    "pairs_with",
    "scan_pairs",
]

callable_room(__name__)
