"""From distinct words back to tokens: one pass that brings what became of each word to every place where it stands."""

from __future__ import annotations

from textprep.kernels.compiled import Bytes, Ints, IntsOut, Longs, LongsOut, compiled


@compiled
def recode(codes: IntsOut, starts: IntsOut, ends: IntsOut, offsets: LongsOut, new_codes: Ints) -> int:
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


@compiled
def expand(
    codes: Ints,
    starts: Ints,
    ends: Ints,
    offsets: Longs,
    spelt: Bytes,
    piece_offsets: Longs,
    piece_codes: Ints,
    heads: Ints,
    tails: Ints,
    new_codes: IntsOut,
    new_starts: IntsOut,
    new_ends: IntsOut,
    new_offsets: LongsOut,
) -> None:
    """Replace each token by the pieces of its word.

    Args:
        codes, starts, ends: One entry a token.  # (tokens,)
        offsets: Where each document begins among them.  # (documents + 1,)
        spelt: Whether the word is spelt by its span, so that pieces have places in it; empty for all.  # (tokens,)
        piece_offsets: Where the pieces of each old code begin.  # (types + 1,)
        piece_codes: The code of each piece.  # (pieces,)
        heads, tails: How many characters of the word lie before and behind each piece.  # (pieces,)
        new_codes, new_starts, new_ends: Filled, one entry a new token.
        new_offsets: Filled with where each document begins among them.  # (documents + 1,)
    """
    at = 0
    for document in range(len(offsets) - 1):
        new_offsets[document] = at
        for token in range(offsets[document], offsets[document + 1]):
            code = codes[token]
            exact = len(spelt) == 0 or spelt[token] != 0
            for piece in range(piece_offsets[code], piece_offsets[code + 1]):
                new_codes[at] = piece_codes[piece]
                new_starts[at] = starts[token] + heads[piece] if exact else starts[token]
                new_ends[at] = ends[token] - tails[piece] if exact else ends[token]
                at += 1
    new_offsets[len(offsets) - 1] = at


@compiled
def translate(codes: Ints, of_type: Ints, out: IntsOut) -> None:
    """Fill `out` (tokens,) with `of_type[code]` of each token's code; `of_type` is (types,)."""
    for token in range(len(codes)):
        out[token] = of_type[codes[token]]
