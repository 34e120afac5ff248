import numpy as np
import pytest
import torch

from seqmodels.inspect.hidden_states import hidden_states
from seqmodels.layers.recurrent import RecurrentEncoder
from seqmodels.layers.stacked import StackedEncoder
from seqmodels.layers.transformer import TransformerSettings
from textprep.errors import InputError


def test_the_states_of_all_layers_by_running_each():
    torch.manual_seed(0)
    lower = RecurrentEncoder(3, 8, bidirectional=False)
    upper = TransformerSettings(hidden_size=8, heads=2, inner_size=8, layers=1, norm_place="post").build(8)
    model, x, lengths = StackedEncoder(lower, upper).eval(), torch.randn(2, 5, 3), torch.tensor([5, 3])
    first, second = hidden_states(model, lambda: model(x, lengths), ["a", "b", "c"], row=1)
    with torch.no_grad():
        below = lower(x, lengths).output
        above = upper(below, lengths).output  # with post-norm the last layer's output is the encoder's
    assert (first.layer, second.layer) == ("lower layer 1", "upper.layers.0")
    np.testing.assert_allclose(first.states, below[1, :3], atol=1e-6)
    np.testing.assert_allclose(second.states, above[1, :3], atol=1e-6)
    assert not upper.layers[0]._forward_hooks


def test_more_tokens_than_were_read():
    encoder = RecurrentEncoder(3, 4)
    with pytest.raises(InputError, match="3 tokens of row 0"):
        hidden_states(encoder, lambda: encoder(torch.zeros(1, 2, 3), torch.tensor([2])), ["a", "b", "c"])
