"""Many samples of raw reads to counts: what ``dmiso.isomirs`` does with several files."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dmiso.api.given import desk, say
from dmiso.errors import UsageError, did_you_mean
from dmiso.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmiso.api.given import GivenFile, GivenSequences, GivenTable
    from dmiso.records import Counts
    from dmiso.settings.samples import SampleSettings

__all__ = ["SampleTables", "count_samples"]


@dataclass(frozen=True, slots=True, repr=False)
class SampleTables(Shown):
    """What samples hold.

    Parameters
    ----------
    mirnas, isomirs, types
        Count matrices: a row per feature, a column per sample.
    features
        What the rows of ``isomirs`` are: miRNAs, variant, types, sequence, seed.
    samples
        A row per sample: what was cut, and what became of its reads.
    counts
        What was read, dropped and changed.
    """

    mirnas: Any
    isomirs: Any
    types: Any
    features: Any
    samples: Any
    counts: Counts


def count_samples(
    reads: Sequence[GivenFile],
    reference: Mapping[str, GivenSequences | None],
    *,
    sheet: GivenTable | None,
    names: Sequence[str],
    species: str | None,
    output: GivenFile | None,
    workers: int,
    settings: Mapping[str, Any],
) -> SampleTables:
    """Count miRNAs and isomiRs of samples.

    Parameters
    ----------
    reads, sheet, names
        Files and names of samples, see :class:`dmiso.samples.inputs.SampleInputs`.
    reference
        ``mature``, ``hairpin``, ``gff3``; paths or sequences.
    species
        Beginning of names to keep of the reference.
    output
        Folder that keeps everything; None keeps none.
    workers
        Processes.
    settings
        Fields of :class:`dmiso.settings.trimming.ReadSettings` and :class:`dmiso.settings.isomirs.Limits`, and
        ``formats``.
    """
    from dmiso.samples.inputs import SampleInputs
    from dmiso.samples.matrices import wide
    from dmiso.samples.run import samples_files

    with desk() as work:
        given = {
            name: None if value is None else work.sequences(value, name) for name, value in reference.items()
        }
        inputs = SampleInputs(
            reads=tuple(Path(path) for path in reads),
            names=tuple(names),
            sheet=work.optional(sheet, "sheet"),
            mature=given["mature"],
            hairpin=given["hairpin"],
            gff3=given["gff3"],
            species=species,
        )
        folder = work.output(output, "isomirs")
        result = samples_files(
            inputs, folder, _settings_of(settings), workers=workers, command=("dmiso.isomirs",)
        )
    say(result.counts)
    columns = result.samples["sample"].to_list()
    mirnas, isomirs, types = (wide(long, columns) for long in result.matrices)
    return SampleTables(mirnas, isomirs, types, result.features, result.samples, result.counts)


def _settings_of(given: Mapping[str, Any]) -> SampleSettings:
    """Return the settings of some fields, each in the group that has it."""
    from dmiso.settings.isomirs import Limits
    from dmiso.settings.samples import SampleSettings
    from dmiso.settings.trimming import ReadSettings

    of_reads, of_limits = ({field.name for field in fields(group)} for group in (ReadSettings, Limits))
    known = [*of_reads, *of_limits, "formats"]
    for name in given:
        if name not in known:
            raise UsageError(f"{name!r} is no setting of isomirs. {did_you_mean(name, known)}.")
    reads = ReadSettings(**{name: given[name] for name in of_reads & set(given)})
    limits = Limits(**{name: given[name] for name in of_limits & set(given)})
    if "formats" not in given:
        return SampleSettings(reads, limits)
    return SampleSettings(reads, limits, tuple(given["formats"]))
