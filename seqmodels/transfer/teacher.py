"""A trained model as a teacher: frozen, in evaluation mode, asked for distributions; perhaps asked once only."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from seqmodels.heads.multi_label_head import MultiLabelHead
from seqmodels.heads.tag_head import TagHead
from seqmodels.training.protocols import EpochBatches
from textprep.errors import InputError

LEAST = torch.finfo(torch.float32).tiny  # what stands for a probability of 0, so that it has a logarithm


def log_probabilities(model: nn.Module, scores: torch.Tensor, batch: Any) -> torch.Tensor:
    """The logarithms of the probabilities that scores stand for, those of one distribution in the last dimension.

    They are those of a softmax, (..., choices). A label that is given or not given is a distribution over two choices,
    (batch, labels, 2). A tagger's are those of each tag at each token, (batch, time, K), over all taggings of the rest;
    in the padding all are alike.

    Args:
        model: With a head that knows what the scores mean; without one they are taken to be those of a softmax.
        scores: As the model gave them for the batch.
        batch: With `lengths`, if the model is a tagger.
    """
    head = getattr(model, "head", None)
    if isinstance(head, TagHead):
        return head.marginals(scores, batch.lengths).clamp(min=LEAST).log()
    if isinstance(head, MultiLabelHead):
        return torch.stack([F.logsigmoid(scores), F.logsigmoid(-scores)], -1)
    return scores.log_softmax(-1)


class Teacher(nn.Module):
    """Says how probable a trained model holds every choice; no gradient reaches it, and no dropout.

    Args:
        model: What teaches; it is frozen, and put into evaluation mode.
        remember: A corpus that the model is asked about now, once for all rows; it is not kept then. The rows may come
            in other batches and another order afterwards.
    """

    def __init__(self, model: nn.Module, remember: EpochBatches | None = None) -> None:
        super().__init__()
        self.model: nn.Module | None = model.requires_grad_(False).eval()
        self.answers: dict[int, torch.Tensor] = {}  # by row
        if remember is not None:
            self._ask_once(model, remember)
            self.model = None

    def train(self, mode: bool = True) -> Teacher:
        """A teacher stays in evaluation mode."""
        return super().train(False)

    @torch.no_grad()
    def forward(self, batch: Any) -> torch.Tensor:
        """The logarithms of the probabilities, see `log_probabilities`.

        Raises:
            InputError: A row is not one of the remembered ones.
        """
        if self.model is not None:
            return log_probabilities(self.model, self.model(batch), batch)
        rows = batch.rows.tolist()
        if missing := [row for row in rows if row not in self.answers]:
            problem = f"the teacher was not asked about row {missing[0]}"
            raise InputError(problem, remedy="let it remember the corpus that the student learns from")
        return pad_sequence([self.answers[row] for row in rows], batch_first=True).to(batch.rows.device)

    @torch.no_grad()
    def _ask_once(self, model: nn.Module, corpus: EpochBatches) -> None:
        device = next(model.parameters()).device
        for batch in corpus.epoch(0):
            asked = batch.to(device)
            answers = list(log_probabilities(model, model(asked), asked).cpu())
            if isinstance(getattr(model, "head", None), TagHead):
                answers = [answer[:length] for answer, length in zip(answers, batch.lengths, strict=True)]
            self.answers.update((row, answer.clone()) for row, answer in zip(batch.rows.tolist(), answers, strict=True))
