"""What a data set is made from, and how: the values that ``dmiso dataset`` fills and a manifest records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from zlib import crc32

import numpy as np

from dmiso.dataset.sites import SiteRule
from dmiso.dataset.splits import SplitSettings
from dmiso.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BuildSettings", "Sources", "stage_seed"]


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
        A layout for each file, one for all, or none to tell them by their headers.
    transcripts, cds
        mRNAs (FASTA) and their coding sequences (table), see :mod:`dmiso.io.transcripts`.
    mature
        Reference miRNAs (FASTA), for layouts without miRNA letters.
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


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """How a data set is made.

    Parameters
    ----------
    negatives, ratio, max_energy
        Strategy of :data:`dmiso.dataset.negatives.STRATEGIES`, negatives a positive, and the energy bound of
        ``paper`` (kcal/mol).
    site_rule
        How sites are cut.
    split
        Scheme of :data:`dmiso.dataset.splits.SCHEMES`.
    parts
        Fractions, folds and chromosomes of the scheme.
    exclude_chromosomes
        Chromosomes whose sites are left out: ``1``, or ``hejret:1`` for one source only.
    top
        Candidate pairs a read that are taken, where the input ranks them (the paper's 1; 5 in its S9).
    min_mirna_length
        Shorter miRNAs are dropped (nt).
    on_bad
        At a sequence that cannot be used: ``stop`` or ``skip``; None is ``stop`` where users have no choice.
    seed
        Of every random choice; each stage derives its own from it.
    """

    negatives: str = "site-swap"
    ratio: int = 1
    max_energy: float = -10.0
    site_rule: SiteRule = field(default_factory=SiteRule)
    split: str = "cluster"
    parts: SplitSettings = field(default_factory=SplitSettings)
    exclude_chromosomes: tuple[str, ...] = ()
    top: int = 1
    min_mirna_length: int = 16
    on_bad: Literal["stop", "skip"] | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        for name in ("ratio", "top", "min_mirna_length"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}; it must be 1 or more.")
        if self.seed < 0:
            raise UsageError(f"seed is {self.seed}; it must be 0 or more.")
