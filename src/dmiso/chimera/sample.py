"""One sample from its files to calls, part by part, so that an interrupted run goes on where it was.

``work/`` holds the trimmed reads dealt to parts, then a table of calls for each part that is done; the sample's own
files appear when all are.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.chimera.collapse import collapse_part, deal_reads
from dmiso.chimera.locate import Locator
from dmiso.io.atomic import atomic_path, write_text
from dmiso.provenance import to_json
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dmiso.chimera.settings import ChimeraSettings

__all__ = ["Pool", "SampleFiles", "do_sample", "open_pool"]

_TALLIES: Final = ("outcomes", "lengths", "positions", "notes")


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """A sample: its name and its FASTQ files, in order."""

    name: str
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """Processes that locate parts, or None for this one."""

    executor: ProcessPoolExecutor | None
    references: Path
    settings: ChimeraSettings


def open_pool(
    references: Path, settings: ChimeraSettings, workers: int
) -> AbstractContextManager[ProcessPoolExecutor | None]:
    """Give processes that locate parts; None for one worker, which is this process."""
    if workers == 1:
        return nullcontext(None)
    return ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),
        initializer=_open_locator,
        initargs=(references, settings),
    )


_LOCATORS: dict[Path, tuple[ChimeraSettings, Locator]] = {}
"""The locator of this process: opened once, used for all of its parts."""


def _open_locator(references: Path, settings: ChimeraSettings) -> Locator:
    known = _LOCATORS.get(references)
    if known is None or known[0] != settings:
        _LOCATORS.clear()
        known = _LOCATORS[references] = (settings, Locator(references, settings))
    return known[1]


def _do_part(path: Path, references: Path, settings: ChimeraSettings) -> dict[str, Any]:
    """Collapse and locate one part, and write its calls; return its numbers."""
    done = path.with_suffix(".json")
    if done.is_file():
        numbers: dict[str, Any] = json.loads(done.read_text(encoding="utf-8"))
        return numbers
    reads = collapse_part(path, settings.trim.duplicates)
    located = _open_locator(references, settings).locate(reads, path.with_suffix(""))
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
    on_part: Callable[[int], None] | None = None,
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
    on_part
        Called with the distinct reads of each part done.

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
        if on_part is not None:
            on_part(part["distinct"])
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
    parts = deal_reads(sample.files, work, settings.trim, counts)
    dealt = {"key": key, "parts": [path.name for path in parts], "counts": counts.as_dict()}
    write_text(mark, json.dumps(dealt))
    return parts, dealt["counts"]


def _parts_done(parts: Sequence[Path], pool: Pool) -> Any:
    """Give the numbers of each part, in order, as processes finish them."""
    if pool.executor is None:
        for path in parts:
            yield _do_part(path, pool.references, pool.settings)
        return
    futures = [pool.executor.submit(_do_part, path, pool.references, pool.settings) for path in parts]
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()
