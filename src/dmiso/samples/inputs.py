"""Which files are which sample: by their names, by names given, or by a sample sheet."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.errors import InputError, UsageError
from dmiso.io.streams import base_name, display_name, require_file
from dmiso.io.tables import read_batches

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Sample", "SampleInputs", "samples_of"]

_ENDINGS: Final = (".gz", ".bz2", ".xz", ".zst", ".fastq", ".fq", ".fasta", ".fa", ".fna")
_NO_NAME: Final = re.compile(r"[/\\,;|\s]|^\.")
"""What no sample's name has: it is a folder's name, a column's, and stands in mirGFF3's lists."""

_TAKEN: Final = frozenset({"feature", "sample", "sequence"})
"""Columns that tables of counts have anyway."""


class Sample(NamedTuple):
    """A sample: its name, its files in order, and its group (empty if none was said)."""

    name: str
    files: tuple[Path, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class SampleInputs:
    """What is read.

    Parameters
    ----------
    reads
        FASTQ files, or FASTA whose records count as reads.
    names
        Name of the sample of each file; files of one name are one sample. Empty: a sample per file.
    sheet
        Table with the columns ``sample`` and ``file``, and perhaps ``group``, instead of ``reads`` and ``names``.
    mature, hairpin, gff3, species
        The reference, see :func:`dmiso.isomir.reference.read_reference`.
    database
        What mirGFF3 calls the reference; None takes the name that it gives itself.
    counts_from_names
        Names of FASTA records end with read counts, ``seq_7_x120``.
    """

    reads: tuple[Path, ...] = ()
    names: tuple[str, ...] = ()
    sheet: Path | None = None
    mature: Path | None = None
    hairpin: Path | None = None
    gff3: Path | None = None
    species: str | None = None
    database: str | None = None
    counts_from_names: bool = False


def samples_of(inputs: SampleInputs) -> list[Sample]:
    """Return the samples, in the order of their first files.

    Raises
    ------
    UsageError
        If names and files differ in number, a name cannot be a sample's, a file is given twice, or two files without
        names given are called alike.
    InputError
        If the sheet cannot be read so.
    """
    if inputs.sheet is not None:
        if inputs.reads or inputs.names:
            raise UsageError("--sheet names the files and samples: leave out READS and --sample.")
        return _of_sheet(inputs.sheet)
    for path in inputs.reads:
        require_file(path)
    names = list(inputs.names) or _names_of(inputs.reads)
    if len(names) != len(inputs.reads):
        raise UsageError(
            f"{len(names)} --sample were given for {len(inputs.reads)} files of reads; give one per file."
        )
    found: dict[str, list[Path]] = {}
    seen: set[str] = set()
    for name, path in zip(names, inputs.reads, strict=True):
        problem = _bad_name(name)
        if problem:
            raise UsageError(f"{problem} Name samples with --sample, once per file.")
        if os.path.realpath(path) in seen:
            raise UsageError(
                f"{display_name(path)} is given twice: its reads would count twice. Give each file once."
            )
        seen.add(os.path.realpath(path))
        found.setdefault(name, []).append(path)
    return [Sample(name, tuple(paths)) for name, paths in found.items()]


def _names_of(paths: tuple[Path, ...]) -> list[str]:
    """Return a name for each file; files of one name are refused, as nobody said that they are one sample."""
    names: list[str] = []
    for path in paths:
        name = base_name(path)
        for ending in _ENDINGS:
            name = name.removesuffix(ending)
        names.append(_NO_NAME.sub("_", name or base_name(path)))
        if names.index(names[-1]) < len(names) - 1:
            raise UsageError(
                f"two files of reads would be the sample {names[-1]} ({paths[names.index(names[-1])]} and {path}). "
                "Name their samples with --sample, once per file; files of one name are one sample."
            )
    return names


def _bad_name(name: str) -> str:
    """Say why a text cannot name a sample; nothing if it can."""
    if not name or _NO_NAME.search(name):
        return f"{name!r} cannot name a sample: use letters, digits, '-', '_' and '.'."
    return f"{name!r} cannot name a sample: tables of counts have that column." if name in _TAKEN else ""


def _of_sheet(sheet: Path) -> list[Sample]:
    """Read a sample sheet; rows of one sample are its files."""
    files: dict[str, list[Path]] = {}
    groups: dict[str, str] = {}
    seen: set[str] = set()
    for line, row in _rows(sheet):
        name, group = row["sample"], row.get("group", "")
        problem = _bad_name(name)
        if not problem and groups.setdefault(name, group) != group:
            problem = f"sample {name} is of group {group!r} here, and of {groups[name]!r} before."
        if problem:
            raise InputError(
                problem.rstrip("."), path=display_name(sheet), line=line, hint="Correct the sample sheet"
            )
        path = _file_of(row["file"], sheet, line)
        if os.path.realpath(path) in seen:
            raise InputError(
                f"{row['file']} is given twice: its reads would count twice",
                path=display_name(sheet),
                line=line,
                column="file",
                hint="Give each file once",
            )
        seen.add(os.path.realpath(path))
        files.setdefault(name, []).append(path)
    return [Sample(name, tuple(paths), groups[name]) for name, paths in files.items()]


def _rows(sheet: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line and the values of each row of a sample sheet, as text without blanks around it."""
    for batch in read_batches(sheet):
        missing = [name for name in ("sample", "file") if name not in batch.frame.columns]
        if missing:
            raise InputError(
                f"column {' and '.join(missing)} is missing; found {', '.join(batch.frame.columns)}",
                path=display_name(sheet),
                line=1,
                hint="A sample sheet has the columns sample and file, and may have group",
            )
        for line, row in zip(batch.lines, batch.frame.iter_rows(named=True), strict=True):
            yield line, {name: str(value or "").strip() for name, value in row.items()}


def _file_of(text: str, sheet: Path, line: int) -> Path:
    """Return a file of a sheet: beside it, or where the command runs."""
    beside = sheet.parent / text
    for path in (beside, Path(text)):
        if text and path.is_file():
            return path
    raise InputError(
        f"the file {text!r} does not exist, beside the sheet or in the working folder",
        path=display_name(sheet),
        line=line,
        column="file",
        hint="Give paths relative to the sheet, or whole ones",
    )
