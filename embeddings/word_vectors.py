"""Word vectors: a matrix with one row per word, opened in a millisecond after the first time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from embeddings.lengths import lengths, unit
from embeddings.lookup import Looked, Lookup, Substitute
from embeddings.row_block import RowBlock
from embeddings.search.nearest import cosines, nearest_rows
from embeddings.search.spelling import UnknownWordError
from embeddings.store.card import write_card
from embeddings.store.folder import CARD, Store, files_of, open_store, verify_store, write_store
from embeddings.store.lexicon import Lexicon
from embeddings.store.vector_rows import Float32Rows, VectorRows
from textprep.errors import InputError

if TYPE_CHECKING:
    import torch

    from embeddings.evaluate.coverage import Coverage
    from embeddings.vocabulary_matrix import HasWords


class WordVectors:
    """Words and their vectors, immutable; made by `open`, `load` or `from_words`.

    Attributes:
        lexicon: The words and their rows.
        norms: float32 (words,), the length of each vector, read-only.
        duplicates: How many rows of the text file were left out because their word had come before.
    """

    def __init__(self, store: Store) -> None:
        self.lexicon: Lexicon = store.lexicon
        self._rows: VectorRows = store.vectors
        self.norms: NDArray[np.float32] = store.norms  # (words,)
        self.duplicates = store.card.duplicates if store.card else 0
        self._folder = store.folder

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        cache_dir: str | os.PathLike[str] | None = None,
        member: str | None = None,
    ) -> Self:
        """Vectors from a text file (GloVe, word2vec, fastText `.vec`; plain, gzip, xz or zip), or from a saved folder.

        The text is parsed once, into a store that later calls map into memory. A store is made again when the file
        has changed (size, time and content), or when the store itself is not whole.

        Args:
            path: The file or folder.
            cache_dir: Where stores are kept. Default: `TEXTMILL_CACHE` from the environment, else `textmill` in the
                user's cache folder.
            member: The file inside a zip archive. Default: the first one, with a warning if there are more.

        Raises:
            InputError: The file is missing, damaged, or has a line that is not a vector; the message names the line.
            ArtifactError: The folder holds no complete store, or a damaged one.
            ConfigError: `cache_dir` cannot be written to.
            OSError: The disk is full; the message names the file.
        """
        from embeddings.store.cache import open_cached
        from textprep.user_cache import cache_folder

        path = Path(path)
        if path.is_dir():
            return cls.load(path)
        return cls(open_cached(path, cache_folder() if cache_dir is None else Path(cache_dir), member))

    @classmethod
    def from_words(cls, words: Sequence[str], matrix: ArrayLike) -> Self:
        """Vectors from your own words and matrix (words, dimension).

        Raises:
            InputError: Shapes disagree, a word occurs twice or is not valid Unicode, or a number is not finite.
        """
        import pyarrow as pa

        vectors = np.array(matrix, np.float32, order="C")  # (words, dimension)
        if vectors.ndim != 2 or not vectors.size or len(vectors) != len(words):
            raise InputError(f"{len(words)} words need a matrix (words, dimension), not one of shape {vectors.shape}")
        infinite = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
        if len(infinite):
            raise InputError("the vector holds a number that is not finite", line=int(infinite[0]) + 1)
        try:
            arrow = pa.array(words, pa.large_string())
        except UnicodeEncodeError as error:
            raise InputError(f"a word is not valid Unicode ({error})") from error
        lexicon, first = Lexicon.of(arrow)
        if len(first) < len(words):
            row = int(np.setdiff1d(np.arange(len(words)), first)[0])
            raise InputError(f"the word {words[row]!r} occurs a second time", line=row + 1)
        norms = lengths(vectors)
        norms.flags.writeable = False
        return cls(Store(lexicon, Float32Rows(vectors), norms))

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the vectors to a folder that `load` (and `open`) map into memory; older ones are replaced.

        The folder may be the one that these vectors are mapped from. At any moment it holds the old vectors or the
        new ones, whole.

        Raises:
            ConfigError: The folder holds anything but vectors that were saved before, is a file or a link, cannot be
                written, or is being written by another process. Nothing in it is changed.
            OSError: There is no room.
        """
        from textprep.atomic import atomic_folder

        with atomic_folder(folder, files_of) as part:
            card = write_store(part, self.blocks())
            write_card(part / CARD, replace(card, duplicates=self.duplicates))

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Self:
        """The vectors that `save` wrote, mapped into memory.

        Raises:
            ArtifactError: The folder holds no complete store.
        """
        return cls(open_store(Path(folder)))

    def verify(self) -> bool:
        """Compare every byte of the store in which the vectors are kept with the checksums taken when it was written.

        Opening a store compares only what is not large, so that it takes no time.

        Returns:
            Whether that could be done; a folder saved by an older version has no checksums, and only what words,
            look-up table, lengths and vectors say of one another was compared. `save` gives it checksums.

        Raises:
            ArtifactError: The store is damaged; the message names the parts.
        """
        return self._folder is None or verify_store(self._folder)

    @property
    def dimension(self) -> int:
        """The length of every vector."""
        return self._rows.dimension

    @property
    def vectors(self) -> NDArray[np.float32]:
        """All vectors, float32 (words, dimension), read-only; for vectors from a file, a view of the file."""
        return self._rows[:]

    @property
    def words(self) -> list[str]:
        """All words in the order of their rows; the list is made at first use."""
        return self.lexicon.words

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.lexicon.find(word) >= 0

    def __getitem__(self, word: str) -> NDArray[np.float32]:
        """The vector (dimension,) of a word, read-only.

        Raises:
            UnknownWordError: (a `KeyError`) The word has no vector.
        """
        return self._rows[self.row(word)]

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        """All vectors, for functions that take arrays: `np.asarray(vectors)`."""
        return np.array(self.vectors, dtype, copy=copy)

    def __repr__(self) -> str:
        return f"WordVectors({len(self):,} words × {self.dimension})"

    def row(self, word: str) -> int:
        """The row of a word; `UnknownWordError` if it has none."""
        row = self.lexicon.find(word)
        if row < 0:
            raise UnknownWordError(word, self.lexicon)
        return row

    def rows(self, words: Sequence[str]) -> NDArray[np.int64]:
        """The rows (len(words),) of many words; -1 for a word without a vector."""
        return self.lexicon.find_all(words)

    def lookup(self, words: Sequence[str]) -> Looked:
        """The vectors of many words, float32 (len(words), dimension), and which have one; the others' are zeros."""
        rows = self.rows(words)
        found = rows >= 0
        matrix = np.zeros((len(words), self.dimension), np.float32)
        matrix[found] = self._rows[rows[found]]
        return matrix, found

    def blocks(self) -> Iterator[RowBlock]:
        """All words and vectors in the order of their rows, a few megabytes at a time."""
        begin = 0
        for matrix in self._rows.blocks():
            yield RowBlock(self.lexicon.arrow[begin : begin + len(matrix)], matrix)
            begin += len(matrix)

    def mean(self) -> NDArray[np.float32]:
        """The mean of all vectors (dimension,)."""
        return self._rows.mean()

    def std(self) -> float:
        """The standard deviation of all numbers of all vectors."""
        return self._rows.std()

    def similarity(self, a: str, b: str) -> float:
        """The cosine of the angle between two words' vectors, from -1 to 1; 0 if one of them is all zeros.

        Raises:
            UnknownWordError: One of the words has no vector.
        """
        return float(unit(self[a]) @ unit(self[b]))

    def nearest(self, query: str | ArrayLike, k: int = 10) -> list[tuple[str, float]]:
        """The `k` words whose vectors have the largest cosine with that of a word or with a vector (dimension,).

        A query word is not among them. The nearest comes first.

        Raises:
            UnknownWordError: The word has no vector.
            InputError: The vector does not have `dimension` finite numbers.
        """
        if isinstance(query, str):
            return self._nearest(self[query], k, exclude=[self.row(query)])
        vector = np.asarray(query, np.float64)
        if vector.shape != (self.dimension,):
            raise InputError(f"a vector of shape ({self.dimension},) is needed, not {vector.shape}")
        if not np.isfinite(vector).all():
            raise InputError("the vector holds a number that is not finite")
        return self._nearest(vector / (np.abs(vector).max() or 1), k, exclude=[])  # its numbers may be beyond float32

    def analogy(self, a: str, b: str, c: str, k: int = 10) -> list[tuple[str, float]]:
        """`a` is to `b` as `c` is to what? `analogy("man", "king", "woman")` begins with queen.

        The words whose vectors have the largest cosine with b - a + c, each scaled to length 1, without the three
        themselves (3CosAdd; Mikolov, Yih and Zweig 2013, "Linguistic regularities in continuous space word
        representations").

        Raises:
            UnknownWordError: One of the words has no vector.
        """
        rows = [self.row(word) for word in (a, b, c)]
        from_a, to_b, of_c = (unit(self._rows[row]) for row in rows)
        return self._nearest(to_b - from_a + of_c, k, exclude=rows)

    def _nearest(self, vector: NDArray[Any], k: int, exclude: list[int]) -> list[tuple[str, float]]:
        rows, values = nearest_rows(cosines(self._rows, self.norms, vector), k, exclude)
        return [(self.lexicon.word(row), cosine) for row, cosine in zip(rows, values, strict=True)]

    def matrix(
        self,
        vocabulary: Sequence[str] | HasWords,
        missing: Sequence[Substitute | Lookup] = (),
        *,
        lower: bool = True,
        counts: Sequence[int] | None = None,
    ) -> tuple[NDArray[np.float32], Coverage]:
        """One row per word of a vocabulary, ready for an embedding layer, and a report of where each came from.

        A word is looked up as it stands, then lower-cased, then left to each of `missing` in turn; what none of them
        knows stays zero, as does row 0 if the vocabulary's first word is padding.

        Args:
            vocabulary: The words, or anything with `.words`.
            missing: `Zeros`, `RandomNormal`, `MeanVector`, `CharNgrams`, other vectors of the same dimension, or your
                own (see `embeddings/lookup.py`).
            lower: Whether to try the lower-cased word.
            counts: How often each word occurs, so that the report can also count tokens.

        Returns:
            The matrix, float32 (vocabulary, dimension), and the `Coverage`.

        Raises:
            InputError: There are not as many counts as words.
            ConfigError: Other vectors have another dimension.
        """
        from embeddings.vocabulary_matrix import vocabulary_matrix

        return vocabulary_matrix(self, vocabulary, missing, lower, counts)

    def to_embedding(self, *, frozen: bool = True, padding_index: int | None = None) -> torch.nn.Embedding:
        """All vectors as a torch layer, see `embeddings.to_embedding`; there is no padding row unless you name it."""
        from embeddings.embedding_layer import to_embedding

        return to_embedding(self.vectors, frozen=frozen, padding_index=padding_index)
