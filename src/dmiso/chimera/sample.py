"""One sample from its files to calls, part by part, so that an interrupted run goes on where it was.

``work/`` holds the trimmed reads dealt to parts, then a table of calls for each part that is done; the sample's own
files appear when all are.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.chimera.collapse import collapse_part, deal_reads
from dmiso.chimera.locate import Locator
from dmiso.io.atomic import atomic_path, write_text
from dmiso.provenance import to_json
from dmiso.records import Counts
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from dmiso.chimera.settings import ChimeraSettings
    from dmiso.workers import Crew

__all__ = ["Pool", "SampleFiles", "do_sample"]

_TALLIES: Final = ("outcomes", "lengths", "positions", "notes")


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """A sample: its name and its FASTQ files, in order."""

    name: str
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """Who locates parts: the crew, and what each of it opens once."""

    crew: Crew
    references: Path
    settings: ChimeraSettings


_LOCATORS: dict[Path, tuple[ChimeraSettings, Locator]] = {}
"""The locator of this process: opened once, used for all of its parts."""


def _open_locator(references: Path, settings: ChimeraSettings) -> Locator:
    known = _LOCATORS.get(references)
    if known is None or known[0] != settings:
        _LOCATORS.clear()
        known = _LOCATORS[references] = (settings, Locator(references, settings))
    return known[1]


def _do_part(job: tuple[Path, Path, ChimeraSettings], report: Callable[[int], None]) -> dict[str, Any]:
    """Collapse and locate one part, and write its calls; return its numbers, and report reads on the way."""
    path, references, settings = job
    done = path.with_suffix(".json")
    if done.is_file():
        numbers: dict[str, Any] = json.loads(done.read_text(encoding="utf-8"))
        return numbers
    reads = collapse_part(path, settings.trim.duplicates)
    located = _open_locator(references, settings).locate(reads, path.with_suffix(""), report)
    numbers = {name: {str(key): n for key, n in sorted(getattr(located, name).items())} for name in _TALLIES}
    numbers |= {"distinct": len(reads), "molecules": sum(read.read_count for read in reads)}
    with atomic_path(path.with_suffix(".parquet")) as temporary:
        located.calls.write_parquet(temporary)
    write_text(done, json.dumps(numbers))
    path.unlink()
    return numbers


def do_sample(
    sample: SampleFiles,
    folder: Path,
    pool: Pool,
    key: str,
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
        Stands for the inputs and rules; what was made with another key is made again.

    Returns
    -------
    dict
        What became of the reads.
    """
    finished = folder / "numbers.json"
    if finished.is_file():
        numbers: dict[str, Any] = json.loads(finished.read_text(encoding="utf-8"))
        if numbers["key"] == key:
            return numbers
    parts, counts = _dealt(sample, folder, pool.settings, key)
    tallies: dict[str, Counter[str]] = {name: Counter() for name in _TALLIES}
    totals: Counter[str] = Counter()
    for part in _parts_done(parts, pool):
        for name in _TALLIES:
            tallies[name].update(part[name])
        totals.update({name: part[name] for name in ("distinct", "molecules")})
    calls = pl.concat([pl.read_parquet(path.with_suffix(".parquet")) for path in parts])
    with atomic_path(folder / "calls.parquet") as temporary:
        calls.with_columns(pl.lit(sample.name).alias("sample")).write_parquet(temporary)
    numbers = {"key": key, "sample": sample.name, "trimming": counts, **totals}
    numbers |= {name: _by_key(tally) for name, tally in tallies.items()}
    write_text(finished, to_json(numbers))
    shutil.rmtree(folder / "work")
    return numbers


def _by_key(tally: Counter[str]) -> dict[str, int]:
    """Return counts above 0, whole numbers in their order, words by letter."""
    keys = sorted(tally, key=lambda k: (0, int(k), "") if k.isdigit() else (1, 0, k))
    return {key: tally[key] for key in keys if tally[key]}


def _dealt(
    sample: SampleFiles, folder: Path, settings: ChimeraSettings, key: str
) -> tuple[list[Path], dict[str, Any]]:
    """Trim and deal a sample's reads, unless an earlier run did."""
    work = folder / "work"
    mark = work / "dealt.json"
    if mark.is_file():
        dealt = json.loads(mark.read_text(encoding="utf-8"))
        if dealt["key"] == key:
            return [work / name for name in dealt["parts"]], dealt["counts"]
    shutil.rmtree(folder, ignore_errors=True)
    counts = Counts()
    parts = deal_reads(sample.files, work, settings.trim, counts, Work("reads trimmed").advance)
    dealt = {"key": key, "parts": [path.name for path in parts], "counts": counts.as_dict()}
    write_text(mark, json.dumps(dealt))
    return parts, dealt["counts"]


def _parts_done(parts: Sequence[Path], pool: Pool) -> Iterator[dict[str, Any]]:
    """Give the numbers of each part as they are done, in any order: they are only added up."""
    work = Work("reads located", sum(map(_n_reads, parts)))
    jobs = [(path, pool.references, pool.settings) for path in parts]
    for _, numbers in pool.crew.map(_do_part, jobs, on_report=work.advance):
        yield numbers


def _n_reads(part: Path) -> int:
    """Count the reads dealt to a part; none if it was done by an earlier run."""
    if not part.is_file():
        return 0
    with part.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))
