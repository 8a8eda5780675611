"""References by name: a folder of one species' miRNAs, hairpins, transcripts with coding sequences, and genes.

It is built once from files as databases give them (:func:`build_reference`), and then stands for them all:
:func:`open_reference`.
"""

from __future__ import annotations

from dmiso.references.build import ReferenceSources, build_reference
from dmiso.references.index import FoundTranscript
from dmiso.references.opened import Reference, open_reference

__all__ = [
    "FoundTranscript",
    "Reference",
    "ReferenceSources",
    "build_reference",
    "open_reference",
]
