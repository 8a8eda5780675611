"""What makes a chimera or a score look like binding and is not: repeats, sense calls, and competition between miRNAs.

* :mod:`dmiso.confounders.repeats`: a "miRNA" that is a piece of the target or of a repeat, and pairs with nothing.
* :mod:`dmiso.confounders.competition`: sites that show the seed match of another, frequent miRNA.
"""

from dmiso.confounders.competition import frequent_seeds, other_seed_matches
from dmiso.confounders.repeats import PairEvidence, doubtful_pairs, dust_scores, pair_evidence, sense_runs

__all__ = [
    "PairEvidence",
    "doubtful_pairs",
    "dust_scores",
    "frequent_seeds",
    "other_seed_matches",
    "pair_evidence",
    "sense_runs",
]
