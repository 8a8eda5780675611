"""The reads of one sample to its distinct inserts: found out, cut, counted, in memory that the inserts alone fill.

Reads are collapsed before they are cut, a block at a time, since most are copies; and inserts after it. With UMIs the
reads of each insert and UMI are counted, and then the molecules.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from dmiso.alphabet import ACCEPTED
from dmiso.columns import schema_of
from dmiso.errors import InputError
from dmiso.io.fastq import read_fastq
from dmiso.io.kept import KeptTable, keep_table, kept_table
from dmiso.io.phred import with_phred33
from dmiso.io.streams import display_name, following, open_input
from dmiso.isomir.counted import read_counted
from dmiso.records import Counts
from dmiso.trimming import detect, make_cutter, n_molecules, plan_for
from dmiso.trimming.cut import TOO_LONG, TOO_MANY_N, TOO_SHORT, WITHOUT_UMI

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from dmiso.io.fastq import Read
    from dmiso.settings.trimming import ReadSettings
    from dmiso.trimming import CutPlan

__all__ = ["LEFT_OUT", "InsertJob", "count_inserts"]

_BLOCK: Final = 200_000
"""Reads that are collapsed at a time: some 30 MB."""

_STRANGE: Final = str.maketrans("", "", ACCEPTED + ACCEPTED.lower())
LEFT_OUT: Final = {
    TOO_SHORT: "too_short",
    TOO_LONG: "too_long",
    TOO_MANY_N: "too_many_n",
    WITHOUT_UMI: "without_umi",
}
"""Why reads are left out, and the column of each."""


class InsertJob(NamedTuple):
    """A sample to be counted: its files, where to keep its inserts, what stands for all it depends on, and the rules.

    ``mirnas`` are nucleotides of the reference, for recognising what stands around them.
    """

    files: tuple[Path, ...]
    path: Path
    key: str
    settings: ReadSettings
    mirnas: tuple[str, ...]
    counts_from_names: bool = False


def count_inserts(job: InsertJob, report: Callable[[int], None]) -> dict[str, Any]:
    """Count the distinct inserts of a sample and keep them, or take up what an earlier run kept.

    Parameters
    ----------
    job
        The sample. Its table gets the columns ``sequence`` and ``read_count``, most reads first.
    report
        Called with the bytes of the files read since the last call.

    Returns
    -------
    dict
        Columns of ``samples.tsv`` by name, ``said`` (sentences on what was found) and ``lost`` (why an earlier run's
        inserts could not be used).

    Raises
    ------
    InputError, UsageError, MissingExtraError
        If a file cannot be read or is broken, or cutadapt is needed and absent.
    """
    kept = kept_table(job.path, job.key)
    if isinstance(kept, KeptTable):
        report(sum(file.stat().st_size for file in job.files))
        return {**kept.said, "lost": ""}
    with following(report):
        if _is_fasta(job.files[0]):
            inserts, numbers = _of_fasta(job)
        else:
            inserts, numbers = _of_fastq(job)
    order = sorted(inserts.items(), key=lambda item: (-item[1], item[0]))
    frame = pl.DataFrame(order, schema=schema_of(("sequence", "read_count")), orient="row")
    numbers |= {"molecules": sum(inserts.values()), "distinct": len(inserts)}
    keep_table(job.path, frame, job.key, numbers)
    return {**numbers, "lost": kept.name}


def _is_fasta(path: Path) -> bool:
    with open_input(path) as handle:
        # the reader that open_input gives has peek
        return bytes(handle.peek(64)).lstrip()[:1] == b">"  # type: ignore[attr-defined]


def _of_fasta(job: InsertJob) -> tuple[Counter[str], dict[str, Any]]:
    """Count the records of FASTA: their adapters were cut off before."""
    inserts = Counter[str]()
    for file in job.files:
        counted = read_counted(file, Counts(), input_format="fasta", counts_from_names=job.counts_from_names)
        for record in counted.sequences:
            inserts[record.sequence] += record.counts[0]
    numbers = _numbers(Counter(reads=inserts.total(), inserts=inserts.total()), None)
    return inserts, numbers | {"said": ["FASTA: nothing is cut"]}


def _of_fastq(job: InsertJob) -> tuple[Counter[str], dict[str, Any]]:
    """Cut and count the reads of FASTQ."""
    settings = job.settings
    found = detect(job.files[0], mirnas=job.mirnas)
    plan = plan_for(found, settings)
    said = [*found.sentences(), plan.sentence()]
    tally = Counter[str]()
    copies: dict[str, Counter[str]] = {}
    inserts = Counter[str]()
    with_umi = plan.umi_length > 0 and not settings.keep_duplicates
    cut = make_cutter(plan)
    for (bases, quality), n in _distinct_reads(job.files, plan):
        read = cut(bases, quality)
        tally["reads"] += n
        tally["with_adapter"] += n * read.has_adapter
        if read.dropped:
            tally[LEFT_OUT[read.dropped]] += n
            continue
        tally["inserts"] += n
        if with_umi:
            copies.setdefault(read.insert, Counter())[read.umi] += n
        else:
            inserts[read.insert] += n
    for insert, umis in copies.items():
        inserts[insert] = n_molecules(umis)
    return inserts, _numbers(tally, plan) | {"said": said}


def _distinct_reads(files: tuple[Path, ...], plan: CutPlan) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield reads and how often they stand in a block; with their qualities only where those decide."""
    for file in files:
        reads = (
            with_phred33(read_fastq(file), Counts(), name=file.name)
            if plan.quality_cutoff
            else read_fastq(file)
        )
        while block := list(islice(reads, _BLOCK)):
            counted = Counter(read.sequence for read in block)
            _check(counted, block, file)
            if plan.quality_cutoff:
                yield from (((read.sequence, read.quality), 1) for read in block)
            else:
                yield from (((bases, ""), n) for bases, n in counted.items())


def _check(distinct: Collection[str], block: list[Read], file: Path) -> None:
    """Refuse reads that hold something other than bases."""
    if not "".join(set().union(*distinct)).translate(_STRANGE):
        return
    for read in block:
        strange = read.sequence.translate(_STRANGE)
        if strange:
            position = read.sequence.index(strange[0]) + 1
            raise InputError(
                f"{strange[0]!r} at position {position} of the read is not a nucleotide code",
                path=display_name(file),
                record=read.id,
                hint="Correct or remove the read",
            )


def _numbers(tally: Counter[str], plan: CutPlan | None) -> dict[str, Any]:
    """Return a sample's numbers by column."""
    reads = tally["reads"]
    numbers: dict[str, Any] = {name: tally[name] for name in ("with_adapter", *LEFT_OUT.values(), "inserts")}
    return numbers | {
        "raw_reads": reads,
        "adapter_share": tally["with_adapter"] / reads if reads else 0.0,
        "kit": plan.kit if plan else "",
        "adapter": (plan.adapter or "") if plan else "",
        "cut5": plan.umi5 + plan.cut5 if plan else 0,
        "cut3": plan.umi3 + plan.cut3 if plan else 0,
        "umi_length": plan.umi_length if plan else 0,
    }
