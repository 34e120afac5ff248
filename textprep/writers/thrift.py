"""Thrift's compact protocol, in which Parquet writes what it says about its pages and columns.

Source: github.com/apache/thrift, doc/specs/thrift-compact-protocol.md. A value stands beside its kind, a struct is a
dictionary of its fields by their numbers, a list the kind of its items and the items; so what is read can be changed
and written again without knowing what it means.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Value: TypeAlias = tuple[int, Any]  # the kind, and: a number, bytes, a list (kind, items), or a struct
Struct: TypeAlias = dict[int, Value]

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)


def i32(number: int) -> Value:
    """A number of 32 bits."""
    return I32, number


def i64(number: int) -> Value:
    """A number of 64 bits."""
    return I64, number


def binary(letters: bytes) -> Value:
    """Bytes or UTF-8 text."""
    return BINARY, letters


def struct(fields: Struct) -> Value:
    """A struct within another."""
    return STRUCT, fields


def list_of(items: list[Value]) -> Value:
    """A list of values of one kind, of which there is at least one."""
    return LIST, (items[0][0], [item for _, item in items])


def varint(number: int) -> bytes:
    """An unsigned number in groups of seven bits, the lowest first (LEB128)."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def write_struct(fields: Struct) -> bytes:
    """A struct as bytes."""
    out = bytearray()
    before = 0
    for number, (kind, value) in sorted(fields.items()):
        step = number - before
        out += bytes([step << 4 | kind]) if 0 < step < 16 else bytes([kind]) + varint(_zigzag(number))
        if kind not in (TRUE, FALSE):  # whose kind is their value
            out += _written(kind, value)
        before = number
    return bytes(out) + b"\0"


def _written(kind: int, value: Any) -> bytes:
    if kind in (I16, I32, I64):
        return varint(_zigzag(value))
    if kind == BINARY:
        return varint(len(value)) + bytes(value)
    if kind == STRUCT:
        return write_struct(value)
    if kind in (LIST, SET):
        of, items = value
        size = bytes([len(items) << 4 | of]) if len(items) < 15 else bytes([0xF0 | of]) + varint(len(items))
        return size + b"".join(_written(of, item) for item in items)
    return bytes(value)  # a byte, a double, or a boolean in a list


def read_struct(data: bytes, at: int = 0) -> tuple[Struct, int]:
    """The struct that starts at byte `at`, and where it ends.

    Raises:
        ValueError: It holds a map, which Parquet has no use for.
    """
    fields: Struct = {}
    number = 0
    while head := data[at]:
        at += 1
        kind = head & 15
        if head >> 4:
            number += head >> 4
        else:
            coded, at = _read_varint(data, at)
            number = _unzigzag(coded)
        value: Any = None
        if kind not in (TRUE, FALSE):
            value, at = _read(kind, data, at)
        fields[number] = kind, value
    return fields, at + 1


def _read(kind: int, data: bytes, at: int) -> tuple[Any, int]:
    if kind in (I16, I32, I64):
        coded, at = _read_varint(data, at)
        return _unzigzag(coded), at
    if kind == BINARY:
        size, at = _read_varint(data, at)
        return data[at : at + size], at + size
    if kind == STRUCT:
        return read_struct(data, at)
    if kind in (LIST, SET):
        size, of = data[at] >> 4, data[at] & 15
        at += 1
        if size == 15:
            size, at = _read_varint(data, at)
        items = []
        for _ in range(size):
            item, at = _read(of, data, at)
            items.append(item)
        return (of, items), at
    if kind == MAP:
        raise ValueError("a map, which Parquet has no use for")
    size = 8 if kind == DOUBLE else 1
    return data[at : at + size], at + size


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        number |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return number, at


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _unzigzag(coded: int) -> int:
    return coded >> 1 if not coded & 1 else -((coded + 1) >> 1)
