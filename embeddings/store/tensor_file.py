"""Named arrays in one safetensors file: written block by block, read by mapping them into memory.

The format is 8 bytes with the length of a JSON header, the header, and the arrays' bytes
(https://github.com/huggingface/safetensors). The header may be padded with spaces, so room for it is left at the start
and it is written last, when the shapes are known. Mapped arrays are read-only and cost nothing until they are touched.
What the header of a file says is checked against the file's size before anything is made of it.
"""

from __future__ import annotations

import json
import math
import mmap
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from textprep.errors import ArtifactError
from textprep.strict_json import is_count, read_object

_HEADER_BYTES = 1024  # with the 8 before it; a multiple of every alignment that we need
_LONGEST_HEADER = 1 << 20
_MOST_AXES = 8
_TYPES = {"F32": np.dtype("<f4"), "I32": np.dtype("<i4")}
_NAMES = {kind: name for name, kind in _TYPES.items()}


class TensorWriter:
    """Writes a safetensors file of float32 and int32 arrays; use as a context manager.

    Attributes:
        checksums: The CRC-32 of each array.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: dict[str, dict[str, Any]] = {}
        self.checksums: dict[str, int] = {}

    def __enter__(self) -> Self:
        self.file = self.path.open("w+b")
        self.file.write(b" " * _HEADER_BYTES)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        with self.file:
            if kind is None:
                header = json.dumps(self.entries).encode().ljust(_HEADER_BYTES - 8)
                self.file.seek(0)
                self.file.write(len(header).to_bytes(8, "little") + header)

    def add(self, name: str, blocks: Iterable[NDArray[Any]]) -> None:
        """Append one array, given as blocks along its first axis (at least one)."""
        begin, rows, checksum = self.file.tell(), 0, 0
        for block in blocks:
            content = np.ascontiguousarray(block).data
            checksum = zlib.crc32(content, checksum)
            self.file.write(content)
            rows += len(block)
        self.checksums[name] = checksum
        self._enter(name, begin, block.dtype, (rows, *block.shape[1:]))

    def keep(self, name: str, rows: NDArray[np.int64]) -> None:
        """Shorten the array written last to some of its rows, given in rising order."""
        shape = self.entries[name]["shape"]
        kind = _TYPES[self.entries[name]["dtype"]]
        begin = _HEADER_BYTES + self.entries[name]["data_offsets"][0]
        self.file.flush()
        array = np.memmap(self.file, kind, "r+", begin, tuple(shape))
        for at in range(0, len(rows), 65536):  # a row only ever moves towards the start, past rows already moved
            block = array[rows[at : at + 65536]]
            array[at : at + len(block)] = block
        array.flush()
        self.checksums[name] = zlib.crc32(array[: len(rows)].data)
        self.file.seek(begin + len(rows) * array[0].nbytes)
        self.file.truncate()
        self._enter(name, begin, kind, (len(rows), *shape[1:]))

    def _enter(self, name: str, begin: int, kind: np.dtype[Any], shape: tuple[int, ...]) -> None:
        offsets = [begin - _HEADER_BYTES, self.file.tell() - _HEADER_BYTES]
        self.entries[name] = {"dtype": _NAMES[kind], "shape": shape, "data_offsets": offsets}


def map_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a safetensors file, read-only, each a view of the file.

    Raises:
        ArtifactError: The file is not whole, or not as the format has it.
    """
    try:
        with path.open("rb") as file:
            view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        begin = 8 + int.from_bytes(view[:8], "little")
        if begin > min(len(view), 8 + _LONGEST_HEADER) or begin % 8:
            raise ValueError("its header does not end where it should")
        return dict(_arrays(read_object(bytes(view[8:begin])), view[begin:]))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path} is damaged ({error}); make it again") from error


def _arrays(entries: dict[str, Any], content: memoryview) -> Iterator[tuple[str, NDArray[Any]]]:
    """The arrays that lie side by side in the content, from its first byte to its last."""
    end = 0
    for name, entry in entries.items():
        match entry:
            case {"dtype": str(kind), "shape": [*shape], "data_offsets": [begin, last]}:
                pass
            case _:
                raise ValueError(f"what it says of {name!r} is not complete")
        if kind not in _TYPES or len(shape) > _MOST_AXES or not all(map(is_count, [*shape, begin, last])):
            raise ValueError(f"what it says of {name!r} is none of our arrays")
        if begin != end or last > len(content) or last - begin != math.prod(shape) * _TYPES[kind].itemsize:
            raise ValueError(f"{name!r} does not lie where it should")
        yield name, np.frombuffer(content[begin:last], _TYPES[kind]).reshape(shape)
        end = last
    if end != len(content):
        raise ValueError("it is longer than its arrays")
