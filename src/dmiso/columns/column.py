"""What a declared column says of itself."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Column"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type in Parquet, its unit and what it means."""

    name: str
    type: str
    unit: str
    meaning: str
