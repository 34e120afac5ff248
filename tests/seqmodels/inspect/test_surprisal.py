import math

import numpy as np
import pytest
import torch

from seqmodels.inputs.token_input import TokenInputSettings, TokenSizes
from seqmodels.inspect.surprisal import surprisal
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.models.language_model import LanguageModel, LanguageModelSettings
from textprep.errors import InputError


@pytest.fixture
def model():
    torch.manual_seed(0)
    encoder = RecurrentSettings(hidden_size=6, bidirectional=False)
    return LanguageModel(LanguageModelSettings(TokenInputSettings(size=6), encoder), TokenSizes(9))


def test_bits_are_those_of_the_softmax_of_next_scores(model):
    ids = [2, 5, 7, 1]
    found = surprisal(model, ids, ["a", "b", "c"])
    for place in range(1, 4):
        before = torch.tensor([ids[:place]])
        scores, _ = model.next_scores(before, torch.tensor([place]), None)
        p = torch.softmax(scores[0].double(), 0)[ids[place]].item()
        assert found.bits[place - 1] == pytest.approx(-math.log2(p), abs=1e-5)
    assert found.tokens == ["a", "b", "c"]


def test_a_text_of_nothing_and_one_that_does_not_fit(model):
    np.testing.assert_array_equal(surprisal(model, [2], []).bits, np.zeros(0))
    with pytest.raises(InputError, match="3 ids need 2 tokens, all but the first; there are 3"):
        surprisal(model, [1, 2, 3], ["a", "b", "c"])
