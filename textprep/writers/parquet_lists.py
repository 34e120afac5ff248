"""Columns of lists, one list a document, as Parquet pages: words by their codes, numbers by their differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from textprep.arrow_strings import buffers_of
from textprep.writers import parquet_format as form
from textprep.writers.thrift import Struct, i64, varint

if TYPE_CHECKING:
    import pyarrow as pa

    from textprep.kernels.compiled import Ints, Longs

PAGE_ITEMS = 1 << 20  # about so many tokens a page


class ListColumns:
    """The column chunks of a row group's lists, all of the same lengths and without null.

    Attributes:
        pages: Headers and contents of all pages, in order.
        chunks: What each column chunk is; where its pages begin is counted from the first page.

    Args:
        offsets: Where each document's items begin.  # (documents + 1,)
    """

    def __init__(self, offsets: Longs) -> None:
        from textprep.kernels.parquet_pages import list_levels

        self.pages: list[Any] = []
        self.chunks: list[Struct] = []
        self._size = 0
        cuts = np.searchsorted(offsets, np.arange(PAGE_ITEMS, int(offsets[-1]), PAGE_ITEMS))
        bounds = np.unique([0, *cuts, len(offsets) - 1]).tolist()
        self._parts: list[tuple[slice, int, bytes]] = []  # of each page: its items, how many levels, the levels
        for first, last in zip(bounds[:-1], bounds[1:], strict=True):
            lists = offsets[first : last + 1]
            levels = b"".join(len(each).to_bytes(4, "little") + each.tobytes() for each in list_levels(lists))
            values = int(lists[-1] - lists[0] + np.count_nonzero(np.diff(lists) == 0))
            self._parts.append((slice(int(lists[0]), int(lists[-1])), values, levels))

    def add_words(self, name: str, types: pa.Array, codes: Ints) -> None:
        """Add lists of words: a dictionary of the distinct ones, and which of them each word is.

        Codes take whole bytes: these are copied, and compress better than what is packed by bits.
        """
        from textprep.kernels.parquet_pages import with_lengths

        width = 1 if len(types) <= 1 << 8 else 2 if len(types) <= 1 << 16 else 4
        chunk = _Chunk(compress=True)
        chunk.add_dictionary(with_lengths(*buffers_of(types)).tobytes(), len(types))
        for items, values, levels in self._parts:
            part = codes[items].astype(f"<u{width}")
            groups = (len(part) + 7) // 8  # a run of packed values has whole groups of eight
            run = bytes([8 * width]) + varint(groups << 1 | 1)
            padding = bytes(width * (8 * groups - len(part)))
            chunk.add_data(b"".join((levels, run, part.tobytes(), padding)), values, form.RLE_DICTIONARY)
        self._add(chunk, name, form.BYTE_ARRAY, [form.PLAIN, form.RLE, form.RLE_DICTIONARY])

    def add_numbers(self, name: str, numbers: Ints) -> None:
        """Add lists of numbers, delta-packed; there is little left in them to compress."""
        from textprep.kernels.parquet_pages import delta_packed

        chunk = _Chunk(compress=False)
        for items, values, levels in self._parts:
            chunk.add_data(levels + delta_packed(numbers[items]).tobytes(), values, form.DELTA_BINARY_PACKED)
        self._add(chunk, name, form.INT32, [form.RLE, form.DELTA_BINARY_PACKED])

    def _add(self, chunk: _Chunk, name: str, kind: int, encodings: list[int]) -> None:
        path, codec = [name, "list", "element"], form.ZSTD if chunk.codec else form.UNCOMPRESSED
        values = sum(values for _, values, _ in self._parts)
        about = form.column_metadata(kind, encodings, path, codec, values, (chunk.uncompressed, chunk.compressed))
        about[form.DATA_PAGE_OFFSET] = i64(self._size + chunk.dictionary_bytes)
        if chunk.dictionary_bytes:
            about[form.DICTIONARY_PAGE_OFFSET] = i64(self._size)
        self.chunks.append(about)
        self.pages += chunk.pages
        self._size += chunk.compressed


class _Chunk:
    """The pages of one column."""

    def __init__(self, compress: bool) -> None:
        import pyarrow as pa

        self.codec = pa.Codec("zstd", form.ZSTD_LEVEL) if compress else None
        self.pages: list[Any] = []
        self.uncompressed = self.compressed = self.dictionary_bytes = 0

    def add_dictionary(self, content: bytes, words: int) -> None:
        """Add the page of the distinct words, which comes first."""
        packed = self._packed(content)
        self._append(form.dictionary_page_header((len(content), len(packed)), words), content, packed)
        self.dictionary_bytes = self.compressed

    def add_data(self, content: bytes, values: int, encoding: int) -> None:
        """Add a page of values with their levels."""
        packed = self._packed(content)
        self._append(form.data_page_header((len(content), len(packed)), values, encoding), content, packed)

    def _packed(self, content: bytes) -> Any:
        return self.codec.compress(content) if self.codec else content

    def _append(self, header: bytes, content: bytes, packed: Any) -> None:
        self.pages += (header, packed)
        self.uncompressed += len(header) + len(content)
        self.compressed += len(header) + len(packed)
