"""Sections of isomiR calls: what reads are, by sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.isomir.tally import SEVERAL
from dmiso.mqc.content import bars, lines

if TYPE_CHECKING:
    from dmiso.isomir.tally import TypeTally
    from dmiso.mqc.content import Content

__all__ = ["TYPES_HELP", "UNEXPLAINED", "length_lines", "type_bars"]

UNEXPLAINED: Final = "no miRNA explains it"
"""Category of reads without a call."""

TYPES_HELP: Final = (
    "The paper's eight types (Talukder et al. 2022): what an end of the miRNA lacks or has besides, and nucleotides "
    f"replaced further in. An isomiR of more than one type is in '{SEVERAL}', so that a bar is all reads."
)


def type_bars(tally: TypeTally, name: str | None = None) -> Content:
    """Return all reads by type, those that no miRNA explains among them.

    Parameters
    ----------
    tally
        What reads are.
    name
        What its sample is called, where there is only one.
    """
    only = name if len(tally.samples) == 1 else None
    types = {
        only or sample: {**of, UNEXPLAINED: tally.unexplained.get(sample, 0)}
        for sample, of in tally.types.items()
    }
    return bars(
        "isomirs_types",
        "isomiRs: types",
        "Reads by how they differ from their miRNA.",
        types,
        unit="reads",
        helptext=TYPES_HELP,
    )


def length_lines(tally: TypeTally) -> Content:
    """Return the reads that a miRNA explains by length."""
    return lines(
        "isomirs_lengths",
        "isomiRs: lengths",
        "Reads that a miRNA explains, by length.",
        tally.lengths,
        axes=("nucleotides", "reads"),
    )
