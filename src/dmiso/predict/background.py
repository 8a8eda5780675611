"""The background of percentiles: logits of random transcript windows with random miRNAs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.encode import encode
from dmiso.errors import InputError
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dmiso.models.store import StoredModel
    from dmiso.records import Counts

__all__ = ["background_quantiles"]

_AT_ONCE: Final = 16_384
_QUANTILES: Final = 1_001


def background_quantiles(
    model: StoredModel,
    mirnas: Sequence[str],
    transcripts: Path,
    counts: Counts,
    *,
    n_windows: int = 200_000,
    seed: int = 0,
) -> tuple[float, ...]:
    """Return the quantiles of a model's logits of random windows, for ``Calibration.percentile``.

    Every window of every transcript is equally likely, and every miRNA; transcripts shorter than the network's window
    are left out and counted.

    Parameters
    ----------
    model
        Its calibration is not used.
    mirnas
        miRNAs to draw from, upper-case RNA, at least one.
    transcripts
        FASTA.
    counts
        Filled: transcripts read and left out, windows drawn.
    n_windows
        Windows drawn, with replacement.
    seed
        For the draws.

    Returns
    -------
    tuple of float
        1,001 quantiles at equal steps from 0 to 100 %, rounded to four digits, ascending.

    Raises
    ------
    InputError
        If no transcript is as long as the window.
    """
    from dmiso.engine import build_engine
    from dmiso.io import read_sequences

    window = model.config.target_length
    sequences = [record.sequence for record in read_sequences(transcripts, counts, kind="transcript")]
    long = [sequence for sequence in sequences if len(sequence) >= window]
    if len(long) < len(sequences):
        counts.drop("transcripts shorter than the network's window", len(sequences) - len(long))
    if not long:
        raise InputError(
            f"no transcript has the {window} nt of the network's window", path=display_name(transcripts)
        )
    generator = np.random.default_rng(seed)
    first = np.cumsum([0, *(len(sequence) - window + 1 for sequence in long)])
    position = generator.integers(0, first[-1], n_windows)
    owner = np.searchsorted(first, position, side="right") - 1
    start = position - first[owner]
    chosen = generator.integers(0, len(mirnas), n_windows)
    engine = build_engine(model.config, model.weights, source=model.source)
    mirna_codes = encode(mirnas, model.config.mirna_length, crop=model.config.crop)
    logits = np.empty(n_windows)
    for i in range(0, n_windows, _AT_ONCE):
        part = slice(i, i + _AT_ONCE)
        windows = [long[o][s : s + window] for o, s in zip(owner[part], start[part], strict=True)]
        logits[part] = engine.logits_pairs(mirna_codes[chosen[part]], encode(windows, window))
    counts.keep("background windows", n_windows)
    return tuple(np.quantile(logits, np.linspace(0, 1, _QUANTILES)).round(4).tolist())
