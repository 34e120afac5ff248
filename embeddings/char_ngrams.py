"""Vectors for unseen words from their spelling: the mean of the vectors of their character n-grams.

The n-grams are those of fastText (Bojanowski et al. 2017, "Enriching word vectors with subword information"): all
stretches of 3 to 6 characters of the word between `<` and `>`. fastText learns their vectors in training; here they
are fitted to finished word vectors: an n-gram's vector is the mean of the vectors of the known words that contain it.
Only the n-grams of the unseen words are needed, so one pass over the known words adds up just those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.lookup import KnownVectors, Looked, Lookup
from textprep.arrow_strings import buffers_of
from textprep.errors import ConfigError


@dataclass(frozen=True)
class CharNgrams:
    """The mean of the word's character n-grams, each the mean of the known words with it.

    A word none of whose n-grams is known is left to the next strategy.
    """

    smallest: int = 3
    """Characters in the shortest n-gram, the marks `<` and `>` included."""
    largest: int = 6
    """Characters in the longest one."""
    lower: bool = True
    """Whether unseen words are lower-cased first; right wherever most known words are."""

    def __post_init__(self) -> None:
        if not 1 <= self.smallest <= self.largest:
            raise ConfigError(f"n-grams need 1 <= smallest <= largest, not {self.smallest} and {self.largest}")

    def learn(self, known: KnownVectors) -> Lookup:
        """See `Substitute`."""
        return _FromNgrams(self, known)


@dataclass(frozen=True)
class _FromNgrams:
    """Gives vectors to words by the n-grams that they share with known ones."""

    choice: CharNgrams
    known: KnownVectors

    @property
    def dimension(self) -> int:
        return self.known.dimension

    def lookup(self, words: Sequence[str]) -> Looked:
        import pyarrow as pa

        from embeddings.char_ngram_kernels import hash_ngrams

        choice = self.choice
        spelt = [(word.lower() if choice.lower else word).encode("utf-8", "replace") for word in words]
        asked = buffers_of(pa.array(spelt, pa.large_binary()))
        hashes, ends = hash_ngrams(*asked, choice.smallest, choice.largest)  # (n-grams,), (words + 1,)
        owners = np.repeat(np.arange(len(words)), np.diff(ends))  # (n-grams,) the word that each belongs to
        ngrams, places = np.unique(hashes, return_inverse=True)  # (distinct n-grams,), (n-grams,)
        sums, counts = self._add_up(ngrams)

        heard = counts[places] > 0  # (n-grams,) those that some known word has
        owners, places = owners[heard], places[heard]
        totals = np.bincount(owners, minlength=len(words))  # (words,)
        matrix = np.zeros((len(words), self.dimension), np.float32)
        for column in range(self.dimension):  # a column at a time, for all n-grams at once would be large
            means = sums[places, column] / counts[places]
            matrix[:, column] = np.bincount(owners, means, len(words)) / np.maximum(totals, 1)
        return matrix, totals > 0

    def _add_up(self, ngrams: NDArray[np.uint64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """For each n-gram the sum (n-grams, dimension) of the known words' vectors, and their number (n-grams,)."""
        from embeddings.char_ngram_kernels import add_up, hash_table

        table = hash_table(ngrams)
        sums = np.zeros((len(ngrams), self.dimension), np.float32)
        counts = np.zeros(len(ngrams), np.int64)
        for block in self.known.blocks():
            sizes = self.choice.smallest, self.choice.largest
            add_up(*buffers_of(block.words), block.matrix, ngrams, table, *sizes, sums, counts)
        return sums, counts
