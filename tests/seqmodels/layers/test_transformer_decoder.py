import pytest
import torch
import transformers
from torch import nn

from seqmodels.layers.attention import CrossAttention
from seqmodels.layers.transformer_decoder import TransformerDecoderSettings
from textprep.errors import ConfigError, InputError

SIZES = {"hidden_size": 16, "layers": 2, "heads": 4, "inner_size": 24, "dropout": 0.0}
LENGTHS, SOURCE_LENGTHS = torch.tensor([6, 4, 1]), torch.tensor([5, 2, 1])


def put(ours, *theirs):
    """Give a matrix or norm of ours the weights of one of theirs, or of several that lie side by side."""
    ours.weight.data = torch.cat([each.weight for each in theirs]).detach().clone()


def test_can_be_the_decoder_of_t5():
    torch.manual_seed(0)
    config = transformers.T5Config(vocab_size=3, d_model=16, d_kv=4, d_ff=24, num_layers=2, num_heads=4)
    theirs = transformers.T5Model(config).decoder.eval()
    for weight in theirs.parameters():
        nn.init.normal_(weight, std=0.5)
    ours = TransformerDecoderSettings(
        **SIZES, positions="relative", norm="rms", norm_epsilon=1e-6, activation="relu", biases=False
    ).build(16, 16)
    put(ours.entrance.positions.biases, theirs.block[0].layer[0].SelfAttention.relative_attention_bias)
    put(ours.norm, theirs.final_layer_norm)
    for layer, block in zip(ours.layers, theirs.block, strict=True):
        own, cross, network = block.layer[0].SelfAttention, block.layer[1].EncDecAttention, block.layer[2]
        put(layer.attention.queries_keys_values, own.q, own.k, own.v)
        put(layer.source.queries, cross.q)
        put(layer.source.keys_values, cross.k, cross.v)
        layer.attention.queries_keys_values.weight.data[:16] *= 4**0.5  # T5 does not divide scores by this root
        layer.source.queries.weight.data *= 4**0.5
        put(layer.attention.attended, own.o)
        put(layer.source.attended, cross.o)
        put(layer.inner.inner, network.DenseReluDense.wi)
        put(layer.inner.outer, network.DenseReluDense.wo)
        for norm, part in zip((layer.attention_norm, layer.source_norm, layer.inner_norm), block.layer, strict=True):
            put(norm, part.layer_norm)
    x, source = torch.randn(3, 6, 16), torch.randn(3, 5, 16)
    mask, source_mask = torch.arange(6) < LENGTHS[:, None], torch.arange(5) < SOURCE_LENGTHS[:, None]
    with torch.no_grad():
        expected = theirs(
            inputs_embeds=x,
            attention_mask=mask.long(),
            encoder_hidden_states=source,
            encoder_attention_mask=source_mask.long(),
        ).last_hidden_state
        output = ours.eval()(x, LENGTHS, ours.begin(source, SOURCE_LENGTHS)).output
    torch.testing.assert_close(output[mask], expected[mask], atol=1e-5, rtol=1e-5)


def test_keys_and_values_of_the_source_are_computed_once():
    torch.manual_seed(0)
    decoder, x = TransformerDecoderSettings(**SIZES).build(16, 5).eval(), torch.randn(3, 6, 16)
    with torch.no_grad():
        state = decoder.begin(torch.randn(3, 5, 5), SOURCE_LENGTHS)
        expected = decoder(x, LENGTHS, state).output
        for layer in decoder.layers:
            layer.source.keys_values.weight.fill_(torch.nan)
        torch.testing.assert_close(decoder(x, LENGTHS, state).output, expected)


def test_kept_weights_say_which_steps_of_the_source_count():
    torch.manual_seed(0)
    decoder, x = TransformerDecoderSettings(**SIZES).build(16, 5).eval(), torch.randn(3, 6, 16)
    lengths = torch.tensor([5, 2, 0])
    crosses = [module for module in decoder.modules() if isinstance(module, CrossAttention)]
    assert len(crosses) == 2
    with torch.no_grad():
        state = decoder.begin(torch.randn(3, 5, 5), lengths)
        fused = decoder(x, LENGTHS, state).output
        for each in crosses:
            each.keep_weights = True
        torch.testing.assert_close(decoder(x, LENGTHS, state).output, fused)
    for each in crosses:
        assert each.weights.shape == (3, 4, 6, 5)
        torch.testing.assert_close(each.weights.sum(-1), torch.tensor([1.0, 1, 0])[:, None, None].expand(3, 4, 6))
        assert each.weights[1, :, :, 2:].abs().sum() == 0


def test_a_target_longer_than_the_context():
    decoder = TransformerDecoderSettings(**SIZES, positions="learned", context=4).build(16, 5)
    assert decoder.context == 4
    assert TransformerDecoderSettings(**SIZES, context=4).build(16, 5).context is None
    state = decoder.begin(torch.randn(1, 9, 5), torch.tensor([9]))
    state = decoder(torch.randn(1, 4, 16), torch.tensor([4]), state).state
    with pytest.raises(InputError, match="a sequence of 5 steps is longer than the model's context of 4"):
        decoder(torch.randn(1, 1, 16), torch.tensor([1]), state)


def test_heads_must_share_the_features():
    with pytest.raises(ConfigError, match="hidden_size must be a multiple of heads"):
        TransformerDecoderSettings(hidden_size=10, heads=4).build(3, 3)


def test_is_built_without_memory():
    with torch.device("meta"):
        decoder = TransformerDecoderSettings(**SIZES, initial_weights="small").build(3, 5)
    real = TransformerDecoderSettings(**SIZES).build(3, 5)
    shapes = {name: weight.shape for name, weight in real.state_dict().items()}
    assert {name: weight.shape for name, weight in decoder.state_dict().items()} == shapes
    assert all(weight.is_meta for weight in decoder.state_dict().values())
