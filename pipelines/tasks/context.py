"""What language models say of tokens in their sentences: states that a tagger takes in beside the words' vectors.

TagLM (Peters et al., 2017) with models of words, contextual strings (Akbik et al., "Flair", 2018) with models of
characters: the state is that behind the last of the language model's tokens that begins before the word's end. A model
of reversed text (`data.reversed` of `lm`) reads towards the word from the other side.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import seqmodels
from pipelines.runs.load import load
from pipelines.tasks.id_inputs import with_beginnings
from textprep.errors import ConfigError

if TYPE_CHECKING:
    from pipelines.runs.folder import RunParts
    from textprep import Tokens


def open_language_models(folders: str) -> tuple[RunParts, ...]:
    """The language models in some run folders, parted by +.

    Raises:
        ArtifactError: One is no whole run.
        ConfigError: One is no run of a language model.
    """
    opened = tuple(load(folder).parts for folder in folders.split("+") if folder)
    for folder, parts in zip(filter(None, folders.split("+")), opened, strict=True):
        if parts.task != "lm":
            problem = f"{os.fspath(folder)}: a run of the task {parts.task!r} is no language model"
            raise ConfigError(f"{problem}; name runs of lm in data.language_models")
    return opened


def states_of_tokens(tokens: Tokens, language_models: Sequence[RunParts]) -> npt.NDArray[np.float32] | None:
    """The states of all language models at each token, side by side; None if there are none.

    Args:
        tokens: A sentence a document; the language models read its words with a space between them.
        language_models: Which; each reads a sentence as the beginning of a text.

    Returns:
        A vector for each token.  # (tokens, sizes of the models' encoders)
    """
    if not language_models:
        return None
    return np.concatenate([_states(tokens, parts) for parts in language_models], 1)


def _states(tokens: Tokens, parts: RunParts) -> npt.NDArray[np.float32]:
    """The states of one language model.  # (tokens, size)"""
    sentences = tokens.to_lists()
    texts = [" ".join(words) for words in sentences]
    ends = [np.cumsum([len(word) + 1 for word in words], dtype=np.int64) - 1 for words in sentences]
    if parts.settings.data.reversed:
        sizes = [np.array([len(word) for word in words], np.int64) for words in sentences]
        ends = [len(text) - end + size for text, end, size in zip(texts, ends, sizes, strict=True)]
        texts = [text[::-1] for text in texts]
    assert parts.pipeline.vocabulary is not None  # a language model has one
    read = parts.pipeline(texts)
    ids = with_beginnings(parts.pipeline.ids(texts), parts.pipeline.vocabulary.special.id_of("eos"))
    starts = np.split(read.starts, read.offsets[1:-1]) if len(read) else []
    places = [np.searchsorted(start, end) for start, end in zip(starts, ends, strict=True)]  # how many begin before it
    return seqmodels.token_states(parts.model, ids, np.concatenate([*places, np.zeros(0, np.int64)]), tokens.offsets)
