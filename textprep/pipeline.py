"""`Pipeline`: stages in order, from texts to tokens to ids; a pipeline is data and can be saved."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from textprep.atomic import atomic_file
from textprep.errors import ArtifactError, ConfigError
from textprep.ids import Ids
from textprep.normalize.lower import Lower
from textprep.protocols import ContextStage, LoweringTokenizer, Stage, TextStage, Tokenizer, WordStage
from textprep.stages import from_config, to_config
from textprep.texts import Texts, TextSource
from textprep.tokens import Tokens
from textprep.vocabulary import Vocabulary
from textprep.word_chain import Map, WordChain

FORMAT = "textmill-pipeline"
FORMAT_VERSION = 1


class Pipeline:
    """Text stages, one tokenizer, then word and context stages in any order.

    Args:
        stages: The stages; a stage that works on texts and on words (such as `Lower`) is taken by its place.
        vocabulary: The ids of the words, if they are known already; `fit` learns them.

    Raises:
        ConfigError: The stages cannot follow each other like this.
    """

    def __init__(self, *stages: Stage, vocabulary: Vocabulary | None = None) -> None:
        self.stages = stages
        self.vocabulary = vocabulary
        before, self.tokenizer, after = _arranged(stages)
        self._text_stages: list[TextStage] = before
        lowers = bool(after) and isinstance(after[0], Lower) and isinstance(self.tokenizer, LoweringTokenizer)
        self._tokenize = self.tokenizer.tokenize_lowered if lowers else self.tokenizer.tokenize  # type: ignore[attr-defined]
        self._token_stages: list[WordChain | ContextStage] = []
        for on_words, run in groupby(after, key=lambda stage: isinstance(stage, WordStage)):
            # Behind a context stage a word need not be spelt by its span any more.
            self._token_stages += [WordChain(list(run), not self._token_stages)] if on_words else list(run)  # type: ignore[arg-type]

    def __call__(self, texts: TextSource, threads: int = 1) -> Tokens:
        """Turn texts into tokens.

        Args:
            texts: A list of strings, an Arrow array, a column of a data frame or a `datasets.Dataset`.
            threads: How many threads share the documents; the result is the same. What depends on a word alone is
                done once for all of them.

        Raises:
            InputError: A document is not a string.
        """
        if threads < 1:
            raise ConfigError(f"threads is {threads}; give 1 or more")
        source = Texts.of(texts)
        if threads == 1:
            return self._tokens([source], map)
        with ThreadPoolExecutor(threads) as pool:
            return self._tokens(source.split(threads), pool.map)

    def _tokens(self, parts: list[Texts], run: Map) -> Tokens:
        edited = list(run(self._edited, parts))
        tokens = list(run(self._tokenize, edited))
        for stage in self._token_stages:
            tokens = stage(tokens, run) if isinstance(stage, WordChain) else list(run(stage.rewrite, tokens))
        return Tokens.concat(list(run(_with_source_spans, edited, tokens)))

    def _edited(self, texts: Texts) -> Texts:
        for stage in self._text_stages:
            texts = stage.edit(texts)
        return texts

    def ids(self, texts: TextSource, threads: int = 1) -> Ids:
        """Turn texts into vocabulary ids.

        Raises:
            ConfigError: There is no vocabulary yet.
            InputError: A document is not a string.
        """
        if self.vocabulary is None:
            raise ConfigError("the pipeline has no vocabulary yet; call fit(texts) first")
        return self.vocabulary.ids(self(texts, threads))

    def fit(self, texts: TextSource, *, min_count: int = 1, max_words: int | None = None) -> Pipeline:
        """Learn the vocabulary: the words that occur `min_count` times or more, at most `max_words`."""
        self.vocabulary = Vocabulary.learned(self(texts), min_count, max_words)
        return self

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write `pipeline.json` and, if there is a vocabulary, `vocabulary.jsonl` into a folder."""
        folder = Path(folder)
        config: dict[str, Any] = {"format": FORMAT, "version": FORMAT_VERSION}
        config["stages"] = [to_config(stage) for stage in self.stages]
        config["vocabulary"] = None
        if self.vocabulary is not None:
            config["vocabulary"] = {"file": "vocabulary.jsonl", "words": len(self.vocabulary)}
            self.vocabulary.save(folder / "vocabulary.jsonl")
        with atomic_file(folder / "pipeline.json") as part:
            part.write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Pipeline:
        """Read what `save` wrote: the same pipeline, with the same results.

        Raises:
            ArtifactError: A file is missing or damaged.
            ConfigError: A stage is not known here; import the module that registers it first.
        """
        file = Path(folder) / "pipeline.json"
        try:
            config = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ArtifactError(f"{file} is missing; save the pipeline again") from None
        except ValueError as error:
            raise ArtifactError(f"{file}: not a saved pipeline ({error}); save it again") from None
        if not isinstance(config, dict) or config.get("format") != FORMAT:
            raise ArtifactError(f"{file}: not a saved pipeline (no format {FORMAT!r}); save it again")
        if config.get("version") != FORMAT_VERSION:
            raise ArtifactError(f"{file}: version {config.get('version')} is not known here; update textmill")
        vocabulary = None
        if about := config.get("vocabulary"):
            vocabulary = Vocabulary.load(Path(folder) / "vocabulary.jsonl")
            expected = about.get("words") if isinstance(about, dict) else None
            if len(vocabulary) != expected:
                raise ArtifactError(f"{folder}: the vocabulary has {len(vocabulary)} words, not {expected}; save again")
        try:
            return cls(*map(from_config, config["stages"]), vocabulary=vocabulary)
        except (KeyError, TypeError, ValueError) as error:
            raise ArtifactError(f"{file}: the stages are damaged ({error!r}); save the pipeline again") from None
        except ConfigError as error:
            raise ConfigError(f"{file}: {error}") from None

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
    starts, ends = texts.to_source(tokens.rows, tokens.starts, tokens.ends)
    return replace(tokens, starts=starts, ends=ends)


def _arranged(stages: Sequence[Stage]) -> tuple[list[TextStage], Tokenizer, list[WordStage | ContextStage]]:
    """Check the order; move in front of the tokenizer only what must be there."""
    for stage in stages:
        if isinstance(stage, type):
            raise ConfigError(f"{stage.__name__} is a class; write {stage.__name__}()")
        if not isinstance(stage, TextStage | Tokenizer | WordStage | ContextStage):
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
        if not isinstance(stage, WordStage | ContextStage):
            raise ConfigError(f"{name} works on texts; put it in front of {names[middle]}")
    before: list[Any] = list(stages[:middle])
    after: list[Any] = list(stages[middle + 1 :])
    # What changes no word boundary is done behind the tokenizer: once per distinct word.
    commutes = getattr(tokenizer, "commutes", None)
    while before and commutes is not None and commutes(before[-1]):
        after.insert(0, before.pop())
    return before, tokenizer, after
