"""What stands around an insert in raw reads, and how it is cut off.

In the order of things: ``adapters`` (which 3' adapter reads have), ``around`` (what stands between it and known
miRNAs), ``found`` (both together, in words) and ``detect`` (of a file) → ``plan`` (what is cut, by what was found and
what the user says) → ``cut`` (one read) → ``umis`` (molecules of copies); ``barcodes`` (samples of one file).
"""

from dmiso.trimming.cut import CutRead, make_cutter
from dmiso.trimming.detect import detect, detect_reads
from dmiso.trimming.found import Found
from dmiso.trimming.plan import CutPlan, plan_for
from dmiso.trimming.umis import directional, n_molecules

__all__ = [
    "CutPlan",
    "CutRead",
    "Found",
    "detect",
    "detect_reads",
    "directional",
    "make_cutter",
    "n_molecules",
    "plan_for",
]
