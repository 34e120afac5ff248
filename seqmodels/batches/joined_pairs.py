"""Pairs of sequences as one sequence each, as BERT reads them (Devlin et al., 2019): first, separator, second,
separator, perhaps with a token in front of all.
"""

from __future__ import annotations

from typing import NamedTuple

import torch

from seqmodels.batches.pair_batches import PairBatch
from seqmodels.inputs.word_features import PAD


class JoinedPairs(NamedTuple):
    """Pairs, each as one sequence."""

    ids: torch.Tensor  # (batch, time), padded
    lengths: torch.Tensor  # (batch,)
    segments: torch.Tensor  # (batch, time), 0 up to the first separator, 1 from there to the second


def join_pairs(batch: PairBatch, separator: int, begin: int | None = None, padding: int = PAD) -> JoinedPairs:
    """The pairs of a batch as one sequence each.

    Args:
        batch: The pairs.
        separator: The id that stands behind each side.
        begin: The id that stands in front of all; none if None.
        padding: The id that stands beyond a sequence.
    """
    first, second = batch.first, batch.second
    ahead = 0 if begin is None else 1
    middle = first.lengths + ahead  # (batch,), where the first separator stands
    last = middle + 1 + second.lengths  # (batch,), where the second one stands
    steps = torch.arange(int(last.max()) + 1 if len(last) else 0, device=last.device)
    ids = torch.full((len(last), len(steps)), padding, device=last.device)
    ids[:, :ahead] = begin if begin is not None else padding
    for side, offset in ((first, torch.full_like(middle, ahead)), (second, middle + 1)):
        rows, places = side.mask.nonzero(as_tuple=True)
        ids[rows, places + offset[rows]] = side.ids[rows, places]
    for place in (middle, last):
        ids.scatter_(1, place.unsqueeze(1), separator)
    in_second = (steps > middle.unsqueeze(1)) & (steps <= last.unsqueeze(1))
    return JoinedPairs(ids, last + 1, in_second.long())
