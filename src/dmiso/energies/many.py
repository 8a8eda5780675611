"""Duplex energies of many pairs through ViennaRNA, spread over processes (threads do not help it).

Workers are child interpreters (:mod:`dmiso.workers`): nothing of the caller's program is imported again, so a script
needs no ``if __name__ == "__main__"``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from dmiso.energies.duplex import cofold_energy, duplex_energy
from dmiso.extras import require_extra
from dmiso.workers import Crew, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = ["PROGRAMS", "Program", "cofold_below", "duplex_energies", "usable_cores"]

Program = Literal["RNAduplex", "RNAcofold"]
PROGRAMS: Final = ("RNAduplex", "RNAcofold")
_ENERGY_STEP: Final = 0.01
"""ViennaRNA counts energies in steps of this size, kcal/mol; less is rounding."""

_PAIRS_A_WORKER = 400
"""Fewer pairs than this are not worth the 0.2 s that a child interpreter takes to start."""

_PAIRS_AT_ONCE: Final = 100
"""Pairs between two reports; RNAcofold takes about 0.6 s for them."""


def duplex_energies(
    mirnas: Sequence[str],
    targets: Sequence[str],
    program: Program,
    *,
    processes: int | None = None,
) -> NDArray[np.float64]:
    """Compute minimum free energies of pairs at 37 °C with ViennaRNA's default parameters.

    Parameters
    ----------
    mirnas, targets
        Upper-case RNA, as many of each; a pair that occurs several times is folded once.
    program
        ``RNAduplex`` (pairs between the strands only; about 900 pairs/s per core) or ``RNAcofold`` (each strand
        may fold on itself too; about 160 pairs/s).
    processes
        Child processes; None uses one per usable core.

    Returns
    -------
    numpy.ndarray
        kcal/mol, ``(n_pairs,)``; more negative binds stronger.

    Raises
    ------
    MissingExtraError
        If ViennaRNA is not installed.
    WorkerError
        If a worker ends early.
    """
    require_extra("RNA", program)
    if program not in PROGRAMS:
        raise ValueError(f"program is one of {', '.join(PROGRAMS)}; found {program!r}")
    position: dict[tuple[str, str], int] = {}
    rows = [position.setdefault(pair, len(position)) for pair in zip(mirnas, targets, strict=True)]
    pairs = list(position)
    n_workers = max(1, min(processes or usable_cores(), len(pairs) // _PAIRS_A_WORKER + 1))
    jobs = [(program, pairs[i : i + _PAIRS_AT_ONCE]) for i in range(0, len(pairs), _PAIRS_AT_ONCE)]
    unique = np.empty(len(pairs))
    work = Work(f"pairs folded by {program}", len(pairs))
    with Crew(n_workers) as crew:
        for number, energies in crew.map(_fold, jobs, on_report=work.advance):
            first = number * _PAIRS_AT_ONCE
            unique[first : first + len(energies)] = energies
    return unique[rows] if rows else np.empty(0)


def cofold_below(mirnas: Sequence[str], targets: Sequence[str], threshold: float) -> NDArray[np.bool_]:
    """Return which pairs RNAcofold gives an energy below a threshold (kcal/mol), folding no more than it must.

    RNAcofold's best structure is at least as stable as RNAduplex's, which is one of those it may choose: a pair whose
    RNAduplex energy lies below needs no RNAcofold, which takes five times as long.

    Parameters
    ----------
    mirnas, targets
        RNA 5'→3', ``(n_pairs,)`` each.
    threshold
        kcal/mol; an energy equal to it is not below.

    Raises
    ------
    MissingExtraError
        If ViennaRNA is not installed.
    """
    duplex = duplex_energies(mirnas, targets, "RNAduplex")
    below = duplex < threshold - _ENERGY_STEP
    rows = np.flatnonzero(~below).tolist()
    cofold = duplex_energies([mirnas[i] for i in rows], [targets[i] for i in rows], "RNAcofold")
    below[rows] = cofold < threshold
    return below


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _fold(job: tuple[Program, Sequence[tuple[str, str]]], report: Callable[[int], None]) -> list[float]:
    """Fold pairs in this process."""
    program, pairs = job
    energy = duplex_energy if program == "RNAduplex" else cofold_energy
    found = [energy(mirna, target) for mirna, target in pairs]
    report(len(pairs))
    return found
