"""The first look's steps on a block of 64 columns, as numba calls them: each is vector instructions and no call.

Arrays come with the element to begin at, of the array laid flat. Who calls is :mod:`dmiso.engine.duplex.look_kernels`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from numba import types
from numba.extending import intrinsic

from dmiso.engine.duplex.vectors import BLOCK, BYTES, FLOATS, I32, SUMS, TABLE, Vectors, size

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NO_SCORE", "add_four_units", "by_fours", "four_features", "helix_row"]

NO_SCORE: Final = -128
"""A score of zero, as it is stored."""


def _intrinsic(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make an intrinsic; it is called from compiled code only, without the first argument."""
    made: Callable[..., Any] = intrinsic(function)
    return made


@_intrinsic
def helix_row(  # noqa: PLR0913, PLR0917 - numba hands arguments over by position
    _: Any,
    codes: Any,
    ends: Any,
    start: Any,
    tables: Any,
    table: Any,
    miss: Any,
    skip: Any,
    rows: Any,
    before: Any,
    out: Any,
    n: Any,
) -> Any:
    """Write a row of helix scores, a block after the other.

    Arguments: ``codes, ends, start, tables, table, miss, skip, rows, before, out, n``: arrays, and where in them to
    begin; ``before`` and ``out`` are elements of ``rows``, of which the row before is read one column further to the
    left, in place, and to the right.
    """
    kinds = codes, ends, start, tables, table, miss, skip, rows, before, out, n
    signature = types.void(*kinds)

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        codes, ends, start, tables, table, miss, skip, rows, before, out, n = args
        vectors = Vectors(context, builder)
        codes, ends, tables, rows = (
            vectors.data(kinds[k], array) for k, array in ((0, codes), (1, ends), (3, tables), (7, rows))
        )
        scores = vectors.load(tables, table, TABLE)
        miss, skip = vectors.splat(miss, BYTES), vectors.splat(skip, BYTES)
        with vectors.each(n, BYTES.count) as j:
            here, position = builder.add(start, j), builder.add(before, j)
            left, straight, right = (
                vectors.load(rows, builder.add(position, size(k)), BYTES) for k in range(3)
            )
            top = vectors.highest(straight, vectors.taken(left, miss))
            top = vectors.highest(top, vectors.taken(right, skip))
            step = vectors.looked_up(scores, vectors.load(codes, here, BYTES))
            reached = vectors.added(vectors.added(top, step), vectors.load(ends, here, BYTES))
            vectors.store(reached, rows, builder.add(out, j))
        return context.get_dummy_value()

    return signature, generate


@_intrinsic
def by_fours(_: Any, rows: Any, first: Any, stride: Any, fours: Any, to: Any) -> Any:
    """Write a block of four rows of scores column by column, as unsigned bytes.

    Arguments: ``rows, first, stride, fours, to``: from element ``first`` of ``rows``, a row every ``stride``; 256
    bytes are filled from element ``to`` of ``fours``, see :meth:`dmiso.engine.duplex.vectors.Vectors.by_fours`.
    """
    kinds = rows, first, stride, fours, to
    signature = types.void(*kinds)

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        rows, first, stride, fours, to = args
        vectors = Vectors(context, builder)
        rows, fours = vectors.data(kinds[0], rows), vectors.data(kinds[3], fours)
        sign = vectors.constant(NO_SCORE, BYTES)
        read = [vectors.load(rows, builder.add(first, builder.mul(stride, size(k))), BYTES) for k in range(4)]
        for k, vector in enumerate(vectors.by_fours([builder.xor(row, sign) for row in read])):
            vectors.store(vector, fours, builder.add(to, size(BLOCK * k)))
        return context.get_dummy_value()

    return signature, generate


