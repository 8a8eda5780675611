"""From reads or interactions to the rows that networks learn from and are judged on: the paper's Fig. 1A in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.columns import FUNNEL_COLUMNS, STUDY_FUNNEL_COLUMNS, schema_of
from dmiso.io.tables import as_texts, read_table
from dmiso.studies.designs import MODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dmiso.studies.store import Step

__all__ = ["STUDY_FUNNEL_COLUMNS", "read_funnel", "study_funnel"]

_PARTS: Final = {1: "positives", 0: "negatives"}


def read_funnel(path: Path) -> pl.DataFrame:
    """Read ``funnel.tsv`` of ``dmiso chimeras``, its samples added up.

    Parameters
    ----------
    path
        The table.

    Returns
    -------
    polars.DataFrame
        :data:`STUDY_FUNNEL_COLUMNS`.

    Raises
    ------
    InputError
        If it is no such table.
    """
    table = read_table(path, required=FUNNEL_COLUMNS, numbers=("n",))
    rows = as_texts(table, ("step", "outcome", "what")).group_by(
        "step", "outcome", "what", maintain_order=True
    )
    return rows.agg(pl.col("n").sum()).select(
        pl.col(name).cast(dtype) for name, dtype in schema_of(STUDY_FUNNEL_COLUMNS).items()
    )


def study_funnel(steps: Mapping[str, Step], before: pl.DataFrame | None = None) -> pl.DataFrame:
    """Put what the study kept and dropped in a row, from the first table to the test rows of both modes.

    Parameters
    ----------
    steps
        Of the study, by name.
    before
        Of :func:`read_funnel`: how reads became the interactions.

    Returns
    -------
    polars.DataFrame
        :data:`STUDY_FUNNEL_COLUMNS`; what a step dropped and kept adds up to what came to it.
    """
    rows = list(_gathered(steps, "positives", "positives-located", "of the data"))
    for mode in MODES:
        rows += _divided(steps, f"main-{mode}", f"{mode} mode")
    if "second-positives" in steps:
        rows += _gathered(steps, "second-positives", "second-located", "of the second data")
        for mode in MODES:
            rows += _divided(steps, f"second-{mode}", f"{mode} mode, second data")
    own = pl.DataFrame(rows, schema=schema_of(STUDY_FUNNEL_COLUMNS))
    return own if before is None else pl.concat([before, own])


def _row(step: str, outcome: str, what: str, n: int) -> dict[str, Any]:
    return {"step": step, "outcome": outcome, "what": what, "n": n}


def _gathered(steps: Mapping[str, Step], whole: str, used: str, words: str) -> Iterator[dict[str, Any]]:
    """Return how interactions became positives, and those that a negative can be drawn for."""
    dropped = steps[whole].counts["dropped"]
    positives, kept = steps[whole].frame.height, steps[used].frame.height
    yield _row(whole, "kept", f"interactions {words}", positives + sum(dropped.values()))
    for what, n in dropped.items():
        yield _row(whole, "dropped", what, n)
    yield _row(whole, "kept", f"positives {words}", positives)
    yield _row(used, "dropped", f"positives {words} without a 3'UTR to draw negatives from", positives - kept)
    yield _row(used, "kept", f"positives {words} with one", kept)


def _divided(steps: Mapping[str, Step], name: str, words: str) -> Iterator[dict[str, Any]]:
    """Return how positives got negatives, and which rows test."""
    for what, n in steps[name].counts["dropped"].items():
        yield _row(name, "dropped", f"{words}: {what}", n)
    frame = steps[name].frame
    for label, word in _PARTS.items():
        yield _row(name, "kept", f"{words}: {word}", frame.filter(pl.col("label") == label).height)
    if "split" not in frame.columns:
        return
    for label, word in _PARTS.items():
        held_out = frame.filter(pl.col("label") == label, pl.col("split") == "test")
        yield _row(name, "kept", f"{words}: {word} held out for the test", held_out.height)
