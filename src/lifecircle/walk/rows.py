"""One step on a whole row of lanes, said to the compiler as one instruction on many numbers.

A loop over the lanes is compiled well or badly by how it happens to stand; this is what it should
become: the row stays in the processor's registers over all its arcs and is written once.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.extending import intrinsic

LANES = 16
"""Values in a row, one for each group of targets."""
FAR = 1 << 61
"""No way was found. Sums of a value and an arc stay below the largest whole number."""

_ALIGN = 8
_WHOLE = ir.IntType(64)
_ROW = ir.VectorType(_WHOLE, LANES)
_EVERY = ir.VectorType(ir.IntType(32), LANES)


def _lower(
    _: Any,
    best: Any,
    row: Any,
    known: Any,
    value: Any,
    node: Any,
    ticks: Any,
    shift: Any,
    begin: Any,
    end: Any,
) -> Any:
    """Lower ``best[row]`` to ``value[node[a]] + (ticks[a] << shift)``, a from ``begin`` to ``end``.

    A row that is not ``known`` has anything in it and counts as `FAR`. ``best`` and ``value`` are
    (n, LANES) of 64 bits and may be the same array; all arrays are contiguous.
    """
    if any(array.layout != "C" for array in (best, value, node, ticks)):
        raise TypingError("Rows are read as they lie in memory: contiguous arrays only.")
    return types.void(best, row, known, value, node, ticks, shift, begin, end), _lowering


def _lowering(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Write the machine's code for `_lower`, whose arguments come in the same order."""
    kinds = signature.args
    best, value, node, ticks = (
        context.make_array(kinds[at])(context, builder, args[at]).data for at in (0, 3, 4, 5)
    )
    row, shift, begin, end = (
        context.cast(builder, args[at], kinds[at], types.int64) for at in (1, 6, 7, 8)
    )

    def row_of(array: Any, at: Any) -> Any:
        begins = builder.gep(array, [builder.mul(at, ir.Constant(_WHOLE, LANES))])
        return builder.bitcast(begins, _ROW.as_pointer())

    def read(array: Any, at: Any, kind: Any) -> Any:
        number = builder.load(builder.gep(array, [at]))
        return context.cast(builder, number, kind.dtype, types.int64)

    own = row_of(best, row)
    is_known = context.cast(builder, args[2], kinds[2], types.boolean)
    nothing = ir.Constant(_ROW, [FAR] * LANES)
    least: Any = cgutils.alloca_once(builder, _ROW)  # type: ignore[no-untyped-call]
    builder.store(builder.select(is_known, builder.load(own, align=_ALIGN), nothing), least)
    one = ir.Constant(_WHOLE, 1)
    with cgutils.for_range_slice(builder, begin, end, one, intp=_WHOLE) as (at, _):
        there = row_of(value, read(node, at, kinds[4]))
        took = builder.shl(read(ticks, at, kinds[5]), shift)
        first = builder.insert_element(nothing, took, ir.Constant(_WHOLE, 0))
        spread = builder.shuffle_vector(first, nothing, ir.Constant(_EVERY, [0] * LANES))
        through, so_far = (
            builder.add(builder.load(there, align=_ALIGN), spread),
            builder.load(least),
        )
        nearer = builder.icmp_signed("<", through, so_far)
        builder.store(builder.select(nearer, through, so_far), least)
    builder.store(builder.load(least), own, align=_ALIGN)
    return context.get_dummy_value()


lower: Any = intrinsic(_lower)
