"""How sure a tagger is of each tag at each token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.word_batches import WordBatch
from seqmodels.inspect.token_labels import check_steps
from seqmodels.models.tagger import Tagger


@dataclass(frozen=True)
class TagMarginals:
    """The best tags of a row, and the probability of each of the K tags, summed over all taggings of the rest."""

    tokens: list[str]
    tags: list[str]
    """The names of all K."""
    best: list[str]
    """That of each token in the best sequence of tags, which need not be the most probable one by itself."""
    probabilities: NDArray[np.float32]  # (tokens, K)


@torch.no_grad()
def tag_marginals(model: Tagger, batch: WordBatch, tokens: Sequence[str], *, row: int = 0) -> TagMarginals:
    """What a tagger, in evaluation mode, says of one row of a batch; InputError if it has not as many tokens."""
    model.eval()
    scores = model(batch)  # (batch, time, K)
    check_steps(scores, row, len(tokens), "the tagger")
    best = model.head.decode(scores, batch.lengths)[row, : len(tokens)].tolist()
    sure = model.head.marginals(scores, batch.lengths)[row, : len(tokens)]
    return TagMarginals(list(tokens), model.labels, [model.labels[tag] for tag in best], sure.float().cpu().numpy())
