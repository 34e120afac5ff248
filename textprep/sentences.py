"""Sentences of raw text, found on tokens: enough for a tagger that was trained on sentences.

A sentence ends at a line break, and after a token that closes one (. ! ? … and the marks and closing quotes that follow
them without a space) if the next token does not begin in lower case. Abbreviations keep their period as part of the
token (`Dr.`), so they end nothing. Whether a word closes a sentence is looked up once per distinct word; how the next
one begins is read in the text, since the words may have been lower-cased.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from textprep import Tokens
from textprep.texts import Texts

CLOSING = frozenset(".!?…。！？")
TRAILING = frozenset("\"'”’»)]}")


def with_sentences(texts: Texts, tokens: Tokens, max_tokens: int) -> Tokens:
    """The tokens with the sentences that `sentence_offsets` finds."""
    return replace(tokens, sentences=sentence_offsets(texts, tokens, max_tokens))


def sentence_offsets(texts: Texts, tokens: Tokens, max_tokens: int) -> npt.NDArray[np.int64]:
    """Where each sentence begins among the tokens, and their number; no sentence is longer than `max_tokens`.

    Args:
        texts: The texts that the spans of the tokens point into.
        tokens: Their tokens.
        max_tokens: A longer sentence is cut.

    Returns:
        Strictly rising positions from 0 to the number of tokens.  # (sentences + 1,)
    """
    count, codes = tokens.count, tokens.codes
    closing = np.array([CLOSING.issuperset(word) for word in tokens.words], bool)[codes]  # (tokens,)
    trailing = np.array([word in TRAILING for word in tokens.words], bool)[codes] | closing
    ends = np.zeros(count + 1, bool)
    ends[tokens.offsets] = True

    # Marks that follow a token without a space belong to it: they are closed if it, or one of them, closes.
    place = np.arange(count)
    joined = trailing & ~ends[:-1] & (tokens.starts == np.append(-1, tokens.ends[:-1]))
    last_closing = np.maximum.accumulate(np.where(closing, place, -1))
    closed = last_closing >= np.maximum.accumulate(np.where(joined, 0, place))
    after = 1 + np.flatnonzero(closed[:-1] & ~joined[1:])  # tokens that open a sentence, unless in lower case
    ends[after] |= ~_in_lower_case(texts, tokens, after)
    for document, text in enumerate(texts.strings):
        if "\n" in text:
            first, last = int(tokens.offsets[document]), int(tokens.offsets[document + 1])
            breaks = np.flatnonzero(np.frombuffer(text.encode("utf-32-le"), np.uint32) == ord("\n"))
            ends[first + np.searchsorted(tokens.starts[first:last], breaks)] = True
    bounds = np.unique(np.append(np.flatnonzero(ends), [0, count]))
    pieces = [np.arange(a, b, max_tokens) for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]
    return np.concatenate([*pieces, [count]]).astype(np.int64)


def _in_lower_case(texts: Texts, tokens: Tokens, which: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether some tokens begin in lower case where they stand in the text, whatever has become of them since."""
    places = zip(tokens.rows[which].tolist(), tokens.starts[which].tolist(), strict=True)
    strings = texts.strings
    return np.array([strings[document][start : start + 1].islower() for document, start in places], bool)
