"""Distillation: a small model learns what a large one, or an ensemble, says of each row, beside what is right (Hinton,
Vinyals & Dean, "Distilling the Knowledge in a Neural Network", 2015).

    fit(Distillation(student, teacher), batches, lambda both: scores_of(both.student), settings)

Taggers are compared by the probability of each tag at each token over all taggings of the rest, also with CRFs (Wang et
al., "Structure-Level Knowledge Distillation For Multilingual Sequence Labeling", 2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.heads.tag_head import TagHead
from seqmodels.training.protocols import EpochBatches
from seqmodels.transfer.agreement import check_agreement
from seqmodels.transfer.teacher import Teacher, log_probabilities
from textprep.errors import ConfigError


def distillation_loss(student: torch.Tensor, teacher: torch.Tensor, temperature: float = 2.0) -> torch.Tensor:
    """How far the student's distributions are from the teacher's: T² KL(teacher ‖ student) in nats, the mean over them.

    T² keeps the gradient as large as that of the right targets, whatever T is.

    Args:
        student: Scores, of which a softmax makes distributions over the last dimension: (..., choices).
        teacher: Scores likewise.
        temperature: T, by which the scores of both are divided; a high one shows what is improbable.

    Raises:
        ConfigError: They have different shapes.
    """
    if student.shape != teacher.shape:
        shapes = f"{tuple(student.shape)} and {tuple(teacher.shape)}"
        raise ConfigError(f"the scores of student and teacher have shapes {shapes}; both must predict the same")
    own, wanted = ((scores / temperature).log_softmax(-1) for scores in (student, teacher))
    each = F.kl_div(own, wanted, reduction="none", log_target=True).sum(-1)  # (...)
    return temperature**2 * each.sum() / max(1, each.numel())


class Distillation(nn.Module):
    """A student together with its teacher, to be trained by `fit`.

    Its loss is `mix` times the `distillation_loss` plus `1 - mix` times the student's own loss.

    Args:
        student: The model that learns: gives scores for a batch, and has `loss_of(scores, batch)`.
        teacher: A trained model with the same labels and vocabulary; it is frozen.
        temperature: See `distillation_loss`.
        mix: How much the teacher counts; with 1 the batches need no targets.
        remember: The batches that the student learns from, so that the teacher is asked about each row once and not in
            every epoch; for taggers and large vocabularies that takes memory, one number a token and choice.
        vocabularies: The words of student and teacher, see `check_agreement`.

    Raises:
        ConfigError: The models do not agree, the student has no `loss_of`, `temperature` is not above 0, or `mix` lies
            outside 0..1.
    """

    def __init__(
        self,
        student: nn.Module,
        teacher: nn.Module,
        *,
        temperature: float = 2.0,
        mix: float = 0.5,
        remember: EpochBatches | None = None,
        vocabularies: Sequence[Sequence[str]] | None = None,
    ) -> None:
        super().__init__()
        check_agreement([student, teacher], vocabularies)
        if not hasattr(student, "loss_of"):
            raise ConfigError(f"a {type(student).__name__} cannot be a student; it needs loss_of(scores, batch)")
        if not (temperature > 0 and 0 <= mix <= 1):
            raise ConfigError(f"temperature must be above 0 and mix within 0..1, not {temperature} and {mix}")
        self.student, self.teacher = student, Teacher(teacher, remember)
        self.temperature, self.mix = temperature, mix

    def loss(self, batch: Any) -> torch.Tensor:
        """Mean loss of the batch in nats, a scalar."""
        student: Any = self.student
        scores = getattr(student, "network_scores", student)(batch)  # a linear model beside a network does not learn
        taught = distillation_loss(log_probabilities(student, scores, batch), self.teacher(batch), self.temperature)
        if isinstance(getattr(student, "head", None), TagHead):
            taught = taught * scores.shape[1]  # summed over the tokens of a row, as the right tags' loss is
        if self.mix == 1:
            return taught
        right: torch.Tensor = student.loss_of(scores, batch)
        return self.mix * taught + (1 - self.mix) * right

    def loss_weight(self, batch: Any) -> int:
        """Over how many rows or tokens the loss of a batch is a mean: as the student says."""
        student: Any = self.student
        return int(student.loss_weight(batch))
