"""Scores: accuracy, precision, recall and F1 by class, and strict F1 of entities.

Entities are scored as in CoNLL-2003 (Tjong Kim Sang & De Meulder, 2003; conlleval): one is right only if its
first token, its last token and its type are all right; overall scores pool the counts of all types. 0/0
counts as 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seqmodels.heads.tag_schemes import Span
from textprep.errors import InputError


class Score(NamedTuple):
    """Precision, recall and F1, all in 0..1, with the counts that they come from."""

    precision: float
    recall: float
    f1: float
    gold: int
    predicted: int
    correct: int


def score(correct: int, predicted: int, gold: int) -> Score:
    """Precision, recall and F1 from counts."""
    precision = correct / predicted if predicted else 0.0
    recall = correct / gold if gold else 0.0
    f1 = 2 * correct / (predicted + gold) if correct else 0.0
    return Score(precision, recall, f1, gold, predicted, correct)


def entity_scores(gold: Iterable[Sequence[Span]], predicted: Iterable[Sequence[Span]]) -> dict[str, Score]:
    """Strict scores of entities, sentence by sentence.

    Args:
        gold: The right spans of each sentence.
        predicted: The found spans of each sentence, in the same order.

    Returns:
        A score for each entity type, in alphabetical order, after the overall one under "all".

    Raises:
        InputError: If the two differ in the number of sentences.
    """
    golds, founds, hits = Counter[str](), Counter[str](), Counter[str]()
    try:
        for right, found in zip(gold, predicted, strict=True):
            golds.update(span.type for span in right)
            founds.update(span.type for span in found)
            hits.update(span.type for span in set(right) & set(found))
    except ValueError as error:
        raise InputError("gold and predicted differ in their number of sentences") from error
    scores = {"all": score(hits.total(), founds.total(), golds.total())}
    return scores | {name: score(hits[name], founds[name], golds[name]) for name in sorted(golds | founds)}


def accuracy(gold: NDArray[Any], predicted: NDArray[Any]) -> float:
    """Share of equal elements, 0 for none at all; InputError if the shapes differ."""
    _same_shape(gold, predicted)
    return float((gold == predicted).mean()) if gold.size else 0.0


def class_scores(gold: NDArray[Any], predicted: NDArray[Any], names: Sequence[str]) -> dict[str, Score]:
    """Precision, recall and F1 of every class; class i is called `names[i]`. InputError if the shapes differ."""
    _same_shape(gold, predicted)
    counts = np.zeros((len(names), len(names)), np.int64)  # (gold, predicted)
    np.add.at(counts, (gold.ravel(), predicted.ravel()), 1)
    return {
        name: score(int(counts[i, i]), int(counts[:, i].sum()), int(counts[i].sum())) for i, name in enumerate(names)
    }


def label_scores(gold: NDArray[Any], predicted: NDArray[Any], names: Sequence[str]) -> dict[str, Score]:
    """Precision, recall and F1 of every label where a row may have several.

    Args:
        gold: Which labels each row has, 0 or 1, (rows, labels).
        predicted: Which were predicted, (rows, labels).
        names: Of the labels.

    Raises:
        InputError: If the shapes differ.
    """
    _same_shape(gold, predicted)
    right, found, hits = (each.astype(bool).sum(0).tolist() for each in (gold, predicted, gold * predicted))
    return {name: score(hits[i], found[i], right[i]) for i, name in enumerate(names)}


def macro_f1(scores: Mapping[str, Score]) -> float:
    """The unweighted mean of the F1 of all classes that occur or were predicted."""
    return _mean([each.f1 for each in scores.values() if each.gold or each.predicted])


def micro_f1(scores: Mapping[str, Score]) -> float:
    """F1 from the counts of all classes taken together."""
    each = scores.values()
    return score(sum(s.correct for s in each), sum(s.predicted for s in each), sum(s.gold for s in each)).f1


def balanced_accuracy(scores: Mapping[str, Score]) -> float:
    """The unweighted mean of the recall of all classes that occur (Brodersen et al., 2010)."""
    return _mean([each.recall for each in scores.values() if each.gold])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _same_shape(gold: NDArray[Any], predicted: NDArray[Any]) -> None:
    if gold.shape != predicted.shape:
        raise InputError(f"gold has shape {gold.shape}, predicted {predicted.shape}")
