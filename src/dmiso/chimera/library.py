"""The 3' adapter of a sample where the user leaves it to its reads (``--adapter auto``)."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from dmiso.io.reads import read_reads
from dmiso.records import Counts
from dmiso.settings.chimeras import AUTO
from dmiso.trimming.detect import LOOKED_AT, detect_reads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dmiso.settings.chimeras import TrimSettings

__all__ = ["with_own_adapter"]


def with_own_adapter(
    files: Sequence[Path], settings: TrimSettings, counts: Counts, *, name: str
) -> TrimSettings:
    """Return the settings with the adapter that a sample's first reads have.

    Parameters
    ----------
    files
        Of one sample.
    settings
        Returned as they are where their adapter is not ``auto``.
    counts
        Gets a note of what was found.
    name
        Of the sample, for the note.
    """
    if settings.adapter != AUTO:
        return settings
    reads = chain.from_iterable(read_reads(file, Counts()) for file in files)
    found = detect_reads(read.sequence for read in islice(reads, LOOKED_AT))
    counts.note(f"sample looked at for its adapter ({name}): {found.sentences()[0]}")
    return replace(settings, adapter=found.adapter)
