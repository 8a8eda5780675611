"""Columns of the tables in a reference."""

from __future__ import annotations

from typing import Final

__all__ = ["REFERENCE_CDS_COLUMNS", "REFERENCE_GENE_COLUMNS"]

REFERENCE_CDS_COLUMNS: Final = ("transcript_id", "cds_start", "cds_end")
"""A row per transcript with a coding sequence; declared in :mod:`dmiso.columns.scan` and :mod:`dmiso.columns.pairs`."""
REFERENCE_GENE_COLUMNS: Final = ("transcript_id", "gene_id", "gene_name")
"""A row per transcript."""
