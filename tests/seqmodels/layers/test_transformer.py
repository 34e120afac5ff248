from dataclasses import replace

import pytest
import torch
import transformers
from torch import nn

from seqmodels.layers.attention import Attention
from seqmodels.layers.positions import POSITIONS
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.models.tagger import TaggerSettings
from textprep.errors import ConfigError, InputError
from textprep.settings import from_toml, to_toml, with_values

SIZES = {"hidden_size": 16, "layers": 2, "heads": 4, "inner_size": 24, "dropout": 0.0}
THEIRS = {
    "vocab_size": 3,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 24,
}
LENGTHS = torch.tensor([7, 4, 1])
MASK = torch.arange(7) < LENGTHS[:, None]


def like(theirs, **settings):
    """An encoder of the same kind, and a model with random weights that are far from those it is built with."""
    torch.manual_seed(0)
    for weight in theirs.parameters():
        nn.init.normal_(weight, std=0.5)
    return TransformerSettings(**{**SIZES, **settings}).build(16).eval(), theirs.eval()


def put(ours, weight, bias=None):
    """Give a module of ours a weight and perhaps a bias."""
    ours.weight.data = weight.detach().clone()
    if bias is not None:
        ours.bias.data = bias.detach().clone()


def copy(ours, *theirs):
    """Give a matrix or norm of ours the weights of one of theirs, or of several that lie side by side."""
    biases = [each.bias for each in theirs if getattr(each, "bias", None) is not None]
    put(ours, torch.cat([each.weight for each in theirs]), torch.cat(biases) if biases else None)


def assert_equal(ours, theirs, **names):
    x = torch.randn(3, 7, 16)
    with torch.no_grad():
        expected = theirs(inputs_embeds=x, attention_mask=MASK.long(), **names).last_hidden_state
        output = ours(x, LENGTHS).output
    torch.testing.assert_close(output[MASK], expected[MASK], atol=1e-5, rtol=1e-5)


def test_can_be_gpt2():
    config = transformers.GPT2Config(n_embd=16, n_layer=2, n_head=4, n_inner=24, n_positions=20, vocab_size=3)
    ours, theirs = like(
        transformers.GPT2Model(config), causal=True, positions="learned", context=20, activation="gelu_tanh"
    )
    put(ours.entrance.positions.vectors, theirs.wpe.weight)
    copy(ours.norm, theirs.ln_f)
    for layer, block in zip(ours.layers, theirs.h, strict=True):
        copy(layer.attention_norm, block.ln_1)
        copy(layer.inner_norm, block.ln_2)
        put(layer.attention.queries_keys_values, block.attn.c_attn.weight.T, block.attn.c_attn.bias)
        put(layer.attention.attended, block.attn.c_proj.weight.T, block.attn.c_proj.bias)
        put(layer.inner.inner, block.mlp.c_fc.weight.T, block.mlp.c_fc.bias)
        put(layer.inner.outer, block.mlp.c_proj.weight.T, block.mlp.c_proj.bias)
    assert_equal(ours, theirs)


def test_can_be_bert():
    config = transformers.BertConfig(**THEIRS, max_position_embeddings=20, layer_norm_eps=1e-12)
    ours, theirs = like(
        transformers.BertModel(config, add_pooling_layer=False),
        positions="learned",
        context=20,
        norm_place="post",
        norm_epsilon=1e-12,
        input_norm=True,
    )
    theirs.embeddings.token_type_embeddings.weight.data.zero_()
    put(ours.entrance.positions.vectors, theirs.embeddings.position_embeddings.weight)
    copy(ours.entrance.norm, theirs.embeddings.LayerNorm)
    for layer, block in zip(ours.layers, theirs.encoder.layer, strict=True):
        attention = block.attention.self
        copy(layer.attention.queries_keys_values, attention.query, attention.key, attention.value)
        copy(layer.attention.attended, block.attention.output.dense)
        copy(layer.attention_norm, block.attention.output.LayerNorm)
        copy(layer.inner.inner, block.intermediate.dense)
        copy(layer.inner.outer, block.output.dense)
        copy(layer.inner_norm, block.output.LayerNorm)
    assert_equal(ours, theirs)


