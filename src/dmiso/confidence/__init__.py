"""How sure a pair is: empirical p-values from shuffles of its miRNA and of its target, and what they let one say.

``shuffles`` draws the controls, ``best`` finds the best site of each, ``pair`` counts, ``verdicts`` puts it in words.
Everything depends on the pair at hand alone, so it does not change with what else is scanned.
"""

from dmiso.confidence.pair import Confidence, PairConfidence
from dmiso.confidence.verdicts import Call, Change, call_binding, call_change, call_repression

__all__ = [
    "Call",
    "Change",
    "Confidence",
    "PairConfidence",
    "call_binding",
    "call_change",
    "call_repression",
]
