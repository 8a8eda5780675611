"""Reads of several samples in one file, told apart by barcode: a FASTQ per sample, and a table of all barcodes seen.

Reads are written as they came; trimming cuts the barcode off afterwards, as of any sample.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import polars as pl

import dmiso
from dmiso.alphabet import reverse_complement, to_dna, to_rna
from dmiso.chimera.library import with_own_adapter
from dmiso.chimera.sample import SampleFiles
from dmiso.chimera.trim import make_trimmer
from dmiso.columns import BARCODE_COLUMNS, schema_of
from dmiso.errors import UsageError
from dmiso.io.atomic import open_output
from dmiso.io.kept import Lost, keep_json, kept_json
from dmiso.io.reads import read_reads
from dmiso.io.streams import local_file
from dmiso.io.table_writer import write_table
from dmiso.provenance import sha256_file, to_json
from dmiso.records import Counts
from dmiso.trimming.barcodes import AMBIGUOUS, barcode_lookup, read_barcodes
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from dmiso.settings.chimeras import ChimeraSettings, TrimSettings

__all__ = ["demultiplex", "with_barcode_length"]

_UNKNOWN: Final = "unknown"
_LISTED: Final = 20
"""Barcodes of no sample that are listed, the most frequent."""

_NAMED: Final = 3
_BETWEEN_REPORTS: Final = 2_000


def with_barcode_length(settings: ChimeraSettings, barcodes: Mapping[str, str]) -> ChimeraSettings:
    """Return the settings with the length of the barcodes: at 3' where ``barcode3`` is given, else at 5'.

    Raises
    ------
    UsageError
        If another length is given.
    """
    length = len(next(iter(barcodes)))
    name = "barcode3" if settings.trim.barcode3 else "barcode5"
    given: int = getattr(settings.trim, name)
    if given not in {0, length}:
        option = "--" + name
        raise UsageError(
            f"{option} {given} is given, but the barcodes have {length} nt: leave {option} out, or give {length}."
        )
    return settings.with_options({name: length})


def demultiplex(
    pool: SampleFiles,
    barcodes: Path,
    output: Path,
    settings: TrimSettings,
    mirnas: Collection[str],
    counts: Counts,
) -> list[SampleFiles]:
    """Part reads by barcode, or take up what an earlier run parted.

    Parameters
    ----------
    pool
        The files of all samples together.
    barcodes
        Table or FASTA, see :func:`dmiso.trimming.barcodes.read_barcodes`.
    output
        Directory of the run: ``demultiplexed/SAMPLE.fastq.gz`` and ``barcodes.tsv`` appear there.
    settings
        Where the barcode is.
    mirnas
        Nucleotides of the reference miRNAs, RNA.
    counts
        Gets the numbers of reads with and without a barcode of a sample, and notes.

    Returns
    -------
    list of SampleFiles
        In the order of the table.
    """
    table = read_barcodes(barcodes)
    names = list(dict.fromkeys(table.values()))
    folder, mark = output / "demultiplexed", output / "demultiplexed" / "done.json"
    said = [dmiso.__version__, to_json(asdict(settings)), to_json(table)]
    key = hashlib.sha256(
        "\n".join([*said, *(sha256_file(local_file(f)) for f in pool.files)]).encode()
    ).hexdigest()
    paths = {name: folder / f"{name}.fastq.gz" for name in names}
    done = kept_json(mark, key)
    if not isinstance(done, Lost) and _are_whole(paths, done["files"]):
        seen = Counter({(row[0], row[1], row[2]): row[3] for row in done["seen"]})
    else:
        folder.mkdir(parents=True, exist_ok=True)
        rules = with_own_adapter(pool, settings, mirnas, counts)
        seen = _part(pool, paths, rules, barcode_lookup(table, settings.barcode_mismatches))
        files = {name: sha256_file(path) for name, path in paths.items()}
        keep_json(mark, {"files": files, "seen": [[*what, n] for what, n in seen.items()]}, key)
    write_table(output / "barcodes.tsv", _barcode_table(seen))
    _count(seen, table, counts)
    return [SampleFiles(name, (path,)) for name, path in paths.items()]


def _are_whole(paths: Mapping[str, Path], hashes: Mapping[str, str]) -> bool:
    return all(path.is_file() and sha256_file(path) == hashes.get(name) for name, path in paths.items())


def _part(
    pool: SampleFiles, paths: Mapping[str, Path], settings: TrimSettings, near: Mapping[str, str]
) -> Counter[tuple[str, str, str]]:
    """Write each read to its sample's file; count barcodes."""
    trim = make_trimmer(settings, Counts())
    end = 1 if settings.barcode3 else 0
    seen = Counter[tuple[str, str, str]]()
    work, n_reads = Work("reads parted by barcode"), 0
    with ExitStack() as stack:
        outputs = {name: stack.enter_context(open_output(path)) for name, path in paths.items()}
        for file in pool.files:
            for read in read_reads(file, Counts(), umi_tag=settings.umi_tag):
                bases = to_dna(trim(read.sequence, read.quality).barcodes[end].upper())
                sample = near.get(bases)
                outcome = _UNKNOWN if sample is None else "ambiguous" if sample == AMBIGUOUS else "assigned"
                seen[sample or "", bases, outcome] += 1
                if sample:
                    tag = f"\t{settings.umi_tag}:Z:{read.umi}" if settings.umi_tag else ""
                    outputs[sample].write(
                        f"@{read.id}{tag}\n{read.sequence}\n+\n{read.quality}\n".encode("ascii")
                    )
                n_reads += 1
                if n_reads % _BETWEEN_REPORTS == 0:
                    work.advance(_BETWEEN_REPORTS)
    return seen


