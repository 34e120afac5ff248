"""How much each token counts for a score.

Gradient times input is what the score's slope says of each token's vector. Integrated gradients (Sundararajan, Taly &
Yan, "Axiomatic Attribution for Deep Networks", 2017) take the mean slope on the straight way from a baseline to the
input; together they make up the whole difference of the two scores, which is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.pair_batches import PairBatch
from seqmodels.batches.plan import check_at_least_one
from seqmodels.batches.word_batches import WordBatch
from seqmodels.models.classifier import Classifier
from seqmodels.models.pair_classifier import PairClassifier
from textprep.errors import InputError

ScoreOf: TypeAlias = Callable[[torch.Tensor], torch.Tensor]
"""From several versions of a row's vectors, (versions, time, size), to the score of each version, (versions,)."""

AT_ONCE = 32  # versions of a row that are read in one batch
MOST_POINTS = 1024


@dataclass(frozen=True)
class Saliency:
    """What each token adds to a score."""

    tokens: list[str]
    values: NDArray[np.float64]  # (tokens,)
    score: float
    """That of the input."""
    baseline: float | None = None
    """That of the baseline; None if there is none."""

    @property
    def gap(self) -> float | None:
        """What the tokens' sum lacks of the difference of the two scores: 0 but for the steps of the sum over the way.

        None without a baseline.
        """
        return None if self.baseline is None else self.score - self.baseline - float(self.values.sum())


def gradient_times_input(score: ScoreOf, vectors: torch.Tensor, tokens: Sequence[str]) -> Saliency:
    """The gradient of a score with respect to each token's vector, times that vector.

    Args:
        score: The score of vectors; the model behind it is to be in evaluation mode.
        vectors: Those of the tokens, (time, size).
        tokens: One for each vector.

    Raises:
        InputError: There are not as many tokens.
    """
    _check(vectors, tokens)
    gradients, (value,) = _gradients(score, vectors.unsqueeze(0))
    return Saliency(list(tokens), (gradients[0] * vectors).sum(1).double().cpu().numpy(), float(value))


def integrated_gradients(
    score: ScoreOf,
    vectors: torch.Tensor,
    tokens: Sequence[str],
    *,
    baseline: torch.Tensor | None = None,
    points: int = 32,
    tolerance: float = 0.01,
) -> Saliency:
    """The mean gradient on the straight way from a baseline, times the way: what each token adds.

    The way is cut in `points` parts, of which each counts by its middle, and in twice as many, up to 1,024, as long as
    the values lack more than `tolerance` of the difference that they are to make up.

    Args:
        score: The score of vectors; the model behind it is to be in evaluation mode.
        vectors: Those of the tokens, (time, size).
        tokens: One for each vector.
        baseline: Where the way begins, (time, size); zeros, which say nothing, if None.
        points: Gradients that are computed at first.
        tolerance: Share of the difference of the scores that may be lacking.

    Raises:
        InputError: There are not as many tokens, or the baseline has another shape.
        ConfigError: `points` is below 1.
    """
    _check(vectors, tokens)
    check_at_least_one(points=points)
    start = torch.zeros_like(vectors) if baseline is None else baseline
    if start.shape != vectors.shape:
        raise InputError(f"the baseline {tuple(start.shape)} has not the shape of the vectors {tuple(vectors.shape)}")
    with torch.no_grad():
        lowest, value = score(torch.stack([start, vectors])).tolist()
    way = vectors - start  # (time, size)
    while True:
        total = torch.zeros_like(way)
        middles_of_parts = (torch.arange(points, device=way.device) + 0.5) / points  # (points,)
        for middles in torch.split(middles_of_parts, AT_ONCE):
            versions = start + middles.view(-1, 1, 1) * way  # (versions, time, size)
            total += _gradients(score, versions)[0].sum(0)
        found = Saliency(list(tokens), (total / points * way).sum(1).double().cpu().numpy(), value, lowest)
        if abs(found.gap or 0.0) <= tolerance * abs(value - lowest) or 2 * points > MOST_POINTS:
            return found
        points *= 2


def classifier_score(model: Classifier, batch: WordBatch, label: int) -> tuple[ScoreOf, torch.Tensor]:
    """What the network of a classifier scores one label by, and the vectors (time, size) of the text's tokens.

    A linear model beside the network looks at words, not at vectors, and is left out.

    Args:
        model: The classifier; it is put into evaluation mode.
        batch: One text.
        label: Which label, by its number.

    Raises:
        InputError: The batch is not of one text, or there is no such label.
    """
    _check_label(len(batch.codes), "text", label, model.labels)
    model.eval()
    with torch.no_grad():
        vectors = model.input.gather(model.input(batch.features), batch.codes, batch.states)[0]  # (time, size)

    def score(versions: torch.Tensor) -> torch.Tensor:
        rows = len(versions)
        sentences = None if batch.sentences is None else batch.sentences.expand(rows, -1)
        several = batch._replace(
            codes=batch.codes.expand(rows, -1),
            lengths=batch.lengths.expand(rows),
            rows=batch.rows.expand(rows),
            targets=None,
            sentences=sentences,
            states=None,  # they are among the vectors
        )
        return model.head(model.encoder.read(versions, several), several.mask)[:, label]

    return score, vectors


def pair_score(model: PairClassifier, batch: PairBatch, label: int) -> tuple[ScoreOf, torch.Tensor]:
    """What a classifier of pairs scores one label by, and the vectors (time, size) of all that it reads of a pair.

    These are the vectors of the first side and then those of the second, with their separators if both are read as one
    sequence.

    Args:
        model: The classifier; it is put into evaluation mode.
        batch: One pair.
        label: Which label, by its number.

    Raises:
        InputError: The batch is not of one pair, or there is no such label.
    """
    _check_label(len(batch.rows), "pair", label, model.labels)
    model.eval()
    with torch.no_grad():
        sequences = list(model.sequences(batch))
    sizes = [x.shape[1] for x, _ in sequences]

    def score(versions: torch.Tensor) -> torch.Tensor:
        lengths = [each.expand(len(versions)) for _, each in sequences]
        return model.read(zip(torch.split(versions, sizes, 1), lengths, strict=True))[:, label]

    return score, torch.cat([x[0] for x, _ in sequences])


def _check_label(rows: int, kind: str, label: int, labels: Sequence[str]) -> None:
    if rows != 1 or not 0 <= label < len(labels):
        raise InputError(
            f"the batch has {rows} {kind}s and the model {len(labels)} labels",
            remedy=f"give one {kind}, and the number of a label from 0",
        )


def _gradients(score: ScoreOf, versions: torch.Tensor) -> tuple[torch.Tensor, list[float]]:
    """The gradients with respect to versions of a row, (versions, time, size), and the scores."""
    leaf = versions.detach().requires_grad_()
    # cuDNN leads no gradient back through a recurrent layer in evaluation mode; torch's own kernels do.
    with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
        scores = score(leaf)  # (versions,)
        (gradients,) = torch.autograd.grad(scores.sum(), leaf)
    return gradients, scores.tolist()


def _check(vectors: torch.Tensor, tokens: Sequence[str]) -> None:
    if vectors.dim() != 2 or len(vectors) != len(tokens):
        raise InputError(
            f"there are {len(tokens)} tokens and vectors {tuple(vectors.shape)}; give one vector a token, (time, size)"
        )
