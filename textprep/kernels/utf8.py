"""Reading UTF-8 bytes: single characters, and eight bytes at once."""

from __future__ import annotations

from typing import Any

import numba
from numba.extending import intrinsic

from textprep.kernels.compiled import Bytes, inner


@intrinsic
def eight_bytes(context: Any, data: Any, i: Any) -> Any:
    """The eight bytes from byte i on as one little-endian number: an unaligned load, which numba has no name for."""

    def emit(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        from llvmlite import ir  # type: ignore[import-untyped,unused-ignore]

        array = target.make_array(signature.args[0])(target, builder, arguments[0])
        address = builder.gep(array.data, [arguments[1]])
        number = builder.load(builder.bitcast(address, ir.IntType(64).as_pointer()))
        number.align = 1
        return number

    return numba.uint64(data, numba.int64), emit


@intrinsic
def trailing_zeros(context: Any, number: Any) -> Any:
    """How many low bits of a number are zero; 64 for zero."""

    def emit(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], target.get_constant(numba.boolean, False))

    return numba.uint64(numba.uint64), emit


@intrinsic
def item(context: Any, array: Any, i: Any) -> Any:
    """array[i] for an i that is surely not negative: without the steps by which numba lets it count from the end."""

    def emit(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values = target.make_array(signature.args[0])(target, builder, arguments[0])
        place = target.cast(builder, arguments[1], signature.args[1], numba.int64)
        return builder.load(builder.gep(values.data, [place]))

    return array.dtype(array, i), emit


@inner
def code_point(data: Bytes, i: int) -> int:
    """The code point that starts at byte i."""
    b = int(item(data, i))
    if b < 0x80:
        return b
    c = int(item(data, i + 1)) & 0x3F
    if b < 0xE0:
        return (b & 0x1F) << 6 | c
    d = int(item(data, i + 2)) & 0x3F
    if b < 0xF0:
        return (b & 0x0F) << 12 | c << 6 | d
    return (b & 0x07) << 18 | c << 12 | d << 6 | (int(item(data, i + 3)) & 0x3F)


@inner
def width(b: int) -> int:
    """How many bytes the character takes whose first byte is b."""
    return 1 if b < 0x80 else 2 if b < 0xE0 else 3 if b < 0xF0 else 4


@inner
def characters_in(data: Bytes, i: int, j: int) -> int:
    """How many code points bytes i..j hold."""
    count = 0
    for b in data[i:j]:
        count += b & 0xC0 != 0x80
    return count
