"""Texts as a masked language model reads them: framed by special tokens, with a mask where a word is to be guessed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from pipelines.tasks.id_inputs import vocabulary_of, with_beginnings, with_ends
from textprep import Ids, Pipeline

FRAME = 2  # tokens around a text


def special_ids(pipeline: Pipeline) -> range:
    """The ids of the special tokens: the first ones."""
    return range(len(vocabulary_of(pipeline).special))


def plain_ids(pipeline: Pipeline, texts: Sequence[str]) -> tuple[Ids, int]:
    """The ids of texts in which a special token's spelling has no meaning, but is an unknown word; and how many of them
    there are.
    """
    ids, unknown = pipeline.ids(list(texts)), vocabulary_of(pipeline).special.id_of("unk")
    spelled = (ids.values < len(special_ids(pipeline))) & (ids.values != unknown)  # (tokens,)
    values = np.where(spelled, unknown, ids.values).astype(np.int32)
    return Ids(values, ids.offsets), int(spelled.sum())


def ids_with_gaps(pipeline: Pipeline, texts: Sequence[str]) -> Ids:
    """The ids of texts in which the mask is a gap, whatever the recipe makes of its spelling."""
    mask, spelling = vocabulary_of(pipeline).special.id_of("mask"), vocabulary_of(pipeline).special.mask
    sides = [text.split(spelling) for text in texts]
    ids, _ = plain_ids(pipeline, list(chain.from_iterable(sides)))
    ends = np.cumsum([0, *map(len, sides)])  # (texts + 1,), where each text's sides begin
    gaps = np.ones(len(ids), np.int64)  # how many masks stand behind each side
    gaps[ends[1:] - 1] = 0
    values = np.insert(ids.values, np.repeat(ids.offsets[1:], gaps), mask).astype(np.int32)
    return Ids(values, np.append(0, np.cumsum(ids.lengths + gaps))[ends])


def framed(pipeline: Pipeline, ids: Ids) -> Ids:
    """Rows with the tokens around them."""
    special = vocabulary_of(pipeline).special
    return with_beginnings(with_ends(ids, special.id_of("sep")), special.id_of("cls"))
