"""Sentences of raw text, found on tokens: enough for a tagger that was trained on sentences.

A sentence ends at a line break, and after a token that closes one (. ! ? … and what may follow them, such as a closing
quote) if the next token does not begin in lower case. Abbreviations keep their period as part of the token (`Dr.`),
so they end nothing. Whether a word closes or opens a sentence is looked up once per distinct word.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from textprep import Tokens
from textprep.texts import Texts

CLOSING = frozenset(".!?…。！？") | {"...", "?!", "!?"}
TRAILING = frozenset("\"'”’»)]}")


def sentence_offsets(texts: Texts, tokens: Tokens, max_tokens: int) -> npt.NDArray[np.int64]:
    """Where each sentence begins among the tokens, and their number; no sentence is longer than `max_tokens`.

    Args:
        texts: The texts that the spans of the tokens point into.
        tokens: Their tokens.
        max_tokens: A longer sentence is cut.

    Returns:
        Strictly rising positions from 0 to the number of tokens.  # (sentences + 1,)
    """
    count = tokens.count
    words = tokens.words
    codes = tokens.codes
    closes = np.array([word in CLOSING for word in words], bool)[codes] if count else np.zeros(0, bool)
    trails = np.array([word in TRAILING for word in words], bool)[codes] if count else closes
    opens = np.array([not word[:1].islower() for word in words], bool)[codes] if count else closes

    # A closing mark reaches over the quotes and brackets that follow it directly.
    place = np.arange(count)
    last_other = np.maximum.accumulate(np.where(trails, -1, place)) if count else place
    closed = (last_other >= 0) & closes[np.maximum(last_other, 0)]
    ends = np.zeros(count + 1, bool)
    ends[1:count] = closed[:-1] & opens[1:] & ~trails[1:]
    ends[tokens.offsets] = True
    for document, text in enumerate(texts.strings):
        if "\n" in text:
            first, last = int(tokens.offsets[document]), int(tokens.offsets[document + 1])
            breaks = np.flatnonzero(np.frombuffer(text.encode("utf-32-le"), np.uint32) == ord("\n"))
            ends[first + np.searchsorted(tokens.starts[first:last], breaks)] = True
    bounds = np.unique(np.append(np.flatnonzero(ends), [0, count]))
    pieces = [np.arange(a, b, max_tokens) for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]
    return np.concatenate([*pieces, [count]]).astype(np.int64)
