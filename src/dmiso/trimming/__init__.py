"""What stands around an insert in raw reads, and how it is cut off.

In the order of things: ``adapters`` (which 3' adapter reads have), ``around`` (what stands between it and known
miRNAs), ``found`` (both together, in words) and ``detect`` (of a file) → ``plan`` (what is cut, by what was found and
what the user says) → ``cut`` (one read) → ``molecules`` (copies by UMI).
"""

from dmiso.trimming.cut import CutRead, make_cutter
from dmiso.trimming.detect import detect, detect_reads
from dmiso.trimming.found import Found
from dmiso.trimming.molecules import count_molecules
from dmiso.trimming.plan import CutPlan, plan_for

__all__ = [
    "CutPlan",
    "CutRead",
    "Found",
    "count_molecules",
    "detect",
    "detect_reads",
    "make_cutter",
    "plan_for",
]
