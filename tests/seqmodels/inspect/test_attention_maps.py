import numpy as np
import pytest
import torch
from torch import nn

from seqmodels.inspect.attention_maps import AttentionMap, attention_maps, attention_rollout, source_maps
from seqmodels.layers.recurrent_decoder import RecurrentDecoderSettings
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.layers.transformer_decoder import TransformerDecoderSettings
from textprep.errors import InputError

SIZES = {"hidden_size": 8, "heads": 2, "inner_size": 8, "layers": 2}


@pytest.mark.parametrize("causal", [False, True])
def test_weights_are_those_of_written_out_attention(causal):
    torch.manual_seed(0)
    settings = TransformerSettings(**SIZES, causal=causal, positions="none")
    encoder = settings.build(8).eval()
    x, lengths = torch.randn(2, 5, 8), torch.tensor([5, 3])
    first, second = attention_maps(encoder, lambda: encoder(x, lengths), ["a", "b", "c"], row=1)
    assert (first.name, second.name) == ("layers.0.attention", "layers.1.attention")
    assert first.queries == first.keys == ["a", "b", "c"]
    layer = encoder.layers[0]
    with torch.no_grad():
        together = layer.attention.queries_keys_values(layer.attention_norm(x[1, :3])).numpy()
    for head in range(2):
        queries, keys = together[:, 4 * head :][:, :4], together[:, 8 + 4 * head :][:, :4]
        scores = np.exp(queries @ keys.T / 2)
        scores = np.tril(scores) if causal else scores
        np.testing.assert_allclose(first.weights[head], scores / scores.sum(1, keepdims=True), atol=1e-6)
    for each in (first, second):
        np.testing.assert_allclose(each.weights.sum(2), 1, atol=1e-6)
    np.testing.assert_array_equal(first.head(1).weights, first.weights[1:])
    with pytest.raises(InputError, match="has 2 heads, counted from 0, and no head 2"):
        first.head(2)


class Translation(nn.Module):
    """An encoder, and a decoder that looks at what it gives."""

    def __init__(self, decoder):
        super().__init__()
        self.encoder, self.decoder = TransformerSettings(**SIZES).build(8), decoder.build(8, 8)

    def forward(self, source, target):
        lengths = torch.tensor([source.shape[1]])
        state = self.decoder.begin(self.encoder(source, lengths).output, lengths)
        return self.decoder(target, torch.tensor([target.shape[1]]), state).output


@pytest.mark.parametrize(
    "decoder, names",
    [
        (
            TransformerDecoderSettings(**SIZES),
            [f"decoder.layers.{k}.{n}" for k in (0, 1) for n in ("attention", "source")],
        ),
        (RecurrentDecoderSettings(hidden_size=8, input_feeding=True), ["decoder.attention"]),
        (RecurrentDecoderSettings(hidden_size=8, attention="bahdanau", score="additive"), ["decoder.attention"]),
    ],
)
def test_decoders_look_at_a_source(decoder, names):
    model = Translation(decoder).eval()
    source, target = ["le", "chat", "dort", "."], ["the", "cat"]

    def read():
        model(torch.randn(1, 4, 8), torch.randn(1, 2, 8))

    maps = {each.name: each for each in attention_maps(model, read, target, source=source)}
    assert sorted(maps) == sorted([f"encoder.layers.{layer}.attention" for layer in (0, 1)] + names)
    for name, each in maps.items():
        own = name.startswith("encoder.")
        itself = own or (name.endswith(".attention") and "layers" in name)
        assert each.queries == (source if own else target)
        assert each.keys == (each.queries if itself else source)
        assert each.weights.shape[1:] == (len(each.queries), len(each.keys))
        np.testing.assert_allclose(each.weights.sum(2), 1, atol=1e-6)
    with pytest.raises(InputError, match="looks at a source; give its tokens as source"):
        attention_maps(model.decoder, read, target)


def softmax(scores):
    each = np.exp(scores - scores.max(-1, keepdims=True))
    return each / each.sum(-1, keepdims=True)


