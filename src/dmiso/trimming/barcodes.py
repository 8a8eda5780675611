"""Sample barcodes: a table of them, and which sample a read's bases stand for."""

from __future__ import annotations

import re
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, Final

from dmiso.alphabet import ALPHABETICAL, to_dna
from dmiso.errors import InputError
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import display_name, open_input
from dmiso.io.tables import read_batches, table_format
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["AMBIGUOUS", "barcode_lookup", "read_barcodes"]

AMBIGUOUS: Final = ""
"""Stands for bases that are as near to the barcodes of two samples."""

_SURE: Final = to_dna(ALPHABETICAL)
_BASES: Final = _SURE + "N"
_NO_SAMPLE: Final = re.compile(r"[/\\,\s]|^\.|^$")


def read_barcodes(path: Path) -> dict[str, str]:
    """Read the barcodes of samples.

    Parameters
    ----------
    path
        A table with the columns ``sample`` and ``barcode``, or FASTA whose names are the samples'. A sample may have
        several barcodes.

    Returns
    -------
    dict
        Barcode (DNA) → sample, in file order; all of one length.

    Raises
    ------
    InputError
        If a barcode is empty, has other characters than A C G T U, stands twice or is as long as no other; or a
        sample's name cannot be that of a folder.
    """
    found: dict[str, str] = {}
    for line, sample, bases in _rows(path):
        where: dict[str, Any] = {"path": display_name(path), "line": line}
        barcode = to_dna(bases.strip().upper())
        if not barcode or set(barcode) - set(_SURE):
            raise InputError(
                f"the barcode {bases!r} is no sequence of A, C, G and T", **where, column="barcode"
            )
        if _NO_SAMPLE.search(sample):
            raise InputError(
                f"{sample!r} cannot name a sample",
                **where,
                column="sample",
                hint="Use letters, digits, '-', '_' and '.'",
            )
        if barcode in found:
            raise InputError(
                f"the barcode {barcode} stands twice: for {found[barcode]} and for {sample}", **where
            )
        if found and len(barcode) != len(next(iter(found))):
            raise InputError(
                f"the barcode {barcode} has {len(barcode)} nt, those before it {len(next(iter(found)))}",
                **where,
                hint="Barcodes of one length tell where the insert begins; give each length its own run",
            )
        found[barcode] = sample
    if not found:
        raise InputError("no barcode was found", path=display_name(path))
    return found


def _rows(path: Path) -> Iterator[tuple[int | None, str, str]]:
    """Give line (of a table), sample and barcode."""
    if table_format(path) in {"tsv", "csv"} and _is_fasta(path):
        for record in read_sequences(path, Counts(), kind="barcode"):
            yield None, record.id, record.sequence
        return
    for batch in read_batches(path):
        missing = {"sample", "barcode"} - set(batch.frame.columns)
        if missing:
            raise InputError(
                f"the table has no column {' and no column '.join(sorted(missing))}",
                path=display_name(path),
                hint="Give a table with the columns sample and barcode, or FASTA",
            )
        rows = batch.frame.select("sample", "barcode").iter_rows()
        for line, (sample, barcode) in zip(batch.lines, rows, strict=True):
            yield line, sample or "", barcode or ""


def _is_fasta(path: Path) -> bool:
    with open_input(path) as handle:
        begin: bytes = handle.peek(1)[:1]  # type: ignore[attr-defined]  # a BufferedReader
    return begin == b">"


def barcode_lookup(barcodes: Mapping[str, str], mismatches: int) -> dict[str, str]:
    """Return which sample bases stand for, for all bases that are near enough to a barcode.

    Parameters
    ----------
    barcodes
        Barcode → sample, of :func:`read_barcodes`.
    mismatches
        Bases that may differ; N differs from all.

    Returns
    -------
    dict
        Bases → the sample of the nearest barcode; :data:`AMBIGUOUS` where two samples' are as near.

    Examples
    --------
    >>> near = barcode_lookup({"AAAA": "a", "AACC": "b"}, 1)
    >>> near["AAAA"], near["AAAN"], near["AAAC"], near.get("GGGG")
    ('a', 'a', '', None)
    """
    nearest: dict[str, tuple[int, str]] = {}
    for barcode, sample in barcodes.items():
        for distance, bases in _around(barcode, mismatches):
            known = nearest.get(bases)
            if known is None or distance < known[0]:
                nearest[bases] = (distance, sample)
            elif distance == known[0] and known[1] != sample:
                nearest[bases] = (distance, AMBIGUOUS)
    return {bases: sample for bases, (_, sample) in nearest.items()}


def _around(barcode: str, mismatches: int) -> Iterator[tuple[int, str]]:
    """Give all bases that differ at no more positions, and at how many."""
    for distance in range(min(mismatches, len(barcode)) + 1):
        for positions in combinations(range(len(barcode)), distance):
            others = [[base for base in _BASES if base != barcode[i]] for i in positions]
            for bases in product(*others):
                changed = list(barcode)
                for i, base in zip(positions, bases, strict=True):
                    changed[i] = base
                yield distance, "".join(changed)
