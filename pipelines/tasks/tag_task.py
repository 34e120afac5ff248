"""What tasks with a tag for each word have in common: their data section, their words, and how a model is asked."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

import seqmodels
from pipelines.datasets import TaggedSentences
from pipelines.runs.run import Run
from pipelines.tasks.notes import never_predicted, not_known
from pipelines.tasks.word_inputs import WordData
from pipelines.tasks.word_task import WordTask
from textprep.errors import InputError
from textprep.sentences import sentence_offsets
from textprep.settings import Size, SizeOrNone
from textprep.texts import Texts
from textprep.tokens import Tokens

if TYPE_CHECKING:
    from datasets import Dataset

    from textprep import Pipeline

P = TypeVar("P")
TaggedSource: TypeAlias = "str | os.PathLike[str] | TaggedSentences | Dataset"


@dataclass(frozen=True)
class TagData(WordData):
    """What is made of the sentences before training."""

    recipe: str = "treebank"
    """How raw text becomes tokens like those of the training data: a recipe's name, or a JSON file with one."""
    extra_words: SizeOrNone = 400000
    """How many words that occur in the vectors only are known as well."""
    batch_size: Size = 16
    """Sentences in a training batch."""
    word_column: int = 0
    """The column of the words in column files, from 0; -1 is the last."""
    tag_column: int = -1
    """The column of the tags in column files, from 0; -1 is the last."""
    language_models: str = ""
    """Run folders of language models, parted by +, whose states are features of each word in its sentence; the run
    keeps copies of them."""
    max_tokens: Size = 400
    """Longer sentences of raw text are cut into pieces of this many tokens."""


@dataclass(frozen=True)
class TaggedWord:
    """A word of a text with its tag.

    Attributes:
        start, end: Where it stands, in code points: `text[start:end]`.
        text: The word as it stands there.
        tag: Its part of speech.
        probability: That of the tag.
    """

    start: int
    end: int
    text: str
    tag: str
    probability: float


@dataclass(frozen=True)
class Tagged:
    """Tokens of raw texts with the model's tags.

    Attributes:
        texts: The texts that the tokens' spans point into.
        tokens: The tokens, a document each text.
        sentences: Where each sentence begins among them.  # (sentences + 1,)
        tags: The tag of each token, as the model names it.  # (tokens,)
        probabilities: The tags' probabilities, each by itself (forward-backward).  # (tokens,)
    """

    texts: Texts
    tokens: Tokens
    sentences: npt.NDArray[np.int64]
    tags: list[str]
    probabilities: npt.NDArray[np.float32]

    def words(self) -> list[list[TaggedWord]]:
        """The words of each text with their tags."""
        words: list[list[TaggedWord]] = []
        rest = zip(self.tags, self.probabilities.tolist(), strict=True)
        for document, text in enumerate(self.texts.strings):
            spans = self.tokens.spans(document)
            words.append([TaggedWord(start, end, text[start:end], *next(rest)) for start, end in spans])
        return words


class TagRun(Run[P]):
    """A trained tagger, for raw texts and for sentences that are given in words."""

    task: TagTask[P]

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """The tag of each word of sentences given in words: the tags that `evaluate` scores.

        Raises:
            InputError: A sentence is a string, or a word is not one.
        """
        for row, sentence in enumerate(sentences, 1):
            if isinstance(sentence, str) or not all(isinstance(word, str) for word in sentence):
                raise InputError(f"sentence {row} is not a list of words", remedy="call the run itself for raw text")
        tokens = Tokens.from_lists(sentences)
        tags = [self.parts.labels[tag] for tag in self.predict(self.task.word_batches(tokens, self.parts)).ids.tolist()]
        return [self.task.written(row) for row in in_sentences(tags, tokens.offsets)]

    def word_records(self, sentences: Sequence[Sequence[str]]) -> list[dict[str, list[str]]]:
        """Sentences given in words as JSON-ready records: `words` and `tags`."""
        tagged = zip(sentences, self.tag(sentences), strict=True)
        return [{"words": list(words), "tags": tags} for words, tags in tagged]


