"""The 3' adapter of a sample where the user leaves it to its reads (``--adapter auto``)."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from dmiso.alphabet import to_dna
from dmiso.io.reads import read_reads
from dmiso.records import Counts
from dmiso.settings.chimeras import AUTO
from dmiso.trimming.detect import LOOKED_AT, detect_reads

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dmiso.chimera.sample import SampleFiles
    from dmiso.settings.chimeras import TrimSettings
    from dmiso.trimming.found import Found

__all__ = ["adapters_of", "with_own_adapter"]

_PROBE = 12


def with_own_adapter(
    sample: SampleFiles, settings: TrimSettings, mirnas: Collection[str], counts: Counts
) -> TrimSettings:
    """Return the settings with the adapter that a sample's first reads have.

    Parameters
    ----------
    sample
        Name and files.
    settings
        Returned as they are where their adapter is not ``auto``.
    mirnas
        Nucleotides of the reference miRNAs, RNA.
    counts
        Gets a note of what was found.
    """
    if settings.adapter != AUTO:
        return settings
    reads = chain.from_iterable(read_reads(file, Counts()) for file in sample.files)
    found = adapters_of((read.sequence for read in islice(reads, LOOKED_AT)), mirnas)
    counts.note(f"sample looked at for its adapter ({sample.name}): {found.sentences()[0]}")
    return replace(settings, adapter=found.adapter)


def adapters_of(reads: Iterable[str], mirnas: Collection[str], *, around: bool = False) -> Found:
    """Return what reads look like; a frequent miRNA behind a UMI follows many different bases too, but is no adapter.

    Parameters
    ----------
    reads
        DNA.
    mirnas
        Nucleotides of the reference miRNAs, RNA.
    around
        Say what stands around miRNAs, too.
    """
    found = detect_reads(reads, mirnas=mirnas if around else ())
    known = "|".join(map(to_dna, mirnas))
    own = tuple(one for one in found.adapters if one.name or one.bases[:_PROBE] not in known)
    return found._replace(adapters=own)
