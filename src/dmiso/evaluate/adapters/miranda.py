"""miRanda 3.3a (Enright et al. 2003): the best alignment score of a pair that passes its thresholds.

The program ``miranda`` is run with its defaults (score >= 140, energy <= 1 kcal/mol), one process per miRNA; its
lines that begin with ``>>`` sum up a pair. Where it is missing the Python package ``metarna``, a build of the
same alignment core, does the same; it does not filter by energy, which at 1 kcal/mol leaves nothing out.

At its defaults a pair without a hit has no score, so that the scores order hits alone. ``MIRANDA_UNBOUNDED`` runs it
with ``-sc 0``: the scores of hits and the calls at 140 are the same, and the other pairs are ordered too.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.errors import DmisoError
from dmiso.evaluate.adapters.tool import Tool, by_mirna, number_of, run_program
from dmiso.extras import is_installed
from dmiso.workers.programs import find_program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["DEFAULT_SCORE", "MIRANDA", "MIRANDA_UNBOUNDED", "parse_summary"]

_PROGRAM = "miranda"
_MODULE = "metarna"
DEFAULT_SCORE: Final = 140.0
"""miRanda's own score threshold."""


def _has_module() -> bool:
    """Return whether the module is there: importing its bare name would also find any folder of that name."""
    return is_installed(f"{_MODULE}.target_scan")


def parse_summary(output: str, n_targets: int) -> list[float]:
    r"""Return the best score of targets named 0, 1, 2, …, minus infinity for one without a hit.

    Lines ``>>query, target, total score, total energy, max score, max energy, strand, …`` are read.

    Examples
    --------
    >>> parse_summary(">>q\t1\t300.00\t-35.2\t159.00\t-20.1\t1\t22\t50\t 5 30\n", 2)
    [-inf, 159.0]
    """
    best = [float("-inf")] * n_targets
    for line in output.splitlines():
        if not line.startswith(">>"):
            continue
        fields = line.split("\t")
        if len(fields) < 6:
            raise DmisoError(f"{_PROGRAM} wrote a summary line of {len(fields)} fields: {line!r}.")
        best[number_of(fields[1], _PROGRAM, int, (0, n_targets - 1))] = number_of(fields[4], _PROGRAM, float)
    return best


def _with_program(mirna: str, targets: list[str], *, least: float) -> list[float]:
    """Run the program on one miRNA and its targets; its default threshold is not given."""
    options = [] if least == DEFAULT_SCORE else ["-sc", f"{least:g}"]
    with tempfile.TemporaryDirectory(prefix="dmiso-miranda-") as name:
        folder = Path(name)
        (folder / "q.fa").write_text(f">q\n{mirna}\n", encoding="ascii")
        text = "".join(f">{i}\n{target}\n" for i, target in enumerate(targets))
        (folder / "t.fa").write_text(text, encoding="ascii")
        return parse_summary(run_program([_PROGRAM, "q.fa", "t.fa", *options], folder), len(targets))


def _with_module(mirnas: Sequence[str], targets: Sequence[str], *, least: float) -> list[float]:
    """Score pairs with the Python package."""
    from importlib import import_module

    scan = import_module(f"{_MODULE}.target_scan").scan
    best = []
    for mirna, target in zip(mirnas, targets, strict=True):
        hits = scan(target, mirna, score_threshold=least)["hits"]
        best.append(max((float(hit["score"]) for hit in hits), default=float("-inf")))
    return best


def _run(
    mirnas: Sequence[str], targets: Sequence[str], *, least: float = DEFAULT_SCORE
) -> Mapping[str, NDArray[np.float64]]:
    if find_program(_PROGRAM) is not None:
        best = by_mirna(mirnas, targets, partial(_with_program, least=least))
    else:
        best = _with_module(mirnas, targets, least=least)
    return {"miranda": np.array(best, dtype=np.float64)}


MIRANDA: Final = Tool(
    name="miranda",
    thresholds={"miranda": DEFAULT_SCORE},
    how_to_get="put the program miranda (3.3a, from its authors or the bioconda package miranda) on the PATH, or "
    "build the Python package metarna from its sources (its PyPI archive lacks a header file)",
    found=lambda: find_program(_PROGRAM) is not None or _has_module(),
    run=_run,
    reference="miRanda 3.3a at its defaults: best score of the pair; a reported hit is called positive",
)
"""Best score of miRanda."""

MIRANDA_UNBOUNDED: Final = replace(
    MIRANDA,
    run=partial(_run, least=0.0),
    reference="miRanda 3.3a with -sc 0: best score of the pair, also under its threshold; from 140 on, its default, "
    "a pair is called positive",
)
"""The same with the scores of pairs that are no hits."""
