"""The bytes inside a packed file: gzip (RFC 1952) of one or more members, xz, bzip2, Zstandard (RFC 8878), or one file
of a zip archive.

Whether a file is packed is told by its name where people name files, and by its first bytes where downloads keep any
name; each kind of reader says which.
"""

from __future__ import annotations

import bz2
import lzma
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import BadGzipFile
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

from textprep.errors import InputError, InputWarning

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Packing = Literal["gzip", "xz", "bzip2", "zstd", "zip"] | None
_ENDINGS: dict[str, Packing] = {
    ".gz": "gzip", ".tgz": "gzip", ".xz": "xz", ".txz": "xz", ".lzma": "xz",
    ".bz2": "bzip2", ".zst": "zstd", ".zip": "zip",
}  # fmt: skip
UNREADABLE = frozenset({".7z", ".rar", ".lz4", ".lz", ".lzo", ".br", ".z", ".sz", ".snappy"})
"""Endings of files that are packed in ways that are not unpacked here."""
_FIRST_BYTES: dict[bytes, Packing] = {
    b"\x1f\x8b": "gzip",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # an archive that holds nothing
    **{f"BZh{level}1AY&SY".encode(): "bzip2" for level in range(1, 10)},  # as long as it is, so that no text has it
}
_MARK_BYTES = max(map(len, _FIRST_BYTES))
_PACKED_BYTES = 1 << 19  # read at once: zlib is called a few hundred times a file, not some ten thousand times
_BUFFER_BYTES = 1 << 20


def packing_by_name(path: Path) -> Packing:
    """How a file is packed by the ending of its name."""
    return _ENDINGS.get(path.suffix.lower())


def packing_by_content(path: Path) -> Packing:
    """How a file is packed by its first bytes."""
    with path.open("rb") as file:
        return packing_of(file.read(_MARK_BYTES))


def packing_of(beginning: bytes) -> Packing:
    """How bytes are packed that begin like this."""
    return next((packing for mark, packing in _FIRST_BYTES.items() if beginning.startswith(mark)), None)


def only_member(path: Path) -> str:
    """The name of the only file in a zip archive; what macOS adds to each file does not count.

    Raises:
        InputError: It holds none or several, or is no zip archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [name for name in _files_in(archive) if not name.startswith("__MACOSX/")]
    except zipfile.BadZipFile as error:
        raise _damaged(path, error) from error
    if len(members) != 1:
        problem = f"holds {len(members)} files where one is expected"
        raise InputError(problem, file=path, remedy="unpack it, and name what is to be read")
    return members[0]


@contextmanager
def open_unpacked(path: Path, packing: Packing, member: str | None = None) -> Iterator[BufferedReader]:
    """Yield the unpacked bytes of a file.

    Args:
        path: The file.
        packing: See `packing_by_name` and `packing_by_content`.
        member: The file inside a zip archive; `None` means the first one, with a warning if there are more.

    Raises:
        InputError: The data are damaged or cut short, the archive has no such member or cannot be unpacked here.
    """
    if member is not None and packing != "zip":
        raise InputError(f"is not a zip archive, so it holds no {member!r}", file=path)
    try:
        with path.open("rb") as file:
            if packing == "gzip":
                yield BufferedReader(_Gunzip(file), _BUFFER_BYTES)
            elif packing == "xz":
                with lzma.LZMAFile(file) as plain:
                    yield BufferedReader(cast(RawIOBase, plain), _BUFFER_BYTES)
            elif packing == "bzip2":
                with bz2.BZ2File(file) as plain:
                    yield BufferedReader(cast(RawIOBase, plain), _BUFFER_BYTES)
            elif packing == "zstd":
                import pyarrow as pa

                if not file.peek(1):  # which it would take for no data
                    raise EOFError("it is empty")
                with pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd") as plain:
                    yield BufferedReader(plain, _BUFFER_BYTES)
            elif packing == "zip":
                with _open_archive(file) as archive, _open_member(path, archive, member) as content:
                    yield BufferedReader(cast(RawIOBase, content), _BUFFER_BYTES)
            else:
                yield file
    except (EOFError, BadGzipFile, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise _damaged(path, error) from error
    except OSError as error:
        if error.errno is None and packing in {"bzip2", "zstd"}:  # not of the system: of the data
            raise _damaged(path, error) from error
        raise


def _damaged(path: Path, error: Exception) -> InputError:
    problem = f"the compressed data are damaged or cut short and cannot be unpacked ({error})"
    return InputError(problem, file=path, remedy="fetch the file again")


def _files_in(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if not name.endswith("/")]


def _open_archive(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (OSError, NotImplementedError, ValueError) as error:  # what zipfile makes of a damaged list of its files
        raise zipfile.BadZipFile(str(error)) from error


def _open_member(path: Path, archive: zipfile.ZipFile, member: str | None) -> zipfile.ZipExtFile:
    names = _files_in(archive)
    if not names or (member is not None and member not in names):
        found = ", ".join(names) or "nothing"
        raise InputError(f"holds no {member or 'file'!r}; it holds {found}", file=path)
    if member is None and len(names) > 1:
        others = ", ".join(names[1:])
        told = f"{path}: reading {names[0]}; choose with member=… from the others: {others}"
        warnings.warn(told, InputWarning, stacklevel=2)
    try:
        return cast(zipfile.ZipExtFile, archive.open(member or names[0]))
    except (
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:  # a rare method of compression; a password
        problem = f"cannot be unpacked here ({error})"
        raise InputError(problem, file=path, remedy="unpack it with another program") from error


class _Gunzip(RawIOBase):
    """The text of a gzip file; `gzip.GzipFile` of Python 3.11 unpacks a few kilobytes at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.member = zlib.decompressobj(wbits=31)
        self.packed = b""  # read, but not yet unpacked

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer, less only at the end, and return the number of bytes."""
        room = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(room) and self._more():
            member = self.member
            try:
                text = member.decompress(self.packed, len(room) - filled)
            except zlib.error as error:  # which a reader in between, such as tarfile, would take for a fault of its own
                raise BadGzipFile(str(error)) from error
            self.packed = member.unused_data.lstrip(b"\0") if member.eof else member.unconsumed_tail
            room[filled : filled + len(text)] = text
            filled += len(text)
        return filled

    def _more(self) -> bool:
        """Whether there is more to unpack, of this member or of the next."""
        while not self.packed:
            piece = self.file.read(_PACKED_BYTES)
            if not piece and not self.member.eof:
                raise EOFError("it ends too early")
            if not piece:
                return False
            self.packed = piece.lstrip(b"\0") if self.member.eof else piece  # zeros after a member are padding
        if self.member.eof:
            self.member = zlib.decompressobj(wbits=31)
        return True
