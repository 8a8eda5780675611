"""Steps of the helix recursion for eight heads at once, for numba loops along offsets.

Where only a few offsets are computed, a loop along them leaves most lanes of a vector register empty, and its margins
cost more than the offsets do. The heads are as many at every offset, so here they are the lanes: a vector holds the
scores of eight heads. These are plain LLVM vectors, and compile for every processor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HEADS", "copy_heads", "start_heads", "step_heads"]

HEADS: Final = 8
"""Heads that are computed at once; flat arrays hold a multiple of it for each position."""

_VECTOR = ir.VectorType(ir.FloatType(), HEADS)
_FLOAT_BYTES: Final = 4


class _Flat:
    """A flat float32 array, as generated code reads and writes eight numbers of it."""

    def __init__(self, context: Any, builder: Any, kind: Any, array: Any) -> None:
        self._builder = builder
        self._data = context.make_array(kind)(context, builder, array).data

    def _at(self, index: Any, move: int) -> Any:
        moved = self._builder.add(index, ir.Constant(index.type, move * HEADS))
        return self._builder.bitcast(self._builder.gep(self._data, [moved]), _VECTOR.as_pointer())

    def read(self, index: Any, move: int = 0) -> Any:
        """Return the eight numbers from an index on, or so many vectors further."""
        return self._builder.load(self._at(index, move), align=_FLOAT_BYTES)

    def write(self, index: Any, values: Any) -> None:
        self._builder.store(values, self._at(index, 0), align=_FLOAT_BYTES)


def _higher(builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", a, b), a, b)


def _generated(step: Callable[..., None]) -> Callable[..., Any]:
    """Return what generates a step on arrays that are each followed by an index; it writes at the last one."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        arrays = [
            _Flat(context, builder, kind, array)
            for kind, array in zip(signature.args[::2], args[::2], strict=True)
        ]
        step(builder, *(each for pair in zip(arrays, args[1::2], strict=True) for each in pair))
        return context.get_dummy_value()

    return generate


def _start(builder: Any, stack: _Flat, s: Any, pair: _Flat, p: Any, out: _Flat, o: Any) -> None:
    total = builder.fadd(stack.read(s), pair.read(p))
    out.write(o, _higher(builder, total, ir.Constant(_VECTOR, None)))


def _step(builder: Any, *of: Any) -> None:
    before, b, bulge, c, stack, s, pair, p, out, o = of
    # stacked on the pair before, or past an unpaired miRNA base, or past an unpaired target base
    past_mirna = builder.fsub(before.read(b, -1), bulge.read(c))
    past_target = builder.fsub(before.read(b, 1), bulge.read(c, 1))
    top = _higher(builder, _higher(builder, before.read(b), past_mirna), past_target)
    # in the order of the exact scan's sums
    total = builder.fadd(builder.fadd(top, stack.read(s)), pair.read(p))
    out.write(o, _higher(builder, total, ir.Constant(_VECTOR, None)))


def _copy(_builder: Any, values: _Flat, v: Any, out: _Flat, o: Any) -> None:
    out.write(o, values.read(v))


# numba wants each function's arguments by number


def _typed_start(_typing: Any, stack: Any, s: Any, pair: Any, p: Any, out: Any, o: Any) -> Any:
    return types.void(stack, s, pair, p, out, o), _generated(_start)


def _typed_step(  # noqa: PLR0913, PLR0917 - see above
    _typing: Any,
    before: Any,
    b: Any,
    bulge: Any,
    c: Any,
    stack: Any,
    s: Any,
    pair: Any,
    p: Any,
    out: Any,
    o: Any,
) -> Any:
    return types.void(before, b, bulge, c, stack, s, pair, p, out, o), _generated(_step)


def _typed_copy(_typing: Any, values: Any, v: Any, out: Any, o: Any) -> Any:
    return types.void(values, v, out, o), _generated(_copy)


# called from compiled code only
start_heads: Final[Any] = intrinsic(_typed_start)
"""``(stack, s, pair, p, out, o)``: write the scores of a miRNA's first position. Arrays are flat, each with the index
of its first of eight numbers."""
step_heads: Final[Any] = intrinsic(_typed_step)
"""``(before, b, bulge, c, stack, s, pair, p, out, o)``: write those of a later position, from the position before
around ``b``. ``bulge`` has the cost of an unpaired miRNA base, then that of an unpaired target base."""
copy_heads: Final[Any] = intrinsic(_typed_copy)
"""``(values, v, out, o)``: copy eight numbers."""