def _barcode_table(seen: Counter[tuple[str, str, str]]) -> pl.DataFrame:
    """Return all barcodes of samples, and the most frequent of none; the rest of these in one row."""
    total = seen.total()
    ranked = sorted(seen.items(), key=lambda item: (item[0][2] != "assigned", -item[1], item[0]))
    lost = [(what, n) for what, n in ranked if what[2] != "assigned"]
    rows = [*((what, n) for what, n in ranked if what[2] == "assigned"), *lost[:_LISTED]]
    if len(lost) > _LISTED:
        rows.append((("", "", f"{len(lost) - _LISTED:,} others"), sum(n for _, n in lost[_LISTED:])))
    return pl.DataFrame(
        [(sample or None, bases or None, outcome, n, n / total) for (sample, bases, outcome), n in rows],
        schema=schema_of(BARCODE_COLUMNS),
        orient="row",
    )


def _count(seen: Counter[tuple[str, str, str]], table: Mapping[str, str], counts: Counts) -> None:
    """Count reads with and without a sample; name what is most frequent among these."""
    total = seen.total()
    by_outcome = Counter[str]()
    for (_, _, outcome), n in seen.items():
        by_outcome[outcome] += n
    if by_outcome["ambiguous"]:
        counts.drop("reads whose barcode is as near to two samples' (barcodes.tsv)", by_outcome["ambiguous"])
    if by_outcome[_UNKNOWN]:
        counts.drop(
            "reads with a barcode of no sample (barcodes.tsv has the most frequent)", by_outcome[_UNKNOWN]
        )
    unknown = Counter({bases: n for (_, bases, outcome), n in seen.items() if outcome == _UNKNOWN})
    for bases, n in unknown.most_common(_NAMED):
        if n >= 0.01 * total and bases:
            counts.note(f"reads with the barcode {bases}, which is no sample's{_likeness(bases, table)}", n)
    for sample in dict.fromkeys(table.values()):
        if not any(name == sample for name, _, _ in seen):
            counts.note("samples without a read of their barcodes", example=sample)
    hint = "Check --barcodes, and --umi5 or --barcode3 where they do not begin the read"
    counts.flow("reads", total, by_outcome["assigned"], outcome="assigned to a sample", hint=hint)


def _likeness(bases: str, table: Mapping[str, str]) -> str:
    """Say whose barcode's reverse complement bases are."""
    sample = table.get(to_dna(reverse_complement(to_rna(bases))))
    return f" but the reverse complement of {sample}'s" if sample else ""
