"""`Pipeline`: stages in order, from texts to tokens to ids; a pipeline is data and can be saved."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from textprep.errors import ConfigError
from textprep.fitting import fitted
from textprep.ids import Ids
from textprep.normalize.lower import Lower
from textprep.pair_chain import PairChain
from textprep.pipeline_folder import CARD, read_pipeline, write_pipeline
from textprep.protocols import (
    ContextStage,
    Joins,
    JoinsPieces,
    LoweringTokenizer,
    PairStage,
    Stage,
    TextStage,
    Tokenizer,
    WordStage,
)
from textprep.special_tokens import DEFAULT, SpecialTokens
from textprep.texts import Texts, TextSource
from textprep.tokens import Tokens, with_shared_types
from textprep.vocabulary import Vocabulary
from textprep.word_chain import WordChain
from textprep.word_counts import MAX_TYPES
from textprep.worker_threads import Map, workers

PARTS_A_THREAD = 2  # so that little waits for the first part's bytes, and all threads end at about once


class Pipeline:
    """Text stages, one tokenizer, then word and context stages in any order.

    Args:
        stages: The stages; a stage that works on texts and on words (such as `Lower`) is taken by its place.
        vocabulary: The ids of the words, if they are known already; `fit` learns them.

    Raises:
        ConfigError: The stages cannot follow each other like this.
    """

    def __init__(self, *stages: Stage, vocabulary: Vocabulary | None = None) -> None:
        self.vocabulary = vocabulary
        self._compose(stages)

    def _compose(self, stages: tuple[Stage, ...]) -> None:
        self.stages = stages
        before, self.tokenizer, after = _arranged(stages)
        self._text_stages: list[TextStage] = before
        lowers = bool(after) and isinstance(after[0], Lower) and isinstance(self.tokenizer, LoweringTokenizer)
        self._tokenize = self.tokenizer.tokenize_lowered if lowers else self.tokenizer.tokenize  # type: ignore[attr-defined]
        self._token_stages: list[WordChain | PairChain | ContextStage] = []
        for on_words, run in groupby(after, key=lambda stage: isinstance(stage, WordStage)):
            # Behind a context stage a word need not be spelt by its span any more.
            self._token_stages += (
                [WordChain(list(run), not self._token_stages)]  # type: ignore[arg-type]
                if on_words
                else [PairChain(stage) if isinstance(stage, PairStage) else cast(ContextStage, stage) for stage in run]
            )

    def __call__(self, texts: TextSource, threads: int = 1) -> Tokens:
        """Turn texts into tokens.

        Args:
            texts: A list of strings, an Arrow array, a column of a data frame or a `datasets.Dataset`.
            threads: How many threads share the documents; the result is the same. What depends on a word alone is
                done once for all of them.

        Raises:
            InputError: A document is not a string.
        """
        run = workers(threads)
        edited, tokens = self._parts(texts, threads, run)
        return Tokens.concat(list(run(_with_source_spans, edited, tokens)))

    def _parts(self, texts: TextSource, threads: int, run: Map) -> tuple[list[Texts], list[Tokens]]:
        """The edited texts in a part for each thread, and their tokens, with spans in these texts."""
        source = Texts.of(texts)
        begun = list(run(self._begun, self._split(source, threads) if threads > 1 else [source]))
        edited, tokens = [texts for texts, _ in begun], [tokens for _, tokens in begun]
        for stage in self._token_stages:
            if isinstance(stage, WordChain):
                tokens = stage(tokens, run)
            elif isinstance(stage, PairChain):
                tokens = stage(tokens, edited, run)
            else:
                tokens = list(run(stage.rewrite, tokens))
        return edited, tokens

    def _split(self, texts: Texts, threads: int) -> Iterator[Texts]:
        """Parts for the threads, each made into bytes by the caller's thread while others are scanned already."""
        for part in texts.split(PARTS_A_THREAD * threads):
            if not self._text_stages:
                _ = part.utf8
            yield part

    def _begun(self, texts: Texts) -> tuple[Texts, Tokens]:
        """The edited texts and their tokens."""
        for stage in self._text_stages:
            texts = stage.edit(texts)
        return texts, self._tokenize(texts)

    def ids(self, texts: TextSource, threads: int = 1) -> Ids:
        """Turn texts into vocabulary ids.

        Raises:
            ConfigError: There is no vocabulary yet.
            InputError: A document is not a string.
        """
        if self.vocabulary is None:
            raise ConfigError("the pipeline has no vocabulary yet; call fit(texts) first")
        run = workers(threads)
        _, tokens = self._parts(texts, threads, run)
        return self.vocabulary.ids(*with_shared_types(tokens), run=run)

    def text_of(self, words: Sequence[str]) -> str:
        """The text that words of this pipeline make, as far as they tell: pieces joined, a space between words.

        What stages have changed, such as capitals, is not brought back.
        """
        for stage in reversed(self.stages):
            if isinstance(stage, JoinsPieces):
                words = stage.whole(words)
        return self.tokenizer.joined(words) if isinstance(self.tokenizer, Joins) else " ".join(words)

    def fit(
        self,
        texts: TextSource | Iterable[TextSource],
        *,
        min_count: int = 1,
        max_words: int | None = None,
        special: SpecialTokens = DEFAULT,
        column: str = "text",
        max_types: int = MAX_TYPES,
        threads: int = 1,
    ) -> Pipeline:
        """Learn what is to be learned: each stage that learns, in order, from the words as they reach it; then the ids.

        Args:
            texts: A corpus of any size: documents as a call takes them, an iterable of batches of them (lists, Arrow
                arrays, record batches), or of documents. It is read once; once more for each stage that learns in
                front of one that looks at neighbours. A generator can be read once only.
            min_count: Words that occur less often get no id.
            max_words: At most so many words get one, those that occur most often (ties by first appearance).
            special: The tokens of the vocabulary that stand for no word.
            column: The column of the texts in record batches.
            max_types: Where there are more distinct words, the rarest are dropped from the counts, with a warning.
            threads: How many threads share the documents of a batch.

        Raises:
            InputError: A document is not a string.
            ConfigError: A stage that learns stands before the tokenizer, or the corpus has to be read more than once
                and cannot be.
        """

        def compose(stages: Sequence[Stage]) -> Callable[[TextSource], Tokens]:
            return partial(self if tuple(stages) == self.stages else Pipeline(*stages), threads=threads)

        stages, counts = fitted(self.stages, texts, compose, column=column, max_types=max_types)
        self.vocabulary = Vocabulary.learned(counts, min_count, max_words, special)
        if stages != self.stages:
            self._compose(stages)
        return self

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write `pipeline.json`, `vocabulary.jsonl` (if there is a vocabulary) and the stages' files into a folder.

        The folder holds the pipeline that was there before or this one, whole, whenever saving is cut short; other
        files in it stay as they are.

        Raises:
            ConfigError: A stage has no name, or the folder holds a `pipeline.json` of something else.
        """
        write_pipeline(folder, self.stages, self.vocabulary)

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Pipeline:
        """Read what `save` wrote: the same pipeline, with the same results.

        Raises:
            ArtifactError: A file is missing or damaged.
            ConfigError: A stage is not known here; import the module that registers it first.
        """
        stages, vocabulary = read_pipeline(folder)
        try:
            return cls(*stages, vocabulary=vocabulary)
        except ConfigError as error:
            raise ConfigError(f"{Path(folder) / CARD}: {error}") from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pipeline) and (self.stages, self.vocabulary) == (
            other.stages,
            other.vocabulary,
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Pipeline({', '.join(map(repr, self.stages))})"


def _with_source_spans(texts: Texts, tokens: Tokens) -> Tokens:
    if not texts.edits:
        return tokens
    starts, ends = texts.to_source(tokens.offsets, tokens.starts, tokens.ends)
    return replace(tokens, starts=starts, ends=ends)


def _arranged(stages: Sequence[Stage]) -> tuple[list[TextStage], Tokenizer, list[WordStage | PairStage | ContextStage]]:
    """Check the order; move in front of the tokenizer only what must be there."""
    for stage in stages:
        if isinstance(stage, type):
            raise ConfigError(f"{stage.__name__} is a class; write {stage.__name__}()")
        if not isinstance(stage, TextStage | Tokenizer | WordStage | PairStage | ContextStage):
            raise ConfigError(f"{stage!r} is no stage; a stage is an object such as Lower()")
    tokenizers = [k for k, stage in enumerate(stages) if isinstance(stage, Tokenizer)]
    names = [type(stage).__name__ for stage in stages]
    if len(tokenizers) != 1:
        found = ", ".join(names[k] for k in tokenizers) or "none"
        raise ConfigError(f"a pipeline has one tokenizer, such as Words(); found {found}")
    middle = tokenizers[0]
    tokenizer = cast(Tokenizer, stages[middle])
    for stage, name in zip(stages[:middle], names, strict=False):
        if not isinstance(stage, TextStage):
            raise ConfigError(f"{name} works on tokens; put it behind {names[middle]}")
    for stage, name in zip(stages[middle + 1 :], names[middle + 1 :], strict=True):
        if not isinstance(stage, WordStage | PairStage | ContextStage):
            raise ConfigError(f"{name} works on texts; put it in front of {names[middle]}")
    before: list[Any] = list(stages[:middle])
    after: list[Any] = list(stages[middle + 1 :])
    # What changes no word boundary is done behind the tokenizer: once per distinct word.
    commutes = getattr(tokenizer, "commutes", None)
    while before and commutes is not None and commutes(before[-1]):
        after.insert(0, before.pop())
    return before, tokenizer, after
