"""A store: the folder in which word vectors are kept ready for memory-mapping.

```
store.json           the source that it was made from, and the sizes by which damage is noticed
words.arrow          one column of strings, an uncompressed Arrow IPC file
vectors.safetensors  vectors float32 (words, dimension), norms float32 (words,), table int32 (slots,)
```
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.store.lexicon import Lexicon
from embeddings.store.tensor_file import TensorWriter, map_tensors
from embeddings.store.vector_rows import Float32Rows, VectorRows
from textprep.errors import ArtifactError

if TYPE_CHECKING:
    from embeddings.row_block import RowBlock

FORMAT = 1
CARD, WORDS, VECTORS = "store.json", "words.arrow", "vectors.safetensors"


@dataclass(frozen=True)
class Source:
    """The file that a store was made from."""

    name: str
    size: int
    """In bytes."""
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, eq=False)
class Store:
    """An open store; what it holds are read-only views of the files."""

    lexicon: Lexicon
    vectors: VectorRows
    norms: NDArray[np.float32]  # (words,)
    duplicates: int = 0
    """Rows of the source left out because their word had come before."""
    source: Source | None = None


def write_store(folder: Path, blocks: Iterable[RowBlock]) -> int:
    """Fill an empty folder with everything but its card; returns the number of duplicate words left out."""
    import pyarrow as pa

    words: list[pa.LargeStringArray] = []
    norms: list[NDArray[np.float32]] = []

    def matrices() -> Iterator[NDArray[np.float32]]:
        for block in blocks:
            words.append(block.words)
            norms.append(np.linalg.norm(block.matrix, axis=1))
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
    return duplicates


def write_card(path: Path, folder: Path, duplicates: int, source: Source | None) -> None:
    """Write the card of the store in `folder` to `path`."""
    card = {
        "format": FORMAT,
        "source": None if source is None else asdict(source),
        "duplicates": duplicates,
        "bytes": {name: (folder / name).stat().st_size for name in (WORDS, VECTORS)},
    }
    path.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def open_store(folder: Path) -> Store:
    """Map a store into memory; costs about a millisecond whatever its size.

    Raises:
        ArtifactError: The folder holds no store, one of another format, or one that is not whole.
    """
    import pyarrow as pa

    try:
        before = folder.stat().st_ino
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        if card["format"] != FORMAT:
            raise ArtifactError(f"{folder} has format {card['format']}, not {FORMAT}; make it again")
        for name, size in card["bytes"].items():
            if (folder / name).stat().st_size != size:
                raise ArtifactError(f"{folder / name} does not have its {size} bytes; make the store again")
        tensors = map_tensors(folder / VECTORS)
        words = pa.ipc.open_file(pa.memory_map(str(folder / WORDS))).read_all()["word"]
        source = card["source"] and Source(**card["source"])
        arrow = words.chunk(0) if words.num_chunks == 1 else words.combine_chunks()  # a single chunk would be copied
        lexicon = Lexicon(arrow, tensors["table"])
        store = Store(lexicon, Float32Rows(tensors["vectors"]), tensors["norms"], card["duplicates"], source)
        replaced = folder.stat().st_ino != before  # between two files, by a process that rebuilt it
    except (OSError, ValueError, TypeError, KeyError, pa.ArrowInvalid) as error:
        raise ArtifactError(
            f"{folder} is not a store of word vectors, or is damaged ({error}); make it again"
        ) from error
    if replaced or len(lexicon) != len(store.vectors) or len(lexicon) != len(store.norms):
        raise ArtifactError(f"the files of {folder} do not belong together; make the store again")
    return store
