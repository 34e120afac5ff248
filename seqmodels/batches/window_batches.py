"""Windows on a text for language modelling: so many tokens, and for each the one that follows it.

With a stride of 1 they slide, so that N tokens give N - length windows; with a stride of their length they do not
overlap. The last window of a text is shorter where that is needed for every token to be predicted.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from seqmodels.batches.id_batches import IdBatch
from seqmodels.batches.plan import LengthBuckets, PlannedBatches, check_at_least_one
from seqmodels.batches.ragged import check_offsets, int64_tensor, places
from seqmodels.batches.stream_batches import check_documents
from seqmodels.inputs.word_features import PAD
from textprep.errors import ConfigError
from textprep.ids import Ids


class WindowBatches(PlannedBatches[IdBatch]):
    """A corpus of ids as windows, which begin with no memory of what stands before them.

    The `rows` of a batch say which windows they are, in the order of the text.

    Args:
        ids: The documents; put an id for the end of a document into them if the model is to learn where they end.
        length: Tokens of a window.
        stride: From the beginning of a window to that of the next; the windows' length if None.
        size: Windows in a batch.
        seed, count: Which windows go together, and how many of them make an epoch, see `LengthBuckets`.
        padding: The id that stands beyond a window that is shorter.
        documents: "joined" to one text, or "apart", so that no window has tokens of two.

    Attributes:
        begins: Where each window begins in the ids, (windows,).
        lengths: How many tokens each has, (windows,).

    Raises:
        ConfigError: If `length`, `stride`, `size` or `count` is below 1, `stride` is above `length`, `documents` is
            neither, `count` is given without a seed, or there are fewer windows.
        InputError: If the offsets do not fit the ids.
    """

    def __init__(
        self,
        ids: Ids,
        length: int,
        *,
        stride: int | None = None,
        size: int = 32,
        seed: int | None = None,
        count: int | None = None,
        padding: int = PAD,
        documents: Literal["joined", "apart"] = "joined",
    ) -> None:
        check_at_least_one(length=length, stride=stride)
        if stride is not None and stride > length:
            raise ConfigError(f"a stride of {stride} leaves tokens out; it must not exceed length, {length}")
        check_documents(documents)
        check_offsets(ids.offsets, len(ids.values))
        whole = np.array([0, len(ids.values)]) if documents == "joined" else ids.offsets
        self.ids, self.padding = ids, padding
        self.begins, self.lengths = _windows(whole, length, stride or length)
        super().__init__(LengthBuckets(self.lengths, size=size, seed=seed, count=count))

    def lay_out(self, rows: NDArray[np.int64]) -> IdBatch:
        """The batch of some windows."""
        lengths = self.lengths[rows]
        where = places(self.begins, rows, lengths)
        following = where._replace(positions=where.positions + 1)
        return IdBatch(
            int64_tensor(where.padded(self.ids.values, self.padding)),
            int64_tensor(lengths),
            int64_tensor(rows),
            int64_tensor(following.padded(self.ids.values)),
        )


def _windows(offsets: NDArray[np.int64], length: int, stride: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the windows of all texts begin, and their lengths, (windows,) each; those of a text stop where its last
    token is predicted.
    """
    steps = np.diff(offsets) - 1  # of each text; its last token has nothing to predict
    counts = np.where(steps > 0, 1 - (length - steps).clip(None, 0) // stride, 0)  # 1 + ceil((steps - length) / stride)
    text = np.repeat(np.arange(len(counts)), counts)  # (windows,)
    within = (np.arange(len(text)) - np.repeat(np.append(0, counts.cumsum())[:-1], counts)) * stride
    return offsets[text] + within, np.minimum(steps[text] - within, length)
