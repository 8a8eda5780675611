"""Duplex energies of many pairs through ViennaRNA, spread over processes (threads do not help it).

Workers are child interpreters (:mod:`dmiso.workers`): nothing of the caller's program is imported again, so a script
needs no ``if __name__ == "__main__"``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Literal, TypeVar

import numpy as np

from dmiso.energies.duplex import cofold_energy, duplex_energy, fold_duplex
from dmiso.extras import require_extra
from dmiso.workers import Crew, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["PROGRAMS", "Program", "cofold_below", "duplex_energies", "duplex_structures", "usable_cores"]

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
    jobs = [(program, pairs[i : i + _PAIRS_AT_ONCE]) for i in range(0, len(pairs), _PAIRS_AT_ONCE)]
    unique = np.empty(len(pairs))
    for first, energies in _spread(_fold, jobs, len(pairs), program, processes):
        unique[first : first + len(energies)] = energies
    return unique[rows] if rows else np.empty(0)


def duplex_structures(
    pairs: Sequence[tuple[str, str]], *, processes: int | None = None
) -> list[tuple[str, float]]:
    """Fold pairs with RNAduplex; return what pairs with what, too.

    Parameters
    ----------
    pairs
        miRNA and target, upper-case RNA; each pair once, or it is folded again.
    processes
        Child processes; None uses one per usable core.

    Returns
    -------
    list of (str, float)
        Both strands from end to end in dots and brackets (``miRNA&target``, as long as the two), and the energy in
        kcal/mol. Where no duplex holds, as the best one would cost energy, there are dots only and an energy of 0.

    Raises
    ------
    MissingExtraError
        If ViennaRNA is not installed.
    WorkerError
        If a worker ends early.

    Examples
    --------
    >>> duplex_structures([("GGGGA", "AUCCCC"), ("AAAA", "AAAA")])
    [('(((((&.)))))', -8.0), ('....&....', 0.0)]
    """
    require_extra("RNA", "RNAduplex")
    jobs = [pairs[i : i + _PAIRS_AT_ONCE] for i in range(0, len(pairs), _PAIRS_AT_ONCE)]
    found: list[tuple[str, float]] = [("", 0.0)] * len(pairs)
    for first, folded in _spread(_fold_structures, jobs, len(pairs), "RNAduplex", processes):
        found[first : first + len(folded)] = folded
    return found


_Job = TypeVar("_Job")
_Folded = TypeVar("_Folded")


def _spread(
    function: Callable[[_Job, Callable[[int], None]], list[_Folded]],
    jobs: Sequence[_Job],
    n_pairs: int,
    program: str,
    processes: int | None,
) -> Iterator[tuple[int, list[_Folded]]]:
    """Give the number of the first pair of each job, in any order, and what became of its pairs."""
    n_workers = max(1, min(processes or usable_cores(), n_pairs // _PAIRS_A_WORKER + 1))
    work = Work(f"pairs folded by {program}", n_pairs)
    with Crew(n_workers) as crew:
        for number, folded in crew.map(function, jobs, on_report=work.advance):
            yield number * _PAIRS_AT_ONCE, folded


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


def _fold_structures(
    pairs: Sequence[tuple[str, str]], report: Callable[[int], None]
) -> list[tuple[str, float]]:
    """Fold pairs in this process, with their structures."""
    found = []
    for mirna, target in pairs:
        duplex = fold_duplex(mirna, target)
        # 100,000 kcal/mol is ViennaRNA's word for no duplex at all
        holds = duplex.energy < 0
        structure = duplex.structure if holds else "." * len(mirna) + "&" + "." * len(target)
        found.append((structure, round(duplex.energy, 2) if holds else 0.0))
    report(len(pairs))
    return found
