"""What the paper's text says of its supplement and figures: words as printed, and where they stand.

Keys are analysis, data, subject and metric of the side-by-side table; ``*`` stands for any.
"""

from __future__ import annotations

from typing import Final

from dmiso.isomir.classify import TYPES

__all__ = ["SUPPLEMENT_TEXT", "UNQUOTED"]

_CHARACTERISTICS: Final = "Results, The characteristics of the identified interactions in CLASH"
_FEATURES: Final = "Results, Features analyzed"
_COUNTS: Final = "S2 S3 counts"
_FREQUENCY: Final = "S1 isomiR frequency"
_PROFILES: Final = "Fig. 2 perturbation"
_CURATED: Final = "primary, MirGeneDB"
_ALL: Final = "all sources"

_CHARACTERISTIC_WORDS: Final = {
    (_FREQUENCY, "primary", _ALL, "interactions of the most frequent isomiR"): "3,565",
    (_FREQUENCY, "primary", _ALL, "isomiRs in only 10 interactions"): "96",
    **{(_FREQUENCY, "primary", name, "isomiRs"): "at least 9" for name in TYPES},
    (_COUNTS, "primary", _ALL, "miRNA forms"): "1,226",
    (_COUNTS, "primary", _ALL, "miRNA forms not seen in the second data"): "1,203",
    (_COUNTS, "primary", _ALL, "miRNA forms of at least 50 reads"): "1,095",
    (_COUNTS, "primary", _ALL, "miRNA forms of at least 50 reads not seen in the second data"): "1,078",
    (
        _COUNTS,
        "primary",
        _ALL,
        "share of miRNA forms of at least 50 reads not seen in the second data",
    ): "0.9845",
    (_COUNTS, "primary", _ALL, "mRNAs of 3' isomiRs"): "5,021",
    (_COUNTS, _CURATED, _ALL, "miRNAs of MirGeneDB"): "268",
    (_COUNTS, _CURATED, _ALL, "of these, in the data"): "66",
    (_COUNTS, _CURATED, _ALL, "interactions of the most frequent isomiR"): "824",
    (_COUNTS, _CURATED, _ALL, "distinct sequences, 3' isomiR"): "218",
    (_COUNTS, _CURATED, _ALL, "distinct sequences, 5' isomiR"): "57",
    (_COUNTS, _CURATED, _ALL, "distinct sequences, polymorphic isomiR"): "10",
}
_FEATURE_WORDS: Final = {
    (_PROFILES, "*", "miRNA positions 1-9", "variation"): "the most",
    (_PROFILES, "*", "miRNA positions 19 on", "variation"): "dramatically decreased",
    (_PROFILES, "*", "seed (miRNA 1-8)", "least varied position"): "1",
    (_PROFILES, "*", "seed (miRNA 1-8)", "most varied position"): "3-5",
    (_PROFILES, "*", "target positions 1-20", "variation"): "more than elsewhere",
    (_PROFILES, "*", "target 41 on", "most varied position"): "around 50",
    ("S2 figure clusters", "*", "network", "of these, clusters with common targets (q < 0.05)"): "most",
    ("S7 gene sets", "*", "*", "clusters with an over-represented gene set (q < 0.05)"): "often",
    ("kernels", "*", "miRNA kernels, read by weights", "kernels that are not flat, of 10"): "3",
    ("kernels", "*", "target kernels, read by weights", "kernels that are not flat, of 10"): "7",
    (
        "kernels",
        "*",
        "*",
        "matches with TOMTOM's p < 0.001",
    ): "GATA1::TAL1, ZFP42, RARA::RXRG, RARA::RXRA, ESR2, ZFP42, ZBTB26, etc.",
}

SUPPLEMENT_TEXT: Final = {
    **{key: (text, _CHARACTERISTICS) for key, text in _CHARACTERISTIC_WORDS.items()},
    **{key: (text, _FEATURES) for key, text in _FEATURE_WORDS.items()},
}
"""Words and their place by (analysis, data, subject, metric)."""

UNQUOTED: Final = {
    _FREQUENCY: "Fig. S1, not in the paper's text",
    _PROFILES: "Fig. 2, not in the paper's text",
    "S2 figure clusters": "Fig. S2, not in the paper's text",
    "S7 gene sets": "Table S7, not in the paper's text",
}
"""Where an analysis stands whose other figures the text does not quote."""