def test_can_be_the_encoder_of_t5():
    config = transformers.T5Config(vocab_size=3, d_model=16, d_kv=4, d_ff=24, num_layers=2, num_heads=4)
    ours, theirs = like(
        transformers.T5EncoderModel(config).encoder,
        positions="relative",
        norm="rms",
        norm_epsilon=1e-6,
        activation="relu",
        biases=False,
    )
    put(ours.entrance.positions.biases, theirs.block[0].layer[0].SelfAttention.relative_attention_bias.weight)
    copy(ours.norm, theirs.final_layer_norm)
    for layer, block in zip(ours.layers, theirs.block, strict=True):
        attention, network = block.layer[0].SelfAttention, block.layer[1].DenseReluDense
        attention.q.weight.data *= 0.25
        queries = attention.q.weight * 4**0.5  # T5 does not divide scores by the root of the head's size
        put(layer.attention.queries_keys_values, torch.cat([queries, attention.k.weight, attention.v.weight]))
        copy(layer.attention.attended, attention.o)
        copy(layer.attention_norm, block.layer[0].layer_norm)
        copy(layer.inner.inner, network.wi)
        copy(layer.inner.outer, network.wo)
        copy(layer.inner_norm, block.layer[1].layer_norm)
    assert_equal(ours, theirs)


def test_can_be_like_llama():
    config = transformers.LlamaConfig(**THEIRS, num_key_value_heads=2, rms_norm_eps=1e-6)
    ours, theirs = like(
        transformers.LlamaModel(config),
        causal=True,
        positions="rotary",
        norm="rms",
        norm_epsilon=1e-6,
        activation="swiglu",
        biases=False,
        key_value_heads=2,
    )

    def neighbours(weight):  # Llama turns a head's feature k together with k + 2, RoFormer neighbours
        return weight.view(-1, 2, 2, 16).transpose(1, 2).reshape(-1, 16)

    copy(ours.norm, theirs.norm)
    for layer, block in zip(ours.layers, theirs.layers, strict=True):
        attention, network = block.self_attn, block.mlp
        queries, keys = neighbours(attention.q_proj.weight), neighbours(attention.k_proj.weight)
        put(layer.attention.queries_keys_values, torch.cat([queries, keys, attention.v_proj.weight]))
        copy(layer.attention.attended, attention.o_proj)
        copy(layer.attention_norm, block.input_layernorm)
        copy(layer.inner.gate, network.gate_proj)
        copy(layer.inner.inner, network.up_proj)
        copy(layer.inner.outer, network.down_proj)
        copy(layer.inner_norm, block.post_attention_layernorm)
    assert_equal(ours, theirs)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("positions", list(POSITIONS))
def test_kept_weights_change_nothing_and_hide_the_padding(positions, causal):
    torch.manual_seed(0)
    settings = TransformerSettings(**SIZES, causal=causal, positions=positions, key_value_heads=2)
    encoder, x = settings.build(5).eval(), torch.randn(3, 7, 5)
    with torch.no_grad():
        fused = encoder(x, LENGTHS)
        attentions = [module for module in encoder.modules() if isinstance(module, Attention)]
        assert [each.weights for each in attentions] == [None, None]
        for each in attentions:
            each.keep_weights = True
        explicit = encoder(x, LENGTHS)
    torch.testing.assert_close(fused.output, explicit.output)
    for each in attentions:
        assert each.weights.shape == (3, 4, 7, 7)
        torch.testing.assert_close(each.weights.sum(-1), torch.ones(3, 4, 7))
        for row, length in enumerate(LENGTHS.tolist()):
            seen = each.weights[row, :, :length]
            assert seen[:, :, length:].abs().sum() == 0
            assert length == 1 or bool((seen.triu(1) == 0).all()) is causal


