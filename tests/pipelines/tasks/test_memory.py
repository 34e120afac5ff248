from __future__ import annotations

import pytest
import torch

from pipelines import NerSettings, SentimentSettings, train
from seqmodels import Hook
from textprep.errors import ConfigError
from textprep.settings import with_values


@pytest.mark.parametrize(
    "values, lower",
    [
        ({"hidden_size": 1_000_000}, "lower model.encoder.hidden_size$"),
        ({"encoder.kind": "transformer", "inner_size": 1_000_000, "layers": 100}, "lower model.encoder.inner_size$"),
        ({"char_output": 1_000_000, "char_width": 99_999}, "lower model.input.char_output, model.input.char_width$"),
        ({"word_size": 1_000_000, "hidden_size": 300_000}, "lower data.word_size, model.encoder.hidden_size$"),
    ],
)
def test_sizes_for_which_there_is_no_memory(tagged, values, lower):
    settings = with_values(NerSettings(), values)
    with pytest.raises(ConfigError, match=rf"training needs some [\d,]+ GB of memory, and [\d.]+ GB are free; {lower}"):
        train("ner", tagged(20, 0), tagged(5, 1), settings=settings)


def test_memory_that_runs_out_while_training(reviews):
    class Greedy(Hook):
        def on_backward(self, model, state):
            torch.empty(2**50)

    class Broken(Hook):
        def on_backward(self, model, state):
            torch.ones(2) + torch.ones(3)

    settings = with_values(SentimentSettings(), {"epochs": 1, "batch_size": 40, "min_count": 1})
    with pytest.raises(ConfigError, match="the memory ran out while training; lower data"):
        train("sentiment", reviews(40, 0), reviews(4, 1), settings=settings, hooks=[Greedy()])
    with pytest.raises(RuntimeError, match="must match the size"):
        train("sentiment", reviews(40, 0), reviews(4, 1), settings=settings, hooks=[Broken()])
