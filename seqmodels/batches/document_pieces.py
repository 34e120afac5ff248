"""Documents cut into pieces of consecutive sentences, none longer than a model can read."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seqmodels.batches.plan import check_at_least_one
from seqmodels.batches.ragged import check_offsets, row_lengths
from textprep.ids import Ids


class Pieces(NamedTuple):
    """Documents in pieces.

    Attributes:
        ids: The pieces, document by document; together they are what the documents hold.
        documents: Where each document begins among the pieces, int64, (documents + 1,).
    """

    ids: Ids
    documents: NDArray[np.int64]


def cut_documents(sentences: Ids, documents: NDArray[np.int64], most: int, *, halved: bool = False) -> Pieces:
    """Cut documents into pieces: each takes sentences as long as they fit, all tokens are in one of them.

    A sentence that is too long for any piece is cut into parts as equal as can be.

    Args:
        sentences: The sentences, document by document.
        documents: Where each document begins among the sentences, (documents + 1,).
        most: Tokens of a piece at most.
        halved: Whether a piece holds half of its document at most, unless a sentence does that alone, so that every
            document of two sentences has two pieces.

    Raises:
        ConfigError: If `most` is below 1.
        InputError: If the offsets do not fit.
    """
    check_at_least_one(most=most)
    check_offsets(sentences.offsets, len(sentences.values), "offsets of sentences")
    check_offsets(documents, len(sentences), "documents")
    lengths = row_lengths(sentences.offsets, None).tolist()
    ends, counts = [0], [0]
    for first, behind in pairwise(documents.tolist()):
        parts = [part for length in lengths[first:behind] for part in _equal_parts(length, most)]
        room = min(most, -(-sum(parts) // 2)) if halved else most
        sizes = _packed(parts, room)
        ends += sizes
        counts.append(len(sizes))
    return Pieces(Ids(sentences.values, np.cumsum(ends, dtype=np.int64)), np.cumsum(counts, dtype=np.int64))


def _equal_parts(length: int, most: int) -> list[int]:
    """The lengths of the parts of a sentence; none if it is empty."""
    count = -(-length // most)
    return [(part + 1) * length // count - part * length // count for part in range(count)]


def _packed(parts: list[int], room: int) -> list[int]:
    """The sizes of pieces that take one part after the other, at least one each, as long as there is room."""
    sizes: list[int] = []
    for part in parts:
        if sizes and sizes[-1] + part <= room:
            sizes[-1] += part
        else:
            sizes.append(part)
    return sizes
