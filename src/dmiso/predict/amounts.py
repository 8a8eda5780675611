"""How much a prediction has to do, counted before it is done, so that the time left is known.

Counting reads the input once, under a hundredth of the time of scoring it; without a listener it is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.io.amounts import count_rows
from dmiso.io.sequences import sequence_lengths
from dmiso.io.streams import following, input_size
from dmiso.predict.windows import cover
from dmiso.workers import Work, heard, ticking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import polars as pl

    from dmiso.predict.predictor import Predictor

__all__ = ["WINDOWS_SCORED", "count_windows", "expecting", "told", "windows_a_target"]

WINDOWS_SCORED: Final = "windows scored"


def told(batches: Iterator[pl.DataFrame], work: Work) -> Iterator[pl.DataFrame]:
    """Yield batches, and report how many windows are scored while one is made: a batch may take a minute."""
    while True:
        with ticking(work.advance):
            frame = next(batches, None)
        if frame is None:
            return
        yield frame


def windows_a_target(predictor: Predictor, stride: int) -> Callable[[int], int]:
    """Return what gives the number of windows of a target from its length, nt."""
    if predictor.crop is not None:
        return lambda _: 1
    window = predictor.model.config.target_length
    return lambda length: cover(length, window, stride)


def count_windows(path: Path, n_windows: Callable[[int], int]) -> int | None:
    """Return how many windows the records of a file have together; None without a listener.

    Parameters
    ----------
    path
        FASTA or FASTQ. Records that will be left out are counted too.
    n_windows
        Windows of a record by its length.

    Raises
    ------
    InputError
        If the file is neither FASTA nor FASTQ, or is cut short.
    """
    if not heard():
        return None
    work = Work("bytes of targets counted", input_size(path))
    with following(work.advance):
        return sum(map(n_windows, sequence_lengths(path)))


def expecting(
    path: Path, work: Work, n_windows: Callable[[int], int]
) -> Callable[[int, Sequence[str]], None]:
    """Return what estimates how many windows a table of pairs will have.

    Parameters
    ----------
    path
        The table; its rows are counted.
    work
        Where the number is reported.
    n_windows
        Windows of a target by its length.

    Returns
    -------
    callable
        To be called with each batch: rows read, and the targets of those that will be scored. The rows still to come
        are taken to have as many windows as those before.
    """
    n_rows = count_rows(path) if heard() else None
    if n_rows is None:
        return lambda _n_read, _targets: None
    read = windows = 0

    def note(n_read: int, targets: Sequence[str]) -> None:
        nonlocal read, windows
        read += n_read
        windows += sum(n_windows(len(target)) for target in targets)
        work.expect(round(windows * max(n_rows, read) / read) if read else 0)

    return note
