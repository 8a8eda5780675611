"""How a sequence becomes a network's input: codes of one length, one-hot columns.

Codes are those of :mod:`dmiso.alphabet`, whose order is the published network's columns; N is a quarter of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from dmiso.alphabet import N_CODE, codes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["N_CODE", "Crop", "crop_bounds", "encode", "one_hot"]

Crop = Literal["end", "centre"]
"""How a sequence longer than the network's length is cut: ``end`` keeps its beginning (the paper's text),
``centre`` drops ``(length - network length) // 2`` nucleotides from the left (the published program)."""

_ONE_HOT = np.vstack([np.eye(4, dtype=np.float32), np.full((1, 4), 0.25, np.float32)])


def crop_bounds(length: int, network_length: int, crop: Crop) -> tuple[int, int]:
    """Return the part of a sequence that the network sees, 0-based half-open.

    Examples
    --------
    >>> crop_bounds(75, 60, "centre"), crop_bounds(75, 60, "end"), crop_bounds(40, 60, "end")
    ((7, 67), (0, 60), (0, 40))
    """
    start = max(0, (length - network_length) // 2) if crop == "centre" else 0
    return start, min(length, start + network_length)


def encode(sequences: Sequence[str], length: int, *, crop: Crop = "end") -> NDArray[np.uint8]:
    """Turn sequences into codes of one length, cropped or padded with N on the right.

    Parameters
    ----------
    sequences
        Upper-case RNA over ``A U C G N`` (see :func:`dmiso.alphabet.normalise`).
    length
        Length of the network's input, in nucleotides.
    crop
        What is kept of a longer sequence, see :data:`Crop`.

    Returns
    -------
    numpy.ndarray
        Codes, ``(n_sequences, length)``, 0 A, 1 U, 2 C, 3 G, 4 N.

    Raises
    ------
    ValueError
        If a sequence has another character: it was not normalised when it was read.

    Examples
    --------
    >>> encode(["UGAG", "CC"], 3)
    array([[1, 3, 0],
           [2, 2, 4]], dtype=uint8)
    """
    if crop == "centre":
        cut = [s[slice(*crop_bounds(len(s), length, crop))] if len(s) > length else s for s in sequences]
    else:
        cut = [s[:length] for s in sequences]
    text = "".join([s.ljust(length, "N") for s in cut])
    return codes_of(text).reshape(len(cut), length)


def one_hot(codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turn codes into the network's input columns A, U, C, G; N is 0.25 in each.

    Parameters
    ----------
    codes
        ``(n_sequences, length)``, as :func:`encode` gives them.

    Returns
    -------
    numpy.ndarray
        ``(n_sequences, length, 4)``, float32.

    Examples
    --------
    >>> one_hot(encode(["UN"], 2))
    array([[[0.  , 1.  , 0.  , 0.  ],
            [0.25, 0.25, 0.25, 0.25]]], dtype=float32)
    """
    return _ONE_HOT[codes]
