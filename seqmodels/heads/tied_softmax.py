"""A softmax over all words whose vectors are those of the input (Press & Wolf, 2017; Inan et al., 2017)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from seqmodels.heads.full_softmax import FullSoftmax
from seqmodels.heads.word_softmax import WORD_SOFTMAXES
from textprep.errors import ConfigError
from textprep.settings import Share


@WORD_SOFTMAXES.register("tied")
@dataclass(frozen=True)
class TiedSoftmaxSettings:
    """How a `FullSoftmax` with the vectors of the input is built."""

    label_smoothing: Share = 0.0
    """Share of the target's probability that is spread evenly over all words, in training."""
    bias: bool = True
    """Whether each word has a number that is added to its scores."""

    def build(
        self, size: int, words: int, table: nn.Parameter | None = None, counts: torch.Tensor | None = None
    ) -> FullSoftmax:
        """The softmax, see `WordSoftmaxSettings`; where sizes differ, a matrix brings vectors to the table's size."""
        table = shared_table(table, words)
        project = None if table.shape[1] == size else nn.Linear(size, table.shape[1], bias=False)
        return FullSoftmax(table, project=project, bias=self.bias, smoothing=self.label_smoothing)


def shared_table(table: nn.Parameter | None, words: int) -> nn.Parameter:
    """The words' vectors of the input; ConfigError if there are none, or for another number of words."""
    if table is None:
        raise ConfigError("a tied softmax needs the vectors of the input's words; give a table, or take kind = full")
    if len(table) != words:
        raise ConfigError(f"the input has vectors of {len(table)} words, and the output {words}; they cannot be tied")
    return table
