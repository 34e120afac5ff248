"""Word stages in a row, run once per distinct word and brought back to the tokens by one gather.

Inside, the distinct words are treated as a small batch of their own, one document each, whose tokens are pieces with
their places in the word; so each stage gets the distinct pieces that the one before it left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from textprep.arrow_strings import array_of, distinct, present_in, taken
from textprep.errors import ConfigError
from textprep.outcomes import Outcomes
from textprep.pieces import empty_token, placed_pieces, spelt_alike
from textprep.protocols import ArrayStage, Outcome, WordStage
from textprep.tokens import Ints, Longs, Tokens, shared_types
from textprep.word_memory import WordMemory
from textprep.worker_threads import Map

if TYPE_CHECKING:
    import pyarrow as pa


FEW, MOST_FEW = 64, 1 << 14  # distinct words
FEW_OF = 16


class WordChain:
    """Applies word stages in order; what became of a word is remembered between calls, within a bound.

    Args:
        stages: The stages.
        spelt: Whether the words that come in are spelt by their spans, as those of a tokenizer are, so that pieces of
            them have places in the text; otherwise each piece has the span of its word.
    """

    def __init__(self, stages: Sequence[WordStage], spelt: bool = True) -> None:
        self.stages, self.spelt = tuple(stages), spelt
        self._last_cut = max((k for k, stage in enumerate(stages) if not isinstance(stage, ArrayStage)), default=-1)
        self._quick = all(getattr(stage, "quick", False) for stage in stages)
        self._memory = WordMemory()
        self._few: dict[str, str | None] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"stages": self.stages, "spelt": self.spelt}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def __call__(self, parts: Sequence[Tokens], run: Map = map) -> list[Tokens]:
        """The parts of a batch after all stages, over one set of distinct words; their arrays may be reused.

        Args:
            parts: Tokens of consecutive documents.
            run: How the parts are worked on: one after the other, or by several threads.
        """
        if (
            len(parts) == 1
            and len(parts[0].types) <= FEW
            and not parts[0].annotated
            and (few := self._few_words(parts[0])) is not None
        ):
            return [few]
        words, places = shared_types(parts)
        outcomes = self.outcomes(words)
        codes, types = outcomes.codes, outcomes.forms
        counts = np.diff(outcomes.offsets)
        new_codes = np.full(len(counts), -1, np.int32)
        if outcomes.whole:
            new_codes[counts > 0] = codes

        def changed(part: Tokens, place: Ints) -> Tokens:
            # Which token each new one is made from; asked before the arrays are reused.
            positions = np.repeat(np.arange(part.count), counts[place][part.codes]) if part.annotated else None
            if outcomes.whole:
                new = _recoded(part, types, new_codes[place])
            else:
                new = expanded(replace(part, codes=place[part.codes]), types, codes, outcomes)
            return new if positions is None else new.annotated_as(part, positions)

        return list(run(changed, parts, places))

    def _few_words(self, tokens: Tokens) -> Tokens | None:
        """The tokens of a text or two, for which Arrow's calls would take longer than Python; None if a word is new."""
        words, few = tokens.types.to_pylist(), self._few
        if not few.keys() >= set(words):
            outcomes = self.outcomes(tokens.types)
            if not outcomes.whole:
                return None
            pieces = outcomes.pieces.to_pylist()
            if len(few) > MOST_FEW:
                self._few = few = {}  # not clear(): another thread may be reading it
            for word, begin, end in zip(words, outcomes.offsets, outcomes.offsets[1:], strict=False):
                few[word] = pieces[begin] if end > begin else None
        index: dict[str, int] = {}
        forms = [few.get(word) for word in words]
        codes = [-1 if form is None else index.setdefault(form, len(index)) for form in forms]
        return _recoded(tokens, list(index), np.array(codes, np.int32))

    def outcomes(self, words: pa.LargeStringArray) -> Outcomes:
        """What becomes of some distinct words."""
        if self._quick:
            return self._computed(words)
        unknown, known = self._memory.recall(words)
        if known is None and len(unknown) < len(words):
            new = taken(words, unknown)
            if self._memory.remember(new, self._computed(new)):
                _, known = self._memory.recall(words)
        if known is None:
            known = self._computed(words)
            self._memory.remember(words, known)
        return known

    def _computed(self, words: pa.LargeStringArray) -> Outcomes:
        count = len(words)
        batch = Tokens(
            words,
            np.arange(count, dtype=np.int32),
            np.arange(count + 1),
            np.zeros(count, np.int32),  # how many characters of the word lie before the piece
            np.zeros(count, np.int32),  # and behind it, as a negative number
        )
        spelt = np.full(count, self.spelt, np.uint8)
        for k, stage in enumerate(self.stages):
            if isinstance(stage, ArrayStage):
                given = _mapped(stage, batch.types)
                more = k + 1 < len(self.stages) and isinstance(self.stages[k + 1], ArrayStage)
                codes, types = _numbered(given) if more and _few_changed(batch.types, given) else distinct(given)
                if k < self._last_cut:  # afterwards nobody asks
                    spelt = (spelt & _spelt_alike(batch.types, given)[batch.codes])[codes[batch.codes] >= 0]
                batch = _recoded(batch, types, codes)
            else:
                cut = _cut(stage, batch.types.to_pylist())
                codes, types = cut.outcomes.codes, cut.outcomes.forms
                counts = np.diff(cut.outcomes.offsets)[batch.codes]
                children = _ranges(cut.outcomes.offsets[batch.codes], counts)
                batch = expanded(batch, types, codes, cut.outcomes, spelt)
                spelt = np.repeat(spelt, counts) & cut.spelt[children]
        return Outcomes(batch.offsets, batch.codes, batch.types, batch.starts, -batch.ends)


