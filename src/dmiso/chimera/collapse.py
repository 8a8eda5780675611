"""Reads to distinct reads, in bounded memory.

Trimmed reads are distributed over files by a hash of their nucleotides: copies of a read meet in one file, and each
file is small enough to be collapsed in memory. Of the qualities of copies the best at each nucleotide is kept.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from dmiso.alphabet import ACCEPTED
from dmiso.chimera.trim import make_trimmer, note_few_trimmed
from dmiso.errors import InputError
from dmiso.io.reads import read_reads
from dmiso.io.streams import display_name, local_file
from dmiso.trimming.umis import n_molecules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from dmiso.records import Counts
    from dmiso.settings.chimeras import TrimSettings

__all__ = ["CollapsedRead", "collapse_part", "deal_reads", "number_of_parts"]

_BYTES_A_PART: Final = 24_000_000
"""Plain FASTQ bytes in one part: about 100,000 reads of 100 nt."""

_MOST_PARTS: Final = 200
"""Files open at once."""

_NO_NUCLEOTIDES: Final = str.maketrans("", "", ACCEPTED + ACCEPTED.lower())
_PLAIN: Final = re.compile(r"[!-~]*").fullmatch

_GZIP_RATIO: Final = 4
_COMPRESSED: Final = (".gz", ".bam")
_BETWEEN_REPORTS: Final = 2_000
"""Reads; trimming takes some 10 µs each."""


class CollapsedRead(NamedTuple):
    """A distinct read: the name of its first copy, nucleotides, best qualities, molecules it counts for, all copies.

    ``umis`` are the different UMIs of the copies.
    """

    read_id: str
    sequence: str
    quality: str
    read_count: int
    copies: int
    umis: int = 1


def number_of_parts(files: Sequence[Path]) -> int:
    """Return in how many parts a sample's reads are dealt; depends on the size of its files alone."""
    size = sum(local_file(f).stat().st_size * (_GZIP_RATIO if f.suffix in _COMPRESSED else 1) for f in files)
    return min(_MOST_PARTS, 1 + size // _BYTES_A_PART)


def deal_reads(
    files: Sequence[Path],
    folder: Path,
    settings: TrimSettings,
    counts: Counts,
    on_reads: Callable[[int], None] | None = None,
) -> list[Path]:
    """Trim a sample's reads and deal them to files.

    Parameters
    ----------
    files
        FASTQ, BAM or SAM of one sample (several lanes, say), in this order.
    folder
        Where the parts are written.
    settings
        What is trimmed.
    counts
        Filled: ``reads`` kept, reads dropped and why, notes of trimming.
    on_reads
        Called with the reads trimmed since the last call.

    Returns
    -------
    list of Path
        One per part; lines of UMI, nucleotides, qualities and read name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"part-{i:03d}.tsv" for i in range(number_of_parts(files))]
    trim = make_trimmer(settings, counts)
    n_reads = 0
    with ExitStack() as stack:
        parts = [stack.enter_context(path.open("w", encoding="ascii")) for path in paths]
        for file in files:
            for name, bases, quality, label in read_reads(file, counts, umi_tag=settings.umi_tag):
                n_reads += 1
                if on_reads is not None and n_reads % _BETWEEN_REPORTS == 0:
                    on_reads(_BETWEEN_REPORTS)
                if bases.translate(_NO_NUCLEOTIDES) or not _PLAIN(quality):
                    raise _bad_read(file, name, bases)
                read = trim(bases, quality)
                if read.dropped is not None:
                    counts.dropped[read.dropped] += 1
                    continue
                part = parts[crc32(read.sequence.encode()) % len(parts)]
                part.write(f"{label}{read.umi}\t{read.sequence}\t{read.quality}\t{name}\n")
    counts.keep("reads", n_reads)
    counts.keep("reads after trimming", n_reads - sum(counts.dropped.values()))
    note_few_trimmed(settings, n_reads, counts)
    for sentence in [s for s, n in counts.notes.items() if n == 0]:
        del counts.notes[sentence]
    return paths


def _bad_read(file: Path, name: str, bases: str) -> InputError:
    """Return the error of a read that holds something other than nucleotides, or no qualities."""
    strange = bases.translate(_NO_NUCLEOTIDES)
    problem = "its qualities hold a blank or a control character"
    if strange:
        position = bases.index(strange[0]) + 1
        problem = f"{strange[0]!r} at position {position} of the read is not a nucleotide code"
    return InputError(problem, path=display_name(file), record=name, hint="Correct or remove the read")


def collapse_part(path: Path, duplicates: str) -> list[CollapsedRead]:
    """Return the distinct reads of a part, in the order of their first copies.

    Parameters
    ----------
    path
        Of :func:`deal_reads`.
    duplicates
        ``exact``: a distinct read counts once; ``umi``: once for each of its UMIs; ``umi-directional``: the same
        after errors in UMIs are corrected (:mod:`dmiso.trimming.umis`); ``keep``: each copy counts.
    """
    found: dict[str, tuple[str, str, dict[str, int]]] = {}
    with path.open(encoding="ascii") as lines:
        for line in lines:
            umi, sequence, quality, name = line.rstrip("\n").split("\t")
            known = found.get(sequence)
            if known is None:
                found[sequence] = (name, quality, {umi: 1})
                continue
            first, best, umis = known
            if quality != best:
                found[sequence] = (first, "".join(map(max, best, quality)), umis)
            umis[umi] = umis.get(umi, 0) + 1
    reads = []
    for sequence, (name, quality, umis) in found.items():
        copies = sum(umis.values())
        molecules = _MOLECULES[duplicates](umis, copies)
        reads.append(CollapsedRead(name, sequence, quality, molecules, copies, len(umis)))
    return reads


_MOLECULES: Final[Mapping[str, Callable[[dict[str, int], int], int]]] = {
    "exact": lambda _umis, _copies: 1,
    "umi": lambda umis, _copies: len(umis),
    "umi-directional": lambda umis, _copies: n_molecules(umis),
    "keep": lambda _umis, copies: copies,
}
"""How many molecules a distinct read stands for, of the reads by UMI and of all copies."""
