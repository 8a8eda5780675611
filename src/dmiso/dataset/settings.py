"""What a data set is made from, and how: the values that ``dmiso dataset`` fills and a manifest records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from dmiso.errors import InputError, UsageError
from dmiso.io.streams import display_name
from dmiso.io.transcripts import read_transcripts
from dmiso.io.utrs import read_utrs, with_gene_names

if TYPE_CHECKING:
    from pathlib import Path

    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts

__all__ = ["Sources", "stage_seed"]


def stage_seed(seed: int, stage: str) -> int:
    """Derive a stage's seed, so that no two stages draw the same numbers.

    Examples
    --------
    >>> stage_seed(1, "sites") != stage_seed(1, "splits"), stage_seed(1, "sites") == stage_seed(1, "sites")
    (True, True)
    """
    return int(np.random.SeedSequence([seed, crc32(stage.encode())]).generate_state(1)[0])


@dataclass(frozen=True, slots=True)
class Sources:
    """The files a data set is made from.

    Parameters
    ----------
    interactions
        Files of interactions.
    layouts
        A layout for each file, one for all, or none to detect them from their headers.
    transcripts, cds
        mRNAs (FASTA) and their coding sequences (table), see :mod:`dmiso.io.transcripts`.
    utrs
        3'UTRs by gene (FASTA), see :mod:`dmiso.io.utrs`: for sites that lie on none of the transcripts.
    genes
        Table with the names of the transcripts' genes.
    annotation
        Where genes lie on the genome (GTF, GFF3, BED12 or a table): for sites known by coordinates alone.
    mature
        Reference miRNAs (FASTA), for layouts without miRNA nucleotides.
    exclude
        Labelled or unlabelled tables whose sites the data set must stay clear of.
    """

    interactions: tuple[Path, ...]
    layouts: tuple[str, ...] = ()
    transcripts: Path | None = None
    cds: Path | None = None
    mature: Path | None = None
    exclude: tuple[Path, ...] = ()
    utrs: Path | None = None
    genes: Path | None = None
    annotation: Path | None = None

    def __post_init__(self) -> None:
        """Refuse files that cannot belong together."""
        if not self.interactions:
            raise UsageError("no file of interactions was given.")
        if len(self.layouts) not in {0, 1, len(self.interactions)}:
            raise UsageError(
                f"{len(self.layouts)} layouts for {len(self.interactions)} files. Give one for all, or one each."
            )
        if self.cds is not None and self.transcripts is None:
            raise UsageError("coding sequences (--cds) need the transcripts they lie on (--transcripts).")
        if self.genes is not None and self.transcripts is None:
            raise UsageError("names of genes (--genes) need the transcripts they are of (--transcripts).")

    def named(self) -> dict[str, Path]:
        """Return every file by the name a manifest gives it."""
        lists = {"interactions": self.interactions, "exclude": self.exclude}
        files = {
            f"{name}_{i}": path for name, paths in lists.items() for i, path in enumerate(paths, start=1)
        }
        single = {
            "transcripts": self.transcripts,
            "cds": self.cds,
            "utrs": self.utrs,
            "genes": self.genes,
            "annotation": self.annotation,
            "mature": self.mature,
        }
        files.update({name: path for name, path in single.items() if path is not None})
        return files

    def read_transcripts(self, counts: Counts) -> dict[str, Transcript]:
        """Read the transcripts, with the names of their genes, and after them the 3'UTRs.

        Raises
        ------
        InputError
            If a file cannot be used, or a 3'UTR has the name of a transcript.
        """
        mrnas: dict[str, Transcript] = {}
        if self.transcripts is not None:
            mrnas = read_transcripts(self.transcripts, counts, cds=self.cds)
        if self.genes is not None:
            mrnas = with_gene_names(mrnas, self.genes, counts)
        utrs = {} if self.utrs is None else read_utrs(self.utrs, counts)
        if both := sorted(mrnas.keys() & utrs.keys()):
            raise InputError(
                "a transcript and a 3'UTR have one name",
                path=display_name(self.utrs) if self.utrs else None,
                record=both[0],
                hint="Rename the 3'UTR, or leave one of the two out",
            )
        return {**mrnas, **utrs}
