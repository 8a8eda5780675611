"""Readers of what other programs wrote: their predictions matched to the rows of a labelled table.

A reader turns a file into hits (miRNA, target, maybe where, score); :func:`read_tool_output` gives each row the
best score of its hits. Rows without a hit were not predicted: minus infinity.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.columns import COLUMNS
from dmiso.errors import InputError, UsageError, did_you_mean
from dmiso.evaluate.score_column import ScoreColumn
from dmiso.evaluate.score_tables import read_scores
from dmiso.io.numbers import finite_number, whole_number
from dmiso.io.streams import display_name
from dmiso.io.text_lines import open_lines
from dmiso.losses import require_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from dmiso.records import Counts

__all__ = ["OUTPUT_READERS", "Hit", "OutputReader", "read_tool_output"]

_FARTHEST: Final = 10**10
"""Longer than any transcript (nt)."""
RNA22_SITE_LENGTH: Final = 22
"""RNA22 gives where a site begins; it is taken to be as long as a miRNA (nt)."""


class Hit(NamedTuple):
    """One prediction of a tool; ``start`` and ``end`` are None where it names no position. 0-based, half-open."""

    mirna_id: str
    target_id: str
    start: int | None
    end: int | None
    score: float


@dataclass(frozen=True, slots=True)
class OutputReader:
    """One kind of file.

    Parameters
    ----------
    name, meaning
        What ``--tool-output`` takes, and a sentence.
    threshold
        Smallest score that the tool calls positive.
    hits
        (lines, file name) → predictions; None for a table in row order, whose column ``column`` is read.
    column
        Name of the score's column, for tables in row order.
    """

    name: str
    meaning: str
    threshold: float
    hits: Callable[[Iterator[str], str], Iterator[Hit]] | None = None
    column: str = ""


def _rna22(lines: Iterator[str], where: str) -> Iterator[Hit]:
    """Read RNA22 v2: miRNA, transcript, leftmost position (from 1), energy, heteroduplex, p-value."""
    for number, fields in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
        if not fields or (number == 1 and len(fields) > 2 and not _is_number(fields[2])):
            continue
        try:
            yield _rna22_hit(fields)
        except ValueError as error:
            raise InputError(
                f"{error}; RNA22 writes miRNA, transcript, position, energy, heteroduplex, p",
                path=where,
                line=number,
                hint="Give RNA22's own tab-separated output",
            ) from error


def _rna22_hit(fields: list[str]) -> Hit:
    if len(fields) < 6:
        raise ValueError(f"{len(fields)} fields were found")
    position, p_value = finite_number(fields[2]), finite_number(fields[-1])
    if not (position.is_integer() and 1 <= position < _FARTHEST):
        raise ValueError(f"position {fields[2]!r} is not a whole number from 1 on")
    if not 0 <= p_value <= 1:
        raise ValueError(f"p-value {fields[-1]!r} does not lie between 0 and 1")
    start = int(position) - 1
    return Hit(fields[0], fields[1], start, start + RNA22_SITE_LENGTH, -math.log10(max(p_value, 1e-300)))


def _miraw(lines: Iterator[str], where: str) -> Iterator[Hit]:
    """Read miRAW's ``*TargetSites.csv``: tab- or comma-separated with GeneName, miRNA, Prediction."""
    first = next(lines, "")
    names = [name.strip().lstrip("#") for name in first.rstrip("\r\n").split("\t" if "\t" in first else ",")]
    needed = ("GeneName", "miRNA", "Prediction")
    if missing := [name for name in needed if name not in names]:
        raise InputError(
            f"column {missing[0]} is missing; found {', '.join(names)}",
            path=where,
            line=1,
            hint="Give miRAW's file of target sites (allTargetSites or positiveTargetSites)",
        )
    for number, fields in enumerate(csv.reader(lines, delimiter="\t" if "\t" in first else ","), start=2):
        if not fields:
            continue
        if len(fields) < len(names):
            raise InputError(
                f"{len(fields)} fields were found where the header has {len(names)}", path=where, line=number
            )
        row = dict(zip(names, fields, strict=False))
        try:
            score = finite_number(row["Prediction"])
        except ValueError as error:
            raise InputError(str(error), path=where, line=number, column="Prediction") from error
        yield Hit(row["miRNA"].strip(), row["GeneName"].strip(), None, None, score)


def _mitar(lines: Iterator[str], where: str) -> Iterator[Hit]:
    """Read miTAR's FASTA: headers ``>miRNA|target|number of sites|site|score``."""
    for number, line in enumerate(lines, start=1):
        if not line.startswith(">"):
            continue
        fields = line[1:].strip().split("|")
        if len(fields) != 5 or not _is_number(fields[4]):
            raise InputError(
                f"the header {line.strip()!r} is not miTAR's miRNA|target|sites|site|score",
                path=where,
                line=number,
            )
        yield Hit(fields[0], fields[1], None, None, float(fields[4]))


def _is_number(text: str) -> bool:
    try:
        finite_number(text)
    except ValueError:
        return False
    return True


OUTPUT_READERS: Final[Mapping[str, OutputReader]] = MappingProxyType(
    {
        reader.name: reader
        for reader in (
            OutputReader(
                "rna22",
                "RNA22 v2 predictions, its web page's or the precomputed sets: -log10 p of overlapping sites",
                0.0,
                _rna22,
            ),
            OutputReader("miraw", "miRAW's allTargetSites.csv or positiveTargetSites.csv", 0.5, _miraw),
            OutputReader("mitar", "miTAR's FASTA of predicted targets", 0.5, _mitar),
            OutputReader(
                "mirbind2",
                "miRBind2's table with prediction_score, row by row",
                0.5,
                column="prediction_score",
            ),
        )
    }
)
"""Readers by name."""


