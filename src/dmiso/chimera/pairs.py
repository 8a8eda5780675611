"""From alignments of both parts to the pairs that a read is called as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.settings.chimeras import LocateSettings

__all__ = ["NO_TARGET", "OUTCOMES", "Pairs", "choose_pairs"]

NO_TARGET: Final = "reads with a miRNA and no target"

OUTCOMES: Final = (
    "chimeric reads",
    "reads without a miRNA",
    NO_TARGET,
    "reads whose miRNA is not at an end",
    "reads whose parts are too far apart or overlap too much",
)
"""What a read can come to, in the order of the compiled loop's codes."""

_ALTERNATIVES: Final = 5
"""Other positions that are named where several explain a read equally well."""


class Pairs(NamedTuple):
    """Pairs of alignments, best first, by read; and the outcome of every read (position in ``OUTCOMES``).

    The frame has the columns of both alignments (``m_`` and ``t_`` before their names), ``read``,
    ``candidate_rank``, ``mirna_first``, ``gap`` (nucleotides between the parts; negative: shared),
    ``n_mirna_alignments`` and ``n_targets`` (alignments as good as this, itself included), ``t_others`` (up
    to five more).
    """

    frame: pl.DataFrame
    outcome: NDArray[np.int8]


def _bounds(frame: pl.DataFrame, n_reads: int) -> NDArray[np.int64]:
    """Return where each read's alignments begin."""
    return np.searchsorted(frame["read"].to_numpy(), np.arange(n_reads + 1)).astype(np.int64)


def _arrays(frame: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return positions and worth of alignments as arrays, as :func:`dmiso.chimera.kernels.pair_hits` takes them."""
    first_base = pl.col("start") - pl.col("read_start")
    positions = frame.select(
        pl.col("read_start", "read_end", "subject").cast(pl.Int64), first_base.cast(pl.Int64)
    ).to_numpy(order="c")
    worth = frame.select("log10_evalue", "bit_score").to_numpy(order="c")
    return np.ascontiguousarray(positions, np.int64), np.ascontiguousarray(worth, np.float64)


def choose_pairs(
    lengths: NDArray[np.int64], mirnas: pl.DataFrame, targets: pl.DataFrame, settings: LocateSettings
) -> Pairs:
    """Choose the best pairs: smaller e-values, then larger bit scores, then the parts nearest to each other.

    The e-values and bit scores of the two parts are joined: the product and the sum. Of pairs equal in all of this
    the first in the order of the references is taken. A miRNA and a target position are a pair once: several
    alignments of the two, parted by mismatches, do not take the ranks of other pairs.

    Parameters
    ----------
    lengths
        Of the reads.
    mirnas, targets
        Alignments (``HIT_SCHEMA``) sorted by read.
    settings
        Distances, order, number of pairs.
    """
    from dmiso.chimera.kernels import PairRules, pair_hits

    n_reads = len(lengths)
    mirnas = mirnas.filter(pl.col("read_end") - pl.col("read_start") >= settings.min_mirna_match)
    rules = PairRules(
        settings.max_gap,
        settings.max_overlap,
        settings.max_end_distance,
        mirna_first=settings.order != "target-first",
        target_first=settings.order != "mirna-first",
    )
    m, m_worth = _arrays(mirnas)
    t, t_worth = _arrays(targets)
    rows, outcome = pair_hits(
        lengths.astype(np.int64),
        _bounds(mirnas, n_reads),
        m,
        m_worth,
        _bounds(targets, n_reads),
        t,
        t_worth,
        rules,
        settings.top,
    )
    return Pairs(_as_frame(rows, mirnas, targets), outcome)


def _as_frame(rows: NDArray[np.int64], mirnas: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """Put the alignments of each pair side by side, and count those as good."""
    mirnas = _with_equals(mirnas).rename(lambda name: f"m_{name}")
    targets = _with_equals(targets).rename(lambda name: f"t_{name}")
    frame = pl.DataFrame(
        {
            "read": rows[:, 0],
            "candidate_rank": rows[:, 1],
            "mirna_first": rows[:, 4] == 1,
        }
    )
    frame = pl.concat(
        [frame, mirnas[rows[:, 2]].drop("m_read", "m_others"), targets[rows[:, 3]].drop("t_read")],
        how="horizontal",
    )
    first = pl.col("mirna_first")
    gap = (
        pl.when(first)
        .then(pl.col("t_read_start") - pl.col("m_read_end"))
        .otherwise(pl.col("m_read_start") - pl.col("t_read_end"))
    )
    return frame.with_columns(gap=gap).rename({"m_equals": "n_mirna_alignments", "t_equals": "n_targets"})


def _with_equals(hits: pl.DataFrame) -> pl.DataFrame:
    """Add ``equals``, how many alignments have the same position on the read and score, and some of the ``others``."""
    keys = ["read", "read_start", "read_end", "bit_score"]
    position = pl.struct("subject", "start")
    return hits.with_columns(
        equals=pl.len().over(keys).cast(pl.Int64),
        others=position.head(_ALTERNATIVES + 1).over(keys, mapping_strategy="join"),
    )
