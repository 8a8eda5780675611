"""One sample from its files to calls, part by part, so that an interrupted run goes on where it was.

``work/`` holds the trimmed reads split into parts, then a table of calls for each part that is done; the sample's own
files appear when all are. All of it is sealed (:mod:`dmiso.io.kept`): what is damaged, or of other reads, references
or rules, is made again.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.chimera.collapse import collapse_part, deal_reads
from dmiso.chimera.library import with_own_adapter
from dmiso.chimera.locate import Locator
from dmiso.io.kept import KeptTable, Lost, keep_json, keep_table, kept_json, kept_table, lost_table
from dmiso.io.parquet import parquet_frame
from dmiso.provenance import sha256_file
from dmiso.records import Counts
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from dmiso.settings.chimeras import ChimeraSettings
    from dmiso.workers import Crew

__all__ = ["Pool", "SampleFiles", "do_sample"]

_TALLIES: Final = ("outcomes", "lengths", "positions", "notes")
_CORRECTED: Final = "UMIs one nucleotide from a more frequent one of the same read: taken for its errors"


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """A sample: its name and its FASTQ files, in order."""

    name: str
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """Who locates parts: the crew, and what each of it opens once; the miRNAs, which are no adapters."""

    crew: Crew
    references: Path
    settings: ChimeraSettings
    mirnas: tuple[str, ...]


_LOCATORS: dict[Path, tuple[ChimeraSettings, Locator]] = {}
"""The locator of this process: opened once, used for all of its parts."""


def _open_locator(references: Path, settings: ChimeraSettings) -> Locator:
    known = _LOCATORS.get(references)
    if known is None or known[0] != settings:
        _LOCATORS.clear()
        known = _LOCATORS[references] = (settings, Locator(references, settings))
    return known[1]


def _do_part(job: tuple[Path, str, Path, ChimeraSettings], report: Callable[[int], None]) -> dict[str, Any]:
    """Collapse and locate one part, and keep its calls; return its numbers, and report reads on the way."""
    path, key, references, settings = job
    done = kept_table(_calls_of(path), key)
    if isinstance(done, KeptTable):
        path.unlink(missing_ok=True)
        return done.said
    reads = collapse_part(path, settings.trim.duplicates)
    located = _open_locator(references, settings).locate(reads, path.with_suffix(""), report)
    if settings.trim.duplicates == "umi-directional":
        located.notes[_CORRECTED] += sum(read.umis - read.read_count for read in reads)
    numbers: dict[str, Any] = {
        name: {str(what): n for what, n in sorted(getattr(located, name).items())} for name in _TALLIES
    }
    numbers |= {"distinct": len(reads), "molecules": sum(read.read_count for read in reads)}
    keep_table(_calls_of(path), located.calls, key, numbers)
    path.unlink()
    return numbers


def _calls_of(part: Path) -> Path:
    """Return where the calls of a part are kept."""
    return part.with_suffix(".parquet")


def do_sample(
    sample: SampleFiles,
    folder: Path,
    pool: Pool,
    key: str,
    counts: Counts,
) -> dict[str, Any]:
    """Bring one sample to calls, or take up what an earlier run left.

    Parameters
    ----------
    sample
        Name and files.
    folder
        The sample's own: ``calls.parquet`` and ``numbers.json`` appear there when it is done.
    pool
        Who works.
    key
        Stands for the inputs and rules; what was made with another key, or is damaged, is made again.
    counts
        Gets notes of what an earlier run left and is made again.

    Returns
    -------
    dict
        What became of the reads.
    """
    finished, calls_file = folder / "numbers.json", folder / "calls.parquet"
    done = kept_json(finished, key)
    if not isinstance(done, Lost):
        if lost_table(calls_file, key) is None:
            shutil.rmtree(folder / "work", ignore_errors=True)  # of a run killed at the very end
            return done
        done = Lost.DAMAGED
    done.note(counts, "finished samples of an earlier run", folder)
    parts, trimming = _dealt(sample, folder, pool, key, counts)
    tallies: dict[str, Counter[str]] = {name: Counter() for name in _TALLIES}
    totals: Counter[str] = Counter()
    for part in _parts_done(parts, key, pool):
        for name in _TALLIES:
            tallies[name].update(part[name])
        totals.update({name: part[name] for name in ("distinct", "molecules")})
    calls = pl.concat([parquet_frame(_calls_of(path)) for path in parts])
    keep_table(calls_file, calls.with_columns(pl.lit(sample.name).alias("sample")), key)
    numbers: dict[str, Any] = {"sample": sample.name, "trimming": trimming, **totals}
    numbers |= {name: _by_key(tally) for name, tally in tallies.items()}
    keep_json(finished, numbers, key)
    shutil.rmtree(folder / "work")
    return numbers


def _part_key(part: Path, key: str) -> str:
    """Return what stands for a part of a sample with a key: the parts of one sample must not be mistaken either."""
    return f"{key} {part.stem}"


def _by_key(tally: Counter[str]) -> dict[str, int]:
    """Return counts above 0, whole numbers in their order, words by nucleotide."""
    keys = sorted(tally, key=lambda k: (0, int(k), "") if k.isdigit() else (1, 0, k))
    return {key: tally[key] for key in keys if tally[key]}


def _dealt(
    sample: SampleFiles, folder: Path, pool: Pool, key: str, counts: Counts
) -> tuple[list[Path], dict[str, Any]]:
    """Trim and deal a sample's reads, unless an earlier run did and every part is still there, dealt or done."""
    work = folder / "work"
    mark = work / "dealt.json"
    dealt = kept_json(mark, key)
    if not isinstance(dealt, Lost):
        parts = {work / name: sha256 for name, sha256 in dealt["parts"].items()}
        if all(_is_whole(path, sha256, key) for path, sha256 in parts.items()):
            return list(parts), dealt["counts"]
        dealt = Lost.DAMAGED
    dealt.note(counts, "samples that an earlier run began", folder)
    shutil.rmtree(folder, ignore_errors=True)
    trimming = Counts()
    rules = with_own_adapter(sample, pool.settings.trim, pool.mirnas, trimming)
    paths = deal_reads(sample.files, work, rules, trimming, Work("reads trimmed").advance)
    hashes = {path.name: sha256_file(path) for path in paths}
    trimmed = {**trimming.as_dict(), "adapter": rules.adapter}
    keep_json(mark, {"parts": hashes, "counts": trimmed}, key)
    return paths, trimmed


def _is_whole(part: Path, sha256: str, key: str) -> bool:
    """Say whether a part is done, or its reads are as they were dealt."""
    if lost_table(_calls_of(part), _part_key(part, key)) is None:
        return True
    return part.is_file() and sha256_file(part) == sha256


def _parts_done(parts: Sequence[Path], key: str, pool: Pool) -> Iterator[dict[str, Any]]:
    """Give the numbers of each part as they are done, in any order: they are only added up."""
    work = Work("reads located", sum(map(_n_reads, parts)))
    jobs = [(path, _part_key(path, key), pool.references, pool.settings) for path in parts]
    for _, numbers in pool.crew.map(_do_part, jobs, on_report=work.advance):
        yield numbers


def _n_reads(part: Path) -> int:
    """Count the reads of a part; none if it was done by an earlier run."""
    if not part.is_file():
        return 0
    with part.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))
