"""A vector file as blocks of rows: unpacked by one thread, parsed by as many as there are processors, kept in order."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embeddings.formats.text_header import find_layout
from embeddings.formats.text_kernels import pack_words, parse_rows
from embeddings.formats.text_line import read_line
from embeddings.store.row_block import Block
from textprep.errors import InputError
from textprep.ordered_threads import in_order
from textprep.readers.source import stream_blocks
from textprep.readers.unpack import open_unpacked, packing_by_content

PIECE_BYTES = 4 << 20  # large enough that starting a thread's job is nothing, small enough to stay in the cache
_NEWLINE = ord("\n")


def read_blocks(path: Path, member: str | None = None) -> Generator[Block]:
    """All rows of a vector file, in order.

    At most a few pieces are in memory at once. The kernels release the interpreter lock, so unpacking, parsing and
    whatever the caller does with the blocks run side by side.

    Raises:
        InputError: The file cannot be unpacked, or a line is not a word and as many numbers as the others have.
    """
    with open_unpacked(path, packing_by_content(path), member) as stream:
        pieces = stream_blocks(stream, path, PIECE_BYTES)
        _, first = next(pieces, (1, b""))
        layout = find_layout(first, path)

        def below_header() -> Iterator[tuple[int, bytes]]:
            yield layout.header_lines + 1, first[layout.header :]
            yield from pieces

        def read(numbered: tuple[int, bytes]) -> Block:
            line, piece = numbered
            return read_piece(piece, layout.dimension, path, line - 1)

        rows = 0
        workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        with closing(in_order(read, below_header(), workers)) as blocks:
            for block in blocks:
                rows += len(block.matrix)
                yield block
    if layout.announced not in (None, rows):
        problem = f"the header announces {layout.announced} rows, but there are {rows}"
        remedy = "fetch the file again, or delete the header to use the rows that are there"
        raise InputError(problem, file=path, line=layout.header_lines, remedy=remedy)


def read_piece(piece: bytes, dimension: int, path: Path, lines: int = 0) -> Block:
    """The rows of whole lines of text; `lines` of the file stand above them.

    Raises:
        InputError: As for `read_blocks`.
    """
    if not piece.endswith(b"\n"):
        piece += b"\n"
    data = np.frombuffer(piece, np.uint8)  # (bytes,)
    count = np.count_nonzero(data == _NEWLINE)
    matrix = np.empty((count, dimension), np.float32)
    spans = np.empty((count, 3), np.int64)
    odd = np.empty(count, np.bool_)
    rows = parse_rows(data, matrix, spans, odd)
    matrix, spans = matrix[:rows], spans[:rows]
    for row in np.flatnonzero(odd[:rows]):
        begin, _, end = spans[row]
        try:
            word, matrix[row] = read_line(piece[begin:end], dimension)
        except ValueError as error:
            raise InputError(str(error), file=path, line=_line_number(piece, begin, lines)) from None
        spans[row, 1] = begin + len(word)
    return Block(_pack(piece, spans, path, lines), matrix)


def _pack(piece: bytes, spans: NDArray[np.int64], path: Path, lines: int) -> pa.LargeStringArray:
    offsets = np.empty(len(spans) + 1, np.int64)
    packed = pack_words(np.frombuffer(piece, np.uint8), spans, offsets)
    words = pa.LargeStringArray.from_buffers(len(spans), pa.py_buffer(offsets), pa.py_buffer(packed))
    try:
        words.validate(full=True)  # every word is UTF-8
        sound = not (packed == 0).any()
    except pa.ArrowInvalid:
        sound = False
    if not sound:
        raise _bad_word(piece, spans, path, lines)
    return words


def _bad_word(piece: bytes, spans: NDArray[np.int64], path: Path, lines: int) -> InputError:
    for begin, end, _ in spans:
        problem = "the word holds a NUL byte" if b"\0" in piece[begin:end] else ""
        try:
            piece[begin:end].decode("utf-8")
        except UnicodeDecodeError as error:
            problem = f"the word is not UTF-8 ({error})"
        if problem:
            remedy = "is the file text, and saved as UTF-8?"
            return InputError(problem, file=path, line=_line_number(piece, begin, lines), remedy=remedy)
    raise AssertionError("pyarrow and Python disagree on what is UTF-8")


def _line_number(piece: bytes, position: int, lines: int) -> int:
    return lines + piece.count(b"\n", 0, position) + 1
