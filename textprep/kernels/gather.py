"""From distinct words back to tokens: one pass that brings what became of each word to every place where it stands."""

from __future__ import annotations

import numba
import numpy as np

from textprep.kernels.word_table import Ints, Longs


@numba.njit(cache=True, nogil=True)
def recode(codes: Ints, starts: Ints, ends: Ints, offsets: Longs, new_codes: Ints) -> int:
    """Replace each code by `new_codes[code]`, drop tokens where that is -1, in place; return how many remain.

    Args:
        codes, starts, ends: One entry a token.  # (tokens,)
        offsets: Where each document begins among them; updated.  # (documents + 1,)
        new_codes: The new code of each old one, or -1.  # (types,)
    """
    kept = 0
    begin = offsets[0]
    for document in range(len(offsets) - 1):
        end = offsets[document + 1]
        offsets[document] = kept
        for token in range(begin, end):
            code = new_codes[codes[token]]
            # Written always, kept only if the word stays: cheaper than a branch that is hard to predict.
            codes[kept], starts[kept], ends[kept] = code, starts[token], ends[token]
            kept += code >= 0
        begin = end
    offsets[len(offsets) - 1] = kept
    return kept


@numba.njit(cache=True, nogil=True)
def expand(
    codes: Ints,
    starts: Ints,
    ends: Ints,
    offsets: Longs,
    piece_offsets: Longs,
    piece_codes: Ints,
    piece_begins: Ints,
    piece_ends: Ints,
    lengths: Ints,
) -> tuple[Ints, Ints, Ints, Longs]:
    """Replace each token by the pieces of its word.

    Args:
        codes, starts, ends: One entry a token.  # (tokens,)
        offsets: Where each document begins among them.  # (documents + 1,)
        piece_offsets: Where the pieces of each old code begin.  # (types + 1,)
        piece_codes: The code of each piece.  # (pieces,)
        piece_begins, piece_ends: The span of each piece in its word, in code points.  # (pieces,)
        lengths: How long each word is, in code points.  # (types,)

    Returns:
        The new codes, starts, ends and offsets. Where a word is not as long as its token's span (it was changed
        before), each piece has the span of the whole token.
    """
    total = 0
    for code in codes:
        total += piece_offsets[code + 1] - piece_offsets[code]
    new_codes, new_starts, new_ends = (
        np.empty(total, np.int32),
        np.empty(total, np.int32),
        np.empty(total, np.int32),
    )
    new_offsets = np.empty_like(offsets)
    at = 0
    for document in range(len(offsets) - 1):
        new_offsets[document] = at
        for token in range(offsets[document], offsets[document + 1]):
            code, start, end = codes[token], starts[token], ends[token]
            first, last = piece_offsets[code], piece_offsets[code + 1]
            exact = lengths[code] == end - start
            for piece in range(first, last):
                new_codes[at] = piece_codes[piece]
                new_starts[at] = start + piece_begins[piece] if exact else start
                new_ends[at] = start + piece_ends[piece] if exact else end
                at += 1
    new_offsets[len(offsets) - 1] = at
    return new_codes, new_starts, new_ends, new_offsets
