"""How often each word occurs and in how many documents: one pass over the tokens."""

from __future__ import annotations

from textprep.kernels.compiled import Ints, LongRowsOut, Longs, compiled


@compiled
def count_words(codes: Ints, offsets: Longs, table: LongRowsOut) -> None:
    """Count the tokens and the documents of each word.

    Args:
        codes: Which word each token is.  # (tokens,)
        offsets: Where each document begins among them.  # (documents + 1,)
        table: Zeros; filled with the number of tokens, the number of documents, and the last document, counted from 1.
            They lie side by side, so that a token touches one line of the cache.  # (types, 3)
    """
    for document in range(len(offsets) - 1):
        for token in range(offsets[document], offsets[document + 1]):
            code = codes[token]
            table[code, 0] += 1
            if table[code, 2] != document + 1:
                table[code, 2] = document + 1
                table[code, 1] += 1
