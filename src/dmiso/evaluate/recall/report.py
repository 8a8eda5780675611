"""Recall as Markdown to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dmiso.io.markdown import markdown_table

if TYPE_CHECKING:
    import polars as pl

    from dmiso.records import Counts

__all__ = ["recall_text"]

_EXPLANATION: Final = (
    "Recall is the share of positives that a scorer calls positive, with a 95 % interval from a bootstrap of site "
    "clusters. Alone it says little: whoever calls everything positive has 1. The control is the share of the same "
    "sites that is called positive with the miRNAs of other rows; what a scorer knows of the pair is the difference."
)
_NON_FUNCTIONAL: Final = (
    "Non-functional sites are of reporters that did not respond: the paper counts them as positives, but a scorer that "
    "knew function would call few of them."
)


def recall_text(recall: pl.DataFrame, counts: Counts) -> str:
    """Return a measurement of recall as Markdown: a row per scorer and source, and what was left out.

    Parameters
    ----------
    recall
        As :func:`dmiso.evaluate.recall.measure.recall_table` gives it.
    counts
        What was dropped and noted.
    """
    blocks = ["# Recall", _EXPLANATION]
    if recall["source"].str.contains("non-functional").any():
        blocks.append(_NON_FUNCTIONAL)
    rows = [
        [
            row["scorer"],
            row["source"],
            f"{row['positives']:,}",
            _share(row),
            _number(row["control"]),
            row["note"] or "",
        ]
        for row in recall.iter_rows(named=True)
    ]
    blocks.append(markdown_table(["Score", "Positives of", "n", "Recall", "Control", "Note"], rows))
    if left_out := counts.sentences():
        blocks += ["## Left out and noted", "\n".join(f"- {sentence}" for sentence in left_out)]
    return "\n\n".join(blocks) + "\n"


def _share(row: dict[str, Any]) -> str:
    """Return a recall with its interval."""
    text = _number(row["recall"])
    return text if row["low"] is None else f"{text} [{row['low']:.3f}–{row['high']:.3f}]"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
