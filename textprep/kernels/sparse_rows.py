"""Documents as sparse rows: one pass over the tokens that sums what falls into the same column."""

from __future__ import annotations

from textprep.kernels.compiled import Ints, IntsOut, Longs, LongsOut, compiled


@compiled
def sum_rows(
    codes: Ints,
    offsets: Longs,
    columns: Ints,
    values: Longs,
    places: LongsOut,
    bounds: LongsOut,
    indices: IntsOut,
    data: LongsOut,
) -> None:
    """Add the value of each token's word to the word's column in the row of the token's document.

    Args:
        codes: Which word each token is.  # (tokens,)
        offsets: Where each document begins among them.  # (documents + 1,)
        columns: The column of each word, or -1 for one that is left out.  # (types,)
        values: The value of each word.  # (types,)
        places: All -1; where the entry of each column stands in the row that is being filled.  # (columns,)
        bounds: Filled with where each row begins among the entries.  # (documents + 1,)
        indices, data: Filled with the columns, in order of appearance, and the sums.  # (tokens,) or fewer entries
    """
    at = 0
    for document in range(len(offsets) - 1):
        begin = at
        bounds[document] = begin
        for token in range(offsets[document], offsets[document + 1]):
            column = columns[codes[token]]
            if column < 0:
                continue
            if places[column] < begin:
                places[column] = at
                indices[at] = column
                data[at] = 0
                at += 1
            data[places[column]] += values[codes[token]]
    bounds[len(offsets) - 1] = at
