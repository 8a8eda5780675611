"""Reads of a BAM or SAM file as the sequencer gave them: unaligned (uBAM), or taken back out of alignments.

pysam reads the file. Each read is given once: alignments other than the primary one hold it again or a piece of it, and
a read that aligned to the reverse strand is stored reversed and is turned back.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from dmiso.errors import InputError
from dmiso.extras import require_extra
from dmiso.io.fastq import Read
from dmiso.io.streams import base_name, display_name, local_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dmiso.records import Counts

__all__ = ["OTHER_ALIGNMENTS", "SECOND_READS", "read_bam"]

OTHER_ALIGNMENTS: Final = "secondary and supplementary alignments left out: the primary one has the read"
SECOND_READS: Final = "second reads of pairs left out: they are the other strand's"
_REVERSED: Final = "reads aligned to the reverse strand: turned back as they were sequenced"
_HARD_CLIPPED: Final = "reads whose alignment was hard-clipped: nucleotides of them are missing"
_NO_BASES: Final = "records without nucleotides left out"
_ALL_ALIGNED: Final = (
    "reads, all of them aligned: if the unaligned ones were left out, most chimeric reads were. Give the BAM "
    "from before"
)
_HARD_CLIP: Final = 5
"""Operation H of a CIGAR."""

_AS_TEXT: Final = bytes(min(quality, 93) + 33 for quality in range(256))
"""Phred qualities to their characters."""

_HINT: Final = "Copy or make the file again; samtools quickcheck says whether it is whole"


def read_bam(path: Path, counts: Counts, *, umi_tag: str | None = None) -> Iterator[Read]:
    """Read BAM or SAM, unaligned or aligned.

    Parameters
    ----------
    path
        A file; a pipe only within :func:`dmiso.io.streams.read_once`.
    counts
        Gets notes of what was left out and turned back.
    umi_tag
        Tag with a molecule's label: RX in uBAM. None: reads bring none.

    Yields
    ------
    Read
        Primary or unaligned reads in file order, 5' to 3' as sequenced, with qualities as Phred+33.

    Raises
    ------
    MissingExtraError
        If pysam is not installed.
    InputError
        If the file is damaged, or a read has no qualities or not the tag.
    """
    require_extra("pysam", "reading BAM")
    n_aligned, n_unaligned = 0, 0
    with _opened(path) as file:
        for number, record in enumerate(_records(file, path), start=1):
            if record.is_secondary or record.is_supplementary:
                counts.note(OTHER_ALIGNMENTS)
                continue
            if record.is_read2:
                counts.note(SECOND_READS)
                continue
            if not record.query_sequence:
                counts.note(_NO_BASES, example=record.query_name)
                continue
            if record.is_unmapped:
                n_unaligned += 1
            else:
                n_aligned += 1
                _note_alignment(record, counts)
            yield _read(record, number, path, umi_tag)
    if n_aligned and not n_unaligned:
        counts.note(_ALL_ALIGNED, n_aligned, example=base_name(path))


def _note_alignment(record: Any, counts: Counts) -> None:
    """Note what alignment did to a read."""
    if record.is_reverse:
        counts.note(_REVERSED)
    cigar = record.cigartuples or ()
    if any(operation == _HARD_CLIP for operation, _ in cigar):
        counts.note(_HARD_CLIPPED, example=record.query_name)


def _read(record: Any, number: int, path: Path, umi_tag: str | None) -> Read:
    """Return a record's read, 5' to 3' as sequenced."""
    qualities = record.get_forward_qualities()
    if qualities is None:
        raise InputError(
            "the read has no qualities",
            path=display_name(path),
            record=record.query_name,
            hint="Give the reads with their qualities: they tell variants from errors",
        )
    umi = ""
    if umi_tag is not None:
        if not record.has_tag(umi_tag):
            raise InputError(
                f"record {number} has no tag {umi_tag}",
                path=display_name(path),
                record=record.query_name,
                hint="Give the tag that holds the UMI (RX in uBAM), or leave --umi-tag out",
            )
        umi = str(record.get_tag(umi_tag))
    quality = qualities.tobytes().translate(_AS_TEXT).decode("ascii")
    return Read(record.query_name, record.get_forward_sequence(), quality, umi)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a file; htslib's own messages are left out, as ours say what to do."""
    import pysam

    told = pysam.set_verbosity(0)
    try:
        with pysam.AlignmentFile(str(local_file(path)), check_sq=False) as file:
            yield file
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from error
    finally:
        pysam.set_verbosity(told)


def _records(file: Any, path: Path) -> Iterator[Any]:
    """Give a file's records in its order."""
    try:
        yield from file.fetch(until_eof=True)
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> InputError:
    return InputError(f"the BAM is damaged or cut short ({error})", path=display_name(path), hint=_HINT)
