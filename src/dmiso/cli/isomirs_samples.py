"""``dmiso isomirs READS... -o FOLDER``: many samples of raw reads to calls and count matrices."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.core import ParameterSource

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.numbers import Whole
from dmiso.cli.options import GroupedOption, add_options, force_option
from dmiso.cli.paths import INPUT, OutputCalls, typed_command
from dmiso.cli.progress import progress
from dmiso.cli.show import print_notes
from dmiso.errors import UsageError
from dmiso.settings.isomirs import Limits
from dmiso.settings.ranges import PROCESSES
from dmiso.settings.samples import SampleSettings
from dmiso.settings.trimming import ReadSettings
from dmiso.workers import keeps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dmiso.samples.inputs import SampleInputs
    from dmiso.samples.run import SampleResult

__all__ = ["call_samples", "check_way", "sample_options"]

_Command = TypeVar("_Command", bound="Callable[..., Any]")

_OF_FOLDER: Final = frozenset({"sheet", "names", "formats", "workers", "force", "report"}) | frozenset(
    ReadSettings.__dataclass_fields__
)
"""Options that mean something where samples are written to a folder."""

_OF_FILE: Final = frozenset({"unassigned", "show", "input_format", "collapse"})
"""Options that mean something where one input is written to a file."""

_MUCH: Final = 0.5
"""Share of inserts that are no miRNA's, above which what was found in a sample is said of it alone."""

_option = partial(click.option, cls=GroupedOption)


def sample_options(command: _Command) -> _Command:
    """Add the options of many samples."""
    options = [
        _option(
            "--sheet",
            group="Samples (-o FOLDER)",
            type=INPUT,
            help="Table with the columns sample and file, and perhaps group, instead of READS.",
        ),
        _option(
            "--sample",
            "names",
            group="Samples (-o FOLDER)",
            multiple=True,
            metavar="NAME",
            help="Name of the sample of a file, once per file; files of one name are one sample.  "
            "[default: the files' names]",
        ),
        options_of(SampleSettings, "formats", group="Samples (-o FOLDER)"),
        _option(
            "--workers",
            group="Samples (-o FOLDER)",
            type=Whole(PROCESSES),
            default=1,
            show_default=True,
            help="Processes; changes no result.",
        ),
        force_option,
        options_of(ReadSettings, group="Trimming (-o FOLDER)"),
    ]
    return add_options(options, command)


def check_way(ctx: click.Context, output: Path, n_files: int, *, has_sheet: bool) -> bool:
    """Say whether samples are written to a folder; refuse what has no effect there, or without one.

    Raises
    ------
    UsageError
        If there are several files and no folder, none at all, or an option would be left aside.
    """
    folder = OutputCalls.is_folder(output)
    if not n_files and not has_sheet:
        raise UsageError("No reads were given. Give READS, or --sheet with the columns sample and file.")
    if not folder and (n_files > 1 or has_sheet):
        raise UsageError("Several samples are written to a folder: give -o FOLDER, a name without an ending.")
    other, instead = (_OF_FILE, "FILE.tsv or FILE.gff3") if folder else (_OF_FOLDER, "FOLDER")
    for parameter in ctx.command.params:
        given = ctx.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
        if given and parameter.name in other:
            raise UsageError(
                f"{max(parameter.opts, key=len)} has no effect without -o {instead}. Give that, or leave it out."
            )
    return folder


def call_samples(
    inputs: SampleInputs, output: Path, given: dict[str, Any], *, workers: int, force: bool, quiet: bool
) -> SampleResult:
    """Count the samples, and say how it went."""
    from dmiso.samples.run import samples_files

    settings = SampleSettings(
        settings_of(ReadSettings, given), settings_of(Limits, given), tuple(given["formats"])
    )
    kept = f"samples that are done are kept in {output}: the same command goes on"
    with keeps(kept), progress("bytes of reads", quiet=quiet):
        result = samples_files(
            inputs, output, settings, workers=workers, force=force, command=typed_command()
        )
    if not quiet:
        _say(result, output)
    return result


def _say(result: SampleResult, output: Path) -> None:
    """Say what was found in the reads, what is left of each sample, and where it is."""
    _say_found(result)
    for row in result.samples.iter_rows(named=True):
        click.echo(
            f"{row['sample']}: {row['raw_reads']:,} reads, {row['molecules']:,} inserts counted, "
            f"{row['assigned']:,} of miRNAs ({row['assigned_share']:.1%})",
            err=True,
        )
    print_notes(result.counts)
    mirnas, isomirs = (one["feature"].n_unique() for one in result.matrices[:2])
    click.echo(
        f"{output / 'counts'}: {mirnas:,} miRNAs and {isomirs:,} isomiRs in {result.samples.height:,} samples; "
        "what became of reads is in samples.tsv",
        err=True,
    )


def _say_found(result: SampleResult) -> None:
    """Say what was found, once for samples of which the same is cut; of a sample that lost much in any case."""
    alike: dict[str, list[str]] = {}
    for name, share in result.samples.select("sample", "assigned_share").iter_rows():
        said = result.said[name]
        alike.setdefault(said[-1] if share >= _MUCH or not said else "; ".join(said), []).append(name)
    for names in alike.values():
        found = "; ".join(result.said[names[0]])
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        click.echo(f"{names[0]}{more}: {found}", err=True)