@_intrinsic
def four_features(  # noqa: PLR0913, PLR0917 - numba hands arguments over by position
    _: Any,
    fours: Any,
    n: Any,
    mix: Any,
    weights: Any,
    shifts: Any,
    unit: Any,
    ground: Any,
    share: Any,
    columns: Any,
    seen: Any,
    to: Any,
) -> Any:
    """Write a block of features of four units: the positive part of weighted sums, as bytes.

    Arguments: ``fours, n, mix, weights, shifts, unit, context, share, columns, seen, to``: ``n`` times four scores
    that :func:`by_fours` wrote; their weights from element ``weights`` of ``mix`` on; from element ``share`` of
    ``context`` on a row every ``columns``; from element ``to`` of ``seen`` on filled, four units in each number.
    """
    kinds = fours, n, mix, weights, shifts, unit, ground, share, columns, seen, to
    signature = types.void(*kinds)

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        fours, n, mix, weights, shifts, unit, ground, share, columns, seen, to = args
        vectors, four = Vectors(context, builder), size(4)
        fours, mix, shifts, ground, seen = (
            vectors.data(kinds[k], x) for k, x in ((0, fours), (2, mix), (4, shifts), (6, ground), (9, seen))
        )
        sums = vectors.variables(4, 4)
        for u, own in enumerate(sums):
            row = builder.add(share, builder.mul(columns, size(u)))
            for k, variable in enumerate(own):
                begin = builder.mul(builder.add(row, size(SUMS.count * k)), four)
                builder.store(vectors.load(ground, begin, SUMS), variable)
        with vectors.each(n) as g:
            read = builder.mul(g, size(4 * BLOCK))
            values = [vectors.load(fours, builder.add(read, size(BLOCK * k)), SUMS) for k in range(4)]
            _add_products(vectors, sums, values, mix, builder.add(weights, builder.mul(g, four)))
        words = []
        for k in range(4):
            word = vectors.constant(0, SUMS)
            for u, own in enumerate(sums):
                shift = vectors.load(shifts, builder.mul(builder.add(unit, size(u)), four), I32)
                positive = vectors.highest(builder.load(own[k]), vectors.constant(0, SUMS))
                byte = vectors.lowest(
                    builder.ashr(positive, vectors.splat(shift, SUMS)), vectors.constant(255, SUMS)
                )
                word = builder.or_(word, builder.shl(byte, vectors.constant(8 * u, SUMS)))
            words.append(word)
        for k, word in enumerate(vectors.in_order(words)):
            vectors.store(word, seen, builder.mul(builder.add(to, size(SUMS.count * k)), four))
        return context.get_dummy_value()

    return signature, generate


@_intrinsic
def add_four_units(  # noqa: PLR0913, PLR0917 - numba hands arguments over by position
    _: Any,
    seen: Any,
    column: Any,
    width: Any,
    n_taps: Any,
    n_quads: Any,
    taps: Any,
    weights: Any,
    bias: Any,
    output: Any,
    unit: Any,
    logits: Any,
    to: Any,
) -> Any:
    """Add to a block of logits what four units of the convolution say.

    Arguments: ``seen, column, width, n_taps, n_quads, taps, weights, bias, output, unit, logits, to``: features
    ``(n_quads, width)`` from element ``column`` on, four in each number; weights from element ``weights`` of ``taps``
    on; from element ``to`` of ``logits`` on added to.
    """
    kinds = seen, column, width, n_taps, n_quads, taps, weights, bias, output, unit, logits, to
    signature = types.void(*kinds)

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        seen, column, width, n_taps, n_quads, taps, weights, bias, output, unit, logits, to = args
        vectors, four = Vectors(context, builder), size(4)
        seen, taps, bias, output, logits = (
            vectors.data(kinds[k], x) for k, x in ((0, seen), (5, taps), (7, bias), (8, output), (10, logits))
        )
        sums = vectors.variables(4, 4)
        units = [builder.mul(builder.add(unit, size(u)), four) for u in range(4)]
        for own, position in zip(sums, units, strict=True):
            for variable in own:
                builder.store(vectors.splat(vectors.load(bias, position, I32), SUMS), variable)
        with vectors.each(n_taps) as tap, vectors.each(n_quads) as quad:
            begin = builder.add(builder.add(column, tap), builder.mul(quad, width))
            values = [
                vectors.load(seen, builder.mul(builder.add(begin, size(SUMS.count * k)), four), SUMS)
                for k in range(4)
            ]
            term = builder.add(builder.mul(tap, n_quads), quad)
            _add_products(vectors, sums, values, taps, builder.add(weights, builder.mul(term, four)))
        times = [vectors.splat(vectors.load(output, x, FLOATS.element), FLOATS) for x in units]
        for k in range(4):
            begin = builder.mul(builder.add(to, size(SUMS.count * k)), four)
            said = vectors.load(logits, begin, FLOATS)
            for own, weight in zip(sums, times, strict=True):
                positive = vectors.highest(builder.load(own[k]), vectors.constant(0, SUMS))
                said = builder.fadd(said, builder.fmul(builder.sitofp(positive, FLOATS), weight))
            vectors.store(said, logits, begin)
        return context.get_dummy_value()

    return signature, generate


def _add_products(
    vectors: Vectors, sums: list[list[Any]], values: list[Any], weights: Any, first: Any
) -> None:
    """Add products of four bytes in each of some vectors to the sums of four units, whose weights follow each other."""
    builder = vectors.builder
    for u, own in enumerate(sums):
        weight = vectors.load(weights, builder.mul(builder.add(first, size(u)), size(4)), I32)
        weight = vectors.splat(weight, SUMS)
        for variable, value in zip(own, values, strict=True):
            builder.store(vectors.four_products(builder.load(variable), value, weight), variable)
