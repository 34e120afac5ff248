"""Batches for masked language modelling (Devlin et al., "BERT", 2019): some tokens are hidden and to be guessed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.id_batches import IdBatch, IdBatches
from seqmodels.batches.next_sentence_batches import NextSentenceBatch, NextSentenceBatches
from seqmodels.batches.ragged import int64_tensor
from textprep.errors import ConfigError

IGNORED = -100  # the target of a token that is not to be guessed, which PyTorch's cross-entropy leaves out


class MaskedBatches:
    """The batches of a corpus with tokens to be guessed.

    Of each row's tokens a share is chosen anew in every epoch, at least one; of the chosen, eight in ten are replaced
    by the mask, one in ten by any id, and one in ten stay as they are, so that a model cannot trust what it sees.
    Targets are the hidden ids where tokens are to be guessed, and `IGNORED` elsewhere: (batch, time).

    Args:
        batches: The corpus, in batches of texts or of pairs; its own targets are left out.
        words: Ids there are, 0..words - 1.
        mask_id: The id that hides others.
        special: Ids that are neither hidden nor put in place of others; padding and mask are always among them.
        share: How many of the other tokens are to be guessed.
        continuing: Ids of pieces that go on with the word of the token before. Words are then chosen whole, until there
            are as many tokens as the share says, or some more (the authors' later whole-word masking).
        seed: Of the choice; the batches of an epoch depend on its number and the seeds only.

    Raises:
        ConfigError: If `share` does not lie in 0..1 or no id is left that is not special.
    """

    def __init__(
        self,
        batches: IdBatches | NextSentenceBatches,
        *,
        words: int,
        mask_id: int,
        special: Collection[int] = (),
        share: float = 0.15,
        continuing: Collection[int] = (),
        seed: int = 0,
    ) -> None:
        if not 0 < share <= 1:
            raise ConfigError(f"share must lie in 0..1, without 0, not {share}")
        self.batches, self.mask_id, self.share, self.seed = batches, mask_id, share, seed
        self.special = np.array(sorted({*special, mask_id, batches.padding}))
        self.continuing = np.array(sorted(continuing), np.int64)
        self.others = np.setdiff1d(np.arange(words), self.special)
        if len(self.others) == 0:
            raise ConfigError(f"all of the {words} ids are special; give the size of the vocabulary as words")

    @property
    def token_count(self) -> int:
        """How many tokens the corpus has."""
        return self.batches.token_count

    def __len__(self) -> int:
        """Batches in an epoch."""
        return len(self.batches)

    def __iter__(self) -> Iterator[IdBatch | NextSentenceBatch]:
        return self.epoch(0)

    def epoch(self, number: int) -> Iterator[IdBatch | NextSentenceBatch]:
        """The batches of one epoch; the same number always gives the same batches."""
        rng = np.random.default_rng((self.seed, number))
        for batch in self.batches.epoch(number):
            ids = batch.ids.numpy()
            chosen = self._chosen(ids, rng)  # (batch, time)
            targets = np.where(chosen, ids, IGNORED)
            yield batch._replace(ids=self._hidden(ids, chosen, rng), targets=int64_tensor(targets))

    def _chosen(self, ids: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.bool_]:
        """Which tokens are to be guessed: in each row those with the lowest of random numbers, one for each word."""
        order = rng.random(ids.shape)
        if len(self.continuing):
            words: NDArray[np.int64] = np.cumsum(
                ~np.isin(ids, self.continuing), 1
            )  # (batch, time), the number of each token's word
            order = np.take_along_axis(np.insert(order, 0, 1.0, 1), words, 1)
        order[np.isin(ids, self.special)] = np.inf
        candidates = np.isfinite(order).sum(1)  # (batch,)
        count = np.minimum(candidates, np.maximum(1, np.round(self.share * candidates))).astype(np.int64)
        ranked = np.insert(np.sort(order, 1), 0, -1.0, 1)  # (batch, 1 + time)
        highest: NDArray[np.float64] = np.take_along_axis(ranked, count[:, None], 1)  # (batch, 1)
        return order <= highest

    def _hidden(self, ids: NDArray[np.int64], chosen: NDArray[np.bool_], rng: np.random.Generator) -> torch.Tensor:
        """The ids, the chosen ones hidden, replaced or left."""
        lot = rng.random(ids.shape)
        any_id = rng.choice(self.others, ids.shape)
        replaced = np.where(lot < 0.8, self.mask_id, np.where(lot < 0.9, any_id, ids))
        return int64_tensor(np.where(chosen, replaced, ids))
