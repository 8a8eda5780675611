"""Broken JSON, Parquet and safetensors: structures that lie about themselves."""

from __future__ import annotations

import io
import json
import struct
from typing import TYPE_CHECKING

import polars as pl

from .mutation import Mutation

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

__all__ = ["FORMAT_MUTATIONS"]


# structures


def _deep(_: bytes, __: Random) -> bytes:
    return b"[" * 100_000 + b"]" * 100_000


def _deep_object(_: bytes, __: Random) -> bytes:
    return b'{"a":' * 100_000 + b"1" + b"}" * 100_000


def _json_cell(value: object) -> Callable[[bytes, Random], bytes]:
    """Return what puts a value in place of another, somewhere in a JSON tree."""

    def changed(data: bytes, rng: Random) -> bytes:
        tree = json.loads(data)
        positions: list[tuple[dict[str, object] | list[object], str | int]] = []
        _walk(tree, positions)
        if not positions:
            return json.dumps(value).encode()
        holder, key = rng.choice(positions)
        holder[key] = value  # type: ignore[index,call-overload]
        return json.dumps(tree).encode()

    return changed


def _walk(node: object, positions: list[tuple[dict[str, object] | list[object], str | int]]) -> None:
    pairs: list[tuple[str | int, object]] = []
    if isinstance(node, dict):
        pairs = list(node.items())
    elif isinstance(node, list):
        pairs = list(enumerate(node))
    for key, inner in pairs:
        positions.append((node, key))  # type: ignore[arg-type]
        _walk(inner, positions)


def _json_key(data: bytes, rng: Random) -> bytes:
    tree = json.loads(data)
    if isinstance(tree, dict) and tree:
        del tree[rng.choice(sorted(tree))]
    return json.dumps(tree).encode()


def _parquet_footer(data: bytes, rng: Random) -> bytes:
    out = bytearray(data)
    length = struct.unpack("<I", data[-8:-4])[0]
    for _ in range(3):
        out[len(out) - 8 - rng.randrange(1, length)] ^= 1 << rng.randrange(8)
    return bytes(out)


def _parquet_length(data: bytes, _: Random) -> bytes:
    return data[:-8] + struct.pack("<I", 0x7FFFFFFF) + data[-4:]


def _parquet_page(data: bytes, rng: Random) -> bytes:
    """Flip bits where pages begin: their headers say how long they are."""
    out = bytearray(data)
    for _ in range(4):
        out[4 + rng.randrange(60)] ^= 1 << rng.randrange(8)
    return bytes(out)


def _parquet_type(change: Callable[[pl.Expr], pl.Expr]) -> Callable[[bytes, Random], bytes]:
    """Return what gives a column of a Parquet file another type."""

    def changed(data: bytes, rng: Random) -> bytes:
        frame = pl.read_parquet(io.BytesIO(data))
        name = rng.choice(frame.columns)
        out = io.BytesIO()
        frame.with_columns(change(pl.col(name)).alias(name)).write_parquet(out)
        return out.getvalue()

    return changed


def _tensors(
    change: Callable[[dict[str, dict[str, object]], Random], None],
) -> Callable[[bytes, Random], bytes]:
    def changed(data: bytes, rng: Random) -> bytes:
        length = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8 : 8 + length])
        change(header, rng)
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        return struct.pack("<Q", len(text)) + text + data[8 + length :]

    return changed


def _tensor(header: dict[str, dict[str, object]], rng: Random) -> dict[str, object]:
    return header[rng.choice(sorted(name for name in header if name != "__metadata__"))]


def _tensor_shape(header: dict[str, dict[str, object]], rng: Random) -> None:
    _tensor(header, rng)["shape"] = [1 << 40, 1 << 20]


def _tensor_offset(header: dict[str, dict[str, object]], rng: Random) -> None:
    _tensor(header, rng)["data_offsets"] = [0, 1 << 50]


def _tensor_type(header: dict[str, dict[str, object]], rng: Random) -> None:
    _tensor(header, rng)["dtype"] = "I64"


def _tensor_name(header: dict[str, dict[str, object]], rng: Random) -> None:
    name = rng.choice(sorted(name for name in header if name != "__metadata__"))
    header[name + "x"] = header.pop(name)


def _tensor_length(data: bytes, _: Random) -> bytes:
    return struct.pack("<Q", 1 << 62) + data[8:]


def _weights(value: float) -> Callable[[bytes, Random], bytes]:
    """Return what writes a number over a run of weights."""

    def changed(data: bytes, rng: Random) -> bytes:
        start = 8 + struct.unpack("<Q", data[:8])[0]
        n = (len(data) - start) // 4
        position = start + 4 * rng.randrange(max(n - 50, 1))
        return data[:position] + struct.pack("<f", value) * 50 + data[position + 200 :]

    return changed


_JSON = frozenset({"json"})
_SAFE = frozenset({"safetensors"})

FORMAT_MUTATIONS: tuple[Mutation, ...] = (
    Mutation("deep", _deep, _JSON, "refused"),
    Mutation("deep-object", _deep_object, _JSON, "refused"),
    Mutation("key-less", _json_key, _JSON, times=2),
    *(
        Mutation(f"json-{name}", _json_cell(value), _JSON)
        for name, value in (
            ("null", None),
            ("word", "x"),
            ("list", []),
            ("negative", -1),
            ("huge", 10**18),
            ("beyond", 10**400),
            ("float", 1.5),
            ("nan", float("nan")),
            ("surrogate", "\ud800"),
        )
    ),
    Mutation("footer-flipped", _parquet_footer, frozenset({"parquet"}), times=6),
    Mutation("footer-length", _parquet_length, frozenset({"parquet"}), "refused"),
    Mutation("page-flipped", _parquet_page, frozenset({"parquet"}), times=6),
    *(
        Mutation(f"column-{name}", _parquet_type(change), frozenset({"parquet"}), times=3)
        for name, change in (
            ("null", lambda column: pl.lit(None)),
            ("number", lambda column: pl.lit(7)),
            ("nan", lambda column: pl.lit(float("nan"))),
            ("huge", lambda column: pl.lit(10**18)),
            ("list", pl.concat_list),
            ("bytes", lambda column: pl.lit(b"\xff\xfe")),
            ("category", lambda column: column.cast(pl.String).cast(pl.Categorical)),
            ("date", lambda column: pl.date(2020, 1, 1)),
            ("text", lambda column: column.cast(pl.String)),
        )
    ),
    Mutation("shape-lies", _tensors(_tensor_shape), _SAFE, "refused"),
    Mutation("offset-lies", _tensors(_tensor_offset), _SAFE, "refused"),
    Mutation("type-lies", _tensors(_tensor_type), _SAFE, "refused"),
    Mutation("name-lies", _tensors(_tensor_name), _SAFE, "refused"),
    Mutation("length-lies", _tensor_length, _SAFE, "refused"),
    Mutation("weights-nan", _weights(float("nan")), _SAFE, "refused"),
    Mutation("weights-inf", _weights(float("inf")), _SAFE, "refused"),
    Mutation("weights-huge", _weights(3e38), _SAFE),
)
"""Of JSON first, then Parquet and safetensors."""
