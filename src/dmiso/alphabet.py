"""The alphabet of sequences: what is accepted, what it becomes inside the program, its codes and its pairs.

Inside, every sequence is upper-case RNA over ``A U C G N``. This happens once, when a record is read:
lower case is raised, ``T`` becomes ``U``, the IUPAC ambiguity codes become ``N`` (counted, never silent),
and anything else is an error that names the position.

As numbers, nucleotides are 0 A, 1 U, 2 C, 3 G in every room, so that the partner of a code is ``code ^ 1`` and a
code's one-hot column is the published network's; 4 is N and 5 lies between two sequences. No other module has a
table of nucleotides of its own: ``tests/test_one_truth.py`` looks.

Order: the words, sequences as read, other spellings, codes, pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.uint8]

__all__ = [
    "ACCEPTED",
    "ALPHABETICAL",
    "ALPHABETICAL_CODES",
    "AMBIGUOUS",
    "BREAK_CODE",
    "CODED",
    "COMPLEMENT_CODES",
    "GC",
    "NUCLEOTIDES",
    "N_CODE",
    "WATSON_CRICK",
    "WOBBLES",
    "NormalisedSequence",
    "Packed",
    "codes_of",
    "complement",
    "inside",
    "is_gc",
    "kmer_numbers",
    "normalise",
    "pack",
    "reverse_complement",
    "reverse_complement_codes",
    "shares_of_gc",
    "spelled",
    "to_dna",
    "to_rna",
]

NUCLEOTIDES: Final = "AUCG"
"""In the order of their codes, which is that of the published network's one-hot columns (paper, "Deep learning
model": A, T, C, G)."""

CODED: Final = NUCLEOTIDES + "N"
"""What stands inside a sequence, by its code."""

N_CODE: Final = 4
BREAK_CODE: Final = 5
"""Between sequences that lie end to end; it equals no nucleotide and no N."""

ALPHABETICAL: Final = "".join(sorted(NUCLEOTIDES))
"""The order of file formats (MEME, licence plates), of pictures, and of draws whose results must stay."""

ALPHABETICAL_CODES: Final = tuple(NUCLEOTIDES.index(base) for base in ALPHABETICAL)
"""Our code of each column of a matrix in alphabetical order: A, C, G, U."""

GC: Final = "CG"

AMBIGUOUS: Final = "RYSWKMBDHVX."
"""IUPAC codes for more than one base (X and, in older reads, a dot for any), read as N."""

ACCEPTED: Final = ALPHABETICAL + "TN" + AMBIGUOUS
"""Upper-case characters that a sequence may be written in."""

_INSIDE: Final = ALPHABETICAL + "UN" + "N" * len(AMBIGUOUS)
_TABLE: Final = bytes.maketrans(
    bytes(range(256)) + (ACCEPTED + ACCEPTED.lower()).encode(), b"?" * 256 + (_INSIDE * 2).encode()
)
_READ: Final = str.maketrans(ACCEPTED + ACCEPTED.lower(), _INSIDE * 2)
_AMBIGUOUS_BYTES: Final = (AMBIGUOUS + AMBIGUOUS.lower()).encode()
_COMPLEMENT: Final = str.maketrans(NUCLEOTIDES, "UAGC")

_UNKNOWN: Final = 255
_CODES: Final = np.full(256, _UNKNOWN, np.uint8)
_CODES[np.frombuffer(CODED.encode(), np.uint8)] = np.arange(len(CODED))
_SPELLED: Final = np.frombuffer(CODED.encode(), np.uint8)

COMPLEMENT_CODES: Final = np.array([CODED.translate(_COMPLEMENT).index(base) for base in CODED], np.uint8)
"""Code of the Watson-Crick partner by code; N's is N."""

WATSON_CRICK: Final = tuple(base + base.translate(_COMPLEMENT) for base in NUCLEOTIDES)
WOBBLES: Final = ("GU", "UG")


class NormalisedSequence(NamedTuple):
    """A sequence as it is written inside, and how many ambiguity codes became N in it."""

    sequence: str
    n_ambiguous: int


def normalise(text: str) -> NormalisedSequence:
    """Return a sequence in upper-case RNA.

    Parameters
    ----------
    text
        As read from a file: any case, T or U, IUPAC codes.

    Returns
    -------
    NormalisedSequence
        The sequence over ``A U C G N`` and the number of IUPAC ambiguity codes (N itself not counted)
        that were replaced by N.

    Raises
    ------
    ValueError
        If a character is not a nucleotide code; the message names it and its position, counted from 1.

    Examples
    --------
    >>> normalise("tgaRgu")
    NormalisedSequence(sequence='UGANGU', n_ambiguous=1)
    """
    raw = text.encode("utf-8")
    translated = raw.translate(_TABLE)
    if b"?" in translated:
        for position, character in enumerate(text, start=1):
            if character.upper() not in ACCEPTED:
                message = (
                    f"{character!r} at position {position} is not one of A C G U (or T) N or an IUPAC code"
                )
                raise ValueError(message)
    n_ambiguous = len(raw) - len(raw.translate(None, _AMBIGUOUS_BYTES))
    return NormalisedSequence(translated.decode("ascii"), n_ambiguous)


