import math

import pytest
import torch
from torch import nn

from seqmodels.layers.transformer import TransformerEncoder, TransformerSettings, sinusoids, visible_steps
from textprep.errors import ConfigError


def torch_layer(layer, size, inner):
    """PyTorch's own layer with the same weights."""
    theirs = nn.TransformerEncoderLayer(size, layer.heads, inner, 0.0, "gelu", batch_first=True, norm_first=True)
    theirs.self_attn.in_proj_weight.data = layer.queries_keys_values.weight.data
    theirs.self_attn.in_proj_bias.data = layer.queries_keys_values.bias.data
    theirs.self_attn.out_proj, theirs.linear1, theirs.linear2 = layer.attended, layer.inner, layer.outer
    theirs.norm1, theirs.norm2 = layer.attention_norm, layer.inner_norm
    return theirs.eval()


@pytest.mark.parametrize("causal", [True, False])
def test_equals_the_layers_of_pytorch(causal):
    torch.manual_seed(0)
    encoder = TransformerEncoder(5, 8, layers=2, heads=2, inner_size=12, causal=causal).eval()
    for weight in encoder.parameters():
        nn.init.normal_(weight, std=0.5)
    x, lengths = torch.randn(3, 6, 5), torch.tensor([6, 4, 1])
    padding = torch.arange(6) >= lengths[:, None]
    later = torch.ones(6, 6).triu(1).bool() if causal else None
    expected = encoder.project(x) + sinusoids(torch.arange(6), 8)
    for layer in encoder.layers:
        expected = torch_layer(layer, 8, 12)(expected, src_mask=later, src_key_padding_mask=padding)
    expected = encoder.norm(expected).masked_fill(padding.unsqueeze(-1), 0)
    torch.testing.assert_close(encoder(x, lengths).output, expected, atol=1e-5, rtol=1e-5)


def test_sinusoids_are_those_of_the_paper():
    table = sinusoids(torch.arange(50), 6)
    for place in (0, 1, 7, 49):
        for feature in range(6):
            angle = place / 10_000 ** (2 * (feature // 2) / 6)
            expected = math.cos(angle) if feature % 2 else math.sin(angle)
            assert table[place, feature].item() == pytest.approx(expected, abs=1e-5)


def test_a_step_sees_tokens_and_itself():
    past, mask = torch.tensor([[True, False]]), torch.tensor([[True, True, False]])
    assert visible_steps(past, mask, causal=True)[0, 0].int().tolist() == [
        [1, 0, 1, 0, 0],
        [1, 0, 1, 1, 0],
        [1, 0, 1, 1, 1],
    ]
    assert visible_steps(past[:, :0], mask, causal=False)[0, 0].int().tolist() == [[1, 1, 0], [1, 1, 0], [1, 1, 1]]


def test_dropout_is_for_training():
    torch.manual_seed(0)
    encoder, x, lengths = TransformerSettings(hidden_size=8, dropout=0.5).build(4), torch.randn(2, 3, 4), torch.ones(2)
    assert not encoder(x, lengths).output.equal(encoder(x, lengths).output)
    assert encoder.eval()(x, lengths).output.equal(encoder(x, lengths).output)


def test_heads_must_share_the_features():
    with pytest.raises(ConfigError, match="multiple of heads"):
        TransformerSettings(hidden_size=10, heads=4).build(3)
