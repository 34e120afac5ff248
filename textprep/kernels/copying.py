"""Copying bytes inside kernels."""

from __future__ import annotations

from typing import Any

import numba
from numba.extending import intrinsic

from textprep.kernels.compiled import Bytes, BytesOut, inner
from textprep.kernels.utf8 import eight_bytes

SLACK = 8  # bytes that must be there behind what `copied_by_eight` reads and writes


@inner
def copied(source: Bytes, begin: int, end: int, out: BytesOut, at: int) -> int:
    """Copy source[begin:end] to `out` from byte `at` on; return where it ends there.

    Over slices, because numba checks an index that is a sum for being negative, byte by byte.
    """
    size = end - begin
    to, those = out[at : at + size], source[begin:end]
    for k in range(len(those)):
        to[k] = those[k]
    return at + size


@inner
def copied_by_eight(source: Bytes, begin: int, end: int, out: BytesOut, at: int) -> int:
    """`copied` for words, which are short: it reads and writes up to seven bytes more than asked for."""
    for k in range(0, end - begin, 8):
        put_eight_bytes(out, at + k, eight_bytes(source, begin + k))
    return at + end - begin


@intrinsic
def put_eight_bytes(context: Any, data: Any, i: Any, number: Any) -> Any:
    """Write a little-endian number to the eight bytes from byte i on: an unaligned store, the other `eight_bytes`."""

    def emit(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        from llvmlite import ir  # type: ignore[import-untyped,unused-ignore]

        array = target.make_array(signature.args[0])(target, builder, arguments[0])
        address = builder.gep(array.data, [arguments[1]])
        builder.store(arguments[2], builder.bitcast(address, ir.IntType(64).as_pointer())).align = 1
        return target.get_dummy_value()

    return numba.void(data, numba.int64, numba.uint64), emit
