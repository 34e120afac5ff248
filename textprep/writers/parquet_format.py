"""The structs in which a Parquet file says what stands where.

Source: github.com/apache/parquet-format, parquet.thrift, whose names the constants have.
"""

from __future__ import annotations

from textprep.writers.thrift import Struct, binary, i32, i64, list_of, struct, write_struct

MAGIC = b"PAR1"

INT32, BYTE_ARRAY = 1, 6  # Type
PLAIN, RLE, DELTA_BINARY_PACKED, RLE_DICTIONARY = 0, 3, 5, 8  # Encoding
UNCOMPRESSED, ZSTD = 0, 6  # CompressionCodec
ZSTD_LEVEL = 1
DATA_PAGE, DICTIONARY_PAGE = 0, 2  # PageType

# FileMetaData
NUM_ROWS, ROW_GROUPS = 3, 4
# RowGroup
COLUMNS = 1
# ColumnChunk
META_DATA = 3
# ColumnMetaData
TOTAL_UNCOMPRESSED_SIZE, TOTAL_COMPRESSED_SIZE, DATA_PAGE_OFFSET, DICTIONARY_PAGE_OFFSET = 6, 7, 9, 11


def data_page_header(sizes: tuple[int, int], values: int, encoding: int) -> bytes:
    """The header of a page of values with levels; `sizes` are its bytes as they are and as they are compressed."""
    about = {1: i32(values), 2: i32(encoding), 3: i32(RLE), 4: i32(RLE)}
    return write_struct({1: i32(DATA_PAGE), 2: i32(sizes[0]), 3: i32(sizes[1]), 5: struct(about)})


def dictionary_page_header(sizes: tuple[int, int], words: int) -> bytes:
    """The header of a page of distinct words."""
    about = {1: i32(words), 2: i32(PLAIN)}
    return write_struct({1: i32(DICTIONARY_PAGE), 2: i32(sizes[0]), 3: i32(sizes[1]), 7: struct(about)})


def column_metadata(
    kind: int, encodings: list[int], path: list[str], codec: int, values: int, sizes: tuple[int, int]
) -> Struct:
    """What a column chunk is; where its pages begin is still to be added."""
    return {
        1: i32(kind),
        2: list_of([i32(encoding) for encoding in encodings]),
        3: list_of([binary(name.encode()) for name in path]),
        4: i32(codec),
        5: i64(values),
        TOTAL_UNCOMPRESSED_SIZE: i64(sizes[0]),
        TOTAL_COMPRESSED_SIZE: i64(sizes[1]),
    }


def moved(chunk: Struct, by: int) -> Struct:
    """The metadata of a column chunk whose pages stand `by` bytes further on."""
    offsets = {key: i64(chunk[key][1] + by) for key in (DATA_PAGE_OFFSET, DICTIONARY_PAGE_OFFSET) if key in chunk}
    return chunk | offsets


def row_group(chunks: list[Struct], rows: int) -> Struct:
    """A row group of these column chunks."""
    uncompressed, compressed = (
        sum(chunk[key][1] for chunk in chunks) for key in (TOTAL_UNCOMPRESSED_SIZE, TOTAL_COMPRESSED_SIZE)
    )
    columns = [struct({2: i64(0), META_DATA: struct(chunk)}) for chunk in chunks]
    return {COLUMNS: list_of(columns), 2: i64(uncompressed), 3: i64(rows), 6: i64(compressed)}
