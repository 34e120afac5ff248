"""The matrix for a vocabulary: one look-up per distinct word, then one gather."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.evaluate.coverage import Coverage
from textprep.errors import InputError
from textprep.special_tokens import DEFAULT, SpecialTokens

if TYPE_CHECKING:
    from embeddings.substitutes import Missing
    from embeddings.vectors import WordVectors


class HasWords(Protocol):
    """Anything that holds a vocabulary, such as `textprep.Vocabulary`."""

    @property
    def words(self) -> Sequence[str]:
        """The words, in the order of their ids."""
        ...


def build_matrix(
    vectors: WordVectors,
    vocabulary: Sequence[str] | HasWords,
    missing: Sequence[Missing],
    lower: bool,
    counts: Sequence[int] | None,
) -> tuple[NDArray[np.float32], Coverage]:
    """See `WordVectors.matrix`."""
    words: Sequence[str] = vocabulary if isinstance(vocabulary, Sequence) else vocabulary.words
    if counts is not None and len(counts) != len(words):
        raise InputError(f"{len(words)} words need as many counts, not {len(counts)}")
    asked = np.ones(len(words), np.bool_)  # (words,) all but the padding
    asked[:1] = len(words) > 0 and words[0] != _special(vocabulary).pad

    rows = vectors.rows(words)  # (words,)
    exact = asked & (rows >= 0)
    if lower:
        rest = np.flatnonzero(asked & ~exact)
        rows[rest] = vectors.rows([words[i].lower() for i in rest.tolist()])
    found = asked & (rows >= 0)

    matrix = np.zeros((len(words), vectors.dimension), np.float32)  # (words, dimension)
    matrix[found] = vectors.vectors[rows[found]]
    absent = np.flatnonzero(asked & ~found)
    filled: dict[str, int] = {}
    rest = absent
    for strategy in missing:
        if len(rest):
            values, done = strategy.fill([words[i] for i in rest.tolist()], vectors)
            matrix[rest[done]] = values[done]
            name = type(strategy).__name__
            filled[name] = filled.get(name, 0) + int(done.sum())
            rest = rest[~done]

    tokens = tokens_found = None
    if counts is not None:
        number = np.asarray(counts, np.int64)  # (words,)
        tokens, tokens_found = int(number[asked].sum()), int(number[found].sum())
        absent = absent[np.argsort(-number[absent], kind="stable")]
    unfound = tuple(words[i] for i in absent.tolist())
    lowered = int(found.sum() - exact.sum())
    return matrix, Coverage(int(exact.sum()), lowered, filled, unfound, tokens, tokens_found)


def _special(vocabulary: Sequence[str] | HasWords) -> SpecialTokens:
    """The special tokens of a vocabulary; a plain list of words is taken to have the usual ones."""
    special = getattr(vocabulary, "special", DEFAULT)
    return special if isinstance(special, SpecialTokens) else DEFAULT
