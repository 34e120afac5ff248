"""Word stages in a row, run once per distinct word and brought back to the tokens by one gather."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from textprep.errors import ConfigError
from textprep.protocols import Outcome, WordStage
from textprep.tokens import Tokens

REMEMBERED = 1 << 18  # distinct words whose outcome is kept for the next batch


class WordChain:
    """Applies word stages in order; what became of a word is remembered between calls, within a bound."""

    def __init__(self, stages: Sequence[WordStage]) -> None:
        self.stages = tuple(stages)
        self._memory: dict[str, Outcome] = {}

    def __call__(self, tokens: Tokens) -> Tokens:
        """Return the tokens after all stages. The arrays of `tokens` may be reused for it."""
        from textprep.kernels.gather import recode

        outcomes = self.outcomes(tokens.words)
        forms = dict.fromkeys(outcomes)
        forms.pop(None, None)
        if any(form.__class__ is tuple for form in forms):
            return _expanded(tokens, outcomes)
        index: dict[Outcome, int] = {form: code for code, form in enumerate(forms)}
        index[None] = -1
        new_codes = np.fromiter(map(index.__getitem__, outcomes), np.int32, len(outcomes))
        codes, starts, ends, offsets = tokens.codes, tokens.starts, tokens.ends, tokens.offsets
        kept = recode(codes, starts, ends, offsets, new_codes)
        return Tokens.of(list(forms), codes[:kept], offsets, starts[:kept], ends[:kept])  # type: ignore[arg-type]

    def outcomes(self, words: list[str]) -> list[Outcome]:
        """What becomes of each of these distinct words."""
        memory = self._memory
        new = [word for word in words if word not in memory]
        if len(memory) + len(new) > REMEMBERED:
            # A fresh dictionary, not clear(): another thread may be reading the old one.
            self._memory = memory = {}
            new = words
        if new:
            memory.update(zip(new, self._computed(new), strict=True))
        return list(map(memory.__getitem__, words))

    def _computed(self, words: Sequence[str]) -> list[Outcome]:
        outcomes: list[Outcome] = list(words)
        for stage in self.stages:
            forms = dict.fromkeys(outcomes)
            forms.pop(None, None)
            split = [form for form in forms if isinstance(form, tuple)]
            distinct: list[str] = list(dict.fromkeys(_pieces(forms)) if split else forms)  # type: ignore[arg-type]
            results = stage.map_words(distinct)
            if len(results) != len(distinct):
                problem = f"{stage} gave {len(results)} outcomes for {len(distinct)} words"
                raise ConfigError(f"{problem}; a word stage gives one (a word, a tuple or None) for each word")
            after: dict[Outcome, Outcome] = dict(zip(distinct, results, strict=True))
            after[None] = None
            for form in split:
                after[form] = tuple(_pieces([after[piece] for piece in form])) or None
            outcomes = list(map(after.__getitem__, outcomes))
        return outcomes


def _pieces(outcomes: Iterable[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        if isinstance(outcome, tuple):
            yield from outcome
        elif outcome is not None:
            yield outcome


def _expanded(tokens: Tokens, outcomes: list[Outcome]) -> Tokens:
    from textprep.kernels.gather import expand

    index: dict[str, int] = {}
    piece_codes: list[int] = []
    piece_begins: list[int] = []
    lengths = np.full(len(outcomes), -1, np.int32)
    piece_offsets = np.zeros(len(outcomes) + 1, np.int64)
    for code, (word, outcome) in enumerate(zip(tokens.words, outcomes, strict=True)):
        pieces = list(_pieces([outcome]))
        if "".join(pieces) == word:
            lengths[code] = len(word)
        at = 0
        for piece in pieces:
            piece_codes.append(index.setdefault(piece, len(index)))
            piece_begins.append(at)
            at += len(piece)
        piece_offsets[code + 1] = len(piece_codes)
    codes, starts, ends, offsets = expand(
        tokens.codes,
        tokens.starts,
        tokens.ends,
        tokens.offsets,
        piece_offsets,
        np.array(piece_codes, np.int32),
        np.array(piece_begins, np.int32),
        lengths,
    )
    return Tokens.of(list(index), codes, offsets, starts, ends)
