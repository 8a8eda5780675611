"""One read to its insert and UMI: 5' UMI and barcode, quality, adapter, UMI behind it, 3' end, 3' UMI, in this order.

Adapters and quality are cutadapt's work (Martin 2011), through its library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dmiso.alphabet import inside
from dmiso.errors import InputError
from dmiso.extras import require_extra

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmiso.trimming.plan import CutPlan

__all__ = ["DROPPED", "TOO_LONG", "TOO_MANY_N", "TOO_SHORT", "WITHOUT_UMI", "CutRead", "make_cutter"]

TOO_SHORT: Final = "reads too short after trimming"
TOO_LONG: Final = "reads too long after trimming"
TOO_MANY_N: Final = "reads with too many nucleotides N"
WITHOUT_UMI: Final = "reads that end within their UMI"
DROPPED: Final = (WITHOUT_UMI, TOO_SHORT, TOO_LONG, TOO_MANY_N)
"""Why a read has no insert."""


class CutRead(NamedTuple):
    """An insert (upper-case RNA), its UMI (DNA), whether the adapter was seen, and why it is left out if it is."""

    insert: str
    umi: str
    has_adapter: bool
    dropped: str = ""


def make_cutter(plan: CutPlan) -> Callable[[str, str], CutRead]:
    """Return the function that cuts one read.

    Parameters
    ----------
    plan
        What is cut.

    Returns
    -------
    callable
        Bases (as sequenced) and qualities (Phred+33; may be empty where quality cuts nothing) → cut read.

    Raises
    ------
    MissingExtraError
        If an adapter or low quality is to be cut and cutadapt is not installed.
    InputError
        If cutadapt cannot search the adapter.

    Examples
    --------
    >>> from dmiso.trimming.plan import CutPlan
    >>> cut = make_cutter(CutPlan(umi5=2, min_length=4))
    >>> cut("TTACGT", "")
    CutRead(insert='ACGU', umi='TT', has_adapter=False, dropped='')
    """
    if plan.needs_cutadapt:
        require_extra("cutadapt", "trimming reads")
    adapter = _adapter(plan)
    quality_end = _quality_end(plan)
    start, behind = plan.umi5 + plan.cut5, plan.umi_behind

    def cut(bases: str, quality: str) -> CutRead:
        bases = bases.upper()
        first, last = start, len(bases)
        if quality_end is not None:
            last = max(quality_end(quality), first)
        match = adapter.match_to(bases[first:last]) if adapter is not None and last > first else None
        umi = bases[: plan.umi5]
        if match is not None:
            stop = first + match.rstop
            last = first + match.rstart
            umi += bases[stop : stop + behind]
        if plan.umi3:
            umi += bases[max(last - plan.umi3, first) : last]
        last -= plan.umi3
        last = max(last - plan.cut3, first)
        insert = inside(bases[first:last])
        return CutRead(insert, umi, match is not None, _dropped(insert, umi, plan))

    return cut


def _dropped(insert: str, umi: str, plan: CutPlan) -> str:
    """Say why an insert is left out; nothing if it stays."""
    if len(insert) < plan.min_length:
        return TOO_SHORT
    if len(insert) > plan.max_length:
        return TOO_LONG
    if insert.count("N") > plan.max_n:
        return TOO_MANY_N
    return WITHOUT_UMI if len(umi) < plan.umi_length else ""


def _adapter(plan: CutPlan) -> Any:
    """Return cutadapt's 3' adapter, or None."""
    if plan.adapter is None:
        return None
    from cutadapt.adapters import BackAdapter

    try:
        return BackAdapter(plan.adapter, max_errors=plan.error_rate, min_overlap=plan.min_overlap)
    except ValueError as error:
        raise InputError(f"the adapter {plan.adapter!r} cannot be searched ({error})") from error


def _quality_end(plan: CutPlan) -> Callable[[str], int] | None:
    """Return the function that finds where good quality ends, or None."""
    if not plan.quality_cutoff:
        return None
    from cutadapt.qualtrim import quality_trim_index

    cutoff = plan.quality_cutoff
    return lambda quality: int(quality_trim_index(quality, 0, cutoff)[1])
