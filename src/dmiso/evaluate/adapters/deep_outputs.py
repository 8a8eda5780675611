"""miRAW (Pla et al. 2018) and miTAR (Gu et al. 2021): networks with programs of their own, by their output."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from dmiso.errors import InputError
from dmiso.evaluate.adapters.hits import Hit, OutputReader
from dmiso.io.numbers import finite_number

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MIRAW_OUTPUT", "MITAR_OUTPUT"]


def _miraw(lines: Iterator[str], where: str) -> Iterator[Hit]:
    """Read miRAW's ``*TargetSites.csv``: tab- or comma-separated with GeneName, miRNA, Prediction."""
    first = next(lines, "")
    names = [name.strip().lstrip("#") for name in first.rstrip("\r\n").split("\t" if "\t" in first else ",")]
    needed = ("GeneName", "miRNA", "Prediction")
    if missing := [name for name in needed if name not in names]:
        raise InputError(
            f"column {missing[0]} is missing; found {', '.join(names)}",
            path=where,
            line=1,
            hint="Give miRAW's file of target sites (allTargetSites or positiveTargetSites)",
        )
    for number, fields in enumerate(csv.reader(lines, delimiter="\t" if "\t" in first else ","), start=2):
        if not fields:
            continue
        if len(fields) < len(names):
            raise InputError(
                f"{len(fields)} fields were found where the header has {len(names)}", path=where, line=number
            )
        row = dict(zip(names, fields, strict=False))
        try:
            score = finite_number(row["Prediction"])
        except ValueError as error:
            raise InputError(str(error), path=where, line=number, column="Prediction") from error
        yield Hit(row["miRNA"].strip(), row["GeneName"].strip(), None, None, score)


def _mitar(lines: Iterator[str], where: str) -> Iterator[Hit]:
    """Read miTAR's FASTA: headers ``>miRNA|target|number of sites|site|score``; a target may have pipes itself."""
    for number, line in enumerate(lines, start=1):
        if not line.startswith(">"):
            continue
        fields = line[1:].strip().split("|")
        try:
            score = finite_number(fields[-1])
        except ValueError:
            fields = []
        if len(fields) < 5:
            raise InputError(
                f"the header {line.strip()!r} is not miTAR's miRNA|target|sites|site|score",
                path=where,
                line=number,
            )
        yield Hit(fields[0], "|".join(fields[1:-3]), None, None, score)


MIRAW_OUTPUT: Final = OutputReader(
    "miraw",
    "miRAW's allTargetSites.csv or positiveTargetSites.csv",
    0.5,
    _miraw,
    columns=("miraw", "miRAW"),
)
MITAR_OUTPUT: Final = OutputReader(
    "mitar",
    "miTAR's FASTA of predicted targets",
    0.5,
    _mitar,
    columns=("mitar", "miTAR"),
    probability=True,
)
