import pytest
import torch
from torch import nn

from seqmodels.layers.feed_forward import FeedForward
from seqmodels.layers.initial_weights import fill_weights
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.layers.transformer_decoder import TransformerDecoderSettings


def test_xavier_has_the_deviations_of_a_worked_example():
    """A course's worked example: sqrt(2 / (inputs + outputs))."""
    torch.manual_seed(0)
    square, network = nn.Linear(512, 512), FeedForward(512, 2048)
    fill_weights(square, "xavier_normal")
    fill_weights(network, "xavier_normal")
    assert square.weight.std().item() == pytest.approx(0.0441942, rel=0.01)
    assert network.inner.weight.std().item() == pytest.approx(0.0279508, rel=0.01)
    fill_weights(square, "xavier_uniform")
    assert square.weight.std().item() == pytest.approx(0.0441942, rel=0.01)
    assert square.weight.abs().max().item() == pytest.approx(0.0441942 * 3**0.5, rel=0.01)
    assert square.bias.abs().sum() == 0


def test_small_ones_are_smaller_where_outputs_are_added_up():
    torch.manual_seed(0)
    sizes = {"hidden_size": 64, "inner_size": 256, "layers": 8, "initial_weights": "small"}
    encoder = TransformerSettings(**sizes).build(32)
    decoder = TransformerDecoderSettings(**sizes, biases=False).build(64, 64)
    for stack, parts in ((encoder, 2), (decoder, 3)):
        for layer in stack.layers:
            deviation = 0.02 / (parts * 8) ** 0.5
            assert layer.attention.attended.weight.std().item() == pytest.approx(deviation, rel=0.1)
            assert layer.inner.outer.weight.std().item() == pytest.approx(deviation, rel=0.1)
            assert layer.attention.queries_keys_values.weight.std().item() == pytest.approx(0.02, rel=0.1)
    assert decoder.layers[0].source.attended.weight.std().item() == pytest.approx(deviation, rel=0.1)
    assert encoder.entrance.project.weight.std().item() == pytest.approx(0.02, rel=0.1)
