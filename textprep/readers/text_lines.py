"""Plain text, one document a line, as Arrow strings: one pass over the bytes, no Python object per line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textprep.readers.bad_row import OnBadRow, undecodable
from textprep.readers.encoding import UTF8
from textprep.readers.source import PathLike, line_blocks, shown, split_lines, with_lf

if TYPE_CHECKING:
    import pyarrow as pa


def text_line_batches(
    path: PathLike, column: str, batch_bytes: int, on_bad_row: OnBadRow, encoding: str = UTF8
) -> Iterator[pa.RecordBatch]:
    """Yield batches with the single column `column`; an empty line is an empty document.

    Raises:
        InputError: The file cannot be read.
        ConfigError: There is no such encoding.
    """
    import pyarrow as pa

    for first, block in line_blocks(path, batch_bytes, encoding):
        texts = _strings(block)
        try:
            texts.validate(full=True)
        except pa.ArrowInvalid:
            good = []
            for number, line in enumerate(split_lines(block), first):
                if bad := undecodable(shown(path), number, line, encoding):
                    on_bad_row(bad)
                else:
                    good.append(line)
            texts = pa.array(good, pa.string())
        del block
        if len(texts):
            yield pa.record_batch([texts], names=[column])


def _strings(block: bytes) -> pa.StringArray:
    """The lines of a block as Arrow strings, not yet known to be UTF-8."""
    import numpy as np
    import pyarrow as pa

    block = with_lf(block)
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n"))  # (lines,)
    offsets = np.zeros(len(ends) + 1, np.int32)
    offsets[1:] = ends - np.arange(len(ends))  # each line end before this one is gone from the values
    values = block.replace(b"\n", b"")
    return pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(values))
