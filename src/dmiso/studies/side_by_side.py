"""The table the study is for: the paper's figure, ours in paper mode, ours in honest mode, a row per metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.columns import SIDE_COLUMNS, schema_of
from dmiso.io import write_table, write_text
from dmiso.studies.paper_figures import paper_figure

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SIDE_COLUMNS", "side_by_side", "write_side_by_side"]

_KEY: Final = ("analysis", "data", "subject", "metric", "training_seed")
_VALUES: Final = ("value", "low", "high", "sd", "chance", "positives", "negatives")


def side_by_side(results: pl.DataFrame) -> pl.DataFrame:
    """Put the modes of each result beside each other and beside the paper's figure.

    Parameters
    ----------
    results
        Rows of :data:`dmiso.studies.measures.ROW_COLUMNS`; mode ``both`` fills both sides.

    Returns
    -------
    polars.DataFrame
        Columns :data:`SIDE_COLUMNS`, in the order in which analyses come first.
    """
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for result in results.iter_rows(named=True):
        key = tuple(result[name] for name in _KEY)
        if key not in rows:
            figure = paper_figure(key[0], key[1], key[2], key[3])
            rows[key] = {
                **dict(zip(_KEY, key, strict=True)),
                "paper": figure.text,
                "paper_place": figure.where,
                "notes": {},
            }
        for mode in ("paper", "honest"):
            if result["mode"] in {mode, "both"}:
                rows[key] |= {f"{mode}_mode_{name}": result[name] for name in _VALUES}
                rows[key]["notes"][mode] = result["note"] or ""
    lines = [{**row, "note": _joined(row.pop("notes"))} for row in rows.values()]
    return pl.DataFrame(
        [{name: line.get(name) for name in SIDE_COLUMNS} for line in lines], schema=schema_of(SIDE_COLUMNS)
    )


def _joined(notes: dict[str, str]) -> str:
    """Return the notes of both modes, once if they are equal."""
    distinct = {note for note in notes.values() if note}
    if len(distinct) <= 1:
        return next(iter(distinct), "")
    return "; ".join(f"{mode}: {note}" for mode, note in notes.items() if note)


def write_side_by_side(table: pl.DataFrame, folder: Path) -> None:
    """Write ``side_by_side.tsv`` and ``side_by_side.md``."""
    write_table(folder / "side_by_side.tsv", table, digits=6)
    write_text(folder / "side_by_side.md", _markdown(table))


def _markdown(table: pl.DataFrame) -> str:
    """Return the table as Markdown, a section per analysis."""
    lines = ["# The paper, paper mode and honest mode side by side", ""]
    lines += ["Values with 95 % intervals (site clusters resampled); n is positives + negatives.", ""]
    for (analysis,), part in table.group_by("analysis", maintain_order=True):
        lines += [f"## {analysis}", ""]
        lines += ["| data | subject | metric | paper | paper mode | n | honest mode | n | note |"]
        lines += ["|---|---|---|---|---|---|---|---|---|"]
        for row in part.iter_rows(named=True):
            position = row["paper_place"]
            paper = row["paper"] or ("–" if not position else "– (not in the text)")
            cells = [row["data"], row["subject"], row["metric"], paper]
            for mode in ("paper_mode", "honest_mode"):
                cells += [_value(row, mode), _size(row, mode)]
            lines.append("| " + " | ".join([*cells, row["note"] or ""]) + " |")
        lines.append("")
    return "\n".join(lines)


def _value(row: dict[str, Any], mode: str) -> str:
    """Return a value with its interval."""
    value, low, high = (row[f"{mode}_{name}"] for name in ("value", "low", "high"))
    if value is None:
        return "–"
    whole = float(value).is_integer() and low is None
    text = f"{value:,.0f}" if whole else f"{value:.3f}"
    return text if low is None else f"{text} [{low:.3f}–{high:.3f}]"


def _size(row: dict[str, Any], mode: str) -> str:
    """Return how many positives and negatives a value is of."""
    positives, negatives = row[f"{mode}_positives"], row[f"{mode}_negatives"]
    if negatives is None:
        return ""
    return f"{negatives:,}" if positives is None else f"{positives:,} + {negatives:,}"