@pytest.mark.parametrize("length", [0, 1])
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("positions", list(POSITIONS))
def test_the_shortest_sequences_have_finite_gradients(positions, causal, length):
    settings = TransformerSettings(**SIZES, causal=causal, positions=positions, norm_place="post", input_norm=True)
    encoder, x = settings.build(5), torch.randn(2, 3, 5, requires_grad=True)
    output = encoder(x, torch.tensor([length, length])).output
    output.square().sum().backward()
    assert output[:, length:].abs().sum() == x.grad[:, length:].abs().sum() == 0
    assert all(weight.grad is None or weight.grad.isfinite().all() for weight in encoder.parameters())
    assert (output[:, :length].abs().sum(-1) > 0).all()


def test_a_prompt_longer_than_the_context():
    encoder = TransformerSettings(**SIZES, causal=True, positions="learned", context=4).build(5)
    state = encoder(torch.randn(2, 4, 5), torch.tensor([4, 3])).state
    encoder(torch.randn(2, 1, 5), torch.tensor([0, 1]), state)
    with pytest.raises(InputError, match="a sequence of 5 steps is longer than the model's context of 4"):
        encoder(torch.randn(2, 1, 5), torch.tensor([1, 1]), state)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("positions", list(POSITIONS))
def test_models_whose_building_tries_them_can_be_built_without_memory(positions, causal):
    """A causal pass asks for no numbers at all, so that no device has to be waited for."""
    with torch.device("meta"):
        encoder = TransformerSettings(**SIZES, causal=causal, positions=positions, input_norm=True).build(5)
        encoded = encoder(torch.zeros(3, 7, 5), torch.zeros(3, dtype=torch.int64))
    assert encoded.output.shape == (3, 7, 16)


@pytest.mark.parametrize("where", ["dropout", "attention_dropout"])
def test_dropout_is_for_training(where):
    torch.manual_seed(0)
    settings = TransformerSettings(**{"hidden_size": 8, "dropout": 0.0, where: 0.5})
    encoder, x, lengths = settings.build(4), torch.randn(2, 3, 4), torch.ones(2)
    assert not encoder(x, lengths).output.equal(encoder(x, lengths).output)
    assert encoder.eval()(x, lengths).output.equal(encoder(x, lengths).output)


def test_a_norm_stands_last_only_where_none_stands_behind_each_part():
    assert isinstance(TransformerSettings(norm_place="pre").build(3).norm, nn.LayerNorm)
    assert isinstance(TransformerSettings(norm_place="post").build(3).norm, nn.Identity)
    assert isinstance(TransformerSettings(norm="rms").build(3).norm, nn.RMSNorm)


def test_heads_must_share_the_features():
    with pytest.raises(ConfigError, match="multiple of heads"):
        TransformerSettings(hidden_size=10, heads=4).build(3)
    with pytest.raises(ConfigError, match="multiple of key_value_heads"):
        TransformerSettings(hidden_size=8, heads=4, key_value_heads=3).build(3)


def test_settings_come_back_from_toml_and_must_make_sense(tmp_path):
    settings = replace(TransformerSettings(), causal=True, norm_place="post", positions="rotary", norm_epsilon=1e-12)
    changed = TaggerSettings(encoder=settings)
    (tmp_path / "config.toml").write_text(to_toml(changed), encoding="utf-8")
    assert from_toml(TaggerSettings(), tmp_path / "config.toml") == changed
    for key, value, message in (
        ("positions", "rotery", "did you mean 'rotary'"),
        ("norm_place", "middle", "pre, post|post, pre"),
        ("norm", "batch", "layer, rms"),
        ("activation", "tanh", "choice|gelu_tanh"),
        ("context", 0, "1..1000000"),
    ):
        with pytest.raises(ConfigError, match=message):
            with_values(settings, {key: value})


def test_only_learned_positions_have_an_end():
    known = {kind: TransformerSettings(positions=kind, context=7).build(3).context for kind in POSITIONS}
    assert known == {kind: 7 if kind == "learned" else None for kind in POSITIONS}
