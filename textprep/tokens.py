"""`Tokens`: the tokens of many documents in columns; a word that occurs a million times is stored once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from textprep.arrow_strings import array_of, distinct
from textprep.errors import ConfigError, InputError, unknown_name
from textprep.layer import Layer

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from textprep.vocabulary import Vocabulary
    from textprep.word_counts import WordCounts

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

COLUMNS = ("tokens", "starts", "ends", "sentences", "ids")  # names that no layer may have


@dataclass(frozen=True, eq=False)
class Tokens:
    """The tokens of D documents: N tokens made of V distinct words.

    Attributes:
        types: The distinct words, an Arrow array of strings.  # (V,)
        codes: Which word each token is, an index into `types`.  # (N,)
        offsets: Where each document begins in `codes`.  # (D + 1,)
        starts, ends: Each token's span in the source text, in code points: `text[start:end]`.  # (N,)
        sentences: Where each sentence begins in `codes`, and N; strictly rising, and no sentence goes over the end of a
            document. None if nothing has looked for sentences.  # (S + 1,)
        layers: What else is known about each token, by name: part of speech, lemma, language, entity tag.
    """

    types: Any
    codes: Ints
    offsets: Longs
    starts: Ints
    ends: Ints
    sentences: Longs | None = None
    layers: Mapping[str, Layer] = field(default_factory=dict)

    @classmethod
    def of(cls, words: list[str], codes: Ints, offsets: Longs, starts: Ints, ends: Ints) -> Tokens:
        """Make tokens whose distinct words are given as Python strings."""

        tokens = cls(array_of(words), codes, offsets, starts, ends)
        tokens.__dict__["words"] = words
        return tokens

    @classmethod
    def from_lists(
        cls, lists: Sequence[Sequence[str]], spans: Sequence[Sequence[tuple[int, int]]] | None = None
    ) -> Tokens:
        """Text that is tokenised already.

        Args:
            lists: The words of each document.
            spans: The (start, end) of each of them in its text; by default those in `" ".join(words)`.

        Raises:
            InputError: A word is not a string, or a document has not as many spans as words.
        """
        from textprep.listed_tokens import tokens_from_lists

        return tokens_from_lists(lists, spans)

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self.offsets) - 1

    @property
    def count(self) -> int:
        """How many tokens there are."""
        return int(self.offsets[-1])

    @cached_property
    def words(self) -> list[str]:
        """The distinct words as Python strings.  # (V,)"""
        words: list[str] = self.types.to_pylist()
        return words

    @cached_property
    def rows(self) -> Longs:
        """The document of each token.  # (N,)"""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    def __getitem__(self, document: int) -> list[str]:
        """The words of one document."""
        words = self.words
        return [words[code] for code in self.codes[self._slice(document)].tolist()]

    def __iter__(self) -> Iterator[list[str]]:
        return (self[document] for document in range(len(self)))

    def spans(self, document: int) -> list[tuple[int, int]]:
        """The (start, end) of each token of one document, in code points of its source text."""
        where = self._slice(document)
        return list(zip(self.starts[where].tolist(), self.ends[where].tolist(), strict=True))

    def to_lists(self) -> list[list[str]]:
        """The words of every document."""
        return list(self)

    def counts(self) -> Longs:
        """How often each word occurs.  # (V,)"""
        return np.bincount(self.codes, minlength=len(self.types)).astype(np.int64)

    def with_layer(self, name: str, tags: Layer | Sequence[str]) -> Tokens:
        """These tokens with one layer more, or another one of that name.

        Raises:
            InputError: There is not one tag a token, or a tag is not a string.
            ConfigError: The name is that of a column of every table of tokens.
        """
        layer = tags if isinstance(tags, Layer) else Layer.of(tags)
        if len(layer) != self.count:
            raise InputError(f"layer {name!r} has {len(layer)} tags for {self.count} tokens; give one tag a token")
        if name in COLUMNS:
            raise ConfigError(f"a layer cannot be called {name!r}, as {', '.join(COLUMNS)} are; use another name")
        return self._with(layers={**self.layers, name: layer})

    def without_layer(self, name: str) -> Tokens:
        """These tokens without the layer of that name."""
        return self._with(layers={other: layer for other, layer in self.layers.items() if other != name})

    def layer(self, name: str) -> Layer:
        """The layer of that name; ConfigError if there is none."""
        if not self.layers:
            raise ConfigError(f"the tokens have no layer {name!r}; run a stage that adds it, or use with_layer")
        if name not in self.layers:
            raise unknown_name("layer", name, self.layers)
        return self.layers[name]

    def tags(self, name: str, document: int) -> list[str]:
        """The tags of one document in the layer of that name."""
        return self.layer(name)[self._slice(document)]

    def sentence_lists(self) -> list[list[list[str]]]:
        """The words of each sentence of every document; a document is one sentence if nothing has looked for any."""
        bounds = np.unique(self.offsets) if self.sentences is None else self.sentences
        words = [self.words[code] for code in self.codes.tolist()]
        sentences = [words[a:b] for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]
        of_document = np.searchsorted(bounds, self.offsets).tolist()
        return [sentences[a:b] for a, b in zip(of_document[:-1], of_document[1:], strict=True)]

    def taken(self, positions: Longs) -> Tokens:
        """Only the tokens at these positions, in order; the documents stay, though they may be empty.

        Args:
            positions: Which tokens, rising.  # (kept,)
        """
        columns = (array[positions] for array in (self.codes, self.starts, self.ends))
        codes, starts, ends = columns
        kept = self._with(codes=codes, starts=starts, ends=ends, offsets=np.searchsorted(positions, self.offsets))
        return kept.annotated_as(self, positions)

    @property
    def annotated(self) -> bool:
        """Whether there are sentences or layers, which have to be brought along when tokens change."""
        return self.sentences is not None or bool(self.layers)

    def annotated_as(self, source: Tokens, positions: Longs) -> Tokens:
        """These tokens with the sentences and layers of the tokens that they were made from.

        A sentence of which no token is left goes; all pieces of a token have its tags.

        Args:
            source: The tokens before.
            positions: From which of them each of these was made, never falling.  # (N,)
        """
        sentences = source.sentences
        if sentences is not None:
            sentences = np.unique(np.searchsorted(positions, sentences)).astype(np.int64)
        return self._with(
            sentences=sentences, layers={name: layer.taken(positions) for name, layer in source.layers.items()}
        )

    def count_matrix(self, vocabulary: Vocabulary) -> csr_array:
        """How often each word of the vocabulary occurs in each document; see `textprep.count_matrix`."""
        from textprep.count_matrix import count_matrix

        return count_matrix(self, vocabulary)

    def tfidf_matrix(
        self,
        vocabulary: Vocabulary,
        idf: WordCounts | npt.NDArray[np.float64] | None = None,
        *,
        norm: str | None = "l2",
        sublinear: bool = False,
    ) -> csr_array:
        """The counts weighted by how rare each word is; see `textprep.count_matrix.tfidf_matrix`."""
        from textprep.count_matrix import tfidf_matrix

        return tfidf_matrix(self, vocabulary, idf, norm=norm, sublinear=sublinear)

    def hashed_matrix(self, features: int = 1 << 20, seed: int = 0, *, signed: bool = True) -> csr_array:
        """The counts under hashes of the words, without a vocabulary; see `textprep.count_matrix.hashed_matrix`."""
        from textprep.count_matrix import hashed_matrix

        return hashed_matrix(self, features, seed, signed=signed)

    def to_arrow(self) -> Any:
        """A record batch, a row a document, each column with a list a row.

        `tokens` (dictionary-encoded words), `starts` and `ends`; `sentences` if there are any: where each begins among
        the row's tokens; and a dictionary-encoded column for each layer, under its name.
        """
        import pyarrow as pa

        offsets = pa.array(self.offsets)
        words = pa.DictionaryArray.from_arrays(pa.array(self.codes), self.types)
        columns = {"tokens": words, "starts": pa.array(self.starts), "ends": pa.array(self.ends)}
        lists = {name: pa.LargeListArray.from_arrays(offsets, values) for name, values in columns.items()}
        if self.sentences is not None:
            begins = self.sentences[:-1]
            of_document = np.searchsorted(begins, self.offsets)  # (D + 1,)
            inside = begins - np.repeat(self.offsets[:-1], np.diff(of_document))
            lists["sentences"] = pa.LargeListArray.from_arrays(pa.array(of_document), pa.array(inside.astype(np.int32)))
        for name, layer in self.layers.items():
            lists[name] = pa.LargeListArray.from_arrays(offsets, layer.to_arrow())
        return pa.RecordBatch.from_pydict(lists)

    @staticmethod
    def concat(parts: Sequence[Tokens]) -> Tokens:
        """The documents of all parts, in order, over one set of distinct words.

        Raises:
            ConfigError: Some parts have a layer or sentences that others lack.
        """
        if len(parts) == 1:
            return parts[0]
        if len({(frozenset(part.layers), part.sentences is None) for part in parts}) > 1:
            raise ConfigError("some of these tokens have layers or sentences that others lack; give all the same")
        parts = with_shared_types(parts)
        sizes = np.cumsum([0, *(part.count for part in parts)])
        sentences = [
            part.sentences[:-1] + size
            for part, size in zip(parts, sizes[:-1], strict=True)
            if part.sentences is not None
        ]
        return Tokens(
            parts[0].types,
            np.concatenate([part.codes for part in parts]),
            joined_offsets(parts),
            np.concatenate([part.starts for part in parts]),
            np.concatenate([part.ends for part in parts]),
            np.concatenate([*sentences, sizes[-1:]]) if sentences else None,
            {name: Layer.concat([part.layers[name] for part in parts]) for name in parts[0].layers},
        )

    def _with(self, **changes: Any) -> Tokens:
        """`dataclasses.replace` for what leaves the distinct words as they are: those decoded stay decoded."""
        changed = replace(self, **changes)
        if "words" in self.__dict__:
            changed.__dict__["words"] = self.words
        return changed

    def _slice(self, document: int) -> slice:
        size = len(self)
        if not -size <= document < size:
            raise IndexError(f"document {document} of {size}")
        document %= size
        return slice(int(self.offsets[document]), int(self.offsets[document + 1]))


def joined_offsets(parts: Sequence[Tokens]) -> Longs:
    """Where each document begins when the parts stand one behind the other.  # (documents + 1,)"""
    sizes = np.cumsum([0, *(part.count for part in parts)])
    return np.concatenate([*(part.offsets[:-1] + size for part, size in zip(parts, sizes, strict=False)), sizes[-1:]])


def with_shared_types(parts: Sequence[Tokens]) -> list[Tokens]:
    """The same parts, over one set of distinct words: those of the first part, then what each other one adds."""
    types, places = shared_types(parts)
    return [
        part if part.types is types else replace(part, types=types, codes=place[part.codes])
        for part, place in zip(parts, places, strict=True)
    ]


def shared_types(parts: Sequence[Tokens]) -> tuple[Any, list[Ints]]:
    """One set of distinct words for all parts, and where each part's words stand in it: (V,), (part's words,) each."""
    own = [part.types for part in parts]
    if all(each is own[0] for each in own):
        return own[0], [np.arange(len(own[0]), dtype=np.int32)] * len(parts)
    import pyarrow as pa

    places, types = distinct(pa.concat_arrays(own))
    return types, np.split(places, np.cumsum(list(map(len, own)))[:-1])
