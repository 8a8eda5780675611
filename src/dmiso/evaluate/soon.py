"""Asking memory for a row of a table some steps before a numba loop uses it.

A loop that looks at rows in no order waits for memory at each; asked in time, they are there. It changes no number, and
compiles for every processor.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

__all__ = ["soon"]

_READ, _STAYS, _IS_DATA = 0, 3, 1


def _generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    table = context.make_array(signature.args[0])(context, builder, args[0])
    row = context.cast(builder, args[1], signature.args[1], types.intp)
    byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
    distance = builder.mul(row, builder.extract_value(table.strides, 0))
    place = builder.gep(builder.bitcast(table.data, byte), [distance])
    kind = ir.FunctionType(ir.VoidType(), (byte, number, number, number))
    function = builder.module.declare_intrinsic("llvm.prefetch", (byte,), kind)
    builder.call(function, [place, *(ir.Constant(number, each) for each in (_READ, _STAYS, _IS_DATA))])
    return context.get_dummy_value()


def _typed(_typing: Any, table: Any, row: Any) -> Any:
    return types.void(table, row), _generate


soon: Final[Any] = intrinsic(_typed)
"""Ask memory for the first cache line of a row: ``soon(table, row)``, from compiled code only."""
