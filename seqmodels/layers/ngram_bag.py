"""A bag of words and word n-grams: fastText's classifier (Joulin et al., "Bag of Tricks for Efficient Text
Classification", 2017).

A text is the mean of the vectors of its words and of its n-grams. There are too many n-grams for a vector each, so
they share a table, in which their hash says where. A step's output is the vectors of the word and of the n-grams that
end with it, scaled such that the mean over a row's steps is that over all its words and n-grams: with the pooling
`mean` it is fastText's model.

An n-gram is one of words, not of vectors, so the encoder asks the batch for them (`read`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.layers.encoder import ENCODERS, Encoded, Encoder, State
from seqmodels.layers.mask import token_mask
from textprep.errors import ConfigError
from textprep.settings import Features, Within

if TYPE_CHECKING:
    from seqmodels.batches.word_batches import WordBatch

FACTOR = 116_049_371  # of fastText's hash of n-grams


@ENCODERS.register("ngram_bag")
@dataclass(frozen=True)
class NGramBagSettings:
    """How an `NGramBag` is built."""

    ngram_words: Annotated[int, Within(1, 10)] = 2
    """Words of the longest n-grams; 1 for a bag of words."""
    buckets: Features = 50_000
    """Vectors in the table that all n-grams share."""

    def build(self, input_size: int) -> NGramBag:
        """The encoder of vectors with `input_size` features."""
        return NGramBag(input_size, ngram_words=self.ngram_words, buckets=self.buckets)


class NGramBag(Encoder):
    """Adds to each word the n-grams that end with it.

    It has no state: how much a step counts depends on how long its row is.

    Args:
        input_size: Features of each step, and of each n-gram.
        ngram_words: Words of the longest n-grams.
        buckets: Vectors in the table of n-grams. They are zero at first, so that what no training text has says
            nothing.
    """

    def __init__(self, input_size: int, *, ngram_words: int = 2, buckets: int = 50_000) -> None:
        super().__init__()
        self.output_size, self.ngram_words, self.buckets = input_size, ngram_words, buckets
        self.ngrams = nn.Embedding(buckets + 1, input_size, padding_idx=0) if ngram_words > 1 else None
        if self.ngrams is not None:
            nn.init.zeros_(self.ngrams.weight)

    def forward(
        self, x: torch.Tensor, lengths: torch.Tensor, state: State | None = None, words: torch.Tensor | None = None
    ) -> Encoded:
        """Encode `x` (batch, time, input_size), see `Encoder.forward`; the output has the same shape.

        Args:
            x, lengths, state: See `Encoder.forward`.
            words: A number for each word, (batch, time); they may be left out of a bag without n-grams.

        Raises:
            ConfigError: If a state is given, or n-grams are wanted and words are not given.
        """
        if state is not None:
            raise ConfigError("a bag of n-grams cannot go on from a state, because it is a mean; give whole sequences")
        mask = token_mask(lengths, x.shape[1])  # (batch, time)
        x = x.masked_fill(~mask.unsqueeze(-1), 0.0)
        if self.ngrams is None:
            return Encoded(x, None)
        if words is None:
            raise ConfigError(
                "a bag of n-grams must be told the words, which a classifier or tagger does; "
                "elsewhere build it with ngram_words = 1, or take another encoder"
            )
        rows = ngram_rows(words, mask, self.ngram_words, self.buckets)  # (batch, time, ngram_words - 1)
        added = F.embedding_bag(rows.flatten(0, 1), self.ngrams.weight, mode="sum", padding_idx=0).view(x.shape)
        vectors = lengths + (rows > 0).sum((1, 2))  # (batch,)
        scale = lengths / vectors.clamp(min=1)  # (batch,)
        return Encoded((x + added) * scale[:, None, None].to(x.dtype), None)

    def read(self, x: torch.Tensor, batch: WordBatch) -> torch.Tensor:
        """The output for a batch's tokens, see `Encoder.read`; words are known by their rows in the word matrix."""
        encoded: Encoded = self(x, batch.lengths, words=batch.features.words[batch.codes])
        return encoded.output


def ngram_rows(words: torch.Tensor, mask: torch.Tensor, most: int, buckets: int) -> torch.Tensor:
    """Where the n-grams that end with each word stand in a table of `buckets` rows behind one for none.

    Args:
        words: A number for each word, not below 0, (batch, time).
        mask: True at tokens, (batch, time).
        most: Words of the longest n-grams.
        buckets: How many places there are for them.

    Returns:
        For each word its n-grams from two words up to `most`, 1..buckets, or 0 where the row has not so many words
        before it, (batch, time, most - 1).
    """
    rows, hashes = [], words  # (batch, time), of single words
    for further in range(1, most):
        hashes = (hashes[:, :-1] * FACTOR + words[:, further:]) % buckets  # (batch, time - further)
        rows.append(F.pad((hashes + 1) * mask[:, further:], (min(further, words.shape[1]), 0)))
    return torch.stack(rows, -1)