def read_tool_output(name: str, path: Path, table: pl.DataFrame, counts: Counts) -> ScoreColumn:
    """Read a tool's output as a score for each row of a labelled table.

    A row is predicted if a hit has its miRNA's name and one of its target's names, and where both have a position,
    if these overlap (the paper's rule for RNA22); hyphens and underscores are the same.

    Parameters
    ----------
    name
        A key of :data:`OUTPUT_READERS`.
    path
        What the tool wrote.
    table
        Labelled table with ``mirna_id`` and ``target_id``, ``transcript_id``, ``gene_id`` or ``gene_name``; with
        ``start`` and ``end`` on the transcript where positions are compared.
    counts
        Filled: hits that fit no row.

    Raises
    ------
    UsageError
        If the name is not known.
    InputError
        If the file is not what the tool writes, or the table lacks the names.
    """
    if name not in OUTPUT_READERS:
        raise UsageError(
            f"{name} is not a tool whose output can be read. {did_you_mean(name, OUTPUT_READERS)}."
        )
    reader = OUTPUT_READERS[name]
    if reader.hits is None:
        values = read_scores(path, table, counts, names=[reader.column])[reader.column]
        # a row that the tool did not report has no probability: then none is given
        known = values if bool(((values >= 0) & (values <= 1)).all()) else None
        return ScoreColumn(name, "tool", values, reader.threshold, known, note=reader.meaning)
    rows = _rows_by_name(table, display_name(path))
    positions = _positions(table, display_name(path))
    values = np.full(table.height, -np.inf)
    n_hits = n_fitting = 0
    with open_lines(path) as lines:
        for hit in reader.hits(lines, display_name(path)):
            fitting = [
                row
                for row in _named(hit, rows)
                if _overlap(hit, positions[row] if positions is not None else None)
            ]
            if not fitting:
                counts.note(f"{name} predictions fit no row of the labelled table", example=hit.mirna_id)
            n_hits, n_fitting = n_hits + 1, n_fitting + bool(fitting)
            values[fitting] = np.maximum(values[fitting], hit.score)
    counts.flow(
        f"{name} predictions",
        n_hits,
        n_fitting,
        outcome="found among the labelled pairs",
        hint="Check that both use the same names of miRNAs and targets",
        large=1,  # tools predict on whole transcriptomes: most predictions are of no labelled pair
    )
    require_kept(counts, path=display_name(path))
    return ScoreColumn(name, "tool", values, reader.threshold, note=reader.meaning)


def _rows_by_name(table: pl.DataFrame, where: str) -> dict[tuple[str, str], list[int]]:
    """Return the rows of each (miRNA name, target name), by every kind of target name there is."""
    targets = [n for n in ("target_id", "transcript_id", "gene_id", "gene_name") if n in table.columns]
    if "mirna_id" not in table.columns or not targets:
        raise InputError(
            "the labelled table has no names to match (mirna_id, and target_id, transcript_id, gene_id or gene_name)",
            path=where,
            hint="Add these columns to the labelled table",
        )
    rows: dict[tuple[str, str], list[int]] = {}
    for column in targets:
        for row, (mirna, target) in enumerate(zip(table["mirna_id"], table[column], strict=True)):
            if mirna and target:
                known = rows.setdefault((_plain(mirna), _plain(target)), [])
                if row not in known[-1:]:
                    known.append(row)
    return rows


def _named(hit: Hit, rows: dict[tuple[str, str], list[int]]) -> list[int]:
    """Return the rows that have a hit's names; RNA22 joins gene and transcript, as ``ENSG…_ENST…``."""
    names = {_plain(hit.target_id), *map(_plain, hit.target_id.replace("|", "_").split("_"))}
    return sorted({row for name in names for row in rows.get((_plain(hit.mirna_id), name), ())})


def _plain(name: str) -> str:
    """Return a name in the one spelling that is compared.

    Examples
    --------
    >>> _plain("hsa_miR_21_5p") == _plain("hsa-miR-21-5p")
    True
    """
    return name.strip().replace("_", "-").lower()


def _positions(table: pl.DataFrame, where: str) -> list[tuple[int, int] | None] | None:
    """Return where each row's site lies on its transcript, or None if the table does not say."""
    if not {"start", "end", "transcript_id"} <= set(table.columns):
        return None
    pairs: Sequence[tuple[object, object]] = table.select("start", "end").rows()
    try:
        return [
            None if start in {None, ""} or end in {None, ""} else _position(str(start), str(end))
            for start, end in pairs
        ]
    except ValueError as error:
        raise InputError(
            f"start and end of the labelled table, compared with the positions of this file: {error}",
            path=where,
            hint="Correct the labelled table, or leave the two columns out",
        ) from error


def _position(start: str, end: str) -> tuple[int, int]:
    """Return a position as numbers."""
    first, last = whole_number(start), whole_number(end)
    least, most = COLUMNS["start"].bounds
    if not least <= first <= last <= most:
        raise ValueError(f"{first:,} to {last:,} is not a 0-based, half-open range")
    return first, last


def _overlap(hit: Hit, position: tuple[int, int] | None) -> bool:
    if hit.start is None or hit.end is None or position is None:
        return True
    return hit.start < position[1] and position[0] < hit.end
