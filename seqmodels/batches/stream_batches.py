"""Batches for language modelling that continue each other, so that an encoder's state can be carried along.

Each batch holds the next steps of as many parallel streams as it has rows (Mikolov et al., 2010; truncated
back-propagation through time). Either all documents, one behind the other, are one text that is cut into streams of one
length, as is the custom on the Penn Treebank; or they stay apart: a stream reads one document after the other, and a
batch has steps of one document in each row, so that what it has read of one does not leak into the next.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.plan import check_at_least_one
from seqmodels.batches.ragged import check_offsets, int64_tensor, places
from seqmodels.inputs.word_features import PAD
from seqmodels.layers.mask import token_mask
from textprep.errors import ConfigError, unknown_name
from textprep.ids import Ids


class StreamBatch(NamedTuple):
    """The next steps of all streams; row k goes on where row k of the batch before has stopped.

    Attributes:
        ids: The id of each token, int64, padded.
        lengths: Steps of each stream, int64; fewer where a stream, or a document that is kept apart, is at its end.
        starts: True where a token is the first of its document.
        targets: The token that follows each token, int64, padded with 0.
        fresh: True where a row does not go on from the batch before, so that no state may be carried into it: where it
            begins a document that is kept apart.
        rows: Where the document of each stream's first step stands in the corpus, int64; -1 in a row without steps.
    """

    ids: torch.Tensor  # (streams, time)
    lengths: torch.Tensor  # (streams,)
    starts: torch.Tensor  # (streams, time)
    targets: torch.Tensor  # (streams, time)
    fresh: torch.Tensor  # (streams,)
    rows: torch.Tensor  # (streams,)

    @property
    def mask(self) -> torch.Tensor:
        """True where there is a token: (streams, time)."""
        return token_mask(self.lengths, self.ids.shape[1])

    def to(self, device: torch.device | str) -> StreamBatch:
        """The same batch on another device."""
        return StreamBatch(*(field.to(device) for field in self))

    def part(self, index: int, count: int) -> StreamBatch:
        """Every `count`-th stream, from `index` on: what one of `count` processes takes.

        Raises:
            ConfigError: There are fewer streams than that.
        """
        if len(self.ids) < count:
            raise ConfigError(f"{len(self.ids)} streams cannot be shared by {count} processes; give more streams")
        return StreamBatch(*(field[index::count] for field in self))


class Chunks(NamedTuple):
    """What each batch of an epoch reads of a text."""

    at: NDArray[np.int64]  # (batches, streams), the place of the first step
    lengths: NDArray[np.int64]  # (batches, streams)


class StreamBatches:
    """A corpus of ids as streams; in an epoch every token is the target of one step but the very first, or, if
    documents are kept apart, but the first of each.

    The state of an encoder at the beginning of an epoch is None, and after each batch that which it gives, detached,
    with zeros in the rows that are `fresh` in the next one.

    Args:
        ids: The documents; put an id for the end of a document into them if the model is to learn where they end.
        streams: Rows of each batch.
        steps: Steps of each batch.
        seed: Shuffles the documents, differently in each epoch; None leaves them in their order.
        padding: The id that stands beyond a stream's end.
        documents: "joined" to one text, or "apart".

    Attributes:
        continued: That each batch goes on where the one before has stopped.
        token_count: How many tokens are targets.

    Raises:
        ConfigError: If `streams` or `steps` is below 1, or `documents` is neither.
        InputError: If the offsets do not fit the ids.
    """

    continued = True

    def __init__(
        self,
        ids: Ids,
        *,
        streams: int = 32,
        steps: int = 64,
        seed: int | None = None,
        padding: int = PAD,
        documents: Literal["joined", "apart"] = "joined",
    ) -> None:
        check_at_least_one(streams=streams, steps=steps)
        check_documents(documents)
        check_offsets(ids.offsets, len(ids.values))
        self.ids, self.streams, self.steps, self.seed, self.padding = ids, streams, steps, seed, padding
        self.documents = documents
        at, lengths = self._chunks(self._lengths(0))
        self._count, self.token_count = len(at), int(lengths.sum())

    def __len__(self) -> int:
        """Batches in an epoch (of documents that are kept apart, in the first one; later ones differ by a few)."""
        return self._count

    def __iter__(self) -> Iterator[StreamBatch]:
        return self.epoch(0)

    def epoch(self, number: int) -> Iterator[StreamBatch]:
        """The batches of one epoch, in the order of the text; the same number always gives the same batches."""
        order = self._order(number)
        lengths = self._lengths(number)
        begins = np.append(0, lengths.cumsum())[:-1]  # of each document in the text
        values = self.ids.values[np.repeat(self.ids.offsets[order] - begins, lengths) + np.arange(lengths.sum())]
        starts = np.zeros(len(values), np.bool_)
        starts[begins[lengths > 0]] = True
        rows = np.arange(self.streams)
        for at, steps in zip(*self._chunks(lengths), strict=True):
            where = places(at, rows, steps)
            following = where._replace(positions=where.positions + 1)
            first = int64_tensor(where.padded(starts)).bool()
            document = order[np.searchsorted(begins, at, "right") - 1] if len(order) else rows
            yield StreamBatch(
                int64_tensor(where.padded(values, self.padding)),
                int64_tensor(steps),
                first,
                int64_tensor(following.padded(values)),
                first[:, 0] if self.documents == "apart" else torch.zeros(len(rows), dtype=torch.bool),
                int64_tensor(np.where(steps > 0, document, -1)),
            )

    def _order(self, epoch: int) -> NDArray[np.int64]:
        """In which the documents come: (documents,)."""
        if self.seed is None:
            return np.arange(len(self.ids))
        return np.random.default_rng((self.seed, epoch)).permutation(len(self.ids))

    def _lengths(self, epoch: int) -> NDArray[np.int64]:
        """Tokens of the documents in the order of an epoch: (documents,)."""
        return self.ids.lengths[self._order(epoch)]

    def _chunks(self, lengths: NDArray[np.int64]) -> Chunks:
        return self._joined(lengths) if self.documents == "joined" else self._apart(lengths)

    def _joined(self, lengths: NDArray[np.int64]) -> Chunks:
        """One text of documents of these lengths, in streams as equal as can be."""
        count = max(0, int(lengths.sum()) - 1)  # the last token has nothing to predict
        bounds = np.arange(self.streams + 1) * count // self.streams  # (streams + 1,), where each begins and ends
        batches = math.ceil(np.diff(bounds).max() / self.steps)
        at = bounds[:-1] + self.steps * np.arange(batches)[:, None]
        return Chunks(at, (bounds[1:] - at).clip(0, self.steps))

    def _apart(self, lengths: NDArray[np.int64]) -> Chunks:
        """Documents of these lengths, each dealt to the stream that is the first to be free."""
        begins = np.append(0, lengths.cumsum())[:-1]
        steps = (lengths - 1).clip(0)  # the last token of a document has nothing to predict
        pieces = -(-steps // self.steps)  # (documents,)
        free = [(0, stream) for stream in range(self.streams)]  # a heap of when each is
        batch, stream = np.zeros((2, len(lengths)), np.int64)  # of each document's first piece
        for document in np.flatnonzero(pieces):
            batch[document], stream[document] = free[0]
            heapq.heapreplace(free, (free[0][0] + int(pieces[document]), free[0][1]))
        of = np.repeat(np.arange(len(lengths)), pieces)  # (pieces in all,), the document of each
        piece = np.arange(len(of)) - np.repeat(np.append(0, pieces.cumsum())[:-1], pieces)
        place = batch[of] + piece, stream[of]
        chunks = Chunks(*np.zeros((2, max(free)[0], self.streams), np.int64))
        chunks.at[place] = begins[of] + piece * self.steps
        chunks.lengths[place] = (steps[of] - piece * self.steps).clip(0, self.steps)
        return chunks


def check_documents(documents: str) -> None:
    """Raise ConfigError unless documents are to be joined or kept apart."""
    if documents not in ("joined", "apart"):
        raise unknown_name("value of documents", documents, ("joined", "apart"))