class TagTask(WordTask[TaggedSentences, P]):
    """A task that says something of each word.

    As it stands here, each word has a tag of its own. A model may also learn other tags than those of the data, such as
    those of entities in another scheme: `written` gives the data's.
    """

    rows = "sentences"
    unit = "words"
    metrics: ClassVar[tuple[str, ...]] = ("accuracy", "macro_f1")
    lower = True
    per_token = True

    def counts(self, examples: TaggedSentences) -> Counter[str]:
        """How many words have each tag."""
        return Counter(tag for tags in examples.tags for tag in tags)

    def labels(self, examples: TaggedSentences) -> list[str]:
        """The tags in the order of the alphabet; InputError if there are not two."""
        tags = sorted(self.counts(examples))
        if len(tags) < 2:
            found = f"one tag only, {tags[0]!r}" if tags else "no word"
            raise InputError(f"there is {found}", file=examples.source, remedy="check the tag column")
        return tags

    def targets(self, examples: TaggedSentences, labels: Sequence[str]) -> npt.NDArray[np.int64]:
        """The number of each word's tag.  # (tokens,)"""
        ids = {label: k for k, label in enumerate(labels)}
        return np.array([ids[tag] for tags in examples.tags for tag in tags], np.int64)

    def scores(self, examples: TaggedSentences, labels: list[str], predicted: seqmodels.Tags) -> dict[str, Any]:
        """`accuracy` over words, `macro_f1` over tags, and each tag's precision, recall and F1 under `tags`."""
        names = labels + sorted(set(self.counts(examples)) - set(labels))  # tags unknown to the model are missed
        gold = self.targets(examples, names)
        tags = seqmodels.class_scores(gold, predicted.ids, names)
        return {
            "sentences": len(examples),
            "words": len(gold),
            "accuracy": seqmodels.accuracy(gold, predicted.ids),
            "macro_f1": seqmodels.macro_f1(tags),
            "tags": {name: each._asdict() for name, each in tags.items()},
            "notes": not_known(tags, labels, "tags") + never_predicted(tags, labels),
        }

    def tokens(self, examples: TaggedSentences, pipeline: Pipeline) -> Tokens:
        """The words as they are given."""
        return Tokens.from_lists(examples.words)

    def model(
        self,
        sizes: seqmodels.InputSizes,
        labels: list[str],
        matrix: npt.NDArray[np.float32] | None = None,
        weights: npt.NDArray[np.float32] | None = None,
    ) -> seqmodels.Tagger:
        """A tagger with one output a tag."""
        return seqmodels.Tagger(self.settings.model, sizes, labels, matrix)

    def check(self, examples: TaggedSentences, labels: Sequence[str]) -> None:
        """Anything can be scored: tags that the model does not know count as missed."""

    def written(self, tags: Sequence[str]) -> list[str]:
        """A sentence's tags as the data writes them, from those of the model."""
        return list(tags)

    @abstractmethod
    def found(self, tagged: Tagged) -> list[P]:
        """What is said of each text."""

    def predictions(self, texts: Texts, run: Run[P]) -> list[P]:
        """Cut the texts into tokens and sentences, tag them, and say what was found."""
        tokens = run.parts.pipeline(texts)
        sentences = replace(tokens, offsets=sentence_offsets(texts, tokens, self.settings.data.max_tokens))
        tags = run.predict(self.word_batches(sentences, run.parts), probabilities=True)
        names = [run.parts.labels[tag] for tag in tags.ids.tolist()]
        return self.found(Tagged(texts, tokens, sentences.offsets, names, tags.probabilities))


def in_sentences(tags: Sequence[str], offsets: npt.NDArray[np.int64]) -> Iterator[list[str]]:
    """The tags sentence by sentence."""
    bounds = offsets.tolist()
    return (list(tags[begin:end]) for begin, end in zip(bounds[:-1], bounds[1:], strict=True))
