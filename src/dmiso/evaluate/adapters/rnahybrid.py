"""RNAhybrid (Rehmsmeier et al. 2004): minimum free energy of hybridisation, and its extreme-value p-value.

Run as ``RNAhybrid -c -s 3utr_human``, one process per miRNA. The compact output is one line per target:
target name, length, query name, length, energy, p-value, position, four lines of the duplex, separated by colons.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.columns import COLUMNS
from dmiso.errors import DmisoError
from dmiso.evaluate.adapters.tool import Tool, by_mirna, number_of, run_program
from dmiso.workers.programs import find_program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["RNAHYBRID", "parse_compact"]

_PROGRAM = "RNAhybrid"
_SMALLEST_P = 1e-12
"""The program prints six decimals: 0.000000 stands for anything under 5e-7."""


def parse_compact(output: str, n_targets: int) -> list[tuple[float, float]]:
    r"""Return (energy in kcal/mol, p-value) of targets named 0, 1, 2, …; (nan, 1.0) for one without a line.

    Examples
    --------
    >>> parse_compact("1:50:q:22:-35.1:0.000020:15:U  A: CCA : GGU :   \n", 2)
    [(nan, 1.0), (-35.1, 2e-05)]
    """
    found = [(float("nan"), 1.0)] * n_targets
    for line in output.splitlines():
        fields = line.split(":")
        if len(fields) < 7:
            raise DmisoError(f"{_PROGRAM} wrote a line that is not its compact output: {line!r}.")
        number = number_of(fields[0], _PROGRAM, int, (0, n_targets - 1))
        energy = number_of(fields[4], _PROGRAM, float, COLUMNS["energy"].bounds)
        found[number] = energy, number_of(fields[5], _PROGRAM, float, COLUMNS["p_value"].bounds)
    return found


def _score_group(mirna: str, targets: list[str]) -> list[tuple[float, float]]:
    """Run the program on one miRNA and its targets."""
    with tempfile.TemporaryDirectory(prefix="dmiso-rnahybrid-") as name:
        folder = Path(name)
        (folder / "q.fa").write_text(f">q\n{mirna}\n", encoding="ascii")
        text = "".join(f">{i}\n{target}\n" for i, target in enumerate(targets))
        (folder / "t.fa").write_text(text, encoding="ascii")
        longest = str(max(map(len, targets)))
        command = [_PROGRAM, "-c", "-s", "3utr_human", "-m", longest, "-n", str(len(mirna))]
        return parse_compact(run_program([*command, "-t", "t.fa", "-q", "q.fa"], folder), len(targets))


def _run(mirnas: Sequence[str], targets: Sequence[str]) -> Mapping[str, NDArray[np.float64]]:
    pairs = np.array(by_mirna(mirnas, targets, _score_group), dtype=np.float64).reshape(-1, 2)
    energy = np.where(np.isnan(pairs[:, 0]), -np.inf, -pairs[:, 0])
    return {
        "rnahybrid_mfe": energy,
        "rnahybrid_pvalue": -np.log10(np.maximum(pairs[:, 1], _SMALLEST_P)),
    }


RNAHYBRID: Final = Tool(
    name="rnahybrid",
    thresholds={"rnahybrid_mfe": None, "rnahybrid_pvalue": -float(np.log10(0.05))},
    how_to_get="install the Debian or Ubuntu package rnahybrid (apt-get install rnahybrid)",
    found=lambda: find_program(_PROGRAM) is not None,
    run=_run,
    reference="RNAhybrid -s 3utr_human: energy (sign turned) and -log10 p; p <= 0.05 is called positive",
)
"""Energy and p-value of RNAhybrid."""
