"""From spans in an edited text to spans in the text before: one walk along the spans and the edits side by side."""

from __future__ import annotations

from textprep.kernels.compiled import Ints, IntsOut, Longs, compiled, inner


@inner
def edit_before(edit_starts: Ints, first: int, last: int, near: int, position: int) -> int:
    """The last of the edits first..last that begins at or before a position, or first - 1; `near` is where to look.

    Positions mostly rise, so it is at `near` or a step or two away.
    """
    while near >= first and edit_starts[near] > position:
        near -= 1
    while near + 1 < last and edit_starts[near + 1] <= position:
        near += 1
    return near


@inner
def moved(bound: int, edit: int, first: int, character: int, within: Ints, source_ends: Ints, edit_ends: Ints) -> int:
    """Where a bound of a span stands in the old text: in that of `within` if its character is part of the edit."""
    if edit < first:
        return bound
    if character < edit_ends[edit]:
        return int(within[edit])
    return bound + source_ends[edit] - edit_ends[edit]


@compiled
def move_spans(
    offsets: Longs,
    starts: Ints,
    ends: Ints,
    edit_offsets: Longs,
    edit_starts: Ints,
    edit_ends: Ints,
    source_starts: Ints,
    source_ends: Ints,
    new_starts: IntsOut,
    new_ends: IntsOut,
) -> None:
    """Fill `new_starts` and `new_ends` (spans,) with where the spans of each document stand in the old text.

    Args:
        offsets: Where each document's spans begin.  # (documents + 1,)
        starts, ends: The spans.  # (spans,)
        edit_offsets: Where each document's edits begin.  # (documents + 1,)
        edit_starts, edit_ends, source_starts, source_ends: As in `Edits`.  # (edits,)
    """
    for document in range(len(offsets) - 1):
        first, last = edit_offsets[document], edit_offsets[document + 1]
        edit = first - 1
        for span in range(offsets[document], offsets[document + 1]):
            start, end = starts[span], ends[span]
            edit = edit_before(edit_starts, first, last, edit, start)
            new_start = moved(start, edit, first, start, source_starts, source_ends, edit_ends)
            final = max(end - 1, start)  # the span's last character decides where it ends
            edit = edit_before(edit_starts, first, last, edit, final)
            new_end = moved(end, edit, first, final, source_ends, source_ends, edit_ends)
            new_starts[span], new_ends[span] = new_start, max(new_start, new_end)
