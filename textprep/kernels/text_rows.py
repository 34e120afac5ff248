"""Lines of text from columns: each document's words with a space between."""

from __future__ import annotations

from textprep.kernels.compiled import Bytes, BytesOut, Ints, Longs, compiled
from textprep.kernels.copying import copied_by_eight

BLANK, LINE_FEED = map(ord, " \n")


@compiled
def text_rows(words: Bytes, word_bounds: Longs, codes: Ints, offsets: Longs, out: BytesOut) -> int:
    """Write a line for each document; return how many bytes that were.

    Args:
        words, word_bounds: The distinct words, with SLACK behind them, and where each begins.
        codes: Which word each token is.  # (tokens,)
        offsets: Where each document's tokens begin.  # (documents + 1,)
        out: Filled with the lines; long enough for them and SLACK.
    """
    at = 0
    for document in range(len(offsets) - 1):
        first = at
        for token in range(offsets[document], offsets[document + 1]):
            at = copied_by_eight(words, word_bounds[codes[token]], word_bounds[codes[token] + 1], out, at)
            out[at] = BLANK
            at += 1
        at -= at > first  # the space behind the last word makes way for the end of the line
        out[at] = LINE_FEED
        at += 1
    return at
