"""What reads are searched on: miRNAs and transcripts as codes end to end, with an index of their k-mers.

Transcripts are kept as files in a folder and mapped into memory, so that every process of a run shares one copy:
50,000 transcripts of 150 million nucleotides take about 0.8 GB on disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dmiso.alphabet import pack, spelled
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
    "make_reference",
    "open_reference",
]

_FILES: Final = ("text", "begins", "starts", "positions")


@dataclass(frozen=True, slots=True)
class Reference:
    """Sequences to search on, with an index of their k-mers.

    Parameters
    ----------
    names
        One per sequence.
    text, begins
        Codes with a break after each sequence, and where each begins, ``(n + 1,)``.
    word, starts, positions
        Length of a k-mer; where the positions of each k-mer begin in ``positions``.
    """

    names: Sequence[str]
    text: NDArray[np.uint8]
    begins: NDArray[np.int64]
    word: int
    starts: NDArray[np.uint32]
    positions: NDArray[np.uint32]

    @property
    def space(self) -> SearchSpace:
        """Nucleotides and sequences searched."""
        return SearchSpace(len(self.text) - len(self.names), len(self.names))

    def length(self, subject: int) -> int:
        """Return the length of a sequence, nt."""
        return int(self.begins[subject + 1] - self.begins[subject]) - 1

    def bases(self, subject: int, start: int, end: int) -> str:
        """Return a part of a sequence as RNA; parts beyond its ends are cut off."""
        first = int(self.begins[subject])
        low, high = max(start, 0), min(end, self.length(subject))
        return spelled(self.text[first + low : first + max(high, low)])


def make_reference(sequences: Mapping[str, str], word: int, folder: Path | None = None) -> Reference:
    """Index sequences.

    Parameters
    ----------
    sequences
        Name → upper-case RNA.
    word
        Length of the indexed k-mers, nt.
    folder
        Where to keep the arrays, to be opened by :func:`open_reference` and mapped; None keeps them in memory.
    """
    from dmiso.kmers import index_kmers

    text, begins = pack(list(sequences.values()), separated=True)
    if len(text) >= 2**32:
        raise InputError(
            f"the reference has {len(text):,} nucleotides; 4 billion are the most that can be indexed",
            hint="Use fewer transcripts, such as one of each gene",
        )
    reference = Reference(list(sequences), text, begins, word, *index_kmers(text, word))
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
    return Reference(names, arrays["text"], arrays["begins"], word, arrays["starts"], arrays["positions"])


def check_transcripts(transcripts: Mapping[str, Transcript], path: Path) -> None:
    """Refuse a reference without transcripts.

    Raises
    ------
    InputError
        If there is none.
    """
    if not transcripts:
        raise InputError(
            "no transcript was found", path=display_name(path), hint="Give a FASTA file of mRNAs, 5'→3'"
        )
