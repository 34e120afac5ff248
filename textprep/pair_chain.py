"""Runs a stage over pairs of word and tag once per distinct pair, and brings the outcomes back to the tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from textprep.arrow_strings import array_of
from textprep.errors import ConfigError
from textprep.layer import Layer, with_shared_values
from textprep.outcomes import Outcomes
from textprep.pieces import placed_pieces, spelt_alike
from textprep.protocols import ContextStage, Outcome, PairStage
from textprep.texts import Texts
from textprep.tokens import Ints, Longs, Tokens, with_shared_types
from textprep.word_chain import expanded
from textprep.worker_threads import Map

LARGEST_TABLE = 4  # how many pairs there could be for each token, where they are found by a table


class PairChain:
    """Applies a pair stage to the parts of a batch, as `WordChain` applies word stages.

    A stage that looks at neighbours besides (`ContextStage`) adds its layer itself, and it is gone behind the stage.
    A piece has its place in the text where the text there spells the word, but for case; else it has the whole span.
    """

    def __init__(self, stage: PairStage) -> None:
        self.stage = stage

    def __call__(self, parts: Sequence[Tokens], texts: Sequence[Texts], run: Map = map) -> list[Tokens]:
        """The parts after the stage; sentences and layers stay with their tokens.

        Args:
            parts: Tokens of consecutive documents.
            texts: The texts of each part, in which its tokens have their spans.
            run: How the parts are worked on: one after the other, or by several threads.

        Raises:
            ConfigError: The tokens have no such layer, or the stage gave too few or too many outcomes.
        """
        stage = self.stage
        if own_layer := isinstance(stage, ContextStage):
            parts = list(run(stage.rewrite, parts))
        parts = with_shared_types(parts)
        layers = with_shared_values([part.layer(self.stage.layer) for part in parts])
        tags = max(len(layers[0].values), 1)
        keys = list(run(lambda part, layer: _pair_keys(part, layer, tags), parts, layers))
        pairs, place_of = _distinct_pairs(keys, len(parts[0].types) * tags)
        of_words, of_tags = np.divmod(pairs, tags)
        words = parts[0].types.take(of_words).to_pylist()
        outcomes = self._outcomes(words, layers[0].values.take(of_tags).to_pylist())

        def changed(part: Tokens, text: Texts, key: Longs) -> Tokens:
            left = part.without_layer(stage.layer) if own_layer else part
            return _replaced(left, text, place_of(key), outcomes, words)

        return list(run(changed, parts, texts, keys))

    def _outcomes(self, words: list[str], tags: list[str]) -> Outcomes:
        given: Sequence[Outcome] = self.stage.map_pairs(words, tags) if words else []
        if len(given) != len(words):
            problem = f"{self.stage} gave {len(given)} outcomes for {len(words)} pairs"
            raise ConfigError(f"{problem}; a pair stage gives one (a word, a tuple or None) for each pair")
        offsets, texts, places = [0], [], []
        for word, outcome in zip(words, given, strict=True):
            if outcome == word:  # nearly all, mostly
                texts.append(word)
                places.append((0, 0))
            else:
                for text, start, end in placed_pieces(self.stage, word, outcome):
                    texts.append(text)
                    places.append((start, len(word) - end))
            offsets.append(len(texts))
        heads, tails = np.ascontiguousarray(np.array(places, np.int32).reshape(-1, 2).T)
        return Outcomes.of(np.array(offsets), array_of(texts), heads, tails)


def _pair_keys(tokens: Tokens, layer: Layer, tags: int) -> Longs:
    """One number for each pair of word and tag.  # (tokens,)"""
    return tokens.codes.astype(np.int64) * tags + layer.codes


def _distinct_pairs(keys: Sequence[Longs], size: int) -> tuple[Longs, Callable[[Longs], Ints]]:
    """The numbers of the pairs that there are, rising, and what gives the place of each number among them.

    Args:
        keys: The numbers of all tokens' pairs.
        size: How many there could be.
    """
    if size > LARGEST_TABLE * sum(map(len, keys)):
        pairs = np.unique(np.concatenate([np.unique(each) for each in keys]))
        return pairs, lambda key: np.searchsorted(pairs, key).astype(np.int32)
    there = np.zeros(size, bool)
    for each in keys:
        there[each] = True
    places = np.cumsum(there, dtype=np.int32) - 1
    return np.flatnonzero(there), lambda key: places[key]


def _replaced(tokens: Tokens, texts: Texts, pairs: Ints, outcomes: Outcomes, words: list[str]) -> Tokens:
    """The tokens with what became of their pairs.

    Args:
        tokens: The tokens before.
        texts: Where they have their spans.
        pairs: Which pair each of them is.  # (tokens,)
        outcomes: What became of each pair.
        words: The word of each pair.
    """
    counts = np.diff(outcomes.offsets)  # (pairs,)
    is_cut = np.zeros(len(counts), bool)
    is_cut[np.repeat(np.arange(len(counts)), counts)[(outcomes.heads > 0) | (outcomes.tails > 0)]] = True
    cut = np.flatnonzero(is_cut[pairs])
    spelt = np.zeros(tokens.count, np.uint8)
    spelt[cut] = _spelt(tokens, texts, cut, [words[pair] for pair in pairs[cut].tolist()])
    changed = expanded(replace(tokens, codes=pairs), outcomes.forms, outcomes.codes, outcomes, spelt)
    positions = np.repeat(np.arange(tokens.count), counts[pairs]) if tokens.annotated else None
    return changed if positions is None else changed.annotated_as(tokens, positions)


def _spelt(tokens: Tokens, texts: Texts, chosen: Longs, words: list[str]) -> list[bool]:
    """Whether the text spells the words of some of the tokens where these stand, but for case.  # (chosen,)"""
    rows = np.searchsorted(tokens.offsets, chosen, side="right") - 1
    places = zip(words, rows.tolist(), tokens.starts[chosen].tolist(), tokens.ends[chosen].tolist(), strict=True)
    return [spelt_alike(word, texts.strings[row][start:end]) for word, row, start, end in places]
