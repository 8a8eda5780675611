"""Vectors of 64 bytes in LLVM: what a processor does with many bytes at once, and numba's own loops cannot say.

Numba widens small integers to 64 bits, and knows no look-up in a register and no sum of four products of bytes. Here
these are written for LLVM's vectors, which it cuts to the width that the processor has. Two steps have instructions of
their own on some processors (AVX512-VBMI and VNNI, AVX2, NEON), and are put together from plain ones on all others.
Integers are exact, so every processor computes the same bits.

A compiled function is kept as long as its own source file is unchanged: after a change here or in
:mod:`dmiso.engine.duplex.look_steps`, touch :mod:`dmiso.engine.duplex.look_kernels` too.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from llvmlite import binding, ir
from numba.core import cgutils as untyped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["BLOCK", "BYTES", "FLOATS", "I32", "SUMS", "TABLE", "Vectors", "size"]

cgutils: Any = untyped

I8, I16, I32, SIZE = (ir.IntType(bits) for bits in (8, 16, 32, 64))
BLOCK: Final = 64
"""Columns that are computed at once; arrays are filled up to whole blocks."""
BYTES: Final = ir.VectorType(I8, BLOCK)
WORDS: Final = ir.VectorType(I16, 32)
SUMS: Final = ir.VectorType(I32, 16)
FLOATS: Final = ir.VectorType(ir.FloatType(), 16)
TABLE: Final = ir.VectorType(I8, 32)
"""A table to look up in: codes are below 32."""

_LANE: Final = 16
"""Bytes of a lane: what instructions shuffle, they shuffle within lanes of 128 bits."""


def size(number: int) -> ir.Constant:
    """Return a constant offset or count."""
    return ir.Constant(SIZE, number)


_FOUR_PRODUCTS: Final = "llvm.x86.avx512.vpdpbusd.512"
_SHUFFLES: Final = {"+avx2": (32, "llvm.x86.avx2.pshuf.b"), "+ssse3": (16, "llvm.x86.ssse3.pshuf.b.128")}
"""Instructions that look up 16 bytes in each lane: how many at once."""


@cache
def _factors() -> ir.VectorType:
    """Return what LLVM's instruction for four products takes: bytes, or numbers of four bytes until LLVM 21."""
    for kind in (BYTES, SUMS):
        name, operands = _FOUR_PRODUCTS, f"{SUMS} %a, {kind} %b, {kind} %c"
        text = f"""
            declare {SUMS} @{name}({SUMS}, {kind}, {kind})
            define {SUMS} @f({operands}) {{
              %d = call {SUMS} @{name}({operands})
              ret {SUMS} %d
            }}"""
        with suppress(RuntimeError):
            binding.parse_assembly(text).verify()
            return kind
    return BYTES


