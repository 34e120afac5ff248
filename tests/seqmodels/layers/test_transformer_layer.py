from dataclasses import replace

import pytest
import torch
from torch import nn

from seqmodels.layers.key_value_cache import first_slots, next_slots
from seqmodels.layers.mask import padding_mask
from seqmodels.layers.positions import POSITIONS
from seqmodels.layers.transformer_layer import DecoderLayer, Entrance, Layer, LayerSettings, Sight
from textprep.errors import ConfigError

SETTINGS = LayerSettings(hidden_size=8, heads=2, inner_size=12, dropout=0.0)
LENGTHS = torch.tensor([5, 3, 1])
PADDING = torch.arange(5) >= LENGTHS[:, None]
LATER = torch.ones(5, 5).triu(1).bool()


def filled(module):
    torch.manual_seed(0)
    for weight in module.parameters():
        nn.init.normal_(weight, std=0.5)
    return module


def like_pytorch(theirs, ours):
    """PyTorch's own layer with the weights of ours."""
    theirs.self_attn.in_proj_weight = ours.attention.queries_keys_values.weight
    theirs.self_attn.in_proj_bias = ours.attention.queries_keys_values.bias
    theirs.self_attn.out_proj = ours.attention.attended
    theirs.linear1, theirs.linear2 = ours.inner.inner, ours.inner.outer
    theirs.norm1 = ours.attention_norm
    if isinstance(ours, DecoderLayer):
        theirs.multihead_attn.in_proj_weight.data = torch.cat(
            [ours.source.queries.weight, ours.source.keys_values.weight]
        ).detach()
        theirs.multihead_attn.in_proj_bias.data = torch.cat(
            [ours.source.queries.bias, ours.source.keys_values.bias]
        ).detach()
        theirs.multihead_attn.out_proj = ours.source.attended
        theirs.norm2, theirs.norm3 = ours.source_norm, ours.inner_norm
    else:
        theirs.norm2 = ours.inner_norm
    return theirs


def sight(causal):
    slots = first_slots(LENGTHS, 5)
    return Sight(slots, None if causal else padding_mask(LENGTHS, 5), causal, None)


@pytest.mark.parametrize("keep_weights", [False, True])
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("norm_place", ["pre", "post"])
@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_equals_the_encoder_layer_of_pytorch(norm_place, causal, activation, keep_weights):
    ours = filled(Layer(replace(SETTINGS, norm_place=norm_place, activation=activation)))
    ours.attention.keep_weights = keep_weights
    theirs = nn.TransformerEncoderLayer(8, 2, 12, 0.0, activation, batch_first=True, norm_first=ours.pre)
    x = torch.randn(3, 5, 8, requires_grad=True)
    expected = like_pytorch(theirs, ours)(x, src_mask=LATER if causal else None, src_key_padding_mask=PADDING)
    output, keys, values = ours(x, sight(causal))
    assert keys.shape == values.shape == (3, 2, 5, 4)
    torch.testing.assert_close(output[~PADDING], expected[~PADDING], atol=1e-5, rtol=1e-5)
    gradients = [torch.autograd.grad(each[~PADDING].sin().sum(), x)[0] for each in (output, expected)]
    torch.testing.assert_close(*gradients, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("norm_place", ["pre", "post"])
def test_equals_the_decoder_layer_of_pytorch(norm_place):
    ours = filled(DecoderLayer(replace(SETTINGS, norm_place=norm_place), 8))
    theirs = nn.TransformerDecoderLayer(8, 2, 12, 0.0, "gelu", batch_first=True, norm_first=ours.pre)
    x, source, source_lengths = torch.randn(3, 5, 8), torch.randn(3, 4, 8), torch.tensor([2, 4, 1])
    hidden = torch.arange(4) >= source_lengths[:, None]
    expected = like_pytorch(theirs, ours)(x, source, tgt_mask=LATER, memory_key_padding_mask=hidden)
    keys_values = ours.source.read(source)
    output, _, _ = ours(x, sight(True), (), keys_values, padding_mask(source_lengths, 4))
    torch.testing.assert_close(output, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("norm, activation", [("layer", "gelu"), ("rms", "swiglu")])
@pytest.mark.parametrize("positions", ["none", "relative", "rotary", "alibi"])
def test_gradients(positions, norm, activation):
    settings = replace(
        SETTINGS, hidden_size=4, inner_size=3, positions=positions, norm=norm, activation=activation, key_value_heads=1
    )
    layer, entrance = filled(DecoderLayer(settings, 3)).double(), filled(Entrance(settings, 4, causal=True)).double()
    lengths = torch.tensor([3, 1])
    seen = entrance.sight(first_slots(lengths, 3), lengths)
    x = torch.randn(2, 3, 4, dtype=torch.float64, requires_grad=True)
    source = torch.randn(2, 2, 3, dtype=torch.float64, requires_grad=True)
    hidden = padding_mask(torch.tensor([0, 2]), 2)
    assert torch.autograd.gradcheck(lambda a, b: layer(a, seen, (), layer.source.read(b), hidden)[0], (x, source))


def test_no_mask_is_built_where_none_is_needed():
    ahead, both_ways = (Entrance(SETTINGS, 8, causal=causal) for causal in (True, False))
    full = torch.tensor([4, 4])
    assert ahead.sight(first_slots(torch.tensor([4, 2]), 4), torch.tensor([4, 2]))[1:] == (None, True, None)
    assert both_ways.sight(first_slots(full, 4), full)[1:] == (None, False, None)
    assert both_ways.sight(first_slots(full, 5), full).mask.shape == (2, 1, 1, 5)
    keys = torch.zeros(2, 2, 4, 4)
    even, uneven = ((counts, counts.clone(), keys, keys) for counts in (full, torch.tensor([4, 3])))
    one = torch.tensor([1, 1])
    with torch.no_grad():
        assert ahead.sight(next_slots(one, 1, even), one)[1:] == (None, False, None)
        assert ahead.sight(next_slots(one, 2, even), one).mask.shape == (1, 1, 2, 6)
        assert ahead.sight(next_slots(one, 1, uneven), one).mask.shape == (2, 1, 1, 5)


def test_there_is_no_matrix_where_sizes_agree():
    same, other = Entrance(SETTINGS, 8, causal=False), Entrance(SETTINGS, 5, causal=False)
    assert list(same.parameters()) == []
    assert other.project.weight.shape == (8, 5)


def test_biases_are_left_out():
    layer = DecoderLayer(replace(SETTINGS, biases=False, norm="rms"), 8)
    assert [name for name, _ in layer.named_parameters() if name.endswith("bias")] == []


@pytest.mark.parametrize(
    "wrong, message",
    [({"positions": "rotery"}, "rotary"), ({"norm": "rns"}, "rms"), ({"activation": "gelo"}, "gelu")],
)
def test_names_that_are_not_known(wrong, message):
    with pytest.raises(ConfigError, match=message):
        _ = Entrance(replace(SETTINGS, **wrong, input_norm=True), 8, causal=True), Layer(replace(SETTINGS, **wrong))


@pytest.mark.parametrize("positions", list(POSITIONS))
def test_is_built_without_memory(positions):
    settings = replace(SETTINGS, positions=positions, input_norm=True)
    with torch.device("meta"):
        parts = Entrance(settings, 5, causal=True), DecoderLayer(settings, 8)
    assert all(weight.is_meta for part in parts for weight in part.state_dict().values())
