"""One row of words as a model takes it, and a look at whether it can be shown."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import torch

from pipelines.tasks.id_inputs import vocabulary_of
from seqmodels.batches.word_batches import Batches, WordBatch
from seqmodels.inputs.word_features import PAD, UNK
from textprep import Pipeline
from textprep.errors import InputError, InputWarning, shown

MOST_TOKENS = 200  # of a text, so that figures can be read
NAMED = 10  # unknown words in a message


def row_of(batches: Batches, row: int, device: torch.device) -> WordBatch:
    """The batch of one row of a corpus."""
    return batches.to(device).lay_out(np.array([row]))


def check_length(tokens: int, of: str = "the text") -> None:
    """Raise InputError for a text without tokens, or with more than a page can show; `of` says which."""
    if tokens == 0:
        raise InputError(f"{of} has no tokens", remedy="give a text with words in it")
    if tokens > MOST_TOKENS:
        problem = f"{of} has {tokens:,} tokens, and a page shows {MOST_TOKENS} at most"
        raise InputError(problem, remedy="give a part of it")


def check_known(rows: Sequence[tuple[WordBatch, Sequence[str]]]) -> str:
    """What is to be said of words that the model does not know; empty if there are none.

    Args:
        rows: The sentences of a text, or all of it as one: a batch of one row each, and its words.

    Raises:
        InputError: There are no words, too many, or the model knows neither any of them nor any of their characters.
    """
    every = [word for _, words in rows for word in words]
    check_length(len(every))
    unknown, readable = [], False
    for batch, words in rows:
        codes = batch.codes[0]
        strange = (batch.features.words[codes] == UNK).tolist()
        unknown += [word for word, unseen in zip(words, strange, strict=True) if unseen]
        characters = batch.features.chars[codes]  # (tokens, L)
        readable = readable or bool(((characters != PAD) & (characters != UNK)).any())
    return told_of_unknown(unknown, every, readable)


def tokens_of(pipeline: Pipeline, texts: Sequence[str]) -> list[list[str]]:
    """The tokens of each text for a model over ids; an unknown piece of the recipe stands as the text has it."""
    read, unknown = pipeline(list(texts)), vocabulary_of(pipeline).special.unk
    return [
        [(token == unknown and text[start:end]) or token for token, (start, end) in zip(words, spans, strict=True)]
        for text, words, spans in zip(texts, read, map(read.spans, range(len(texts))), strict=True)
    ]


def told_of_unknown_ids(pipeline: Pipeline, tokens: Sequence[str], ids: Sequence[int]) -> str:
    """As `told_of_unknown`, for a model over ids, of tokens with one id each."""
    special = vocabulary_of(pipeline).special
    unknown = special.id_of("unk") if "unk" in special.by_role else -1
    return told_of_unknown([token for token, id_ in zip(tokens, ids, strict=True) if id_ == unknown], tokens)


def told_of_unknown(unknown: Sequence[str], tokens: Sequence[str], readable: bool = False) -> str:
    """A sentence on unknown tokens, which is also given as a warning; empty if there are none.

    Args:
        unknown: Those that the model does not know.
        tokens: All of the text.
        readable: Whether the model can tell something of a token that it does not know.

    Raises:
        InputError: None is known, and the model can tell nothing of them.
    """
    if not unknown:
        return ""
    distinct = list(dict.fromkeys(unknown))
    named = ", ".join(map(shown, distinct[:NAMED])) + (" and more" if len(distinct) > NAMED else "")
    if len(unknown) == len(tokens) and not readable:
        raise InputError(f"the model knows no token of the text: {named}", remedy="give a text like those it has seen")
    sentence = f"the model does not know {named}"
    warnings.warn(sentence, InputWarning, stacklevel=2)
    return f"{sentence[0].upper()}{sentence[1:]}."
