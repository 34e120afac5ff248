"""Learning a pipeline: every stage that learns, in order, then the vocabulary, in as few passes as can be.

What depends on a word alone needs no second look at the corpus. Once the words that reach the first learning stage are
counted, word stages behind it are run on these distinct words and their counts, up to the next stage that learns and on
to the vocabulary. Only a stage that looks at the neighbours of a word makes another pass necessary.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from textprep.errors import ConfigError, InputWarning
from textprep.protocols import Learns, Stage, Tokenizer, WordStage
from textprep.text_batches import is_one_shot, text_batches
from textprep.texts import TextSource
from textprep.tokens import Tokens
from textprep.word_chain import WordChain
from textprep.word_counts import WordCounts

WORDS = 1 << 17  # distinct words that are run through word stages at once

Run: TypeAlias = Callable[[TextSource], Tokens]


def fitted(
    stages: Sequence[Stage], source: Any, compose: Callable[[Sequence[Stage]], Run], *, column: str, max_types: int
) -> tuple[tuple[Stage, ...], WordCounts]:
    """The stages, all learned, and the counts of the words that leave them.

    Args:
        stages: The stages in order.
        source: The corpus, as `text_batches` takes it.
        compose: Gives what turns a batch of texts into tokens by some of the stages.
        column: The text column of record batches.
        max_types: How many distinct words are counted at most (`WordCounts`).

    Raises:
        ConfigError: A stage that learns stands before the tokenizer, or the corpus can be read once only but has to be
            read more than once.
    """
    learners = _learners(stages)
    if is_one_shot(source):
        _check_one_pass(stages, learners)
    learned = list(stages)
    counts: WordCounts | None = None
    reached = 0
    for place in [*learners, len(stages)]:
        if counts is not None and _word_by_word(stages[reached:place]):
            counts = through(learned[reached:place], counts)
        else:
            counts = _counted(source, compose(learned[:place]), column, max_types)
        reached = place
        if place < len(stages):
            learned[place] = learned[place].learn(counts)  # type: ignore[union-attr]
    return tuple(learned), counts if counts is not None else WordCounts(max_types)


def _counted(source: Any, run: Run, column: str, max_types: int) -> WordCounts:
    """The words of a whole corpus."""
    counts = WordCounts(max_types)
    for batch in text_batches(source, column):
        counts.update(run(batch))
    if counts.dropped:
        warnings.warn(
            f"more than {max_types} distinct words: the rarest were dropped, and counts may be too small by up to "
            f"{counts.missing}; give a larger max_types if there is memory",
            InputWarning,
            stacklevel=4,
        )
    return counts


def through(stages: Sequence[Any], counts: WordCounts) -> WordCounts:
    """The counts of what word stages make of these words.

    In how many documents a new word occurs cannot be told, since two words that became one may share documents. Nothing
    comes through of words that were dropped from the counts.
    """
    if not stages:
        return counts
    chain = WordChain(stages)
    made = WordCounts(counts.max_types)
    for first in range(0, len(counts), WORDS):
        outcomes = chain.outcomes(counts.words.slice(first, WORDS))
        made.add(outcomes.pieces, np.repeat(counts.counts[first : first + WORDS], np.diff(outcomes.offsets)))
    return made


def _learners(stages: Sequence[Stage]) -> list[int]:
    """The places of the stages that are to be learned."""
    tokenizer = next(place for place, stage in enumerate(stages) if isinstance(stage, Tokenizer))
    learners = [place for place, stage in enumerate(stages) if isinstance(stage, Learns) and not stage.learned]
    if learners and learners[0] <= tokenizer:
        name, cut = type(stages[learners[0]]).__name__, type(stages[tokenizer]).__name__
        raise ConfigError(f"{name} learns from words; put it behind {cut}")
    return learners


def _word_by_word(stages: Sequence[Stage]) -> bool:
    return all(isinstance(stage, WordStage) for stage in stages)


def _check_one_pass(stages: Sequence[Stage], learners: Sequence[int]) -> None:
    """Raise ConfigError if the corpus has to be read again after the first stage that learns."""
    for here, there in pairwise([*learners, len(stages)]):
        if not _word_by_word(stages[here:there]):
            names = [type(stage).__name__ for stage in stages]
            blocking = next(k for k in range(here, there) if not isinstance(stages[k], WordStage))
            raise ConfigError(
                f"the texts have to be read more than once, because {names[here]} learns before {names[blocking]}, "
                "which looks at neighbours; a generator can be read once: give a list, a column, or an object whose "
                "__iter__ begins again"
            )
