"""Parts of a sentence, joined."""

from __future__ import annotations

__all__ = ["listed", "range_text"]


def range_text(values: list[float]) -> str:
    """Return the range of shares as text.

    Examples
    --------
    >>> range_text([0.2]), range_text([0.2, 0.5])
    ('0.200', '0.200–0.500')
    """
    if not values:
        return "–"
    low, high = f"{min(values):.3f}", f"{max(values):.3f}"
    return low if low == high else f"{low}–{high}"


def listed(parts: list[str]) -> str:
    """Join parts of a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