class _Cut(NamedTuple):
    """What a stage gave, and whether each piece is spelt by its place in the word."""

    outcomes: Outcomes
    spelt: npt.NDArray[np.uint8]  # (pieces,)


def _cut(stage: WordStage, words: list[str]) -> _Cut:
    """The outcomes of a stage as columns: pieces that spell the word when joined stand side by side in it."""
    given: Sequence[Outcome] = stage.map_words(words)
    if len(given) != len(words):
        problem = f"{stage} gave {len(given)} outcomes for {len(words)} words"
        raise ConfigError(f"{problem}; a word stage gives one (a word, a tuple or None) for each word")
    offsets, texts, places = [0], [], []
    for word, outcome in zip(words, given, strict=True):
        for text, start, end in placed_pieces(stage, word, outcome):
            texts.append(text)
            places.append((start, len(word) - end, spelt_alike(word[start:end], text)))
        offsets.append(len(texts))
    columns = np.ascontiguousarray(np.array(places, np.int32).reshape(-1, 3).T)
    pieces = array_of(texts)
    return _Cut(Outcomes.of(np.array(offsets), pieces, columns[0], columns[1]), columns[2].astype(np.uint8))


def _mapped(stage: ArrayStage, words: pa.LargeStringArray) -> pa.LargeStringArray:
    """What a stage gives for words, none of it empty."""
    import pyarrow.compute as pc

    given = stage.map_array(words)
    lengths = pc.binary_length(given)
    if pc.min(lengths).as_py() == 0:
        raise empty_token(stage, words[pc.index(lengths, 0).as_py()].as_py())
    return given


def _few_changed(words: pa.LargeStringArray, given: pa.LargeStringArray) -> bool:
    """Whether a stage left nearly all words as they are: then hardly any two are equal now, and nobody need look."""
    import pyarrow.compute as pc

    changed = len(given) - given.null_count - pc.equal(words, given).true_count
    return bool(changed * FEW_OF <= len(given))


def _numbered(given: pa.LargeStringArray) -> tuple[Ints, pa.LargeStringArray]:
    """The place of each word among those that are left, -1 for null; and these."""
    present = present_in(given)
    if not len(present):
        return np.arange(len(given), dtype=np.int32), given
    return np.where(present, np.cumsum(present, dtype=np.int32) - 1, -1).astype(np.int32), given.drop_null()


def _spelt_alike(words: pa.LargeStringArray, given: pa.LargeStringArray) -> npt.NDArray[np.uint8]:
    """Whether each word is spelt as before, but for its case; what is dropped counts as unchanged.  # (words,)"""
    import pyarrow.compute as pc

    same = pc.equal(words, given).fill_null(True)
    bits = np.unpackbits(np.frombuffer(same.buffers()[1] or b"", np.uint8), bitorder="little")
    alike = bits[same.offset : same.offset + len(same)]
    changed = np.flatnonzero(alike == 0)
    alike[changed] = list(map(spelt_alike, *(taken(each, changed).to_pylist() for each in (words, given))))
    return alike


def _ranges(begins: Longs, counts: Longs) -> Longs:
    """begins[0], begins[0] + 1, … (counts[0] of them), begins[1], …"""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - (ends - counts), counts)


def _recoded(tokens: Tokens, types: pa.LargeStringArray | list[str], new_codes: Ints) -> Tokens:
    """The tokens with another word, or without those whose word is gone. The arrays are reused."""
    from textprep.kernels.gather import recode

    codes, starts, ends, offsets = tokens.codes, tokens.starts, tokens.ends, tokens.offsets
    kept = recode(codes, starts, ends, offsets, new_codes)
    columns = codes[:kept], offsets, starts[:kept], ends[:kept]
    return Tokens.of(types, *columns) if isinstance(types, list) else Tokens(types, *columns)


def expanded(
    tokens: Tokens, types: Any, codes: Ints, outcomes: Outcomes, spelt: npt.NDArray[np.uint8] | None = None
) -> Tokens:
    """The pieces of the tokens' words in their places."""
    from textprep.kernels.gather import expand

    count = int(np.diff(outcomes.offsets)[tokens.codes].sum())
    new = [np.empty(count, np.int32) for _ in range(3)]  # codes, starts, ends
    offsets = np.empty_like(tokens.offsets)
    spelt = np.zeros(0, np.uint8) if spelt is None else spelt
    expand(
        tokens.codes, tokens.starts, tokens.ends, tokens.offsets, spelt,
        outcomes.offsets, codes, outcomes.heads, outcomes.tails, *new, offsets,
    )  # fmt: skip
    return Tokens(types, new[0], offsets, new[1], new[2])
