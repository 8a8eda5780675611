"""Whether a run found less than its reads could show, and all that can be said of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from dmiso.chimera.diagnosis.library import of_library
from dmiso.chimera.diagnosis.look import look_at
from dmiso.chimera.diagnosis.references import is_lost, is_turned, of_references
from dmiso.chimera.diagnosis.rules import of_rules
from dmiso.chimera.trim import FEW_TRIMMED, WITH_ADAPTER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from dmiso.chimera.inputs import ChimeraInputs
    from dmiso.chimera.result import ChimeraResult, References
    from dmiso.chimera.sample import SampleFiles
    from dmiso.settings.chimeras import ChimeraSettings

__all__ = ["diagnoses"]

_FEW: Final = 0.01
"""Share of the molecules that show an interaction, below which something may be wrong: chimeric libraries have some per
cent of them, and with a fifth of the transcripts a fifth of that."""

_MOST: Final = 0.5


def diagnoses(
    inputs: ChimeraInputs,
    samples: Sequence[SampleFiles],
    numbers: Sequence[Mapping[str, Any]],
    result: ChimeraResult,
    references: References,
    settings: ChimeraSettings,
) -> list[str]:
    """Return what is probably wrong, each with its number and the option that helps; nothing on good input.

    Parameters
    ----------
    inputs, samples
        Files, and the samples made of them.
    numbers
        Of each sample, see :func:`dmiso.chimera.sample.do_sample`.
    result
        What the run came to.
    references
        What reads were compared with.
    settings
        Every rule.
    """
    few = _few(numbers, result)
    cut = [_share_cut(found["trimming"]) for found in numbers]
    outcomes = Counter[str]()
    for found in numbers:
        outcomes.update(found["outcomes"])
    off_target = is_lost(outcomes) or is_turned(outcomes)
    uncut = min(cut, default=1.0) < FEW_TRIMMED
    if not (
        few or off_target or uncut or _shifted(numbers, result.interactions) or _one_umi(numbers, settings)
    ):
        return []
    mirnas = sorted({mature.sequence for mature in references.mirnas.matures})
    looks = [
        look_at(sample, replace(settings.trim, adapter=found["trimming"]["adapter"]), mirnas)
        for sample, found in zip(samples, numbers, strict=True)
    ]
    told: list[str] = []
    for look, share in zip(looks, cut, strict=True):
        told += of_library(look, with_adapter=share)
    if told:  # what else there is to see may come of it
        return told
    if few or off_target:
        lengths = [len(transcript.sequence) for transcript in references.transcripts.values()]
        told += of_references(inputs, outcomes, looks, lengths)
    if few:
        told += of_rules(result.funnel, result.part_reads, settings, looks)
    return told


def _few(numbers: Sequence[Mapping[str, Any]], result: ChimeraResult) -> bool:
    """Say whether few molecules show an interaction."""
    molecules: int = sum(found["molecules"] for found in numbers)
    return int(result.interactions["read_count"].sum()) <= _FEW * molecules


def _one_umi(numbers: Sequence[Mapping[str, Any]], settings: ChimeraSettings) -> bool:
    """Say whether there are copies of reads, and UMIs that tell none of them apart."""
    if not settings.trim.duplicates.startswith("umi"):
        return False
    molecules = sum(found["molecules"] for found in numbers)
    copies = sum(found["trimming"]["kept"]["reads after trimming"] for found in numbers)
    return bool(copies > molecules) and molecules == sum(found["distinct"] for found in numbers)


def _share_cut(trimming: Mapping[str, Any]) -> float:
    """Return the share of a sample's reads that had the 3' adapter which was cut."""
    reads: int = trimming["kept"]["reads"]
    with_adapter: int = trimming["notes"].get(WITH_ADAPTER, 0)
    return with_adapter / reads if reads else 1.0


def _shifted(numbers: Sequence[Mapping[str, Any]], interactions: pl.DataFrame) -> bool:
    """Say whether most reads have bases before their miRNA, or lack its first ones."""
    positions = Counter[str]()
    for found in numbers:
        positions.update(found["positions"])
    offsets = Counter[int]()
    for offset, n in interactions.select("iso5_offset", "read_count").drop_nulls().iter_rows():
        offsets[offset] += n
    return any(
        counted.total() and counted.most_common(1)[0][0] not in {0, "0"} and _is_most(counted)
        for counted in (positions, offsets)
    )


def _is_most(counted: Counter[Any]) -> bool:
    return counted.most_common(1)[0][1] >= _MOST * counted.total()
