"""Motifs in MEME's minimal format, in and out. Nucleotides are RNA inside; a DNA alphabet is read with T as U."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.alphabet import ALPHABETICAL, ALPHABETICAL_CODES, to_dna
from dmiso.errors import InputError
from dmiso.io import write_text
from dmiso.io.streams import display_name
from dmiso.io.text_lines import text_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.explain.kernels import KernelMotif

    Floats = NDArray[np.float64]

__all__ = ["Motif", "read_meme", "write_meme"]

_ORDER: Final = (ALPHABETICAL, to_dna(ALPHABETICAL))
_MATRIX: Final = re.compile(r"letter-probability matrix:.*?\bw\s*=\s*(\d+)")
_WIDEST: Final = 1000
"""Positions of a motif; an RNA-binding protein's has up to 20."""
_SUM_TOLERANCE: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Motif:
    """A motif of a collection: its identifier, its other name, and shares of A, U, C, G, ``(width, 4)``."""

    id: str
    name: str
    shares: Floats


def read_meme(path: Path) -> list[Motif]:
    """Read motifs in MEME's minimal format.

    Parameters
    ----------
    path
        Plain or gzip.

    Raises
    ------
    InputError
        If the alphabet is not nucleotides, a matrix is cut short or its rows do not sum to 1, or there is no motif.
    """
    motifs: list[Motif] = []
    names = ("", "")
    lines = text_lines(path)
    for number, line in lines:
        if line.startswith("ALPHABET=") and line.split("=")[1].strip() not in _ORDER:
            raise InputError(
                f"the alphabet is {line.split('=')[1].strip()}; {' or '.join(sorted(_ORDER))} is needed",
                path=display_name(path),
                line=number,
            )
        if line.startswith("MOTIF"):
            words = line.split(maxsplit=2)
            names = (
                words[1] if len(words) > 1 else f"motif_{number}",
                words[2].strip() if len(words) > 2 else "",
            )
        elif found := _MATRIX.match(line):
            if not 0 < len(found[1]) <= len(str(_WIDEST)) or not 0 < int(found[1]) <= _WIDEST:
                raise InputError(
                    f"a motif of w= {found[1][:20]}; from 1 to {_WIDEST} positions can be",
                    path=display_name(path),
                    line=number,
                )
            rows = [_row(*next(lines, (number, "")), path) for _ in range(int(found[1]))]
            motifs.append(Motif(*names, np.array(rows)[:, [0, 3, 1, 2]]))
    if not motifs:
        raise InputError(
            "no motif was found", path=display_name(path), hint="A file in MEME's minimal format is needed"
        )
    return motifs


def _row(number: int, line: str, path: Path) -> list[float]:
    try:
        values = [float(word) for word in line.split()]
    except ValueError:
        values = []
    # written so that NaN, which lies in no range, is refused too
    in_range = len(values) == 4 and all(0 <= value <= 1 for value in values)
    if not in_range or abs(sum(values) - 1) > _SUM_TOLERANCE:
        raise InputError(
            f"four shares that sum to 1 were expected; found {line.strip()[:80]!r}",
            path=display_name(path),
            line=number,
        )
    total = sum(values)
    return [value / total for value in values]


def write_meme(path: Path, motifs: Sequence[KernelMotif]) -> None:
    """Write kernels as motifs in MEME's minimal format, alphabet ACGU."""
    lines = ["MEME version 4", "", f"ALPHABET= {ALPHABETICAL}", "", "strands: +", ""]
    lines += ["Background letter frequencies", "A 0.25 C 0.25 G 0.25 U 0.25", ""]
    for motif in motifs:
        lines += [f"MOTIF {motif.name}_{motif.way} {motif.name}"]
        lines += [
            f"letter-probability matrix: alength= 4 w= {len(motif.shares)} nsites= {max(motif.n_sites, 1)} E= 0"
        ]
        lines += [" " + " ".join(f"{row[k]:.6f}" for k in ALPHABETICAL_CODES) for row in motif.shares]
        lines += [""]
    write_text(path, "\n".join(lines))