class Vectors:
    """Writes vector instructions where a builder stands.

    Parameters
    ----------
    context, builder
        As numba hands them to an intrinsic.
    """

    def __init__(self, context: Any, builder: Any) -> None:
        self._context, self.builder = context, builder
        triple, _, features = context.codegen().magic_tuple()
        self._is_arm = triple.startswith(("aarch64", "arm64"))
        self._features = frozenset(features.split(","))

    def data(self, kind: Any, array: Any) -> Any:
        """Return where an array's numbers begin."""
        first = self._context.make_array(kind)(self._context, self.builder, array).data
        return self.builder.bitcast(first, I8.as_pointer())

    def load(self, data: Any, offset: Any, kind: ir.Type) -> Any:
        """Return what lies at an offset in bytes."""
        return self.builder.load(self._at(data, offset, kind), align=1)

    def store(self, value: Any, data: Any, offset: Any) -> None:
        """Write a value at an offset in bytes."""
        self.builder.store(value, self._at(data, offset, value.type), align=1)

    def _at(self, data: Any, offset: Any, kind: ir.Type) -> Any:
        return self.builder.bitcast(self.builder.gep(data, [offset]), kind.as_pointer())

    @contextmanager
    def each(self, count: Any, step: int = 1) -> Iterator[Any]:
        """Loop over 0, step, ... below a count."""
        with cgutils.for_range_slice(self.builder, size(0), count, size(step), inc=True) as (index, _):
            yield index

    def variables(self, rows: int, columns: int, kind: ir.Type = SUMS) -> list[list[Any]]:
        """Return variables that live in registers while there are enough."""
        return [[cgutils.alloca_once(self.builder, kind) for _ in range(columns)] for _ in range(rows)]

    def splat(self, value: Any, kind: ir.Type) -> Any:
        """Return a vector of one value."""
        nothing = ir.Constant(kind, ir.Undefined)
        single = self.builder.insert_element(nothing, value, ir.Constant(I32, 0))
        return self.shuffled(single, nothing, [0] * kind.count)

    def constant(self, value: int, kind: ir.Type) -> Any:
        """Return a vector of one constant."""
        return ir.Constant(kind, [value] * kind.count)

    def shuffled(self, a: Any, b: Any, which: Sequence[int]) -> Any:
        """Return elements of two vectors, those of the second counted on from the first's."""
        return self.builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(I32, len(which)), list(which)))

    def highest(self, a: Any, b: Any) -> Any:
        """Return the larger of two signed numbers."""
        return self.builder.select(self.builder.icmp_signed(">", a, b), a, b)

    def lowest(self, a: Any, b: Any) -> Any:
        """Return the smaller of two signed numbers."""
        return self.builder.select(self.builder.icmp_signed("<", a, b), a, b)

    def added(self, a: Any, b: Any) -> Any:
        """Return sums of signed bytes, held to their range."""
        return self._call("llvm.sadd.sat.v64i8", BYTES, a, b)

    def taken(self, a: Any, b: Any) -> Any:
        """Return differences of signed bytes, held to their range."""
        return self._call("llvm.ssub.sat.v64i8", BYTES, a, b)

    def looked_up(self, table: Any, codes: Any) -> Any:
        """Return a table's entries at codes below 32, ``table`` of kind :data:`TABLE`."""
        if "+avx512vbmi" in self._features:
            whole = self.shuffled(table, table, range(64))
            return self._call("llvm.x86.avx512.permvar.qi.512", BYTES, whole, codes)
        for feature, (width, name) in _SHUFFLES.items():
            if feature in self._features:
                return self._in_parts(
                    codes, width, lambda part, name=name: self._looked_up_in_halves(name, table, part)
                )
        if self._is_arm:
            halves = [self.shuffled(table, table, range(k, k + _LANE)) for k in (0, _LANE)]
            kind, name = ir.VectorType(I8, _LANE), "llvm.aarch64.neon.tbl2.v16i8"
            return self._in_parts(codes, _LANE, lambda part: self._call(name, kind, *halves, part))
        return self._looked_up_one_by_one(table, codes)

    def _looked_up_in_halves(self, name: str, table: Any, codes: Any) -> Any:
        kind, lanes = codes.type, codes.type.count // _LANE
        # an instruction looks up four bits in each lane: once in the table's first half, once in its second
        found = [
            self._call(name, kind, self.shuffled(table, table, list(half) * lanes), codes)
            for half in (range(_LANE), range(_LANE, 2 * _LANE))
        ]
        is_second = self.builder.icmp_signed(">", codes, self.constant(_LANE - 1, kind))
        return self.builder.select(is_second, found[1], found[0])

    def _looked_up_one_by_one(self, table: Any, codes: Any) -> Any:
        found = ir.Constant(BYTES, ir.Undefined)
        for k in range(BYTES.count):
            position = ir.Constant(I32, k)
            code = self.builder.zext(self.builder.extract_element(codes, position), I32)
            found = self.builder.insert_element(found, self.builder.extract_element(table, code), position)
        return found

    def _in_parts(self, values: Any, width: int, each: Any) -> Any:
        parts = [each(self.shuffled(values, values, range(k, k + width))) for k in range(0, 64, width)]
        while len(parts) > 1:
            joined = zip(parts[::2], parts[1::2], strict=True)
            parts = [self.shuffled(a, b, range(2 * a.type.count)) for a, b in joined]
        return parts[0]

    def four_products(self, sums: Any, values: Any, weights: Any) -> Any:
        """Return sums plus four products each: of unsigned bytes and of signed ones, four to a sum.

        All are of kind :data:`SUMS`; in ``values`` and ``weights`` each number stands for its four bytes.
        """
        builder = self.builder
        if "+avx512vnni" in self._features:
            values, weights = (builder.bitcast(x, _factors()) for x in (values, weights))
            return self._call(_FOUR_PRODUCTS, SUMS, sums, values, weights)
        values, weights = (builder.bitcast(x, WORDS) for x in (values, weights))
        eight = self.constant(8, WORDS)
        even = (
            builder.and_(values, self.constant(255, WORDS)),
            builder.ashr(builder.shl(weights, eight), eight),
        )
        odd = builder.lshr(values, eight), builder.ashr(weights, eight)
        return builder.add(sums, builder.add(self._two_products(*even), self._two_products(*odd)))

    def _two_products(self, a: Any, b: Any) -> Any:
        wide = ir.VectorType(I32, WORDS.count)
        products = self.builder.mul(self.builder.sext(a, wide), self.builder.sext(b, wide))
        halves = [self.shuffled(products, products, range(k, WORDS.count, 2)) for k in (0, 1)]
        return self.builder.add(*halves)

    def _call(self, name: str, kind: ir.Type, *values: Any) -> Any:
        function = ir.FunctionType(kind, [value.type for value in values])
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, function, name), values)

    def by_fours(self, rows: Sequence[Any]) -> list[Any]:
        """Return four rows of bytes as sums' columns: four vectors, each number the four rows' bytes of one column.

        Columns come in the order that shuffles within lanes leave: vector k holds columns ``16 L + 4 k`` to
        ``16 L + 4 k + 3`` of each lane L; :meth:`in_order` puts them back.
        """

        def zipped(a: Any, b: Any, lane: int, half: int) -> Any:
            n = a.type.count
            first = [
                k + half * lane // 2 for start in range(0, n, lane) for k in range(start, start + lane // 2)
            ]
            return self.shuffled(a, b, [x for k in first for x in (k, n + k)])

        found = []
        for half in (0, 1):
            pairs = [zipped(rows[k], rows[k + 1], _LANE, half) for k in (0, 2)]
            words = [self.builder.bitcast(pair, WORDS) for pair in pairs]
            found += [self.builder.bitcast(zipped(words[0], words[1], _LANE // 2, k), SUMS) for k in (0, 1)]
        return found

    def in_order(self, vectors: Sequence[Any]) -> list[Any]:
        """Return columns in their order, see :meth:`by_fours`."""

        def lanes(a: Any, b: Any, which: Sequence[int]) -> Any:
            return self.shuffled(a, b, [4 * lane + k for lane in which for k in range(4)])

        found = []
        for first in ((0, 4, 1, 5), (2, 6, 3, 7)):
            a, b = (lanes(vectors[k], vectors[k + 1], first) for k in (0, 2))
            found += [lanes(a, b, (0, 1, 4, 5)), lanes(a, b, (2, 3, 6, 7))]
        return found
