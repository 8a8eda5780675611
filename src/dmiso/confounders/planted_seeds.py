"""Seeds to plant into made-up targets: of miRNAs frequent in chimeras, of miRNAs never seen there, and of none.

All are positions 2-8. They were computed once from the four public human chimera files - CLASH of Helwak 2013 and of
Hejret 2023, chimeric eCLIP called with HybriDetector, AGO CLIP chimeras of Grosswendt 2014, distinct pairs - and from
miRBase 22 by ``benchmarks/planted_seeds.py``, whose test computes them again.
"""

from __future__ import annotations

from typing import Final

__all__ = ["FREQUENT", "INVENTED", "RARE"]

FREQUENT: Final = {
    "miR-17/20/93/106": "AAAGUGC",
    "miR-25/32/92": "AUUGCAC",
    "let-7": "GAGGUAG",
    "miR-15/16/195": "AGCAGCA",
    "miR-19": "GUGCAAA",
}
"""The most frequent seed families that together make up a third of the chimeras, in the mean of the four files: 10.6,
7.3, 7.0, 5.0 and 4.6 %."""

RARE: Final = (
    "UGCUCUG",
    "CAGGCCU",
    "AUUUGGU",
    "UGGUUAU",
    "GAAGUAA",
    "GCGGCGG",
    "GAUGGAG",
    "UUCCCUU",
    "GGACCAU",
    "GGAUGAG",
    "AGGGAAG",
    "UAGUGGG",
    "GGACCUU",
    "AAAGUUU",
    "GAGGCCG",
    "ACACAAG",
    "UCCCAGC",
    "GAAGGCC",
    "GUCACAG",
    "AAGAUAG",
)
"""Twenty of the 7-mers of human miRNAs whose positions 2-7 are those of no miRNA part of the files."""

INVENTED: Final = (
    "UUUCGUG",
    "AUAGGUC",
    "GAUACCG",
    "GGUUAAA",
    "GUUGUUA",
    "CUUACGU",
    "AGUUCGU",
    "CUUCGUG",
    "CUUAGUA",
    "CGCGUCU",
    "AUGCUUU",
    "GCGUGAC",
    "UGUCGGU",
    "UACCUAC",
    "CACGCCG",
    "CGGUACG",
    "GCCGUUA",
    "AGACGAU",
    "GACGCGU",
    "AGUAUAG",
)
"""Twenty random 7-mers neither of whose 6-mers is a human miRNA's or a miRNA part's seed, also moved by
one position."""
