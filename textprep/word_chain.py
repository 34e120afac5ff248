"""Word stages in a row, run once per distinct word and brought back to the tokens by one gather.

Inside, the distinct words are treated as a small batch of their own, one document each, so that a stage which cuts
words leaves spans within the word, and the next stage works on the distinct pieces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import count
from typing import Any, TypeAlias

import numpy as np

from textprep.errors import ConfigError
from textprep.protocols import Outcome, WordStage
from textprep.tokens import Ints, Longs, Tokens

REMEMBERED = 1 << 18  # distinct words whose outcome is kept for the next batch

Piece: TypeAlias = tuple[str, int, int]  # a part of a word and its span in the word, in code points
Form: TypeAlias = str | tuple[Piece, ...] | None  # what becomes of a word: a word, pieces, or nothing


class WordChain:
    """Applies word stages in order; what became of a word is remembered between calls, within a bound."""

    def __init__(self, stages: Sequence[WordStage]) -> None:
        self.stages = tuple(stages)
        self._memory: dict[str, Form] = {}

    def __call__(self, tokens: Tokens) -> Tokens:
        """Return the tokens after all stages. The arrays of `tokens` may be reused for it."""
        columns = tokens.codes, tokens.starts, tokens.ends, tokens.offsets
        words, codes, starts, ends, offsets = _replaced(tokens.words, *columns, self.forms(tokens.words))
        return Tokens.of(words, codes, offsets, starts, ends)

    def forms(self, words: list[str]) -> list[Form]:
        """What becomes of each of these distinct words."""
        memory = self._memory
        new = [word for word in words if word not in memory] if memory else words
        if len(memory) + len(new) > REMEMBERED:
            # A fresh dictionary, not clear(): another thread may be reading the old one.
            self._memory = memory = {}
            new = words
        computed = self._computed(new) if new else []
        memory.update(zip(new, computed, strict=True))
        return computed if len(new) == len(words) else list(map(memory.__getitem__, words))

    def _computed(self, words: list[str]) -> list[Form]:
        forms = words
        codes, starts = np.arange(len(words), dtype=np.int32), np.zeros(len(words), np.int32)
        ends, offsets = np.fromiter(map(len, words), np.int32, len(words)), np.arange(len(words) + 1)
        lengths = ends.copy()
        for stage in self.stages:
            outcomes = _placed(stage, forms)
            forms, codes, starts, ends, offsets = _replaced(forms, codes, starts, ends, offsets, outcomes)

        sizes = np.diff(offsets)
        if sizes.max(initial=0) <= 1 and np.array_equal(ends - starts, lengths[sizes == 1]):
            number = np.full(len(words), -1)
            number[sizes == 1] = codes
            return list(map([*forms, None].__getitem__, number.tolist()))
        pieces = list(zip(map(forms.__getitem__, codes.tolist()), starts.tolist(), ends.tolist(), strict=True))
        spans = zip(words, offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
        return [_gathered(word, pieces[begin:end]) for word, begin, end in spans]


def _gathered(word: str, pieces: list[Piece]) -> Form:
    if not pieces:
        return None
    form, begin, end = pieces[0]
    return form if len(pieces) == 1 and end - begin == len(word) else tuple(pieces)


def _placed(stage: WordStage, words: list[str]) -> Sequence[Form]:
    """The outcomes of a stage, the pieces with their spans: those that spell the word when joined have their own."""
    outcomes: Sequence[Outcome] = stage.map_words(words)
    if len(outcomes) != len(words):
        problem = f"{stage} gave {len(outcomes)} outcomes for {len(words)} words"
        raise ConfigError(f"{problem}; a word stage gives one (a word, a tuple or None) for each word")
    if not any(kind is tuple for kind in set(map(type, outcomes))):
        return outcomes  # type: ignore[return-value]
    placed: list[Form] = []
    for word, outcome in zip(words, outcomes, strict=True):
        if not isinstance(outcome, tuple):
            placed.append(outcome)
        elif outcome == (word,):
            placed.append(word)
        elif "".join(outcome) == word:
            ends = np.cumsum([len(piece) for piece in outcome]).tolist()
            placed.append(tuple(zip(outcome, [0, *ends], ends, strict=False)))
        else:
            placed.append(tuple((piece, 0, len(word)) for piece in outcome))
    return placed


def _replaced(
    words: list[str], codes: Ints, starts: Ints, ends: Ints, offsets: Longs, forms: Sequence[Form]
) -> tuple[list[str], Ints, Ints, Ints, Longs]:
    """Put what became of each word in the place of its tokens. The arrays may be reused."""
    from textprep.kernels.gather import expand, recode

    index: defaultdict[Any, int] = defaultdict(count().__next__, {None: -1})
    if not any(kind is tuple for kind in set(map(type, forms))):
        new_codes = np.fromiter(map(index.__getitem__, forms), np.int32, len(forms))
        kept = recode(codes, starts, ends, offsets, new_codes)
        return list(index)[1:], codes[:kept], starts[:kept], ends[:kept], offsets

    pieces: list[tuple[int, int, int]] = []
    piece_offsets = [0]
    for word, form in zip(words, forms, strict=True):
        if isinstance(form, tuple):
            pieces += [(index[piece], begin, end) for piece, begin, end in form]
        elif form is not None:
            pieces.append((index[form], 0, len(word)))
        piece_offsets.append(len(pieces))
    columns = np.ascontiguousarray(np.array(pieces, np.int32).reshape(-1, 3).T)
    lengths = np.fromiter(map(len, words), np.int32, len(words))
    expanded = expand(codes, starts, ends, offsets, np.array(piece_offsets), *columns, lengths)
    return list(index)[1:], *expanded
