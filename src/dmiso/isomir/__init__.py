"""IsomiRs: what differs from the reference miRNA, and how that is named.

In the order of things: ``reference`` (miRNAs in their hairpins) and ``counted`` (sequences) → ``align`` (every cheapest
explanation, by ``limits``; ``templates`` and ``word_plan`` say where to look) → ``classify`` (the paper's types) and
``naming`` (mirGFF3's words) → ``call_columns`` and ``calls`` (a row per sequence and miRNA) → ``mirgff3_lines`` and
``run`` (files). Kernels hand over rows of numbers, ``found``.
"""

from dmiso.isomir.calls import CALLS_COLUMNS, Caller, call_isomirs
from dmiso.isomir.classify import EXACT, TYPES
from dmiso.isomir.counted import CountedSequence, read_counted
from dmiso.isomir.reference import Hairpin, Mature, Reference, read_reference
from dmiso.isomir.run import IsomirInputs, IsomirResult, isomirs_files
from dmiso.isomir.uid import decode_uid, encode_uid
from dmiso.settings.isomirs import Limits

__all__ = [
    "CALLS_COLUMNS",
    "EXACT",
    "TYPES",
    "Caller",
    "CountedSequence",
    "Hairpin",
    "IsomirInputs",
    "IsomirResult",
    "Limits",
    "Mature",
    "Reference",
    "call_isomirs",
    "decode_uid",
    "encode_uid",
    "isomirs_files",
    "read_counted",
    "read_reference",
]
