"""Texts with each of their tokens hidden by itself, so that a masked language model can score them (Salazar et al.,
"Masked language model scoring", 2020).
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from seqmodels.batches.id_batches import IdBatch, IdBatches
from seqmodels.batches.masked_batches import IGNORED
from seqmodels.batches.plan import LengthBuckets, PlannedBatches
from seqmodels.batches.ragged import int64_tensor, row_lengths
from seqmodels.inputs.word_features import PAD
from textprep.ids import Ids


class EachHidden(PlannedBatches[IdBatch]):
    """A row for each token of each text: the text with this token hidden, which is the row's only target.

    A batch's `rows` say of which text each row is.

    Args:
        ids: The texts.
        mask_id: The id that hides others.
        special: Ids that are not hidden; the mask is always among them.
        tokens: Padded tokens in a batch, at most; a longer text is a batch of its own.
        padding: The id that stands beyond a text.

    Attributes:
        texts: How many texts there are.

    Raises:
        ConfigError: If `tokens` is below 1.
        InputError: If the offsets do not fit the ids.
    """

    def __init__(
        self, ids: Ids, *, mask_id: int, special: Collection[int] = (), tokens: int = 8192, padding: int = PAD
    ) -> None:
        self.whole, self.mask_id, self.texts = IdBatches(ids, padding=padding), mask_id, len(ids)
        lengths = row_lengths(ids.offsets, None)
        hidden = ~np.isin(ids.values, [*special, mask_id])  # (tokens,)
        self._text = np.repeat(np.arange(len(ids)), lengths)[hidden]  # (rows,)
        self._place = (np.arange(len(ids.values)) - np.repeat(ids.offsets[:-1], lengths))[hidden]  # (rows,)
        super().__init__(LengthBuckets(lengths[self._text], tokens=tokens))

    def lay_out(self, rows: NDArray[np.int64]) -> IdBatch:
        """The batch of some hidden tokens."""
        batch = self.whole.lay_out(self._text[rows])
        here = np.arange(len(rows)), self._place[rows]
        ids = batch.ids.numpy()
        targets = np.full(ids.shape, IGNORED)
        targets[here] = ids[here]
        ids[here] = self.mask_id
        return batch._replace(targets=int64_tensor(targets))
