"""Duplex energies of many pairs through ViennaRNA, spread over processes (threads do not help it).

Workers are plain child interpreters fed through pipes: nothing of the caller's program is imported again,
so a script needs no ``if __name__ == "__main__"``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from dmiso.errors import DmisoError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["PROGRAMS", "Program", "duplex_energies", "usable_cores"]

Program = Literal["RNAduplex", "RNAcofold"]
PROGRAMS: Final = ("RNAduplex", "RNAcofold")

_PAIRS_A_WORKER = 400
"""Fewer pairs than this are not worth the 0.2 s that a child interpreter takes to start."""

_WORKER = """
import sys, RNA
fold = (lambda m, t: RNA.duplexfold(m, t).energy) if sys.argv[1] == "RNAduplex" else (
    lambda m, t: RNA.cofold(m + "&" + t)[1])
for line in sys.stdin:
    m, t = line.split()
    print(repr(float(fold(m, t))))
"""


def duplex_energies(
    mirnas: Sequence[str], targets: Sequence[str], program: Program, *, processes: int | None = None
) -> NDArray[np.float64]:
    """Compute minimum free energies of pairs at 37 °C with ViennaRNA's default parameters.

    Parameters
    ----------
    mirnas, targets
        Upper-case RNA, as many of each; a pair that occurs several times is folded once.
    program
        ``RNAduplex`` (pairs between the strands only; about 900 pairs/s a core) or ``RNAcofold`` (each strand
        may fold on itself too; about 160 pairs/s).
    processes
        Child processes; None uses one for each usable core.

    Returns
    -------
    numpy.ndarray
        kcal/mol, ``(n_pairs,)``; more negative binds stronger.

    Raises
    ------
    MissingExtraError
        If ViennaRNA is not installed.
    DmisoError
        If a worker ends early.
    """
    if find_spec("RNA") is None:
        raise MissingExtraError("ViennaRNA", extra="energy", purpose=program)
    if program not in PROGRAMS:
        raise ValueError(f"program is one of {', '.join(PROGRAMS)}; found {program!r}")
    place: dict[tuple[str, str], int] = {}
    rows = [place.setdefault(pair, len(place)) for pair in zip(mirnas, targets, strict=True)]
    pairs = list(place)
    n_cores = (
        processes or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else processes or 1
    )
    n_workers = max(1, min(n_cores, len(pairs) // _PAIRS_A_WORKER + 1))
    parts = [pairs[i::n_workers] for i in range(n_workers)]
    unique = np.empty(len(pairs))
    if n_workers == 1:
        unique[:] = _fold_here(pairs, program)
    else:
        with ThreadPoolExecutor(n_workers) as pool:
            for i, energies in enumerate(pool.map(lambda part: _fold_in_child(part, program), parts)):
                unique[i::n_workers] = energies
    return unique[rows] if rows else np.empty(0)


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _fold_here(pairs: Sequence[tuple[str, str]], program: Program) -> list[float]:
    """Fold pairs in this process."""
    import RNA

    if program == "RNAduplex":
        return [float(RNA.duplexfold(mirna, target).energy) for mirna, target in pairs]
    return [float(RNA.cofold(f"{mirna}&{target}")[1]) for mirna, target in pairs]


def _fold_in_child(pairs: Sequence[tuple[str, str]], program: Program) -> list[float]:
    """Fold pairs in a child interpreter."""
    text = "".join(f"{mirna} {target}\n" for mirna, target in pairs)
    run = subprocess.run(  # noqa: S603 - our own interpreter and our own program text
        [sys.executable, "-c", _WORKER, program], input=text, capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        last = (run.stderr.strip().splitlines() or ["no message"])[-1]
        raise DmisoError(f"{program} worker ended with code {run.returncode}: {last}.")
    return [float(line) for line in run.stdout.split()]
