"""Files as blocks of whole lines in UTF-8: plain, packed (`unpack.py`) or standard input, in any encoding, BOM or not.

A line ends with LF or CR LF and with nothing else. Form feeds, U+0085, U+2028 and the other characters at which
`str.splitlines` breaks are ordinary text, so that line numbers agree with those of an editor or of `wc -l`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from textprep.errors import InputError
from textprep.readers.encoding import UTF8, Readable, as_utf8
from textprep.readers.unpack import UNREADABLE, only_member, open_unpacked, packing_by_name, packing_of

PathLike = str | os.PathLike[str]
BLOCK_BYTES = 4 << 20
LONGEST_LINE = 2**31 - 1  # Arrow strings count their bytes with int32
_TAR_MARK = slice(257, 262)
_BOM = b"\xef\xbb\xbf"
_SMALLEST_BLOCK = len(_BOM) + 1  # so that a block is never empty after the BOM is gone


def is_stdin(path: PathLike) -> bool:
    """Whether `path` is `-`, which stands for standard input."""
    return os.fspath(path) == "-"


def shown(path: PathLike) -> str:
    """The name of `path` in messages."""
    return "<stdin>" if is_stdin(path) else os.fspath(path)


def suffix(path: PathLike) -> str:
    """The ending that tells the format, in lower case and without the compression: `.jsonl` for `A.JSONL.gz`.

    In a zip archive the name of the file that it holds tells.

    Raises:
        InputError: A zip archive holds none or several files, or is damaged.
    """
    name = Path(os.fspath(path).lower())
    packing = packing_by_name(name)
    if packing == "zip" and Path(path).is_file():
        return Path(only_member(Path(path)).lower()).suffix
    return Path(name.stem).suffix if packing else name.suffix


def check_readable(path: PathLike) -> None:
    """Check that `path` is there, is no folder, and may be read; a pipe is not touched.

    Raises:
        InputError: It cannot be read.
    """
    if is_stdin(path):
        return
    if not os.access(path, os.F_OK):
        raise InputError("there is no such file", file=path, remedy="check the name and the folder")
    if Path(path).is_dir():
        raise InputError("is a folder", file=path, remedy="name a file in it")
    if not os.access(path, os.R_OK):
        raise InputError("may not be read", file=path, remedy="ask for read permission (chmod +r)")
    if (ending := Path(path).suffix.lower()) in UNREADABLE:
        raise InputError(f"{ending} files are not unpacked here", file=path, remedy="unpack it, or pack it with gzip")


@contextmanager
def open_bytes(path: PathLike) -> Iterator[BinaryIO]:
    """Yield the bytes of `path`, unpacked if its name says that it is packed (`unpack.py`).

    Raises:
        InputError: The file cannot be opened, or its compressed data are damaged or cut short.
    """
    check_readable(path)
    if is_stdin(path):
        if sys.stdin is None:
            raise InputError("standard input is closed", file=shown(path), remedy="pipe text into it, or name a file")
        yield sys.stdin.buffer
        return
    packing = packing_by_name(Path(path))
    member = only_member(Path(path)) if packing == "zip" else None
    with open_unpacked(Path(path), packing, member) as stream:
        yield stream


def line_blocks(path: PathLike, block_bytes: int = BLOCK_BYTES, encoding: str = UTF8) -> Iterator[tuple[int, bytes]]:
    """Yield blocks of whole lines with the number of their first line, counted from 1; a BOM is dropped.

    A block holds about `block_bytes`, or one line if that is longer; only the last may lack its final LF. Text in
    another `encoding` comes in UTF-8, as `encoding.py` says.

    Raises:
        InputError: The file cannot be read, is packed though its name does not say so, or has a line over 2 GiB.
        ConfigError: There is no such encoding.
    """
    with open_bytes(path) as stream:
        if isinstance(stream, BufferedReader):
            _check_text(stream.peek(), path)
        yield from stream_blocks(as_utf8(stream, encoding), path, block_bytes)


def _check_text(beginning: bytes, path: PathLike) -> None:
    """Raise InputError if a text begins as packed files do, whose name then does not say so."""
    if packing := packing_of(beginning):
        remedy = "unpack it, or let its name end as that of a packed file (notes.txt.gz)"
        raise InputError(f"is no text but {packing} data", file=shown(path), remedy=remedy)
    if beginning[_TAR_MARK].startswith(b"ustar"):
        raise InputError("is no text but a tar archive", file=shown(path), remedy="unpack it, and name a file of it")


def stream_blocks(stream: Readable, path: PathLike, block_bytes: int = BLOCK_BYTES) -> Iterator[tuple[int, bytes]]:
    """`line_blocks` of a file that is already open; `path` is its name in messages."""
    block_bytes = max(block_bytes, _SMALLEST_BLOCK)
    line = 1
    held: list[bytes] = []  # pieces of a line whose end is still to come
    held_bytes = 0
    piece = stream.read(block_bytes).removeprefix(_BOM)
    while piece:
        if held_bytes + len(piece) > LONGEST_LINE:
            raise InputError("the line is longer than 2 GiB", file=shown(path), line=line, remedy="split it")
        if end := piece.rfind(b"\n") + 1:
            whole = [b"".join((*held, memoryview(piece)[:end]))]
            held, piece = [], piece[end:]
            lines, held_bytes = whole[0].count(b"\n"), 0
            yield line, whole.pop()  # whoever takes it decides how long it is kept
            line += lines
        held.append(piece)
        held_bytes += len(piece)
        piece = stream.read(block_bytes)
    if held_bytes:
        yield line, b"".join(held)


def with_lf(block: bytes) -> bytes:
    """The block with LF after every line, in place of CR LF and of the end of the file."""
    if not block.endswith(b"\n"):
        block += b"\n"
    return block.replace(b"\r\n", b"\n") if b"\r" in block else block  # one byte is found far faster than two


def split_lines(block: bytes) -> list[bytes]:
    """The lines of a block, without their LF or CR LF."""
    return with_lf(block).split(b"\n")[:-1]


def numbered_lines(path: PathLike, encoding: str = UTF8) -> Iterator[tuple[int, bytes]]:
    """Yield every line with its number, without its LF or CR LF; it may be no valid UTF-8.

    Raises:
        InputError: The file cannot be read.
        ConfigError: There is no such encoding.
    """
    for first, block in line_blocks(path, encoding=encoding):
        yield from enumerate(split_lines(block), first)
