"""Trimming of one read: 5' UMI, barcode, quality, adapters, 3' UMI, 3' barcode, in this order.

Adapters and quality are cutadapt's work (Martin 2011), through its library; what each step removed is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dmiso.alphabet import inside, reverse_complement, to_dna
from dmiso.errors import InputError
from dmiso.extras import require_extra

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmiso.records import Counts
    from dmiso.settings.chimeras import TrimSettings

__all__ = ["FEW_TRIMMED", "WITH_ADAPTER", "TrimmedRead", "as_dna", "make_trimmer", "note_few_trimmed"]

WITH_ADAPTER: Final = "reads with the 3' adapter"

FEW_TRIMMED: Final = 0.1
"""Below this share of reads with the adapter, the adapter is probably not that of the library."""

_ASKED: Final = 1000
"""Reads under which nothing is concluded from that share."""


class TrimmedRead(NamedTuple):
    """Nucleotides (upper-case RNA), qualities (Phred+33) and UMI of a read that is long enough, or why it is not.

    ``barcodes`` are the nucleotides cut off as sample barcodes, 5' and 3'.
    """

    sequence: str
    quality: str
    umi: str
    dropped: str | None = None
    barcodes: tuple[str, str] = ("", "")


def _adapters(settings: TrimSettings) -> tuple[Any, Any]:
    """Return cutadapt's 3' and 5' adapters, or None."""
    if settings.adapter is None and settings.front_adapter is None:
        return None, None
    require_extra("cutadapt", "trimming adapters")
    from cutadapt.adapters import BackAdapter, FrontAdapter

    options = {"max_errors": settings.error_rate, "min_overlap": settings.min_overlap}
    made = []
    for kind, name in ((BackAdapter, "adapter"), (FrontAdapter, "front_adapter")):
        bases = getattr(settings, name)
        try:
            made.append(kind(as_dna(bases), **options) if bases else None)
        except ValueError as error:
            raise InputError(
                f"the {name.replace('_', ' ')} {bases!r} cannot be searched ({error})"
            ) from error
    return made[0], made[1]


def _quality_cut(settings: TrimSettings) -> Callable[[str], int] | None:
    """Return the function that finds where good quality ends."""
    if settings.quality_cutoff == 0:
        return None
    require_extra("cutadapt", "trimming low quality")
    from cutadapt.qualtrim import quality_trim_index

    cutoff = settings.quality_cutoff
    return lambda quality: int(quality_trim_index(quality, 0, cutoff)[1])


def as_dna(bases: str) -> str:
    """Return nucleotides as adapters are written: a U in a read is a T of its adapter.

    Examples
    --------
    >>> as_dna("ugGAAU")
    'TGGAAT'
    """
    return to_dna(bases.upper()).replace(".", "N")


def make_trimmer(settings: TrimSettings, counts: Counts) -> Callable[[str, str], TrimmedRead]:
    """Return the function that trims one read.

    Parameters
    ----------
    settings
        What to cut.
    counts
        Its ``notes`` are filled with what was cut.

    Returns
    -------
    callable
        Nucleotides and qualities (Phred+33 text of the same length) → trimmed read.

    Raises
    ------
    MissingExtraError
        If adapters or quality are to be trimmed and cutadapt is not installed.

    Examples
    --------
    >>> from dmiso.settings.chimeras import TrimSettings
    >>> from dmiso.records import Counts
    >>> trim = make_trimmer(TrimSettings(umi5=2, min_read_length=4), Counts())
    >>> trim("TTACGT", "IIIIII")
    TrimmedRead(sequence='ACGU', quality='IIII', umi='TT', dropped=None, barcodes=('', ''))
    """
    back, front = _adapters(settings)
    quality_end = _quality_cut(settings)
    start = settings.umi5 + settings.barcode5
    notes = counts.notes

    def trim(bases: str, quality: str) -> TrimmedRead:
        if settings.reverse_complement:
            bases, quality = to_dna(reverse_complement(inside(bases))), quality[::-1]
        first, last = start, len(bases)
        behind = ""
        if quality_end is not None:
            last = max(quality_end(quality), first)
            notes["reads cut at low quality"] += last < len(bases)
        if front is not None:
            match = front.match_to(as_dna(bases[first:last]))
            if match is not None:
                notes["reads with the 5' adapter"] += 1
                first += match.rstop
        if back is not None:
            match = back.match_to(as_dna(bases[first:last]))
            if match is not None:
                notes[WITH_ADAPTER] += 1
                behind = bases[first + match.rstop :][: settings.umi_behind]
                last = first + match.rstart
        before_umi = max(last - settings.umi3, first)
        umi = bases[: settings.umi5] + bases[before_umi:last] + behind
        last = max(before_umi - settings.barcode3, first)
        barcodes = bases[settings.umi5 : start], bases[last:before_umi]
        sequence = inside(bases[first:last])
        return TrimmedRead(
            sequence, quality[first:last], umi, _why_dropped(sequence, behind, settings), barcodes
        )

    return trim


def _why_dropped(sequence: str, behind: str, settings: TrimSettings) -> str | None:
    """Say why a trimmed read cannot be used."""
    if len(sequence) < settings.min_read_length:
        return "reads too short after trimming"
    if sequence.count("N") > settings.max_n:
        return "reads with too many nucleotides N"
    if len(behind) < settings.umi_behind:
        return "reads that end before the UMI behind their adapter"
    return None


def note_few_trimmed(settings: TrimSettings, n_reads: int, counts: Counts) -> None:
    """Say so where few reads had the adapter: it is probably another library's."""
    if settings.adapter is None or n_reads < _ASKED:
        return
    found = counts.notes[WITH_ADAPTER]
    if found < FEW_TRIMMED * n_reads:
        counts.note(
            f"the 3' adapter {settings.adapter} was found in {found / n_reads:.1%} of reads only: check that it is "
            "that of the library (or that it was not cut off before: then leave --adapter out)"
        )