@pytest.mark.parametrize(
    "attention, score, feeding",
    [("luong", "multiplicative", False), ("luong", "multiplicative", True), ("bahdanau", "additive", False)],
)
def test_the_alignment_of_a_recurrent_decoder_by_hand(attention, score, feeding):
    torch.manual_seed(1)
    settings = RecurrentDecoderSettings(hidden_size=6, attention=attention, score=score, input_feeding=feeding)
    decoder = settings.build(5, 4).eval()
    source, lengths, x = torch.randn(2, 4, 4), torch.tensor([4, 3]), torch.randn(2, 3, 5)
    with torch.no_grad():
        begun = decoder.begin(source, lengths)
    words = ["a", "b", "a"]  # the same as the source's, which is told apart all the same
    (found,) = source_maps(decoder, lambda: decoder(x, torch.tensor([3, 3]), begun), words, words, row=1)
    assert (found.name, found.queries, found.keys, found.weights.shape) == ("attention", words, words, (1, 3, 3))

    weights = {name: value.detach().numpy() for name, value in decoder.attention.named_parameters()}
    for step in range(3):
        read = step + 1 if attention == "luong" else step  # Bahdanau looks before a step is read
        with torch.no_grad():
            state = decoder(x[:, :read], torch.tensor([read, read]), begun).state
        query, keys = state[4 if feeding else 3][1].numpy(), source[1, :3].numpy()
        if score == "multiplicative":
            expected = keys @ weights["of_keys.weight"].T @ query
        else:
            both = np.tanh(query @ weights["of_queries.weight"].T + keys @ weights["of_keys.weight"].T)
            assert not weights["of_keys.bias"].any()
            expected = both @ weights["together.weight"][0]
        np.testing.assert_allclose(found.weights[0, step], softmax(expected), atol=1e-6)
    np.testing.assert_allclose(found.weights.sum(2), 1, atol=1e-6)


def test_where_each_layer_of_a_transformer_decoder_looks_by_hand():
    torch.manual_seed(1)
    model = Translation(TransformerDecoderSettings(**SIZES)).eval()
    source, target, seen = torch.randn(1, 4, 8), torch.randn(1, 3, 8), []
    layers = model.decoder.layers
    for layer in layers:
        layer.source.register_forward_pre_hook(lambda module, given: seen.append(given[0][0].numpy()))
    names = ["le", "chat", "dort", "."], ["the", "cat", "sleeps"]
    maps = source_maps(model, lambda: model(source, target), names[1], names[0])
    assert [each.name for each in maps] == ["decoder.layers.0.source", "decoder.layers.1.source"]
    with torch.no_grad():
        encoded = model.encoder(source, torch.tensor([4])).output[0].numpy()
    for layer, found, x in zip(layers, maps, seen, strict=True):
        of = {name: value.detach().numpy() for name, value in layer.source.named_parameters()}
        queries = (x @ of["queries.weight"].T + of["queries.bias"]).reshape(3, 2, 4)
        keys = (encoded @ of["keys_values.weight"].T + of["keys_values.bias"])[:, :8].reshape(4, 2, 4)
        expected = softmax(np.einsum("qhf,khf->hqk", queries, keys) / 2)
        np.testing.assert_allclose(found.weights, expected, atol=1e-6)
        mean = found.mean()
        np.testing.assert_allclose(mean.weights, [(expected[0] + expected[1]) / 2], atol=1e-6)
        assert (mean.name, mean.queries, mean.keys) == (f"{found.name}, mean of 2 heads", names[1], names[0])
    with pytest.raises(InputError, match="in row 0 3 tokens that look at 5 are to be shown"):
        source_maps(model, lambda: model(source, target), names[1], [*names[0], "more"])


def test_rollout_by_the_written_out_formula():
    rng = np.random.default_rng(0)
    weights = [rng.dirichlet(np.ones(3), (2, 3)).astype(np.float32) for _ in range(3)]
    found = attention_rollout([AttentionMap(str(k), list("abc"), list("abc"), each) for k, each in enumerate(weights)])
    expected = np.zeros((3, 3))
    mixed = [0.5 * (each[0] + each[1]) / 2 + 0.5 * np.eye(3) for each in weights]
    for above in range(3):  # the sum over all ways through the layers
        for below in range(3):
            expected[above, below] = sum(
                mixed[2][above, j] * mixed[1][j, i] * mixed[0][i, below] for i in range(3) for j in range(3)
            )
    np.testing.assert_allclose(found.weights, expected, atol=1e-6)
    np.testing.assert_allclose(found.weights.sum(1), 1, atol=1e-6)


def test_a_token_that_sees_nothing_stays_itself():
    weights = np.zeros((1, 2, 2), np.float32)
    weights[0, 0] = 0.5
    found = attention_rollout([AttentionMap("", ["a", "b"], ["a", "b"], weights)])
    np.testing.assert_allclose(found.weights, [[0.75, 0.25], [0, 1]])


def test_what_cannot_be_followed_or_shown():
    square = AttentionMap("a", ["x", "y"], ["x", "y"], np.full((1, 2, 2), 0.5, np.float32))
    across = AttentionMap("b", ["x", "y"], ["z"], np.ones((1, 2, 1), np.float32))
    for maps in ([], [square, across]):
        with pytest.raises(InputError, match="the same tokens look at each other"):
            attention_rollout(maps)
    encoder = TransformerSettings(**SIZES).build(8)
    with pytest.raises(InputError, match="1 rows of 2 steps that look at 2, and in row 0 3 tokens"):
        attention_maps(encoder, lambda: encoder(torch.zeros(1, 2, 8), torch.tensor([2])), list("abc"))
