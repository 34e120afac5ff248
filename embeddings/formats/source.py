"""The text of a vector file, whether plain, gzip or zip, as pieces of whole lines."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from textprep.errors import InputError

PIECE_BYTES = 4 << 20  # large enough that starting a thread's job is nothing, small enough to stay in the cache
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def text_pieces(path: Path, member: str | None = None) -> Iterator[bytes]:
    """The file's text in pieces of some megabytes, each of whole lines and ending with a newline.

    Args:
        path: A text file, or one packed with gzip or zip; its first bytes tell, not its name.
        member: The file inside a zip archive; `None` means the first one.

    Raises:
        InputError: The file cannot be unpacked: it is cut short or damaged.
    """
    try:
        with _unpacked(path, member) as stream:
            yield from _whole_lines(stream)
    except (zlib.error, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"cannot be unpacked ({error})", file=path, remedy="fetch the file again") from error


def _whole_lines(stream: _Readable) -> Iterator[bytes]:
    pending = [stream.read(PIECE_BYTES).removeprefix(_BYTE_ORDER_MARK)]
    while chunk := stream.read(PIECE_BYTES):
        cut = chunk.rfind(b"\n") + 1
        if cut:  # a line longer than a piece simply waits until its end comes
            yield b"".join([*pending, chunk[:cut]])
            pending = []
        pending.append(chunk[cut:])
    rest = b"".join(pending)
    if rest:
        yield rest if rest.endswith(b"\n") else rest + b"\n"


@contextmanager
def _unpacked(path: Path, member: str | None) -> Iterator[_Readable]:
    with path.open("rb") as file:
        magic = file.read(4)
        file.seek(0)
        if magic in (b"PK\x03\x04", b"PK\x05\x06"):
            with zipfile.ZipFile(file) as archive, archive.open(_member(path, archive, member)) as stream:
                yield stream
        elif member is not None:
            raise InputError(f"is not a zip archive, so it holds no {member!r}", file=path)
        else:
            yield _Gunzip(file) if magic.startswith(b"\x1f\x8b") else file


def _member(path: Path, archive: zipfile.ZipFile, member: str | None) -> str:
    names = [name for name in archive.namelist() if not name.endswith("/")]
    if not names or (member is not None and member not in names):
        found = ", ".join(names) or "nothing"
        raise InputError(f"holds no {member or 'file'!r}; it holds {found}", file=path)
    if member is None and len(names) > 1:
        others = ", ".join(names[1:])
        warnings.warn(f"{path}: reading {names[0]}; choose with member=… from the others: {others}", stacklevel=2)
    return member or names[0]


class _Gunzip:
    """A gzip file of one or more members; unlike `gzip.open` of Python 3.11 it unpacks large pieces at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.member = zlib.decompressobj(wbits=31)
        self.rest = b""  # read, but not yet unpacked: the next member

    def read(self, size: int) -> bytes:
        """At least `size` bytes of text, less at the end, and nothing after it."""
        texts: list[bytes] = []
        while size > 0 and (packed := self.rest or self.file.read(PIECE_BYTES // 8)):
            self.rest = b""
            if self.member.eof and (packed := packed.lstrip(b"\0")):  # zeros after a member are padding
                self.member = zlib.decompressobj(wbits=31)
            if packed:
                texts.append(self.member.decompress(packed))
                self.rest = self.member.unused_data
                size -= len(texts[-1])
        if size > 0 and not self.member.eof:
            raise EOFError("it ends too early")
        return b"".join(texts)
