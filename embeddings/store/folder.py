"""A store: the folder in which word vectors are kept ready for memory-mapping.

```
store.json           the source that it was made from, and the sizes and checksums by which damage is noticed
words.arrow          one column of strings, an uncompressed Arrow IPC file
vectors.safetensors  vectors float32 (words, dimension), norms float32 (words,), table int32 (slots,)
```

Opening it compares the checksums of what is not large, the structure of all, and some rows; `verify_store` compares
everything. Damage that neither has met gives wrong numbers or an `ArtifactError` later on, but nothing worse.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.lengths import lengths, sound_lengths
from embeddings.store.card import Card, read_card
from embeddings.store.lexicon import Lexicon
from embeddings.store.tensor_file import TensorWriter, map_tensors
from embeddings.store.vector_rows import Float32Rows, VectorRows
from textprep.errors import ArtifactError
from textprep.strict_json import read_object

if TYPE_CHECKING:
    import pyarrow as pa

    from embeddings.row_block import RowBlock

CARD, WORDS, VECTORS = "store.json", "words.arrow", "vectors.safetensors"
FILES = (CARD, WORDS, VECTORS)
PARTS = (WORDS, "table", "norms", "vectors")
_COMPARED_BYTES = 10 << 20  # of the parts, in this order, that are compared with their checksums on every open: 3 ms
_SAMPLED_ROWS = 32


@dataclass(frozen=True, eq=False)
class Store:
    """An open store; what it holds are read-only views of the files."""

    lexicon: Lexicon
    vectors: VectorRows
    norms: NDArray[np.float32]  # (words,)
    folder: Path | None = None
    """Where it lies; `None` for one that was made in memory."""
    card: Card | None = None


def write_store(folder: Path, blocks: Iterable[RowBlock]) -> Card:
    """Fill an empty folder with everything but its card, which is returned and does not name a source yet."""
    import pyarrow as pa

    words: list[pa.LargeStringArray] = []
    norms: list[NDArray[np.float32]] = []

    def matrices() -> Iterator[NDArray[np.float32]]:
        for block in blocks:
            words.append(block.words)
            norms.append(lengths(block.matrix))
            yield block.matrix

    with TensorWriter(folder / VECTORS) as tensors:
        tensors.add("vectors", matrices())
        everything = pa.concat_arrays(words)
        lexicon, first = Lexicon.of(everything)
        duplicates = len(everything) - len(lexicon)
        if duplicates:
            tensors.keep("vectors", first)
        tensors.add("norms", [np.concatenate(norms)[first]])
        tensors.add("table", [lexicon.table])
    table = pa.table({"word": lexicon.arrow})
    with pa.ipc.new_file(folder / WORDS, table.schema) as writer:
        writer.write_table(table)
    sizes = {name: (folder / name).stat().st_size for name in (WORDS, VECTORS)}
    return Card(sizes, {WORDS: _checksum(folder / WORDS), **tensors.checksums}, duplicates)


def files_of(folder: Path) -> tuple[str, ...]:
    """The files of the store in a folder, whole or not; none if its card is not that of a store."""
    try:
        card = read_object((folder / CARD).read_bytes())
    except (OSError, ValueError):
        return ()
    return FILES if {"format", "bytes"} <= card.keys() else ()


def open_store(folder: Path) -> Store:
    """Map a store into memory; costs a few milliseconds whatever its size.

    Raises:
        ArtifactError: The folder holds no store, one of another format, or one that is not whole.
    """
    import pyarrow as pa

    try:
        before = folder.stat().st_ino
        card = read_card(folder / CARD, {WORDS, VECTORS}, set(PARTS))
        parts = _map_parts(folder, card)
        if changed := _changed(parts, card, _COMPARED_BYTES):
            raise ValueError(f"{changed} changed since it was written")
        store = _assembled(folder, parts, card)
        replaced = folder.stat().st_ino != before  # between two files, by a process that rebuilt it
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ArtifactError(
            f"{folder} is not a store of word vectors, or is damaged ({error}); make it again"
        ) from error
    if replaced:
        raise ArtifactError(f"the files of {folder} do not belong together; make the store again")
    _check_rows(store, np.unique(np.linspace(0, len(store.norms) - 1, _SAMPLED_ROWS).astype(np.int64)))
    return store


def verify_store(folder: Path) -> bool:
    """Compare every byte of a store with the checksums that were taken when it was written.

    Returns:
        Whether there are checksums; without them (format 1), words, table, norms and vectors are compared with one
        another instead, so that wrong vectors may pass.

    Raises:
        ArtifactError: It is damaged; the message names the parts.
    """
    store = open_store(folder)
    card = store.card
    if card is None or card.checksums is None:
        _check_rows(store, np.arange(len(store.norms)))
        return False
    if changed := _changed(_map_parts(folder, card), card):
        remedy = f"delete it and open {card.source.name} again" if card.source else "make it again"
        raise ArtifactError(f"{folder} is damaged: {changed} changed since it was written; {remedy}")
    return True


def _map_parts(folder: Path, card: Card) -> dict[str, Any]:
    """The words' file and each array, as buffers over the files."""
    import pyarrow as pa

    for name, size in card.bytes.items():
        file = folder / name
        if not file.is_file() or file.stat().st_size != size:
            raise ArtifactError(f"{file} does not have its {size} bytes; make the store again")
    tensors = map_tensors(folder / VECTORS)
    if {WORDS, *tensors} != set(PARTS):
        raise ValueError(f"{VECTORS} does not hold the arrays of a store")
    return {WORDS: pa.memory_map(str(folder / WORDS)).read_buffer(), **tensors}


