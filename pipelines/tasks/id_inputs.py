"""The tokens that a model over ids knows: its data section, and the vocabulary that is learned from the examples."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import seqmodels
from textprep import Ids, Pipeline, SpecialTokens, Vocabulary
from textprep.errors import ConfigError
from textprep.recipes import open_recipe
from textprep.settings import Share, Size, SizeOrNone


@dataclass(frozen=True)
class IdData:
    """What is made of the examples before training, for a model over ids."""

    recipe: str = "words"
    """How texts become tokens: the name of a recipe (words, subwords, text_pieces, characters), a JSON file with one,
    or the folder of a pipeline that was fitted before."""
    min_count: SizeOrNone = 1
    """Rarer tokens are unknown."""
    max_words: SizeOrNone = 50000
    """How many of the most frequent tokens are known."""
    batch_size: Size = 32
    """Rows in a training batch."""
    held_out: Share = 0.1
    """Share of the training examples that is set aside to choose the best epoch, if no development data is given."""
    encoding: str = "utf-8"
    """How the files' characters are written: utf-8, latin-1, cp1252 or another of Python's codecs."""


def fitted_pipeline(data: IdData, texts: Sequence[str], special: SpecialTokens) -> Pipeline:
    """The pipeline of the recipe with its vocabulary: learned from the texts, unless it was saved with one.

    Raises:
        ConfigError: A saved vocabulary lacks a special token that the task needs.
    """
    pipeline = open_recipe(data.recipe)
    if pipeline.vocabulary is None:
        return pipeline.fit(list(texts), min_count=data.min_count, max_words=data.max_words, special=special)
    there = pipeline.vocabulary.special.by_role
    if missing := [role for role in special.by_role if role not in there]:
        raise ConfigError(
            f"{data.recipe}: the vocabulary of this pipeline has no special token {missing[0]}; "
            "fit it again with all of " + ", ".join(special.by_role)
        )
    return pipeline


def vocabulary_of(pipeline: Pipeline) -> Vocabulary:
    """The vocabulary of the pipeline of a model over ids, which has one."""
    assert pipeline.vocabulary is not None
    return pipeline.vocabulary


def check_sizes(sizes: seqmodels.TokenSizes, features: Mapping[str, Any] | None, words: Sequence[str]) -> None:
    """Raise ConfigError unless the sizes and features of a run's card are those of a model over these words."""
    if sizes.words != len(words) or features is not None:
        raise ConfigError(f"sizes of {sizes.words} words, where there are {len(words)}")


def no_vectors(vectors: str | os.PathLike[str] | None) -> None:
    """Raise ConfigError if there are word vectors, for a task that begins with none."""
    if vectors is not None:
        raise ConfigError("this task learns its own vectors from ids; leave out vectors")


def with_ends(ids: Ids, end: int) -> Ids:
    """The rows with an id behind each of them."""
    offsets = ids.offsets - ids.offsets[0]
    values = np.insert(ids.values, offsets[1:], end).astype(np.int32)
    return Ids(values, offsets + np.arange(len(offsets)))


def with_beginnings(ids: Ids, begin: int) -> Ids:
    """The rows with an id in front of each of them."""
    offsets = ids.offsets - ids.offsets[0]
    values = np.insert(ids.values, offsets[:-1], begin).astype(np.int32)
    return Ids(values, offsets + np.arange(len(offsets)))


def restored_sizes(
    sizes: Mapping[str, Any], features: Mapping[str, Any] | None, words: Sequence[str]
) -> tuple[seqmodels.TokenSizes, None]:
    """The sizes of a model over ids, from what a run's card has of them, see `Task.restored`.

    Raises:
        ConfigError, TypeError: They do not fit the vocabulary's words.
    """
    known = seqmodels.TokenSizes(**sizes)
    check_sizes(known, features, words)
    return known, None
