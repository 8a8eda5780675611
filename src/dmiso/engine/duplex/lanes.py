"""Arithmetic on int16 that a processor does in 16 or 32 lanes at once, for numba loops.

Numba's own operators widen int16 to int64, which keeps a loop from being vectorised as int16. These are plain LLVM, and
compile for every processor; x86 and ARM have an instruction for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["added", "product_high", "taken"]

_INT16, _INT32 = ir.IntType(16), ir.IntType(32)
_SIGNATURE = types.int16(types.int16, types.int16)


def _saturating(name: str) -> Callable[..., Any]:
    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(_INT16, (_INT16, _INT16))
        function = builder.module.declare_intrinsic(name, (_INT16,), kind)
        return builder.call(function, args)

    return generate


def _high(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
    a, b = (builder.sext(each, _INT32) for each in args)
    return builder.trunc(builder.lshr(builder.mul(a, b), ir.Constant(_INT32, 16)), _INT16)


def _of_two(generate: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    def typed(_typing: Any, _a: Any, _b: Any) -> Any:
        return _SIGNATURE, generate

    made: Any = intrinsic(typed)  # called as a function of two from compiled code only
    return made  # type: ignore[no-any-return]


added: Final = _of_two(_saturating("llvm.sadd.sat"))
"""Sum of two int16, held to the range of int16."""
taken: Final = _of_two(_saturating("llvm.ssub.sat"))
"""Difference of two int16, held to the range of int16."""
product_high: Final = _of_two(_high)
"""Product of two int16 divided by 65,536, rounded down."""
