"""Formats of vector files, and which one a file has: its content tells, whatever its name.

A format is one file in this folder that registers a class (see `VectorFormat`).
"""

from __future__ import annotations

from collections.abc import Generator
from io import BufferedReader
from pathlib import Path
from typing import Protocol

from embeddings.row_block import RowBlock
from textprep.readers.unpack import open_unpacked, packing_by_content
from textprep.registry import Registry

BEGINNING_BYTES = 4096


class VectorFormat(Protocol):
    """A format of vector files."""

    def fits(self, beginning: bytes) -> bool:
        """Whether a file whose unpacked content begins with these bytes is of this format."""
        ...

    def read(self, stream: BufferedReader, path: Path) -> Generator[RowBlock]:
        """All rows in order, from unpacked content; `path` is the file's name in messages.

        Raises:
            InputError: Something in the file is not as the format has it.
        """
        ...


FORMATS: Registry[type[VectorFormat]] = Registry("format of vectors", "embeddings.formats")


def read_blocks(path: Path, member: str | None = None) -> Generator[RowBlock]:
    """All rows of a vector file of any format, plain or packed, in order.

    Args:
        path: The file.
        member: The file inside a zip archive; `None` means the first one.

    Raises:
        InputError: The file cannot be unpacked, or is not what its format wants.
    """
    with open_unpacked(path, packing_by_content(path), member) as stream:
        yield from _format_of(stream.peek(BEGINNING_BYTES)[:BEGINNING_BYTES]).read(stream, path)


def _format_of(beginning: bytes) -> VectorFormat:
    """The format that knows the file by its first bytes; text, which begins with anything, is asked last."""
    formats = (FORMATS[name]() for name in sorted(FORMATS, key=lambda name: (name == "text", name)))
    return next(form for form in formats if form.fits(beginning))
