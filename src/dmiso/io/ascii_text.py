"""What FASTA and FASTQ parsers need to take the files of the world: ASCII, and no blank lines around the records."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Final, cast

from dmiso.errors import InputError
from dmiso.io.streams import STDIN, display_name

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed import WriteableBuffer

__all__ = ["NOT_ASCII", "ascii_text"]

NOT_ASCII: Final = "\x1a"
"""Stands for each byte outside ASCII: the control character SUB, which no name or sequence holds."""

LONGEST_RECORD_LINE: Final = 1 << 28
"""Nucleotides: 268 million hold human chromosome 1 on one line; a small file can unpack to one that fills memory."""
_TABLE: Final = bytes(i if i < 128 else ord(NOT_ASCII) for i in range(256))
_BLANK: Final = b" \t\r\n"
_NO_QUALITIES: Final = b"\n\n+"
"""How a FASTQ of a last read without bases ends, blanks aside."""
_BUFFER: Final = 1 << 17


def ascii_text(handle: IO[bytes], path: Path = STDIN) -> IO[bytes]:
    r"""Return a reader of the same text in which bytes outside ASCII are :data:`NOT_ASCII`.

    Parsers refuse a whole file for an accent in a description; so each record can be judged by itself. Blank lines
    before the first record and after the last are left out.

    Parameters
    ----------
    handle
        Bytes of FASTA or FASTQ.
    path
        Where they are from, for messages.

    Raises
    ------
    InputError
        While reading: if a line is longer than any chromosome.

    Examples
    --------
    >>> ascii_text(io.BytesIO("\n@a caf\u00e9\nAC\n+\nII\n\n".encode("latin-1"))).read()
    b'@a caf\x1a\nAC\n+\nII\n'
    """
    return cast("IO[bytes]", io.BufferedReader(_AsciiSource(handle, path), _BUFFER))


class _AsciiSource(io.RawIOBase):
    """Translates bytes, and holds blanks back until something follows them."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream, self._path = stream, path
        self._since_end = 0
        self._ready = b""
        self._blanks = b""
        self._tail = b""
        self._begun = self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        while not self._ready and not self._ended:
            self._read(len(view))
        piece, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(piece)] = piece
        return len(piece)

    def _read(self, size: int) -> None:
        piece = self._stream.read(size)
        if not piece:
            self._ended = True
            self._ready = b"\n" if self._blanks and self._begun else b""
            if self._tail.replace(b"\r", b"").endswith(_NO_QUALITIES):
                self._ready = b"\n\n"  # the last read has length 0: its blank line of qualities is part of it
            return
        self._since_end = (
            len(piece) - 1 - end if (end := piece.rfind(b"\n")) >= 0 else self._since_end + len(piece)
        )
        if self._since_end > LONGEST_RECORD_LINE:
            raise InputError(
                f"a line is longer than {LONGEST_RECORD_LINE:,} nucleotides",
                path=display_name(self._path),
                hint="No sequence is as long: give FASTA or FASTQ",
            )
        text = piece.translate(_TABLE)
        body = text.rstrip(_BLANK)
        if not body:
            self._blanks += text if self._begun else b""
            return
        held, self._blanks = self._blanks, text[len(body) :]
        self._ready = held + body if self._begun else body.lstrip(_BLANK)
        self._tail = (self._tail + self._ready)[-len(_NO_QUALITIES) * 2 :]
        self._begun = True
