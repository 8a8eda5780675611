"""Sections of isomiR calls: what reads are, by sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.isomir.classify import EXACT
from dmiso.isomir.tally import SEVERAL
from dmiso.mqc.content import Statistic, bars, lines, statistics

if TYPE_CHECKING:
    from dmiso.isomir.tally import TypeTally
    from dmiso.mqc.content import Content

__all__ = ["TYPES_HELP", "UNEXPLAINED", "isomir_contents", "type_bars"]

UNEXPLAINED: Final = "no miRNA explains it"
"""Category of reads without a call."""

TYPES_HELP: Final = (
    "The paper's eight types (Talukder et al. 2022): what an end of the miRNA lacks or has besides, and nucleotides "
    f"replaced further in. An isomiR of more than one type is in '{SEVERAL}', so that a bar is all reads."
)
_COLUMNS: Final = {
    "dmiso_isomirs_reads": Statistic("miRNA reads", "Reads that a miRNA explains", scale="Greens"),
    "dmiso_isomirs_explained": Statistic("explained", "Share of reads that a miRNA explains", "%", 1, "YlGn", 100),
    "dmiso_isomirs_share": Statistic(
        "isomiRs", "Share of miRNA reads that are not the exact miRNA", "%", 1, "Purples", 100
    ),
}  # fmt: skip


def isomir_contents(tally: TypeTally) -> list[Content]:
    """Return the sections of a run of isomiR calling over samples; of an output that is one file only the first fits.

    Parameters
    ----------
    tally
        What its reads are.
    """
    lengths = lines(
        "isomirs_lengths",
        "isomiRs: lengths",
        "Reads that a miRNA explains, by length.",
        tally.lengths,
        axes=("nucleotides", "reads"),
    )
    return [type_bars(tally), lengths, _statistics(tally)]


def type_bars(tally: TypeTally) -> Content:
    """Return all reads by type, those that no miRNA explains among them."""
    types = {
        sample: {**of, UNEXPLAINED: tally.unexplained.get(sample, 0)} for sample, of in tally.types.items()
    }
    return bars(
        "isomirs_types",
        "isomiRs: types",
        "Reads by how they differ from their miRNA.",
        types,
        unit="reads",
        helptext=TYPES_HELP,
    )


def _statistics(tally: TypeTally) -> Content:
    """Return a row per sample for the head of the page."""
    rows: dict[str, dict[str, float | None]] = {}
    for sample, found in tally.types.items():
        known = sum(found.values())
        every = known + tally.unexplained.get(sample, 0)
        explained = 100 * known / every if every else None
        changed = 100 * (known - found.get(EXACT, 0)) / known if known else None
        rows[sample] = dict(zip(_COLUMNS, (known, explained, changed), strict=True))
    return statistics("isomirs", _COLUMNS, rows)
