"""Files to run other tools on: every pair that a study's tables have, named by its nucleotides.

So one output serves every table, and :mod:`dmiso.evaluate.adapters.matching` finds the rows of each by the names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import PAIR_COLUMNS, schema_of
from dmiso.io import write_table, write_text
from dmiso.studies.tools import TOOL_PAIRS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["TOOL_FILES", "write_tool_inputs"]

TOOL_FILES: Final = (TOOL_PAIRS, "tool_mirnas.fa", "tool_sites.fa")
"""Pairs, for tools that take pairs; miRNAs and sites, for those that take two FASTA files."""


def write_tool_inputs(tables: Sequence[pl.DataFrame], folder: Path) -> None:
    """Write the pairs of labelled tables, and their miRNAs and sites, each once.

    Parameters
    ----------
    tables
        With ``mirna_sequence`` and ``target_sequence``.
    folder
        Where :data:`TOOL_FILES` are written.
    """
    sequences = PAIR_COLUMNS[2:]
    empty = pl.DataFrame(schema=schema_of(sequences))
    pairs = pl.concat([empty, *(table.select(sequences) for table in tables)]).unique(maintain_order=True)
    named = pairs.with_columns(mirna_id="mirna_sequence", target_id="target_sequence").select(PAIR_COLUMNS)
    write_table(folder / TOOL_PAIRS, named)
    for file, column in zip(TOOL_FILES[1:], sequences, strict=True):
        bases = pairs[column].unique(maintain_order=True)
        write_text(folder / file, "".join(f">{sequence}\n{sequence}\n" for sequence in bases))
