"""Batches for language modelling that continue each other, so that an encoder's state can be carried along.

All documents, one behind the other, are one text; it is cut into as many parallel streams as a batch has rows, and each
batch holds the next steps of every stream (Mikolov et al., 2010; truncated back-propagation through time).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.plan import check_at_least_one
from seqmodels.batches.ragged import check_offsets, int64_tensor, places
from seqmodels.inputs.word_features import PAD
from seqmodels.layers.mask import token_mask
from textprep.ids import Ids


class StreamBatch(NamedTuple):
    """The next steps of all streams; row k goes on where row k of the batch before has stopped.

    Attributes:
        ids: The id of each token, int64, padded.
        lengths: Steps of each stream, int64; fewer only in the last batches, where a stream may be at its end.
        starts: True where a token is the first of its document.
        targets: The token that follows each token, int64, padded with 0.
    """

    ids: torch.Tensor  # (streams, time)
    lengths: torch.Tensor  # (streams,)
    starts: torch.Tensor  # (streams, time)
    targets: torch.Tensor  # (streams, time)

    @property
    def mask(self) -> torch.Tensor:
        """True where there is a token: (streams, time)."""
        return token_mask(self.lengths, self.ids.shape[1])

    def to(self, device: torch.device | str) -> StreamBatch:
        """The same batch on another device."""
        return StreamBatch(*(field.to(device) for field in self))


class StreamBatches:
    """A corpus of ids as streams; in an epoch every token but the very first is the target of one step.

    The state of an encoder at the beginning of an epoch is None, and after each batch that which it gives, detached.

    Args:
        ids: The documents; put an id for the end of a document into them if the model is to learn where they end.
        streams: Rows of each batch.
        steps: Steps of each batch.
        seed: Shuffles the documents, differently in each epoch; None leaves them in their order.
        padding: The id that stands beyond a stream's end.

    Raises:
        ConfigError: If `streams` or `steps` is below 1.
        InputError: If the offsets do not fit the ids.
    """

    def __init__(
        self, ids: Ids, *, streams: int = 32, steps: int = 64, seed: int | None = None, padding: int = PAD
    ) -> None:
        check_at_least_one(streams=streams, steps=steps)
        check_offsets(ids.offsets, len(ids.values))
        self.ids, self.steps, self.seed, self.padding = ids, steps, seed, padding
        count = max(0, len(ids.values) - 1)  # the last token has nothing to predict
        self.bounds = np.arange(streams + 1) * count // streams  # (streams + 1,), where each stream begins and ends

    def __len__(self) -> int:
        """Batches in an epoch."""
        return math.ceil(np.diff(self.bounds).max() / self.steps)

    @property
    def token_count(self) -> int:
        """How many tokens are targets."""
        return int(self.bounds[-1])

    def __iter__(self) -> Iterator[StreamBatch]:
        return self.epoch(0)

    def epoch(self, number: int) -> Iterator[StreamBatch]:
        """The batches of one epoch, in the order of the text; the same number always gives the same batches."""
        values, starts = self._text(number)
        rows = np.arange(len(self.bounds) - 1)
        for begin in range(0, len(self) * self.steps, self.steps):
            at = self.bounds[:-1] + begin  # (streams,)
            lengths = (self.bounds[1:] - at).clip(0, self.steps)
            where = places(at, rows, lengths)
            following = where._replace(positions=where.positions + 1)
            yield StreamBatch(
                int64_tensor(where.padded(values, self.padding)),
                int64_tensor(lengths),
                int64_tensor(where.padded(starts)).bool(),
                int64_tensor(following.padded(values)),
            )

    def _text(self, epoch: int) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """All documents one behind the other, and where they begin: (N,) each."""
        lengths = self.ids.lengths
        order = np.arange(len(lengths))
        if self.seed is not None:
            order = np.random.default_rng((self.seed, epoch)).permutation(len(lengths))
        lengths = lengths[order]
        begins = np.append(0, lengths.cumsum())[:-1]  # of each document in the text
        moved = np.repeat(self.ids.offsets[order] - begins, lengths)  # (N,)
        starts = np.zeros(len(moved), np.bool_)
        starts[begins[lengths > 0]] = True
        return self.ids.values[moved + np.arange(len(moved))], starts
