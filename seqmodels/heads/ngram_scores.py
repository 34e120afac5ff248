"""A linear model of words and word pairs, to stand beside a network: Naive Bayes and logistic regression in one.

A row is its distinct words and pairs of neighbouring words, each weighted by its inverse document frequency and, for
each class, by its Naive-Bayes log-count ratio (Wang & Manning, 2012). What remains is a convex problem: it is solved
at once for the whole training set, so nothing of it depends on epochs, learning rates or batches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.batches.word_batches import WordBatch
from seqmodels.inputs.word_features import UNK

Loss: TypeAlias = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

HALF = 31  # bits of a key that hold the second word
PULL = 3.0  # rows that say that the balance is 1


class NGramScores(nn.Module):
    """Scores of the classes by the words and word pairs of a row, and how much they count beside those of a network.

    All of it is buffers: `fit` makes the scores from training rows, and `weigh` the balance from others; no optimiser
    changes them. Until they are fitted, all scores are 0 and the network's stay as they are.

    Args:
        grams: How many words and pairs are known.
        classes: How many classes there are.
    """

    keys: torch.Tensor
    rarity: torch.Tensor
    scores: torch.Tensor
    bias: torch.Tensor
    balance: torch.Tensor

    def __init__(self, grams: int, classes: int) -> None:
        super().__init__()
        self.register_buffer("keys", torch.zeros(grams, dtype=torch.int64))  # ascending
        self.register_buffer("rarity", torch.zeros(grams))  # inverse document frequency
        self.register_buffer("scores", torch.zeros(grams, classes))
        self.register_buffer("bias", torch.zeros(classes))
        self.register_buffer("balance", torch.ones(2))  # by which the network's scores and these are multiplied

    def forward(self, batch: WordBatch) -> torch.Tensor:
        """The score of every class, not weighed: (batch, classes)."""
        words = batch.features.words[batch.codes]  # (batch, time)
        if len(self.keys) == 0 or words.shape[1] == 0:
            return self.bias.expand(len(words), -1)
        keys = torch.cat([gram_keys(words), gram_keys(words[:, :-1], words[:, 1:])], 1)
        keys = keys.sort(1).values  # (batch, grams)
        rows = torch.searchsorted(self.keys, keys).clamp(max=len(self.keys) - 1)
        found = self.keys[rows] == keys
        found[:, 1:] &= keys[:, 1:] != keys[:, :-1]  # each once
        weights = F.normalize(self.rarity[rows] * found, dim=1)  # (batch, grams)
        return F.embedding_bag(rows, self.scores, per_sample_weights=weights, mode="sum") + self.bias

    def beside(self, network: torch.Tensor, batch: WordBatch) -> torch.Tensor:
        """The scores of a network, (batch, classes), and these, weighed and added up: (batch, classes)."""
        return self.balance[0] * network + self.balance[1] * self(batch)

    @torch.enable_grad()
    def fit(
        self,
        words: torch.Tensor,
        lengths: torch.Tensor,
        targets: torch.Tensor,
        loss: Loss,
        *,
        freedom: float,
        min_count: int = 2,
        steps: int = 100,
    ) -> None:
        """Learn the words and pairs of training rows, and their scores; the balance stays. All tensors are the CPU's.

        Args:
            words: The row of each token in the word matrix, one text behind the other, (tokens,).
            lengths: Tokens of each text, (texts,).
            targets: The class of each text (texts,), or with several labels a text 0 or 1 for each (texts, classes).
            loss: The mean loss of the texts by their scores (texts, classes) and targets.
            freedom: What the loss of all texts counts beside small weights ("C").
            min_count: Words and pairs of fewer texts are left out.
            steps: Of the solver (L-BFGS), at most.
        """
        grams = distinct_grams(words, lengths, min_count)
        texts, classes = len(lengths), len(self.bias)
        ratio = log_count_ratio(grams, targets if targets.ndim == 2 else F.one_hot(targets, classes))
        rarity = ((1.0 + texts) / (1.0 + grams.found)).log() + 1
        norm = torch.zeros(texts).index_add_(0, grams.text, rarity[grams.gram] ** 2).sqrt()
        weights = rarity[grams.gram] / norm[grams.text]
        starts = torch.searchsorted(grams.text, torch.arange(texts))
        factors, bias = torch.zeros_like(ratio, requires_grad=True), torch.zeros(classes, requires_grad=True)

        def objective() -> torch.Tensor:
            scores = F.embedding_bag(grams.gram, ratio * factors, starts, per_sample_weights=weights, mode="sum")
            return loss(scores + bias, targets) + (factors**2).sum() / (2 * freedom * texts)

        minimise(objective, [factors, bias], steps)
        self.keys, self.rarity = grams.keys, rarity
        self.scores, self.bias = (ratio * factors).detach(), bias.detach()

    @torch.enable_grad()
    def weigh(self, network: torch.Tensor, own: torch.Tensor, targets: torch.Tensor, loss: Loss) -> None:
        """Fit the balance to rows from which neither a network nor this model has learned.

        Two numbers, drawn towards 1. They also make the probabilities honest: a network that has seen a small set many
        times is far too sure of itself (Guo et al., 2017).

        Args:
            network: The network's scores, (rows, classes).
            own: What `forward` gives, (rows, classes).
            targets: As for `fit`.
            loss: As for `fit`.
        """
        balance = torch.ones(2, device=own.device, requires_grad=True)

        def objective() -> torch.Tensor:
            pull = PULL / max(1, len(targets)) * ((balance - 1) ** 2).sum()
            return loss(balance[0] * network + balance[1] * own, targets) + pull

        minimise(objective, [balance], 50)
        self.balance.copy_(balance.detach().clamp(min=0))


class Grams(NamedTuple):
    """The distinct words and pairs of some texts.

    Attributes:
        keys: See `gram_keys`; ascending.
        found: In how many texts each is.
        text: One of the texts, ascending, ...
        gram: ... and which of the keys it has; each pair of them once.
    """

    keys: torch.Tensor  # (grams,)
    found: torch.Tensor  # (grams,)
    text: torch.Tensor  # (cells,)
    gram: torch.Tensor  # (cells,)


def gram_keys(first: torch.Tensor, second: torch.Tensor | int = 0) -> torch.Tensor:
    """One number for two rows of the word matrix; the second is 0, padding, for a word by itself."""
    return (first << HALF) + second


def distinct_grams(words: torch.Tensor, lengths: torch.Tensor, min_count: int) -> Grams:
    """The words and pairs of at least `min_count` texts, but none with an unknown word: new texts have more of these.

    `words` (tokens,) and `lengths` (texts,) are those of `NGramScores.fit`.
    """
    text = torch.arange(len(lengths)).repeat_interleave(lengths)
    inside = text[:-1] == text[1:]
    keys = torch.cat([gram_keys(words), gram_keys(words[:-1], words[1:])[inside]])
    keys, gram = torch.unique(keys, return_inverse=True)
    cells = torch.unique(torch.cat([text, text[:-1][inside]]) * len(keys) + gram)  # each gram once a text
    text, gram = cells // max(1, len(keys)), cells % max(1, len(keys))
    found = gram.bincount(minlength=len(keys))
    known = (keys >> HALF > UNK) & (keys & (1 << HALF) - 1 != UNK)
    kept = (found >= min_count) & known
    place, cells = kept.cumsum(0) - 1, kept[gram]
    return Grams(keys[kept], found[kept], text[cells], place[gram[cells]])


def log_count_ratio(grams: Grams, targets: torch.Tensor) -> torch.Tensor:
    """How much more frequent each gram is in the texts of each class than in the others, as a logarithm.

    `targets` (texts, classes) are 0 and 1; the ratio is (grams, classes).
    """
    from scipy.sparse import coo_array

    one, shape = torch.ones_like(grams.gram), (len(grams.keys), len(targets))
    cells = coo_array((one.numpy(), (grams.gram.numpy(), grams.text.numpy())), shape)
    here = torch.from_numpy(cells.tocsr() @ targets.numpy()) + 1.0  # (grams, classes)
    elsewhere = grams.found[:, None] - here + 2.0
    return (here / here.sum(0)).log() - (elsewhere / elsewhere.sum(0)).log()


def minimise(objective: Callable[[], torch.Tensor], values: list[torch.Tensor], steps: int) -> None:
    """Bring the values, in place, to where the objective is least, by L-BFGS."""
    solver = torch.optim.LBFGS(values, max_iter=steps, history_size=10, line_search_fn="strong_wolfe")

    def evaluated() -> torch.Tensor:
        solver.zero_grad()
        value = objective()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    solver.step(evaluated)  # type: ignore[no-untyped-call]
