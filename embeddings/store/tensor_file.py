"""Named arrays in one safetensors file: written block by block, read by mapping them into memory.

The format is 8 bytes with the length of a JSON header, the header, and the arrays' bytes
(https://github.com/huggingface/safetensors). The header may be padded with spaces, so room for it is left at the start
and it is written last, when the shapes are known. Mapped arrays are read-only and cost nothing until they are touched.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from textprep.errors import ArtifactError

_HEADER_BYTES = 1024  # with the 8 before it; a multiple of every alignment that we need
_ALIGNMENT = 64
_TYPES = {"F32": np.dtype("<f4"), "I32": np.dtype("<i4")}
_NAMES = {kind: name for name, kind in _TYPES.items()}


class TensorWriter:
    """Writes a safetensors file of float32 and int32 arrays; use as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: dict[str, dict[str, Any]] = {}

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
        begin, rows = self.file.tell(), 0
        for block in blocks:
            self.file.write(np.ascontiguousarray(block).data)
            rows += len(block)
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
        self.file.seek(begin + len(rows) * array[0].nbytes)
        self.file.truncate()
        self._enter(name, begin, kind, (len(rows), *shape[1:]))

    def _enter(self, name: str, begin: int, kind: np.dtype[Any], shape: tuple[int, ...]) -> None:
        offsets = [begin - _HEADER_BYTES, self.file.tell() - _HEADER_BYTES]
        self.entries[name] = {"dtype": _NAMES[kind], "shape": shape, "data_offsets": offsets}


def map_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a safetensors file, read-only, each a view of the file.

    Raises:
        ArtifactError: The file is not whole.
    """
    try:
        with path.open("rb") as file:
            view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        begin = 8 + int.from_bytes(view[:8], "little")
        tensors: dict[str, NDArray[Any]] = {}
        for name, entry in json.loads(bytes(view[8:begin])).items():
            first, last = entry["data_offsets"]
            part = view[begin + first : begin + last]
            tensors[name] = np.frombuffer(part, _TYPES[entry["dtype"]]).reshape(entry["shape"])
    except (OSError, ValueError, KeyError) as error:
        raise ArtifactError(f"{path} is damaged ({error}); make it again") from error
    return tensors
