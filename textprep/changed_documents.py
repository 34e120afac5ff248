"""Texts of which a stage has changed some documents: the others stay the bytes that they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from textprep.edits import Edits
from textprep.texts import PADDING, Texts


def each_document(texts: Texts) -> Iterator[str]:
    """The documents as strings, one at a time, so that only those are kept which the caller keeps."""
    if "strings" in texts.__dict__:
        yield from texts.strings
        return
    data, offsets = texts.utf8
    whole, bounds = memoryview(data), offsets.tolist()  # type: ignore[arg-type]
    for begin, end in zip(bounds[:-1], bounds[1:], strict=True):
        yield str(whole[begin:end], "utf-8")


def beyond_ascii(texts: Texts) -> dict[int, str]:
    """The documents that hold anything but ASCII, by their rows; only these become strings."""
    data, offsets = texts.utf8
    places = np.flatnonzero(data[offsets[0] : offsets[-1]] >= 0x80)
    counts = np.diff(np.searchsorted(places, offsets - offsets[0]))  # (documents,) bytes beyond ASCII
    rows = np.flatnonzero(counts).tolist()
    if "strings" in texts.__dict__:
        return {row: texts.strings[row] for row in rows}
    whole = memoryview(data)  # type: ignore[arg-type]
    return {row: str(whole[offsets[row] : offsets[row + 1]], "utf-8") for row in rows}


def with_documents(texts: Texts, changed: Mapping[int, str], edits: Edits) -> Texts:
    """The texts with some documents in the place of others.

    Args:
        texts: The texts.
        changed: The new documents by their rows, in order.
        edits: What was changed in all documents.
    """
    if not changed:
        return texts
    if "strings" in texts.__dict__:
        return texts.edited([changed.get(row, text) for row, text in enumerate(texts.strings)], edits)
    data, offsets = texts.utf8
    sizes = np.diff(offsets)
    parts: list[bytes | memoryview] = []
    whole, done = memoryview(data), int(offsets[0])  # type: ignore[arg-type]
    for row, text in changed.items():
        new = text.encode()
        sizes[row] = len(new)
        parts += (whole[done : offsets[row]], new)
        done = int(offsets[row + 1])
    joined = b"".join((*parts, whole[done : offsets[-1]], bytes(PADDING)))
    utf8 = np.frombuffer(joined, np.uint8), np.concatenate(([0], np.cumsum(sizes)))
    return Texts(utf8=utf8, edits=(*texts.edits, edits) if edits else texts.edits)
