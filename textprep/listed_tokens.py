"""Tokens from lists of words: text that somebody else has tokenised."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from textprep.arrow_strings import distinct
from textprep.errors import InputError
from textprep.tokens import Longs, Tokens


def tokens_from_lists(
    lists: Sequence[Sequence[str]], spans: Sequence[Sequence[tuple[int, int]]] | None = None
) -> Tokens:
    """See `Tokens.from_lists`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = _flat(lists)
    try:
        codes, types = distinct(pa.array(words, pa.large_string()))
    except UnicodeEncodeError as error:
        remedy = "decode the text with errors='replace'"
        raise InputError(f"the word {error.object!r} has a lone surrogate", remedy=remedy) from None
    sizes = np.fromiter(map(len, lists), np.int64, len(lists))
    if spans is None:
        starts, ends = _joined_by_spaces(pc.utf8_length(types).to_numpy()[codes], sizes)
    else:
        starts, ends = _given(spans, sizes)
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    # Copied, because stages write to the codes, and Arrow's memory may not be written to.
    return Tokens(types, codes.copy(), offsets, starts.astype(np.int32), ends.astype(np.int32))


def _flat(lists: Sequence[Sequence[str]]) -> list[str]:
    flat: list[str] = []
    for row, words in enumerate(lists, 1):
        if isinstance(words, str):
            remedy = "pass its words: text.split()"
            raise InputError(f"document {row} is one string, not a list of words", remedy=remedy)
        for word in words:
            if not isinstance(word, str):
                raise InputError(f"document {row} has a word that is {type(word).__name__}, not str")
        flat += words
    return flat


def _joined_by_spaces(lengths: Longs, sizes: Longs) -> tuple[Longs, Longs]:
    """Spans of words of these lengths in documents of these sizes, with one space between two words."""
    behind = np.append(0, np.cumsum(lengths + 1))  # where each word would begin if all documents were one
    firsts = np.cumsum(sizes) - sizes
    starts = behind[:-1] - np.repeat(behind[firsts], sizes)
    return starts, starts + lengths


def _given(spans: Sequence[Sequence[tuple[int, int]]], sizes: Longs) -> tuple[Longs, Longs]:
    if len(spans) != len(sizes):
        raise InputError(f"{len(sizes)} documents have the spans of {len(spans)}; give a list for each")
    for row, (size, places) in enumerate(zip(sizes.tolist(), spans, strict=True), 1):
        if len(places) != size:
            raise InputError(f"document {row} has {size} words but {len(places)} spans")
    starts, ends = np.array([span for places in spans for span in places], np.int64).reshape(-1, 2).T
    return starts, ends
