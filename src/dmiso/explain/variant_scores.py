"""What single-base changes do to a model's logit and to repression: reference against changed nucleotides.

A changed transcript is scored in one window that has the change in its middle, so that every site over it is whole and
few others are there; a changed miRNA at the best window of each transcript, before and after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.columns import VARIANT_COLUMNS, schema_of
from dmiso.encode import encode
from dmiso.explain.variant_repression import VariantRepression
from dmiso.predict.windows import cut_windows
from dmiso.seeds import seed_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.explain.model import ExplainedModel
    from dmiso.explain.variants import Change, Sequences

    Floats = NDArray[np.float64]

__all__ = ["VARIANT_COLUMNS", "score_changes"]


_STRIDE: Final = 20
_AROUND: Final = 9
"""Nucleotides on each side of a change that a seed match over it can reach."""


def score_changes(
    model: ExplainedModel,
    changes: Sequence[Change],
    sequences: Sequences,
    *,
    threshold: float = 0.5,
    progress: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Score each change: of a transcript with every miRNA, of a miRNA with every transcript.

    Parameters
    ----------
    model
        The model.
    changes
        As :mod:`dmiso.explain.variants` reads them.
    sequences
        miRNAs and transcripts.
    threshold
        Smallest score that is called a site.
    progress
        Called with the number of rows scored since the last call.

    Returns
    -------
    polars.DataFrame
        :data:`VARIANT_COLUMNS`; ``effect`` is gain, loss, stronger, weaker or same (less than 0.01 logits).
    """
    tables = [pl.DataFrame(schema=schema_of(VARIANT_COLUMNS))]
    repression = VariantRepression(sequences)
    for change in changes:
        if change.side == "target":
            rows = _of_transcript(model, change, sequences)
        else:
            rows = _of_mirna(model, change, sequences.mirnas[change.id], sequences.transcripts)
        tables.append(_finished(rows.with_columns(repression.columns(change)), model, threshold))
        if progress is not None:
            progress(rows.height)
    return pl.concat(tables)


def _of_transcript(model: ExplainedModel, change: Change, sequences: Sequences) -> pl.DataFrame:
    """Score one changed transcript with every miRNA, in the window around the change."""
    bases = sequences.transcripts[change.id]
    length = model.target_length
    start = max(0, min(change.position - length // 2, len(bases) - length))
    pair = [sequence[start : start + length] for sequence in (bases, change.apply(bases))]
    near = slice(max(0, change.position - start - _AROUND), change.position - start + _AROUND + 1)
    names, mirnas = list(sequences.mirnas), list(sequences.mirnas.values())
    logits = [model.score(mirnas, [window] * len(mirnas)) for window in pair]
    seeds = [[seed_class(mirna, window[near]) for mirna in mirnas] for window in pair]
    n = len(names)
    return _frame(change, n, names, [change.id] * n, ([start] * n, [start + len(pair[0])] * n), logits, seeds)


def _of_mirna(
    model: ExplainedModel, change: Change, mirna: str, transcripts: Mapping[str, str]
) -> pl.DataFrame:
    """Score one changed miRNA with every transcript: the best window with either."""
    names = list(transcripts)
    cut = cut_windows(list(transcripts.values()), model.target_length, _STRIDE)
    codes = encode(cut.sequences, model.target_length)
    logits, best = [], np.zeros(len(names), np.int64)
    owners = np.split(np.arange(len(codes)), cut.first[1:])
    found = []
    for sequence in (mirna, change.apply(mirna)):
        of_one = encode([sequence], model.mirna_length, crop=model.crop)
        found.append(model.of_codes(np.repeat(of_one, len(codes), axis=0), codes))
    logits = [np.array([own[windows].max() for windows in owners]) for own in found]
    highest = np.maximum(*found)
    best = np.array([windows[int(np.argmax(highest[windows]))] for windows in owners], np.int64)
    seeds = [
        [seed_class(sequence, cut.sequences[window]) for window in best]
        for sequence in (mirna, change.apply(mirna))
    ]
    positions = (cut.start[best].tolist(), cut.end[best].tolist())
    return _frame(change, len(names), [change.id] * len(names), names, positions, logits, seeds)


def _frame(
    change: Change,
    n: int,
    mirnas: Sequence[str],
    targets: Sequence[str],
    positions: tuple[Sequence[int], Sequence[int]],
    logits: Sequence[Floats],
    seeds: Sequence[Sequence[str]],
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "change": [change.name] * n,
            "side": [change.side] * n,
            "mirna_id": mirnas,
            "target_id": targets,
            "base_position": [change.position] * n,
            "reference_base": [change.ref] * n,
            "changed_base": [change.alt] * n,
            "start": positions[0],
            "end": positions[1],
            "reference_logit": logits[0],
            "changed_logit": logits[1],
            "reference_seed_class": seeds[0],
            "changed_seed_class": seeds[1],
        }
    )


def _finished(rows: pl.DataFrame, model: ExplainedModel, threshold: float) -> pl.DataFrame:
    """Add scores and what the change does."""
    before, after = (rows[f"{which}_logit"].to_numpy() for which in ("reference", "changed"))
    scores = [np.asarray(model.probability(logits), np.float64) for logits in (before, after)]
    was, now = (score >= threshold for score in scores)
    moved = after - before
    effect = np.select(
        [~was & now, was & ~now, moved >= 0.01, moved <= -0.01],
        ["gain", "loss", "stronger", "weaker"],
        "same",
    )
    return rows.with_columns(
        pl.Series("logit_change", moved),
        pl.Series("reference_score", scores[0]),
        pl.Series("changed_score", scores[1]),
        pl.Series("effect", effect.astype(str).tolist(), pl.String),
    ).select(pl.col(name).cast(dtype) for name, dtype in schema_of(VARIANT_COLUMNS).items())
