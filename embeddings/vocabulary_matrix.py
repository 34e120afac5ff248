"""The matrix for a vocabulary: one look-up per distinct word, then one gather."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.evaluate.coverage import Coverage
from embeddings.lookup import KnownVectors, Lookup, Substitute
from embeddings.mixtures import FirstFound, LowerCased
from textprep.errors import InputError
from textprep.special_tokens import DEFAULT, SpecialTokens


class HasWords(Protocol):
    """Anything that holds a vocabulary, such as `textprep.Vocabulary`."""

    @property
    def words(self) -> Sequence[str]:
        """The words, in the order of their ids."""
        ...


def vocabulary_matrix(
    vectors: KnownVectors,
    vocabulary: Sequence[str] | HasWords,
    missing: Sequence[Substitute | Lookup],
    lower: bool,
    counts: Sequence[int] | None,
) -> tuple[NDArray[np.float32], Coverage]:
    """See `WordVectors.matrix`."""
    words: Sequence[str] = vocabulary if isinstance(vocabulary, Sequence) else vocabulary.words
    if counts is not None and len(counts) != len(words):
        raise InputError(f"{len(words)} words need as many counts, not {len(counts)}")
    padding = int(len(words) > 0 and words[0] == _special(vocabulary).pad)
    asked = words[padding:]

    known: list[Lookup] = [vectors, LowerCased(vectors)] if lower else [vectors]
    others = [item.learn(vectors) if isinstance(item, Substitute) else item for item in missing]
    rows, origin = FirstFound([*known, *others]).trace(asked)  # (asked, dimension), (asked,)
    matrix = np.insert(rows, 0, 0, axis=0) if padding else rows  # (words, dimension)

    found = (origin >= 0) & (origin < len(known))
    exact = int((origin == 0).sum())
    absent = np.flatnonzero(~found)
    left = len(absent)
    filled: dict[str, int] = {}
    for place, item in enumerate(missing, start=len(known)):
        if left:
            done = int((origin == place).sum())
            left -= done
            name = type(item).__name__
            filled[name] = filled.get(name, 0) + done

    tokens = tokens_found = None
    if counts is not None:
        number = np.asarray(counts, np.int64)[padding:]  # (asked,)
        tokens, tokens_found = int(number.sum()), int(number[found].sum())
        absent = absent[np.argsort(-number[absent], kind="stable")]
    unfound = tuple(asked[i] for i in absent.tolist())
    return matrix, Coverage(exact, int(found.sum()) - exact, filled, unfound, tokens, tokens_found)


def _special(vocabulary: Sequence[str] | HasWords) -> SpecialTokens:
    """The special tokens of a vocabulary; a plain list of words is taken to have the usual ones."""
    special = getattr(vocabulary, "special", DEFAULT)
    return special if isinstance(special, SpecialTokens) else DEFAULT
