"""A trained language model in use: how likely texts are, and how they may go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.runs.run import Run
from textprep import Vocabulary
from textprep.errors import ConfigError
from textprep.texts import Texts

if TYPE_CHECKING:
    from seqmodels import Decoding


@dataclass(frozen=True)
class Expected:
    """How likely a text is.

    Attributes:
        nats: -log of its probability, with that of its end.
        tokens: How many tokens that is, its end among them.
        perplexity: exp of the nats a token.
        bits_per_character: The bits of a character, its end counted as one.
    """

    nats: float
    tokens: int
    perplexity: float
    bits_per_character: float


class LanguageRun(Run[Expected]):
    """A trained language model."""

    def generate(
        self, prompts: Sequence[str], decoding: Decoding | None = None, *, stop: Sequence[str] = ()
    ) -> list[str]:
        """What follows each prompt, until the text ends.

        Args:
            prompts: Beginnings of texts; an empty one is that of any text.
            decoding: How words are chosen, how long a text may be; greedily, if None.
            stop: Texts with which the writing ends; they are not given.

        Returns:
            What follows each, to be set behind it; `n_best` of them for each prompt from a beam search.

        Raises:
            InputError: A prompt is no text, or too long for the model.
            ConfigError: A setting cannot be used, or a stop text has no tokens.
        """
        from seqmodels import Decoding, generate

        texts = Texts.of(list(prompts)).strings
        with self.model_in_use() as model:
            said = generate(
                model, self._ids(texts), decoding or Decoding(), stop=self._stop(stop), banned=self._banned()
            )
        return [self._text(texts[each.row], each.content.tolist()) for each in said]

    def stream(self, prompt: str, decoding: Decoding | None = None, *, stop: Sequence[str] = ()) -> Iterator[str]:
        """What follows a prompt, piece by piece as it is written; the pieces of a stop text are given too.

        Raises:
            InputError, ConfigError: As `generate`; and for beam search, which knows nothing until its end.
        """
        from seqmodels import Decoding, stream

        (text,) = Texts.of([prompt]).strings
        said: list[int] = []
        given = ""
        with self.model_in_use() as model:
            steps = stream(
                model, self._ids([text]), decoding or Decoding(), stop=self._stop(stop), banned=self._banned()
            )
            for step in steps:
                said += step.ids.tolist()
                now = self._text(text, said[:-1] if said[-1] == self._end else said)
                yield now.removeprefix(given)
                given = now

    @property
    def _vocabulary(self) -> Vocabulary:
        assert self.parts.pipeline.vocabulary is not None  # a model over ids has one
        return self.parts.pipeline.vocabulary

    @property
    def _end(self) -> int:
        return self._vocabulary.special.id_of("eos")

    def _ids(self, texts: list[str]) -> list[list[int]]:
        """The ids of texts behind the end of another; ConfigError if the model reads texts from their end."""
        if self.parts.settings.data.reversed:
            raise ConfigError(
                "the model has learned reversed text, and cannot go on with a text; give one that has not"
            )
        ids = self.parts.pipeline.ids(texts)
        return [[self._end, *row.tolist()] for row in np.split(ids.values, ids.offsets[1:])[:-1]]

    def _stop(self, texts: Sequence[str]) -> list[list[int]]:
        phrases = [ids[1:] for ids in self._ids(list(texts))]
        for text, phrase in zip(texts, phrases, strict=True):
            if not phrase:
                raise ConfigError(f"the stop text {text!r} has no tokens; give one that the model's recipe keeps")
        return [[self._end], *phrases]

    def _banned(self) -> list[int]:
        """All special tokens but the end of a text."""
        return [word for word in range(len(self._vocabulary.special)) if word != self._end]

    def _text(self, prompt: str, said: list[int]) -> str:
        """What ids add to a prompt."""
        pipeline, words = self.parts.pipeline, self._vocabulary.words
        begun = pipeline([prompt])[0]
        return pipeline.text_of([*begun, *(words[word] for word in said)])[len(pipeline.text_of(begun)) :]
