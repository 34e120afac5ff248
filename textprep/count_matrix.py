"""Documents as rows of word counts, weighted or hashed: sparse matrices for linear models.

Sources: Salton and Buckley, "Term-weighting approaches in automatic text retrieval" (1988); Weinberger et al., "Feature
Hashing for Large Scale Multitask Learning" (2009). Weights, norm and hash are scikit-learn's, whose `CountVectorizer`,
`TfidfVectorizer` and `HashingVectorizer` give the same numbers for the same tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from textprep.arrow_strings import buffers_of
from textprep.errors import ConfigError
from textprep.tokens import Ints, Longs, Tokens
from textprep.vocabulary import Vocabulary
from textprep.word_counts import WordCounts

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]


def count_matrix(tokens: Tokens, vocabulary: Vocabulary) -> csr_array:
    """How often each word of a vocabulary occurs in each document.

    Column k belongs to the word with id k. Unknown words are not counted, and the columns of special tokens are empty.

    Returns:
        int64, a row a document.  # (D, vocabulary)
    """
    index, special = vocabulary.index, len(vocabulary.special)
    columns = np.array([index.get(word, -1) for word in tokens.words], np.int32)  # (V,)
    columns[columns < special] = -1
    return _summed(tokens, columns, np.ones(len(columns), np.int64), len(vocabulary))


def tfidf_matrix(
    tokens: Tokens,
    vocabulary: Vocabulary,
    idf: WordCounts | Floats | None = None,
    *,
    norm: str | None = "l2",
    sublinear: bool = False,
) -> csr_array:
    """The counts, weighted by how rare each word is, each row brought to the same length.

    Args:
        tokens: The documents.
        vocabulary: Which column each word has.
        idf: The weight of each column, or the counts to compute it from (`WordCounts.idf`); by default these documents
            themselves. Documents that a model has not seen need the weights it was trained with.  # (vocabulary,)
        norm: "l2", "l1" or None.
        sublinear: Whether a count c weighs 1 + ln(c).

    Returns:
        float64, a row a document.  # (D, vocabulary)

    Raises:
        ConfigError: `norm` is not known, or `idf` has another length than the vocabulary.
    """
    from scipy.sparse import csr_array

    if norm not in ("l2", "l1", None):
        raise ConfigError(f"norm is {norm!r}; choose from 'l2', 'l1', None")
    counts = count_matrix(tokens, vocabulary)
    if idf is None:
        present = np.bincount(counts.indices, minlength=len(vocabulary))  # each word once a row
        weights = inverse_document_frequencies(present, len(tokens))
    else:
        weights = idf.idf(vocabulary) if isinstance(idf, WordCounts) else np.asarray(idf, np.float64)
    if len(weights) != len(vocabulary):
        raise ConfigError(f"idf has {len(weights)} weights for {len(vocabulary)} words; give one a word")

    values = counts.data.astype(np.float64)
    values = (1 + np.log(values) if sublinear else values) * weights[counts.indices]
    if norm is not None:
        rows = np.repeat(np.arange(len(tokens)), np.diff(counts.indptr))
        lengths = np.bincount(rows, values**2 if norm == "l2" else np.abs(values), len(tokens))  # (D,)
        lengths[lengths == 0] = 1  # all weights of the row are 0
        values /= (np.sqrt(lengths) if norm == "l2" else lengths)[rows]
    return csr_array((values, counts.indices, counts.indptr), shape=counts.shape)


def hashed_matrix(tokens: Tokens, features: int = 1 << 20, seed: int = 0, *, signed: bool = True) -> csr_array:
    """The counts under hashes of the words instead of ids: no vocabulary to learn, and any word has a column.

    Args:
        tokens: The documents.
        features: How many columns.
        seed: Of MurmurHash3, from 0 to 2**32 - 1; another seed, other words that share a column.
        signed: Whether half the words count negative, so that those which share a column cancel on average.

    Returns:
        int64, a row a document.  # (D, features)

    Raises:
        ConfigError: `features` or `seed` lies outside of its range.
    """
    from textprep.kernels.murmur import murmur_hashes

    if not 1 <= features < 1 << 31:
        raise ConfigError(f"features is {features}; give a number from 1 to {(1 << 31) - 1}")
    if not 0 <= seed < 1 << 32:
        raise ConfigError(f"seed is {seed}; give a number from 0 to {(1 << 32) - 1}")
    hashes = murmur_hashes(*buffers_of(tokens.types), seed).view(np.int32).astype(np.int64)  # (V,)
    signs = np.where(hashes < 0, -1, 1) if signed else np.ones(len(hashes), np.int64)
    return _summed(tokens, (np.abs(hashes) % features).astype(np.int32), signs, features)


def inverse_document_frequencies(frequencies: Longs, documents: int) -> Floats:
    """ln((1 + documents) / (1 + frequency)) + 1: as if one document more held every word."""
    return np.log((1 + documents) / (1 + frequencies)) + 1


def _summed(tokens: Tokens, columns: Ints, values: Longs, width: int) -> csr_array:
    """The matrix in which each token adds its word's value to its word's column, if that is 0 or more."""
    from scipy.sparse import csr_array

    from textprep.kernels.sparse_rows import sum_rows

    places = np.full(width, -1, np.int64)
    bounds = np.empty(len(tokens) + 1, np.int64)
    indices, data = np.empty(tokens.count, np.int32), np.empty(tokens.count, np.int64)
    sum_rows(tokens.codes, tokens.offsets, columns, values, places, bounds, indices, data)
    entries = int(bounds[-1])
    matrix = csr_array((data[:entries].copy(), indices[:entries].copy(), bounds), shape=(len(tokens), width))
    matrix.sort_indices()
    return matrix
