"""Broken bytes, lines, columns and compression: what can befall any file, and any text."""

from __future__ import annotations

import bz2
import gzip
import lzma
from typing import TYPE_CHECKING

from .mutation import Mutation

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

__all__ = ["TEXT_MUTATIONS"]

_LONG = 10_000_000


# bytes


def _flip(data: bytes, rng: Random) -> bytes:
    out = bytearray(data)
    for _ in range(max(1, len(out) // 2000)):
        position = rng.randrange(len(out))
        out[position] ^= 1 << rng.randrange(8)
    return bytes(out)


def _cut_bytes(data: bytes, rng: Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randrange(1, 1 + max(1, len(data) // 10)) :]


def _shuffle_block(data: bytes, rng: Random) -> bytes:
    middle = len(data) // 2
    block = bytearray(data[middle : middle + 64])
    rng.shuffle(block)
    return data[:middle] + bytes(block) + data[middle + 64 :]


def _truncated(share: float) -> Callable[[bytes, Random], bytes]:
    return lambda data, _: data[: int(len(data) * share)]


def _nul(data: bytes, rng: Random) -> bytes:
    position = rng.randrange(len(data))
    return data[:position] + b"\0" + data[position:]


def _noise(_: bytes, rng: Random) -> bytes:
    return rng.randbytes(3000)


# lines


def _lines(change: Callable[[list[bytes], Random], list[bytes]]) -> Callable[[bytes, Random], bytes]:
    return lambda data, rng: b"".join(change(data.splitlines(keepends=True), rng))


def _one_less(lines: list[bytes], rng: Random) -> list[bytes]:
    position = rng.randrange(len(lines))
    return lines[:position] + lines[position + 1 :]


def _one_twice(lines: list[bytes], rng: Random) -> list[bytes]:
    position = rng.randrange(len(lines))
    return lines[: position + 1] + lines[position:]


def _long_line(lines: list[bytes], rng: Random) -> list[bytes]:
    position = rng.randrange(len(lines))
    return [*lines[:position], b"ACGU" * (_LONG // 4) + b"\n", *lines[position:]]


def _long_field(lines: list[bytes], rng: Random) -> list[bytes]:
    position = rng.randrange(len(lines))
    return [*lines[:position], b"A" * _LONG + lines[position], *lines[position + 1 :]]


def _joined(lines: list[bytes], rng: Random) -> list[bytes]:
    position = rng.randrange(len(lines))
    return [*lines[:position], lines[position].rstrip(b"\r\n"), *lines[position + 1 :]]


def _latin1(lines: list[bytes], rng: Random) -> list[bytes]:
    position = rng.randrange(len(lines))
    return [*lines[:position], "é".encode("latin-1") + lines[position], *lines[position + 1 :]]


def _unicode(lines: list[bytes], rng: Random) -> list[bytes]:
    position = rng.randrange(len(lines))
    half = len(lines[position]) // 2
    return [
        *lines[:position],
        lines[position][:half] + "µ5′".encode() + lines[position][half:],
        *lines[position + 1 :],
    ]


def _tab(lines: list[bytes], rng: Random) -> list[bytes]:
    position = rng.randrange(len(lines))
    half = len(lines[position]) // 2
    return [
        *lines[:position],
        lines[position][:half] + b"\t" + lines[position][half:],
        *lines[position + 1 :],
    ]


def _carriage_returns(data: bytes, _: Random) -> bytes:
    return data.replace(b"\n", b"\r\n")


def _byte_order_mark(data: bytes, _: Random) -> bytes:
    return b"\xef\xbb\xbf" + data


def _utf16(data: bytes, _: Random) -> bytes:
    return data.decode("utf-8").encode("utf-16")


def _only_blank(_: bytes, __: Random) -> bytes:
    return b"\n\n\n"


# columns


def _separator(data: bytes) -> bytes:
    first = data.split(b"\n", 1)[0]
    return max((b"\t", b",", b"|"), key=first.count)


def _columns(change: Callable[[list[list[bytes]], Random], None]) -> Callable[[bytes, Random], bytes]:
    def changed(data: bytes, rng: Random) -> bytes:
        mark = _separator(data)
        rows = [line.split(mark) for line in data.rstrip(b"\n").split(b"\n")]
        change(rows, rng)
        return b"\n".join(mark.join(row) for row in rows) + b"\n"

    return changed


def _swap_columns(rows: list[list[bytes]], rng: Random) -> None:
    one, other = rng.randrange(len(rows[0])), rng.randrange(len(rows[0]))
    for row in rows[1:]:
        if max(one, other) < len(row):
            row[one], row[other] = row[other], row[one]


def _drop_column(rows: list[list[bytes]], rng: Random) -> None:
    column = rng.randrange(len(rows[0]))
    for row in rows:
        del row[column : column + 1]


def _twice_column(rows: list[list[bytes]], rng: Random) -> None:
    column = rng.randrange(len(rows[0]))
    for row in rows:
        row.extend(row[column : column + 1])


def _rename_column(rows: list[list[bytes]], rng: Random) -> None:
    rows[0][rng.randrange(len(rows[0]))] = b"something_else"


def _cell(value: bytes) -> Callable[[bytes, Random], bytes]:
    """Return what puts a value in a numeric cell, or in any where there is none."""

    def change(rows: list[list[bytes]], rng: Random) -> None:
        cells = [(i, k) for i, row in enumerate(rows) for k in range(len(row))]
        numeric = [(i, k) for i, k in cells if rows[i][k].strip(b"+-").replace(b".", b"", 1).isdigit()]
        i, k = rng.choice(numeric or cells)
        rows[i][k] = value

    return _columns(change)


# gzip, bzip2, xz


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _gzip_cut(data: bytes, _: Random) -> bytes:
    packed = _gzip(data)
    return packed[: len(packed) * 2 // 3]


def _gzip_lie(data: bytes, _: Random) -> bytes:
    packed = bytearray(_gzip(data))
    packed[-6] ^= 0xFF  # the checksum
    return bytes(packed)


def _gzip_header(data: bytes, _: Random) -> bytes:
    return b"\x1f\x8b\x08\xff" + data


def _gzip_bomb(data: bytes, _: Random) -> bytes:
    """Return a small file that unpacks to the good bytes and 2 GiB of one line."""
    block = gzip.compress(b"A" * (16 << 20), compresslevel=9, mtime=0)
    return _gzip(data) + block * 128


_TEXT = frozenset({"table", "fasta", "fastq", "lines", "gff"})
"""``words`` (a model card) is text too, but read as it is."""
_COLUMNS = frozenset({"table", "gff"})

TEXT_MUTATIONS: tuple[Mutation, ...] = (
    Mutation("none", lambda data, _: data, expected="accepted"),
    Mutation("flip", _flip, times=3),
    Mutation("cut", _cut_bytes, times=2),
    Mutation("shuffled", _shuffle_block),
    Mutation("half", _truncated(0.5), times=1),
    Mutation("tenth", _truncated(0.1)),
    Mutation("last-byte", lambda data, _: data[:-1]),
    Mutation("empty", lambda *_: b""),
    Mutation("noise", _noise, expected="refused"),
    Mutation(
        "half-binary", _truncated(0.6), frozenset({"parquet", "safetensors", "h5", "gz", "json"}), "refused"
    ),
    Mutation("nul", _nul),
    Mutation("line-less", _lines(_one_less), _TEXT),
    Mutation("line-twice", _lines(_one_twice), _TEXT),
    Mutation("line-long", _lines(_long_line), _TEXT, heavy=True),
    Mutation("field-long", _lines(_long_field), _TEXT, heavy=True),
    Mutation("lines-joined", _lines(_joined), _TEXT),
    Mutation("latin-1", _lines(_latin1), _TEXT),
    Mutation("unicode", _lines(_unicode), _TEXT),
    Mutation("tab", _lines(_tab), _TEXT),
    Mutation("crlf", _carriage_returns, _TEXT, "accepted"),
    Mutation("bom", _byte_order_mark, _TEXT, "accepted"),
    Mutation("utf-16", _utf16, _TEXT, "refused"),
    Mutation("blank", _only_blank, _TEXT),
    Mutation("gzip", lambda data, _: _gzip(data), _TEXT, "accepted"),
    Mutation("bzip2", lambda data, _: bz2.compress(data), _TEXT, "accepted"),
    Mutation("xz", lambda data, _: lzma.compress(data), _TEXT, "accepted"),
    Mutation("gzip-cut", _gzip_cut, _TEXT, "refused"),
    Mutation("gzip-lie", _gzip_lie, _TEXT, "refused"),
    Mutation("gzip-header", _gzip_header, _TEXT, "refused"),
    Mutation("gzip-bomb", _gzip_bomb, _TEXT, heavy=True),
    Mutation("columns-swapped", _columns(_swap_columns), _COLUMNS, times=2),
    Mutation("column-dropped", _columns(_drop_column), _COLUMNS, times=2),
    Mutation("column-twice", _columns(_twice_column), _COLUMNS),
    Mutation("column-renamed", _columns(_rename_column), _COLUMNS, times=2),
    *(
        Mutation(f"cell-{name}", _cell(value), _COLUMNS)
        for name, value in (
            ("word", b"abc"),
            ("empty", b""),
            ("nan", b"nan"),
            ("inf", b"inf"),
            ("negative", b"-1"),
            ("huge", b"1000000000000000000"),
            ("1e400", b"1e400"),
            ("digits", b"9" * 5000),
            ("float", b"1.5"),
            ("nul", b"\0"),
            ("quote", b'"'),
        )
    ),
)
"""Of bytes first, then lines, compression and columns."""
