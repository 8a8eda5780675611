"""What a tool is to us: columns of scores with their default thresholds, and a way to run it on pairs."""

from __future__ import annotations

import math
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from dmiso.energies import usable_cores
from dmiso.errors import DmisoError
from dmiso.workers import Work
from dmiso.workers.programs import find_program

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Runner = Callable[[Sequence[str], Sequence[str]], Mapping[str, Floats]]

__all__ = ["Tool", "by_mirna", "number_of", "run_program"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tool:
    """A program or library that scores pairs.

    Parameters
    ----------
    name
        What ``--tool`` takes.
    thresholds
        Its score columns, each with the smallest value that it calls positive by default (None: it calls nothing).
    how_to_get
        A sentence that says how to get it.
    found
        Whether it is on this machine.
    run
        (miRNAs, targets), upper-case RNA → a score per pair and column, larger = more likely, minus infinity
        where the tool reports nothing.
    reference
        What it is.
    """

    name: str
    thresholds: Mapping[str, float | None]
    how_to_get: str
    found: Callable[[], bool]
    run: Runner
    reference: str = field(default="")


def run_program(command: Sequence[str], folder: Path) -> str:
    """Run a program in a folder and return its standard output.

    Raises
    ------
    DmisoError
        If it cannot be started or ends with an error; the message has its last line.
    """
    program = find_program(command[0])
    if program is None:
        raise DmisoError(f"{command[0]} cannot be started: it is not on the PATH.")
    try:
        run = subprocess.run(  # noqa: S603 - the program is one of our catalogue, its arguments are ours
            [program, *command[1:]], cwd=folder, capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
    except OSError as error:
        raise DmisoError(f"{command[0]} cannot be started ({error.strerror}).") from error
    if run.returncode != 0:
        last = (run.stderr.decode(errors="replace").strip().splitlines() or ["no message"])[-1]
        raise DmisoError(f"{command[0]} ended with code {run.returncode}: {last}")
    return run.stdout.decode(errors="replace")


def number_of(
    text: str, program: str, kind: type[T], within: tuple[float, float] = (-math.inf, math.inf)
) -> T:
    """Return a number that a program wrote.

    Parameters
    ----------
    text
        The field.
    program
        For the message.
    kind
        ``int`` or ``float``.
    within
        Least and largest that it can be, both included, such as the bounds of a column.

    Raises
    ------
    DmisoError
        If it is none, not finite, or out of range.

    Examples
    --------
    >>> number_of("-35.1", "RNAhybrid", float)
    -35.1
    """
    try:
        value = kind(text)  # type: ignore[call-arg]
        fits = math.isfinite(value) and within[0] <= value <= within[1]  # type: ignore[arg-type, operator]
    except (ValueError, OverflowError):
        fits = False
    if not fits:
        raise DmisoError(
            f"{program} wrote {text[:40]!r} where a number is expected: its output cannot be read."
        )
    return value


def by_mirna(
    mirnas: Sequence[str], targets: Sequence[str], score_group: Callable[[str, list[str]], list[T]]
) -> list[T]:
    """Score pairs miRNA by miRNA, several at a time, and return the results in row order.

    Parameters
    ----------
    mirnas, targets
        As many of each.
    score_group
        (miRNA, its targets) → a result per target.
    """
    rows: dict[str, list[int]] = {}
    for row, mirna in enumerate(mirnas):
        rows.setdefault(mirna, []).append(row)
    results: dict[int, T] = {}
    work = Work("pairs scored by the tool", len(mirnas))
    with ThreadPoolExecutor(usable_cores()) as pool:
        groups = [
            pool.submit(score_group, mirna, [targets[row] for row in own]) for mirna, own in rows.items()
        ]
        try:
            for positions, group in zip(rows.values(), groups, strict=True):
                results.update(zip(positions, group.result(), strict=True))
                work.advance(len(positions))
        except BaseException:
            # an interrupt comes to this thread alone: without this it would wait for every miRNA
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [results[row] for row in range(len(mirnas))]
