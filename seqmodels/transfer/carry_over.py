"""Weights carried from a trained model into another, whose vocabulary may be another one.

As ULMFiT needs it between a language model and a classifier (Howard & Ruder, 2018):

    carry_over(language_model.encoder, classifier.encoder)
    carried = carry_rows(language_model.input.words, its_words, classifier.input.words, words)
    print(f"{len(carried.fresh)} words are new")
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import nn

from seqmodels.inputs.split_embedding import SplitEmbedding
from textprep.errors import ConfigError


class CarriedRows(NamedTuple):
    """What became of the rows of a matrix."""

    found: list[str]
    """What has its row from the source."""
    fresh: list[str]
    """What the source does not know; its rows are as they were."""


def carry_over(source: nn.Module, target: nn.Module) -> list[str]:
    """Copy all weights and buffers of a module into one that is built alike.

    Args:
        source: A part of a trained model, such as its encoder.
        target: The same part of another model; nothing of it is changed if something does not fit.

    Returns:
        The names of what was carried.

    Raises:
        ConfigError: A weight is in only one of them, or has another shape.
    """
    given, wanted = source.state_dict(), target.state_dict()
    for name in sorted(given.keys() | wanted.keys()):
        here, there = (tuple(state[name].shape) if name in state else "nowhere" for state in (given, wanted))
        if here != there:
            raise ConfigError(
                f"{name} has shape {here} in the source and {there} in the target; build both with the same settings, "
                "or carry over smaller parts, and rows that stand for words with carry_rows"
            )
    target.load_state_dict(given)
    return list(given)


@torch.no_grad()
def carry_rows(
    source: nn.Embedding | SplitEmbedding,
    source_words: Sequence[str],
    target: nn.Embedding | SplitEmbedding,
    target_words: Sequence[str],
) -> CarriedRows:
    """Copy the rows of a matrix of words, or of characters, to where another one has the same words.

    Args:
        source: The trained matrix, (source words, size).
        source_words: What each of its rows stands for, padding and unknown word included.
        target: The matrix to be filled, (target words, size).
        target_words: What each of its rows stands for; a word is found only as it stands.

    Raises:
        ConfigError: The words are not as many as the rows, or the vectors have another size.
    """
    old, new = _matrix(source), _matrix(target)
    for kind, words, matrix in (("source", source_words, old), ("target", target_words, new)):
        if len(words) != len(matrix):
            raise ConfigError(
                f"the {kind} has {len(matrix)} rows but {len(words)} words; give the vocabulary that it was built with"
            )
    if old.shape[1] != new.shape[1]:
        raise ConfigError(f"the source has vectors of {old.shape[1]} numbers, the target of {new.shape[1]}")
    rows = {word: row for row, word in enumerate(source_words)}
    known = [row for row, word in enumerate(target_words) if word in rows]
    taken = [rows[target_words[row]] for row in known]
    new[known] = old[taken].to(new.device, new.dtype)
    _fill(target, new)
    return CarriedRows([target_words[row] for row in known], [word for word in target_words if word not in rows])


def _matrix(table: nn.Embedding | SplitEmbedding) -> torch.Tensor:
    """All rows of a table: (words, size)."""
    return torch.cat([table.trained, table.frozen]) if isinstance(table, SplitEmbedding) else table.weight


def _fill(table: nn.Embedding | SplitEmbedding, matrix: torch.Tensor) -> None:
    """Copy a matrix (words, size) in."""
    if isinstance(table, SplitEmbedding):
        table.trained.copy_(matrix[: len(table.trained)])
        table.frozen.copy_(matrix[len(table.trained) :])
    else:
        table.weight.copy_(matrix)