def _changed(parts: Mapping[str, Any], card: Card, up_to_bytes: float = math.inf) -> str:
    """The names of the parts whose bytes are not those of their checksums, among as many as have so many bytes."""
    checksums, changed = card.checksums or {}, []
    for name in sorted(checksums, key=PARTS.index):
        part = memoryview(parts[name])
        if part.nbytes <= up_to_bytes:
            up_to_bytes -= part.nbytes
            if zlib.crc32(part) != checksums[name]:
                changed.append(name)
    return ", ".join(changed)


def _assembled(folder: Path, parts: Mapping[str, Any], card: Card) -> Store:
    """The store that these parts are, if their kinds and shapes fit together."""
    words = _words_in(parts[WORDS])
    vectors, norms, table = parts["vectors"], parts["norms"], parts["table"]
    kinds = [(part.dtype, part.ndim) for part in (vectors, norms, table)]
    if kinds != [(np.float32, 2), (np.float32, 1), (np.int32, 1)] or not vectors.size:
        raise ValueError(f"the arrays of {VECTORS} are not those of a store")
    slots = len(table)
    if not len(words) == len(vectors) == len(norms) < slots or slots & (slots - 1):
        raise ValueError("its files do not belong together")
    if card.checksums is None:  # in format 1 the lengths of very long and very short vectors are not sound
        norms = sound_lengths(norms, vectors)
    return Store(Lexicon(words, table, folder), Float32Rows(vectors), norms, folder, card)


def _words_in(file: pa.Buffer) -> pa.LargeStringArray:
    """The words of an Arrow file; their number and the buffers' sizes fit, all else may be damaged."""
    import pyarrow as pa

    reader = pa.ipc.open_file(file)
    if reader.schema.names != ["word"] or reader.schema.types != [pa.large_string()] or reader.num_record_batches != 1:
        raise ValueError(f"{WORDS} is not one column of words")
    words = reader.get_batch(0).column(0)
    words.validate()
    if words.null_count or not len(words):
        raise ValueError(f"{WORDS} lacks words")
    return words


def _check_rows(store: Store, rows: NDArray[np.int64]) -> None:
    """Check that some words find their rows, and that the rows' lengths are those of their vectors.

    Raises:
        ArtifactError: Something does not fit.
    """
    lexicon, vectors = store.lexicon, store.vectors[rows]
    found = lexicon.find_all([lexicon.word(row) for row in rows.tolist()])
    sound = np.isfinite(vectors).all(axis=1) & np.isclose(store.norms[rows], lengths(vectors), 1e-4, 0)
    if not ((found == rows) & sound).all():
        row = int(np.argmin((found == rows) & sound))
        raise ArtifactError(f"{store.folder} is damaged at row {rows[row] + 1}; make it again")


def _checksum(file: Path) -> int:
    return zlib.crc32(file.read_bytes())
