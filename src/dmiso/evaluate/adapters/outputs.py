"""What other programs wrote, as scores of the rows of a labelled table.

A reader turns a file into hits (miRNA, target, maybe where, score); :func:`read_tool_output` gives each row the
best score of its hits. Rows without a hit were not predicted: minus infinity. Any tool's scores may also come as a
table of pairs with their nucleotides (:mod:`dmiso.evaluate.adapters.pair_scores`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.errors import InputError, UsageError, did_you_mean
from dmiso.evaluate.adapters.deep_outputs import MIRAW_OUTPUT, MITAR_OUTPUT
from dmiso.evaluate.adapters.hits import Hit, OutputReader
from dmiso.evaluate.adapters.matching import RowsByName
from dmiso.evaluate.adapters.pair_scores import is_pair_table, read_pair_scores
from dmiso.evaluate.adapters.rna22 import RNA22_OUTPUT
from dmiso.evaluate.adapters.seed_outputs import MIRANDA_OUTPUT, TARGETSCAN_OUTPUT
from dmiso.evaluate.score_column import ScoreColumn
from dmiso.evaluate.score_tables import read_scores
from dmiso.io.streams import display_name
from dmiso.io.text_lines import open_lines
from dmiso.losses import require_kept

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from dmiso.records import Counts

__all__ = ["OUTPUT_READERS", "Hit", "OutputReader", "find_reader", "read_tool_output"]

_STRANGE: Final = "{} predictions fit no row of the labelled table"
_EXAMPLES: Final = 3
"""Names of miRNAs that are shown of these."""

OUTPUT_READERS: Final[Mapping[str, OutputReader]] = MappingProxyType(
    {
        reader.name: reader
        for reader in (
            MIRANDA_OUTPUT,
            TARGETSCAN_OUTPUT,
            RNA22_OUTPUT,
            MIRAW_OUTPUT,
            MITAR_OUTPUT,
            OutputReader(
                "mirbind2",
                "miRBind2's table with prediction_score, row by row",
                0.5,
                columns=("prediction_score",),
            ),
        )
    }
)
"""Readers by name."""


def find_reader(name: str) -> OutputReader:
    """Return the reader of a tool's output.

    Raises
    ------
    UsageError
        If the name is not known.
    """
    if name not in OUTPUT_READERS:
        raise UsageError(
            f"{name} is not a tool whose output can be read. {did_you_mean(name, OUTPUT_READERS)}."
        )
    return OUTPUT_READERS[name]


def read_tool_output(
    name: str, path: Path, table: pl.DataFrame, counts: Counts, *, part: bool = False
) -> ScoreColumn:
    """Read a tool's output as a score for each row of a labelled table.

    A row is predicted if a hit has its miRNA's name and one of its target's names, and where both have a position,
    if these overlap (the paper's rule for RNA22), see :mod:`dmiso.evaluate.adapters.matching`.

    Parameters
    ----------
    name
        A key of :data:`OUTPUT_READERS`.
    path
        What the tool wrote, or a table of pairs with its scores.
    table
        Labelled table with ``mirna_id`` and ``target_id``, ``transcript_id``, ``gene_id`` or ``gene_name``; with
        ``start`` and ``end`` on the transcript where positions are compared. Without names, where the file names
        miRNAs and targets by their nucleotides.
    counts
        Filled: hits that fit no row.
    part
        Whether the file is of several tables, of which this is one: then none of its hits need be of this table,
        and of a table of pairs not every row need be in it (``rows`` of the result).

    Raises
    ------
    UsageError
        If the name is not known.
    InputError
        If the file is not what the tool writes, or the table lacks the names.
    NothingKeptError
        If hits came and none fits a row, unless ``part``.
    """
    reader = find_reader(name)
    if reader.hits is None:
        values = read_scores(path, table, counts, names=list(reader.columns))[reader.columns[0]]
        # a row that the tool did not report has no probability: then none is given
        known = values if bool(((values >= 0) & (values <= 1)).all()) else None
        return ScoreColumn(name, "tool", values, reader.threshold, known, note=reader.meaning)
    if is_pair_table(path):
        return _of_pairs(path, reader, table, part=part)
    values = _best_scores(path, reader, table, counts)
    if not part:
        require_kept(counts, path=display_name(path))
    return ScoreColumn(name, "tool", values, reader.threshold, note=reader.meaning)


def _of_pairs(path: Path, reader: OutputReader, table: pl.DataFrame, *, part: bool) -> ScoreColumn:
    """Read a table of pairs, which must hold every row unless a part will do."""
    column = read_pair_scores(path, reader, table)
    if column.rows is not None and not part:
        raise InputError(
            f"{int((~column.rows).sum()):,} of {table.height:,} pairs of the labelled table are not in the file: their "
            "scores are unknown",
            path=display_name(path),
            hint="Give scores of all pairs; an empty field is a pair that the tool did not report",
        )
    return column


def _best_scores(
    path: Path, reader: OutputReader, table: pl.DataFrame, counts: Counts
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the best score of each row's hits, minus infinity without one."""
    assert reader.hits is not None
    where = display_name(path)
    rows = RowsByName(table, where)
    values = np.full(table.height, -np.inf)
    n_hits = n_fitting = 0
    strangers: dict[str, None] = {}
    with open_lines(path) as lines:
        for hit in reader.hits(lines, where):
            n_hits += 1
            if fitting := rows.rows_of(hit, reader.name, counts):
                n_fitting += 1
                values[fitting] = np.maximum(values[fitting], hit.score)
            elif len(strangers) < _EXAMPLES:
                strangers[hit.mirna_id] = None
    for name in strangers:
        counts.note(_STRANGE.format(reader.name), 0, example=name)
    if n_hits > n_fitting:
        counts.note(_STRANGE.format(reader.name), n_hits - n_fitting)
    counts.flow(
        f"{reader.name} predictions",
        n_hits,
        n_fitting,
        outcome="found among the labelled pairs",
        hint="Check that both use the same names of miRNAs and targets",
        large=1,  # tools predict on whole transcriptomes: most predictions are of no labelled pair
    )
    return values
