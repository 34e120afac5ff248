"""`WordCounts`: how often each word occurs and in how many documents, counted batch by batch and merged.

Vocabularies, subword pieces, inverse document frequencies and lists of rare words are learned from it. A batch of
tokens is counted by its distinct words; batches wait until there are as many as words known, then both are brought
together in Arrow's compiled code, so a word costs some hundred nanoseconds a batch and no Python string is made.

Memory is bounded by pruning, as gensim and word2vec do it, with the error kept as in lossy counting (Manku and Motwani,
"Approximate Frequency Counts over Data Streams", 2002): see `WordCounts.missing`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from textprep.arrow_strings import distinct
from textprep.atomic import atomic_file
from textprep.errors import ArtifactError, ConfigError
from textprep.tokens import Longs, Tokens

if TYPE_CHECKING:
    from textprep.vocabulary import Vocabulary

MAX_TYPES = 10_000_000
WAITING = 1 << 16  # entries of batches that wait to be brought together, at least

FORMAT, VERSION = "textmill-word-counts", 1
NUMBERS = ("tokens", "documents", "dropped", "missing", "max_types")


class Part(NamedTuple):
    """Words with their counts; those of a batch, or all that are known so far."""

    words: Any  # (words,) Arrow strings
    counts: Longs  # (words,)
    documents: Longs  # (words,)


class WordCounts:
    """Counts of distinct words, in the order in which they first appeared.

    Merging the counts of parts of a corpus in the order of the parts gives what counting it in one stream gives, ties
    included. Merged in another order the counts are the same; only the order of words that occur equally often may
    differ. Two objects are equal if they hold the same counts, in whatever order.

    Args:
        max_types: When there are more distinct words, those counted least are dropped (the later ones among equals).
            For a short time up to twice as many are held, and those of one batch.

    Attributes:
        tokens: How many tokens were counted, those of dropped words among them.
        documents: How many documents, or None if something was counted that did not come in documents.
    """

    def __init__(self, max_types: int = MAX_TYPES) -> None:
        if max_types < 1:
            raise ConfigError(f"max_types is {max_types}; give 1 or more")
        self.max_types = max_types
        self.tokens = 0
        self.documents: int | None = 0
        self._dropped = 0
        self._missing = 0
        self._known = _no_words()
        self._waiting: list[Part] = []
        self._entries = 0  # of those that wait

    @classmethod
    def of(cls, tokens: Tokens, max_types: int = MAX_TYPES) -> WordCounts:
        """The counts of one batch of tokens."""
        counts = cls(max_types)
        counts.update(tokens)
        return counts

    def update(self, tokens: Tokens) -> None:
        """Count a batch of tokens, and in how many of its documents each word occurs."""
        from textprep.kernels.counting import count_words

        table = np.zeros((len(tokens.types), 3), np.int64)
        count_words(tokens.codes, tokens.offsets, table)
        self._add(Part(tokens.types, table[:, 0].copy(), table[:, 1].copy()), len(tokens))

    def add(self, words: Iterable[str], counts: Iterable[int]) -> None:
        """Count words that were counted elsewhere; in how many documents they occur is not known after that.

        Raises:
            ConfigError: There is not one count a word, or one is negative.
        """
        import pyarrow as pa

        column = words if isinstance(words, pa.Array) else pa.array(words, pa.large_string())
        numbers = np.fromiter(counts, np.int64)
        if len(numbers) != len(column):
            raise ConfigError(f"{len(column)} words but {len(numbers)} counts; give one count a word")
        if numbers.min(initial=0) < 0:
            raise ConfigError(f"a count is {numbers.min()}; counts are 0 or more")
        self._add(Part(column, numbers, np.zeros_like(numbers)), None)

    def merge(self, other: WordCounts) -> None:
        """Add what another one counted: in another thread, file or machine."""
        held = other._together()
        self.tokens += other.tokens - int(held.counts.sum())  # those of dropped words
        self._dropped += other._dropped
        self._missing += other._missing
        self._add(held, other.documents)

    @property
    def words(self) -> Any:
        """The distinct words, an Arrow array of strings.  # (V,)"""
        return self._together().words

    @property
    def counts(self) -> Longs:
        """How often each word occurs.  # (V,)"""
        return self._together().counts

    @property
    def document_counts(self) -> Longs:
        """In how many documents each word occurs.  # (V,)

        Raises:
            ConfigError: Something was counted that did not come in documents.
        """
        if self.documents is None:
            raise ConfigError("in how many documents the words occur is not known; count tokens with update(tokens)")
        return self._together().documents

    @property
    def missing(self) -> int:
        """By how much a count may be too small: while this is 0, all counts are exact.

        No count is ever too large, and a word that is not held did not occur more often than this.
        """
        self._together()
        return self._missing

    @property
    def dropped(self) -> int:
        """How many words were dropped; one that comes back and is dropped again counts twice."""
        self._together()
        return self._dropped

    def __len__(self) -> int:
        """How many distinct words there are."""
        return len(self.words)

    def __getitem__(self, word: str) -> int:
        """How often a word occurs; 0 for one that was never counted."""
        import pyarrow.compute as pc

        place: int = pc.index(self.words, word).as_py()
        return int(self.counts[place]) if place >= 0 else 0

    def ranked(self) -> Longs:
        """The places of all words, those counted most first, by first appearance among equals.  # (V,)"""
        return np.argsort(-self.counts, kind="stable")

    def most_common(self, words: int | None = None) -> list[tuple[str, int]]:
        """The words counted most and their counts, as `collections.Counter.most_common` orders them."""
        order = self.ranked()[:words]
        return list(zip(self.words.take(order).to_pylist(), self.counts[order].tolist(), strict=True))

    def idf(self, vocabulary: Vocabulary) -> npt.NDArray[np.float64]:
        """How rare each word of a vocabulary is: smooth inverse document frequencies.  # (vocabulary,)"""
        from textprep.count_matrix import inverse_document_frequencies

        places = {word: place for place, word in enumerate(self.words.to_pylist())}
        held = np.append(self.document_counts, 0)
        frequencies = held[[places.get(word, -1) for word in vocabulary.words]]
        return inverse_document_frequencies(frequencies, self.documents or 0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WordCounts) and self._content() == other._content()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"WordCounts({len(self)} words, {self.tokens} tokens, {self.documents} documents)"

    def save(self, file: str | os.PathLike[str]) -> None:
        """Write a Parquet file with the columns `word`, `count`, `documents`, whole or not at all."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        held = self._together()
        numbers = {f"{FORMAT}:{name}": str(getattr(self, name)) for name in NUMBERS}
        table = pa.table(
            {"word": held.words, "count": held.counts, "documents": held.documents},
            metadata={FORMAT: str(VERSION), **numbers},
        )
        with atomic_file(file) as part:
            pq.write_table(table, part, compression="zstd", write_page_checksum=True)

    @classmethod
    def load(cls, file: str | os.PathLike[str]) -> WordCounts:
        """Read what `save` wrote.

        Raises:
            ArtifactError: The file is missing or damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = Path(file)
        try:
            table = pq.read_table(path, page_checksum_verification=True, memory_map=False)
            table.validate(full=True)
            about = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
            if int(about[FORMAT]) != VERSION:
                raise ArtifactError(f"{path}: version {about[FORMAT]} is not known here; update textmill")
            numbers = {name: about[f"{FORMAT}:{name}"] for name in NUMBERS}
            documents = numbers.pop("documents")
            words, *columns = (table.column(name).combine_chunks() for name in ("word", "count", "documents"))
            counts = cls(int(numbers["max_types"]))
            counts._known = Part(words.cast(pa.large_string()), *(column.to_numpy() for column in columns))
            counts.tokens, counts._dropped, counts._missing = (
                int(numbers[name]) for name in ("tokens", "dropped", "missing")
            )
            counts.documents = None if documents == "None" else int(documents)
            if (lost := counts.tokens - int(counts._known.counts.sum())) < 0 or bool(lost) != bool(counts._dropped):
                raise ValueError("its counts do not add up")
        except FileNotFoundError:
            raise ArtifactError(f"{path} is missing; count again") from None
        except (pa.ArrowException, OSError, KeyError, ValueError) as error:
            raise ArtifactError(f"{path}: not saved word counts, or damaged ({error}); count again") from None
        return counts

    def _add(self, part: Part, documents: int | None) -> None:
        self.tokens += int(part.counts.sum())
        self.documents = None if documents is None or self.documents is None else self.documents + documents
        self._waiting.append(part)
        self._entries += len(part.words)
        if self._entries > max(WAITING, len(self._known.words)):
            self._together()

    def _together(self) -> Part:
        """All words, each once."""
        if not self._waiting:
            return self._known
        import pyarrow as pa

        parts = [self._known, *self._waiting]
        chunks = pa.chunked_array([part.words.cast(pa.large_string()) for part in parts], pa.large_string())
        counts = np.concatenate([part.counts for part in parts])
        documents = np.concatenate([part.documents for part in parts])
        words = chunks.combine_chunks()
        if not counts.all():  # distinct words of a batch of which no token is left
            words, documents, counts = words.filter(pa.array(counts > 0)), documents[counts > 0], counts[counts > 0]
        codes, types = distinct(words)
        self._waiting, self._entries = [], 0
        self._known = self._pruned(
            Part(types, _summed(counts, codes, len(types)), _summed(documents, codes, len(types)))
        )
        return self._known

    def _pruned(self, part: Part) -> Part:
        excess = len(part.words) - self.max_types
        if excess <= 0:
            return part
        order = np.argsort(-part.counts, kind="stable")
        kept = np.sort(order[: self.max_types])
        self._dropped += excess
        self._missing += int(part.counts[order[self.max_types]])  # no dropped word loses more than this
        return Part(part.words.take(kept), part.counts[kept], part.documents[kept])

    def _content(self) -> tuple[object, ...]:
        held = self._together()
        words = zip(held.words.to_pylist(), held.counts.tolist(), held.documents.tolist(), strict=True)
        return self.tokens, self.documents, self.missing, {word: numbers for word, *numbers in words}


def _no_words() -> Part:
    import pyarrow as pa

    return Part(pa.array([], pa.large_string()), np.zeros(0, np.int64), np.zeros(0, np.int64))


def _summed(numbers: Longs, codes: npt.NDArray[Any], size: int) -> Longs:
    """The sum of the numbers of each code; exact up to 2**53."""
    return np.bincount(codes, numbers, size).astype(np.int64)
