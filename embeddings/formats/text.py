"""Vectors as text (GloVe, word2vec, fastText `.vec`), unpacked by one thread and parsed by all processors."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import closing
from io import BufferedReader
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embeddings.formats.detect import FORMATS
from embeddings.formats.text_header import find_header
from embeddings.formats.text_kernels import pack_words, parse_rows
from embeddings.formats.text_line import read_line
from embeddings.row_block import RowBlock
from textprep.arrow_strings import strings_of
from textprep.errors import InputError
from textprep.ordered_threads import in_order
from textprep.readers.source import stream_blocks

PIECE_BYTES = 4 << 20  # large enough that starting a thread's job is nothing, small enough to stay in the cache
_NEWLINE = ord("\n")


@FORMATS.register("text")
class TextFormat:
    """A word and its numbers on each line, in some files below a line `count dimension`."""

    def fits(self, beginning: bytes) -> bool:
        """Always: text has no mark, and what is wrong with a line is said when it is read."""
        return True

    def read(self, stream: BufferedReader, path: Path) -> Generator[RowBlock]:
        """All rows in order.

        At most a few pieces are in memory at once. The kernels release the interpreter lock, so unpacking, parsing
        and whatever the caller does with the blocks run side by side.

        Raises:
            InputError: A line is not a word and as many numbers as the others have, or there are not as many rows as
                the header says.
        """
        pieces = stream_blocks(stream, path, PIECE_BYTES)
        _, first = next(pieces, (1, b""))
        header = find_header(first, path)

        def below_header() -> Iterator[tuple[int, bytes]]:
            yield header.lines + 1, first[header.size :]
            yield from pieces

        def read(numbered: tuple[int, bytes]) -> RowBlock:
            line, piece = numbered
            return read_piece(piece, header.dimension, path, line)

        rows = 0
        threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        with closing(in_order(read, below_header(), threads)) as blocks:
            for block in blocks:
                rows += len(block.matrix)
                yield block
        if header.announced not in (None, rows):
            problem = f"the header announces {header.announced} rows, but there are {rows}"
            remedy = "fetch the file again, or delete the header to use the rows that are there"
            raise InputError(problem, file=path, line=header.lines, remedy=remedy)


def read_piece(piece: bytes, dimension: int, path: Path, first_line: int = 1) -> RowBlock:
    """The rows of whole lines of text, of which the first has the number `first_line` in the file.

    Raises:
        InputError: A line is not a word and `dimension` numbers.
    """
    if not piece.endswith(b"\n"):
        piece += b"\n"
    data = np.frombuffer(piece, np.uint8)  # (bytes,)
    shortest = 2 * dimension + 2  # bytes of a line; if there are more rows than fit, one of the first is too short
    count = min(int(np.count_nonzero(data == _NEWLINE)), len(piece) // shortest + 1)
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
            raise InputError(str(error), file=path, line=_line_number(piece, begin, first_line)) from None
        spans[row, 1] = begin + len(word)
    return RowBlock(_pack(piece, spans, path, first_line), matrix)


def _pack(piece: bytes, spans: NDArray[np.int64], path: Path, first_line: int) -> pa.LargeStringArray:
    offsets = np.empty(len(spans) + 1, np.int64)
    packed = pack_words(np.frombuffer(piece, np.uint8), spans, offsets)
    words = strings_of(packed, offsets)
    try:
        words.validate(full=True)  # every word is UTF-8
        sound = not (packed == 0).any()
    except pa.ArrowInvalid:
        sound = False
    if not sound:
        raise _bad_word(piece, spans, path, first_line)
    return words


def _bad_word(piece: bytes, spans: NDArray[np.int64], path: Path, first_line: int) -> InputError:
    for begin, end, _ in spans:
        problem = "the word holds a NUL byte" if b"\0" in piece[begin:end] else ""
        try:
            piece[begin:end].decode("utf-8")
        except UnicodeDecodeError as error:
            problem = f"the word is not UTF-8 ({error})"
        if problem:
            remedy = "is the file text, and saved as UTF-8?"
            return InputError(problem, file=path, line=_line_number(piece, begin, first_line), remedy=remedy)
    raise AssertionError("pyarrow and Python disagree on what is UTF-8")


def _line_number(piece: bytes, position: int, first_line: int) -> int:
    return first_line + piece.count(b"\n", 0, position)
