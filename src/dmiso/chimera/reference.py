"""What reads are searched on: miRNAs and transcripts as letter codes in one row, with an index of their words.

Transcripts are kept as files in a folder and mapped into memory, so that every process of a run shares one copy:
50,000 transcripts of 150 million letters take about 0.8 GB on disk.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dmiso.chimera.alignments import SearchSpace
from dmiso.errors import InputError
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript

__all__ = [
    "Reference",
    "check_transcripts",
    "encode",
    "make_reference",
    "open_reference",
    "reverse_complement_codes",
]

SEPARATOR: Final = 5
_CODES: Final = np.full(256, 4, np.uint8)
_CODES[[ord(letter) for letter in "ACGU"]] = range(4)
_CODES[ord("T")] = 3
_LETTERS: Final = np.frombuffer(b"ACGUN|", np.uint8)
_FILES: Final = ("text", "begins", "starts", "places")


def encode(
    sequences: Sequence[str], *, separated: bool = False
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return codes of sequences in a row, and where each begins, with the end as one more.

    Parameters
    ----------
    sequences
        RNA or DNA letters, upper-case.
    separated
        Put a code that matches nothing after each; its place counts to the sequence before.

    Examples
    --------
    >>> encode(["ACGU", "NA"])[0].tolist(), encode(["ACGU", "NA"])[1].tolist()
    ([0, 1, 2, 3, 4, 0], [0, 4, 6])
    """
    between = "|" if separated else ""
    text = between.join(sequences) + (between if sequences else "")
    codes = _CODES[np.frombuffer(text.encode("ascii"), np.uint8)]
    lengths = np.array([len(s) + len(between) for s in sequences], np.int64)
    begins = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    if separated:
        codes[begins[1:] - 1] = SEPARATOR
    return codes, begins


def reverse_complement_codes(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the codes of the other strand; N stays N.

    Examples
    --------
    >>> reverse_complement_codes(encode(["AACG"])[0]).tolist() == encode(["CGUU"])[0].tolist()
    True
    """
    reverse = codes[::-1]
    return np.where(reverse < 4, 3 - reverse, reverse).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Reference:
    """Sequences to search on, with an index of their words.

    Parameters
    ----------
    names
        One a sequence.
    text, begins
        Codes with a separator after each sequence, and where each begins, ``(n + 1,)``.
    word, starts, places
        Length of a word; where the places of each word begin in ``places``.
    """

    names: Sequence[str]
    text: NDArray[np.uint8]
    begins: NDArray[np.int64]
    word: int
    starts: NDArray[np.uint32]
    places: NDArray[np.uint32]

    @property
    def space(self) -> SearchSpace:
        """Letters and sequences searched."""
        return SearchSpace(len(self.text) - len(self.names), len(self.names))

    def length(self, subject: int) -> int:
        """Return the letters of a sequence."""
        return int(self.begins[subject + 1] - self.begins[subject]) - 1

    def letters(self, subject: int, start: int, end: int) -> str:
        """Return RNA letters of a part of a sequence; parts beyond its ends are cut off."""
        first = int(self.begins[subject])
        low, high = max(start, 0), min(end, self.length(subject))
        return _LETTERS[self.text[first + low : first + max(high, low)]].tobytes().decode("ascii")

    def subject_at(self, place: int) -> int:
        """Return the sequence that holds a place of ``text``."""
        return bisect_right(self.begins, place) - 1


def make_reference(sequences: Mapping[str, str], word: int, folder: Path | None = None) -> Reference:
    """Index sequences.

    Parameters
    ----------
    sequences
        Name → RNA letters.
    word
        Letters of a word.
    folder
        Where to keep the arrays, to be opened by :func:`open_reference` and mapped; None keeps them in memory.
    """
    from dmiso.chimera.kernels import count_words, place_words

    text, begins = encode(list(sequences.values()), separated=True)
    if len(text) >= 2**32:
        raise InputError(
            f"the reference has {len(text):,} letters; 4 billion are the most that can be indexed",
            mend="Use fewer transcripts, such as one of each gene",
        )
    starts = count_words(text, word)
    reference = Reference(list(sequences), text, begins, word, starts, place_words(text, word, starts))
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            _save(folder / f"{name}.npy", getattr(reference, name))
        (folder / "names.txt").write_text("\n".join(reference.names), encoding="utf-8")
    return reference


def _save(path: Path, array: NDArray[Any]) -> None:
    """Write what :func:`numpy.save` writes; on a full disk that says how much it wrote, not why no more."""
    with path.open("wb") as file:
        header = np.lib.format.header_data_from_array_1_0(array)
        np.lib.format.write_array_header_1_0(file, header)
        file.write(np.ascontiguousarray(array).data)


def open_reference(folder: Path, word: int) -> Reference:
    """Open a reference that :func:`make_reference` kept in a folder, its arrays mapped into memory."""
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _FILES}
    names = (folder / "names.txt").read_text(encoding="utf-8").split("\n")
    return Reference(names, arrays["text"], arrays["begins"], word, arrays["starts"], arrays["places"])


def check_transcripts(transcripts: Mapping[str, Transcript], path: Path) -> None:
    """Refuse a reference without transcripts.

    Raises
    ------
    InputError
        If there is none.
    """
    if not transcripts:
        raise InputError(
            "no transcript was found", path=display_name(path), mend="Give a FASTA file of mRNAs, 5'→3'"
        )
