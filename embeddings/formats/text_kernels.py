"""Many lines of vector text at once: the compiled reader (numba), exact where it answers and silent where it cannot.

A number is read as an integer of at most 19 digits times a power of ten in double precision. Both factors and their
product are each rounded once (3 × 2^-53) and digits past the nineteenth are dropped (10^-18), so the true value lies
within x·(1 ± 2^-50). Where both ends of that bracket round to the same float32, that float32 is the answer, and
`float32(float(text))` is the same. Where they differ (about one number in 2^25), and where a line has an unusual form,
the row is marked odd and `embeddings/formats/text_line.py` reads it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textprep.kernels.compiled import Bytes, FlagsOut, LongRows, LongRowsOut, LongsOut, MatrixOut, compiled, inner

_SPACE, _NEWLINE, _RETURN, _PLUS, _MINUS, _POINT, _ZERO, _E = (ord(c) for c in " \n\r+-.0e")
_LOWEST, _HIGHEST = -90, 60  # outside, 19 digits times a power of ten are zero or infinite as float32
_POWERS = np.array([float(f"1e{exponent}") for exponent in range(_LOWEST, _HIGHEST + 1)])
_ROOM = np.uint64(10**18)  # below it a mantissa takes one more digit without overflow
_TEN = np.uint64(10)
_MANY = 10**15  # an exponent this large stays as it is: no file is long enough to make up for it
_DOWN, _UP = 1 - 2.0**-50, 1 + 2.0**-50
_LARGEST = np.finfo(np.float32).max


@inner
def _scan_number(data: Bytes, at: int) -> tuple[float, int, bool]:
    """The number that begins at `at`: its value, the byte after it, and whether it is one."""
    negative = data[at] == _MINUS
    if negative or data[at] == _PLUS:
        at += 1
    mantissa = np.uint64(0)
    exponent = 0
    begin = at
    digit = np.uint8(data[at] - np.uint8(_ZERO))  # wraps around below "0", so that one comparison is enough
    while digit <= 9:
        if mantissa < _ROOM:
            mantissa = mantissa * _TEN + np.uint64(digit)
        else:
            exponent += 1
        at += 1
        digit = np.uint8(data[at] - np.uint8(_ZERO))
    digits = at - begin
    if data[at] == _POINT:
        at += 1
        begin = at
        digit = np.uint8(data[at] - np.uint8(_ZERO))
        while digit <= 9:
            if mantissa < _ROOM:
                mantissa = mantissa * _TEN + np.uint64(digit)
                exponent -= 1
            at += 1
            digit = np.uint8(data[at] - np.uint8(_ZERO))
        digits += at - begin
    good = digits > 0
    if data[at] | 32 == _E:
        at += 1
        lowered = data[at] == _MINUS
        if lowered or data[at] == _PLUS:
            at += 1
        begin = at
        power = 0
        digit = np.uint8(data[at] - np.uint8(_ZERO))
        while digit <= 9:
            if power < _MANY:
                power = power * 10 + int(digit)
            at += 1
            digit = np.uint8(data[at] - np.uint8(_ZERO))
        good = good and at > begin
        exponent += -power if lowered else power
    value = np.float64(mantissa) * _POWERS[min(max(exponent, _LOWEST), _HIGHEST) - _LOWEST]
    return (-value if negative else value), at, good


@compiled
def parse_rows(
    data: Bytes,  # (bytes,), the last one a newline
    matrix: MatrixOut,  # (lines, dimension), filled here
    spans: LongRowsOut,  # (lines, 3), filled here: where the word begins and ends, where the line ends
    odd: FlagsOut,  # (lines,), filled here: the row needs the plain reader
) -> int:
    """Read every line that is `word number … number`; blank lines are left out. Returns the number of rows.

    The matrix may have fewer rows than there are lines: where it is full, the rest is not read.
    """
    dimension = matrix.shape[1]
    at = row = 0
    while at < len(data) and row < len(matrix):
        begin = at
        while data[at] != _SPACE and data[at] != _NEWLINE:
            at += 1
        end = at
        good = end > begin
        for column in range(dimension):
            good = good and data[at] == _SPACE
            if not good:
                break
            value, at, good = _scan_number(data, at + 1)
            low, high = np.float32(value * _DOWN), np.float32(value * _UP)
            good = bool(good and low == high and abs(low) <= _LARGEST)
            matrix[row, column] = low
        while data[at] == _SPACE:
            at += 1
        if data[at] == _RETURN:
            at += 1
        good = good and data[at] == _NEWLINE
        while data[at] != _NEWLINE:
            at += 1
        spans[row, 0], spans[row, 1], spans[row, 2] = begin, end, at
        odd[row] = not good
        at += 1
        row += good or not _is_blank(data, begin)
    return row


@inner
def _is_blank(data: Bytes, begin: int) -> bool:
    while data[begin] == _SPACE or data[begin] == _RETURN:
        begin += 1
    return data[begin] == _NEWLINE


@compiled
def pack_words(
    data: Bytes,  # (bytes,)
    spans: LongRows,  # (rows, 3)
    offsets: LongsOut,  # (rows + 1,), filled here
) -> NDArray[np.uint8]:
    """The words side by side, as Arrow keeps strings; word i is `packed[offsets[i]:offsets[i + 1]]`."""
    offsets[0] = 0
    for row in range(len(spans)):
        offsets[row + 1] = offsets[row] + spans[row, 1] - spans[row, 0]
    packed = np.empty(offsets[-1], np.uint8)
    for row in range(len(spans)):
        shift = spans[row, 0] - offsets[row]
        for at in range(offsets[row], offsets[row + 1]):
            packed[at] = data[at + shift]
    return packed