def inside(text: str) -> str:
    """Return accepted characters as they are written inside, and others as they are: the caller looks for those.

    Examples
    --------
    >>> inside("tgaR.-")
    'UGANN-'
    """
    return text.translate(_READ)


def to_dna(sequence: str) -> str:
    """Return RNA as the programs and formats spell it that know T only; case stays."""
    return sequence.replace("U", "T").replace("u", "t")


def to_rna(sequence: str) -> str:
    """Return DNA with U for T; case stays."""
    return sequence.replace("T", "U").replace("t", "u")


class Packed(NamedTuple):
    """Sequences end to end as codes; sequence i is ``codes[bounds[i]:bounds[i + 1]]``."""

    codes: Codes
    bounds: NDArray[np.int64]


def codes_of(sequence: str) -> Codes:
    """Return the codes of a sequence, ``(length,)``.

    Raises
    ------
    ValueError
        If there is anything but ``A U C G N``: the sequence was not normalised when it was read.

    Examples
    --------
    >>> codes_of("GAUNC").tolist()
    [3, 0, 1, 4, 2]
    """
    codes = _CODES[np.frombuffer(sequence.encode("latin-1", "replace"), np.uint8)]
    if codes.size and codes.max() == _UNKNOWN:
        raise ValueError(
            "a sequence has characters other than A U C G N: pass it through dmiso.alphabet.normalise"
        )
    return codes


def pack(sequences: Sequence[str], *, separated: bool = False) -> Packed:
    """Lay sequences end to end as codes.

    Parameters
    ----------
    sequences
        Upper-case RNA.
    separated
        Put :data:`BREAK_CODE` after each; it counts to the sequence before.

    Raises
    ------
    ValueError
        As :func:`codes_of`.

    Examples
    --------
    >>> packed = pack(["AUCG", "NA"], separated=True)
    >>> packed.codes.tolist(), packed.bounds.tolist()
    ([0, 1, 2, 3, 5, 4, 0, 5], [0, 5, 8])
    """
    bounds = np.zeros(len(sequences) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, sequences), np.int64, len(sequences)) + separated, out=bounds[1:])
    # an N keeps the position free: one look-up for all of a transcriptome instead of one per sequence
    codes = codes_of("".join(f"{s}N" for s in sequences) if separated else "".join(sequences))
    if separated:
        codes[bounds[1:] - 1] = BREAK_CODE
    return Packed(codes, bounds)


def spelled(codes: Codes) -> str:
    """Return codes 0 to 4 as a sequence.

    Examples
    --------
    >>> spelled(codes_of("GAUNC"))
    'GAUNC'
    """
    return _SPELLED[codes].tobytes().decode("ascii")


def complement(sequence: str) -> str:
    """Return the Watson-Crick partner of each base, in the same order; N stays N."""
    return sequence.translate(_COMPLEMENT)


def reverse_complement(sequence: str) -> str:
    """Return the sequence that pairs with RNA, 5'→3'; N stays N.

    Examples
    --------
    >>> reverse_complement("GAGGUAG")
    'CUACCUC'
    """
    return sequence.translate(_COMPLEMENT)[::-1]


def reverse_complement_codes(codes: Codes) -> Codes:
    """Return the codes of the other strand; N and breaks stay.

    Examples
    --------
    >>> spelled(reverse_complement_codes(codes_of("AANG")))
    'CNUU'
    """
    reverse = codes[::-1]
    return np.where(reverse < N_CODE, reverse ^ 1, reverse).astype(np.uint8)


def is_gc(codes: Codes) -> NDArray[np.bool_]:
    """Return which codes are G or C, in the shape of ``codes``."""
    found: NDArray[np.bool_] = (codes == NUCLEOTIDES.index("C")) | (codes == NUCLEOTIDES.index("G"))
    return found


def kmer_numbers(codes: Codes) -> NDArray[np.int64]:
    """Return each row's k-mer, ``(n,)`` for codes ``(n, k)``; -1 for a row with an N.

    Examples
    --------
    >>> kmer_numbers(np.array([[0, 1], [3, 3], [0, 4]], np.uint8)).tolist()
    [1, 15, -1]
    """
    powers = 4 ** np.arange(codes.shape[1] - 1, -1, -1, dtype=np.int64)
    return np.where((codes < N_CODE).all(axis=1), codes.astype(np.int64) @ powers, -1)


def shares_of_gc(gc: float) -> list[float]:
    """Return the shares of :data:`NUCLEOTIDES` in random RNA of a GC content, 0–1.

    Examples
    --------
    >>> shares_of_gc(0.5)
    [0.25, 0.25, 0.25, 0.25]
    """
    return [gc / 2 if base in GC else (1 - gc) / 2 for base in NUCLEOTIDES]
