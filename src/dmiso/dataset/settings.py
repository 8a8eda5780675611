"""What a data set is made from, and how: the values that ``dmiso dataset`` fills and a manifest records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from dmiso.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

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

    def named(self) -> dict[str, Path]:
        """Return every file by the name a manifest gives it."""
        lists = {"interactions": self.interactions, "exclude": self.exclude}
        files = {
            f"{name}_{i}": path for name, paths in lists.items() for i, path in enumerate(paths, start=1)
        }
        single = {"transcripts": self.transcripts, "cds": self.cds, "mature": self.mature}
        files.update({name: path for name, path in single.items() if path is not None})
        return files
