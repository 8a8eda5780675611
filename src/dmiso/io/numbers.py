"""Numbers as text files write them: whole or finite, in ASCII digits, and no larger than a column can hold.

Python's own ``int`` and ``float`` take more than a file should say (``1_000``, ``²``, ``nan``, ``1e400``) and fail in
words about Python where there is too much (more than 4,300 digits).
"""

from __future__ import annotations

import math
import re
from typing import Final

__all__ = ["finite_number", "whole_number"]

_WHOLE: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_MOST_DIGITS: Final = 18
"""What 64 bits hold for certain; no position and no count comes near."""
_SHOWN: Final = 40


def whole_number(text: str) -> int:
    """Return the whole number that a text is.

    Parameters
    ----------
    text
        Digits, perhaps with a sign; white space around them is passed over.

    Raises
    ------
    ValueError
        If it is not one, or has more than 18 digits; the message says so in a user's words.

    Examples
    --------
    >>> whole_number(" +12")
    12
    """
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return int(text)  # nearly all, and an annotation has millions
    plain = text.strip()
    if not _WHOLE.fullmatch(plain):
        raise ValueError(f"{_shown(text)} is not a whole number")
    if len(plain.lstrip("+-0")) > _MOST_DIGITS:
        raise ValueError(f"{_shown(text)} has more than {_MOST_DIGITS} digits")
    return int(plain)


def finite_number(text: str) -> float:
    """Return the number that a text is.

    Raises
    ------
    ValueError
        If it is not one, or is not finite; the message says so in a user's words.

    Examples
    --------
    >>> finite_number("-1.5e3")
    -1500.0
    """
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{_shown(text)} is not a number") from None
    if not math.isfinite(number):
        raise ValueError(f"{_shown(text)} is not a finite number")
    return number


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
