"""Distinct inserts of all samples to calls, shared among workers; each sequence is explained once.

Calls are written as they come, in the order of the sequences: most reads of all samples together first.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

import dmiso
from dmiso.columns import FEATURE_COLUMNS, schema_of
from dmiso.io.mirgff3 import Mirgff3Writer
from dmiso.io.mirgff3_words import new_header
from dmiso.io.table_writer import TableWriter
from dmiso.isomir.calls import CALLS_COLUMNS, Caller
from dmiso.isomir.counted import CountedSequence
from dmiso.isomir.mirgff3_lines import mirgff3_lines
from dmiso.records import Counts
from dmiso.samples.features import features_of
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from dmiso.isomir.reference import Reference
    from dmiso.settings.isomirs import Limits
    from dmiso.workers import Crew

__all__ = ["Against", "calling"]

_CHUNK: Final = 20_000
"""Sequences of one job: some seconds of work, some 20 MB of calls."""


class Against(NamedTuple):
    """What inserts are called against: a reference, limits, its name in mirGFF3, and what workers know them by."""

    reference: Reference
    limits: Limits
    database: str
    key: str


_CALLERS: dict[str, Caller] = {}
"""The caller of this process: made once, used for all of its chunks."""


def _call_chunk(
    job: tuple[Against, list[CountedSequence]], report: Callable[[int], None]
) -> tuple[list[pl.DataFrame], Counts]:
    """Call some sequences; return calls, and what was counted."""
    against, sequences = job
    if against.key not in _CALLERS:
        _CALLERS.clear()
        _CALLERS[against.key] = Caller(against.reference, against.limits)
    counts = Counts()
    frames = []
    for batch in _CALLERS[against.key].batches(sequences, counts):
        frames.append(batch.frame)
        report(batch.n_sequences)
    return frames, counts


@contextmanager
def calling(
    inserts: pl.DataFrame,
    samples: Sequence[str],
    against: Against,
    folder: Path,
    crew: Crew,
    counts: Counts,
) -> Iterator[pl.DataFrame]:
    """Call every insert; ``isomirs.gff3`` and ``calls.tsv`` get their names when the block ends without an error.

    Parameters
    ----------
    inserts
        Columns ``sequence``, ``sample``, ``read_count``.
    samples
        Names, in the order of counts.
    against
        Reference and limits.
    folder
        The output.
    crew
        Who works.
    counts
        Filled.

    Yields
    ------
    polars.DataFrame
        Columns ``FEATURE_COLUMNS``: a row per sequence that a miRNA explains.
    """
    sequences = list(_counted(inserts, samples))
    jobs = [(against, sequences[i : i + _CHUNK]) for i in range(0, len(sequences), _CHUNK)]
    work = Work("sequences", len(sequences))
    with _files(folder, tuple(samples), against.database, counts) as write:
        features = [pl.DataFrame(schema=schema_of(FEATURE_COLUMNS))]
        for frames, told in _in_order(crew.map(_call_chunk, jobs, on_report=work.advance)):
            _add(counts, told)
            for frame in frames:
                write(frame)
                features.append(features_of(frame, against.reference))
        yield pl.concat(features)


@contextmanager
def _files(
    folder: Path, samples: tuple[str, ...], database: str, counts: Counts
) -> Iterator[Callable[[pl.DataFrame], None]]:
    """Open the files of calls, and yield what writes some to both."""
    header = new_header(database, samples, tools=(f"dmiso {dmiso.__version__}",))
    schema = {
        name: dtype
        for name, dtype in schema_of(CALLS_COLUMNS).items()
        if name != "sample_counts" or len(samples) > 1
    }
    with (
        Mirgff3Writer(folder / "isomirs.gff3", header) as gff,
        TableWriter(folder / "calls.tsv", schema) as table,
    ):

        def write(frame: pl.DataFrame) -> None:
            gff.write_lines(mirgff3_lines(frame, counts, source=database))
            table.write(frame)

        yield write


def _counted(inserts: pl.DataFrame, samples: Sequence[str]) -> Iterator[CountedSequence]:
    """Yield the distinct inserts of all samples, most reads first, with the reads of each sample."""
    column_of = {name: i for i, name in enumerate(samples)}
    grouped = (
        inserts.group_by("sequence")
        .agg("sample", "read_count", pl.col("read_count").sum().alias("_total"))
        .sort("_total", "sequence", descending=[True, False])
    )
    for number, (sequence, names, numbers, _) in enumerate(grouped.iter_rows(), 1):
        found = [0] * len(samples)
        for name, n in zip(names, numbers, strict=True):
            found[column_of[name]] += n
        yield CountedSequence(f"seq_{number}", sequence, tuple(found))


def _in_order(
    done: Iterator[tuple[int, tuple[list[pl.DataFrame], Counts]]],
) -> Iterator[tuple[list[pl.DataFrame], Counts]]:
    """Yield results in the order of their jobs; those that come early wait."""
    waiting: dict[int, tuple[list[pl.DataFrame], Counts]] = {}
    following = 0
    for number, result in done:
        waiting[number] = result
        while following in waiting:
            yield waiting.pop(following)
            following += 1


def _add(counts: Counts, told: Counts) -> None:
    """Add what a worker counted."""
    for name in ("kept", "dropped", "notes"):
        getattr(counts, name).update(getattr(told, name))
    for key, examples in told.examples.items():
        shown = counts.examples.setdefault(key, [])
        shown += [example for example in examples if example not in shown][: 3 - len(shown)]
