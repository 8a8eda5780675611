"""Licence plates: names that a sequence itself gives, ``iso-22-I0S31NSL``, the same in every laboratory.

The code is that of MINTplates (Pliatsika et al. 2016; Loher et al. 2017), which mirGFF3 requires since version 1.1
and mirtop computes. It counts in base 32: five nucleotides are two digits, 0–1023 in the order A C G T. The one to
four nucleotides that remain at the end are one number in the order of length and then of nucleotides (A 0, C 1 …
AA 4 … TTTT 339), written with one digit where that is enough. The digits leave out A, C, G and T.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise, product
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import ALPHABETICAL, NUCLEOTIDES, pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["PREFIX", "decode_uid", "encode_uid", "encode_uids"]

PREFIX: Final = "iso"

_DIGITS: Final = "BD0EF1HI2JK3LM4NO5PQ6RS7UV8WX9YZ"
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_FIRST: Final = (0, 0, 4, 20, 84)
"""Number of the first rest of each length: 4 are shorter than two nucleotides, 20 than three, 84 than four."""


def _number(bases: str) -> int:
    value = 0
    for base in bases:
        value = value * 4 + ALPHABETICAL.index(base)
    return value


def _bases(number: int, length: int) -> str:
    return "".join(ALPHABETICAL[(number >> 2 * position) & 3] for position in range(length - 1, -1, -1))


@lru_cache(maxsize=2048)
def _piece(bases: str) -> str:
    """Return the digits of up to five nucleotides; there are 1,364 of such pieces."""
    if len(bases) == 5:
        return _DIGITS[_number(bases) >> 5] + _DIGITS[_number(bases) & 31]
    number = _FIRST[len(bases)] + _number(bases)
    return (_DIGITS[number >> 5] if number > 31 else "") + _DIGITS[number & 31]


def encode_uid(sequence: str) -> str:
    """Return the licence plate of a sequence.

    Parameters
    ----------
    sequence
        Upper-case RNA.

    Returns
    -------
    str
        ``iso-<length>-<code>``; ``.`` for a sequence with an N, which has none (mirtop writes none either).

    Examples
    --------
    >>> encode_uid("UGAGGUAGUAGGUUGUAUAGUU"), encode_uid("UGAN")
    ('iso-22-XKVLRYVPQ', '.')
    """
    if "N" in sequence or not sequence:
        return "."
    code = "".join([_piece(sequence[i : i + 5]) for i in range(0, len(sequence), 5)])
    return f"{PREFIX}-{len(sequence)}-{code}"


class _Pieces(NamedTuple):
    """Digits of all pieces, by length and then by the nucleotides' codes, and where those of each length begin."""

    digits: NDArray[np.uint8]
    firsts: NDArray[np.int64]


@lru_cache(maxsize=1)
def _pieces() -> _Pieces:
    words = ["".join(bases) for length in range(1, 6) for bases in product(NUCLEOTIDES, repeat=length)]
    digits = np.array([[*_piece(word).encode().ljust(2, b"\0")] for word in words], np.uint8)
    lengths = np.array([len(word) for word in words])
    return _Pieces(digits, np.searchsorted(lengths, np.arange(6)))


def encode_uids(sequences: Sequence[str]) -> list[str]:
    """Return the licence plates of many sequences: as :func:`encode_uid`, in a tenth of the time.

    Parameters
    ----------
    sequences
        Upper-case RNA.

    Examples
    --------
    >>> encode_uids(["UGAGGUAGUAGGUUGUAUAGUU", "UGAN", "ACGUAC"])
    ['iso-22-XKVLRYVPQ', '.', 'iso-6-ELD']
    """
    from dmiso.isomir.uid_kernel import write_plates  # numba loads when isomiRs are named

    packed = pack(sequences)
    out = np.empty(2 * (len(packed.codes) // 5 + len(sequences)), np.uint8)
    ends = np.empty(len(sequences) + 1, np.int64)
    write_plates(*packed, *_pieces(), out, ends)
    text = out[: ends[-1]].tobytes().decode("ascii")
    spans = pairwise(ends.tolist())
    return [
        f"{PREFIX}-{len(sequence)}-{text[begin:end]}" if end > begin else "."
        for sequence, (begin, end) in zip(sequences, spans, strict=True)
    ]


def decode_uid(uid: str) -> str:
    """Return the sequence of a licence plate.

    Parameters
    ----------
    uid
        With or without a prefix; any case.

    Returns
    -------
    str
        Upper-case RNA.

    Raises
    ------
    ValueError
        If it is no licence plate; the message says what is wrong with it.

    Examples
    --------
    >>> decode_uid("iso-22-XKVLRYVPQ")
    'UGAGGUAGUAGGUUGUAUAGUU'
    """
    length_text, _, code = uid.upper().rpartition("-")
    length_text = length_text.rpartition("-")[2]
    if not length_text.isdigit() or not code or set(code) - set(_VALUES):
        raise ValueError(
            f"{uid!r} is no licence plate such as iso-22-XKVLRYVPQ (the UID of mirGFF3 1.1 and later)"
        )
    length = int(length_text)
    n_whole, rest = divmod(length, 5)
    head, tail = code[: 2 * n_whole], code[2 * n_whole :]
    values = [_VALUES[a] * 32 + _VALUES[b] for a, b in zip(head[::2], head[1::2], strict=False)]
    sequence = "".join(_bases(value, 5) for value in values)
    if tail and rest and len(tail) <= 2:
        number = sum(_VALUES[digit] << 5 * position for position, digit in enumerate(reversed(tail)))
        if 0 <= number - _FIRST[rest] < 4**rest:
            sequence += _bases(number - _FIRST[rest], rest)
    if encode_uid(sequence) != f"{PREFIX}-{length}-{code}":
        raise ValueError(f"{uid!r} is a damaged licence plate: its code is not that of {length} nucleotides")
    return sequence
