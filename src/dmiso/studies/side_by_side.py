"""The table the study is for: the paper's figure, ours in paper mode, ours in honest mode, a row per metric."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from dmiso.columns import SIDE_COLUMNS, schema_of
from dmiso.studies.paper_figures import paper_figure

__all__ = ["SIDE_COLUMNS", "side_by_side"]

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
