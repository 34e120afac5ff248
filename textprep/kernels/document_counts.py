"""In how many documents each word occurs: one pass over the tokens."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from textprep.kernels.compiled import Ints, Longs, compiled


@compiled
def document_counts(codes: Ints, offsets: Longs, types: int) -> npt.NDArray[np.int64]:
    """Count the documents of each word.

    Args:
        codes: Which word each token is.  # (tokens,)
        offsets: Where each document begins among them.  # (documents + 1,)
        types: How many distinct words there are.

    Returns:
        In how many documents each word occurs.  # (types,)
    """
    counts = np.zeros(types, np.int64)
    last = np.full(types, -1, np.int64)  # the last document in which each word was seen
    for document in range(len(offsets) - 1):
        for token in range(offsets[document], offsets[document + 1]):
            code = codes[token]
            if last[code] != document:
                last[code] = document
                counts[code] += 1
    return counts
