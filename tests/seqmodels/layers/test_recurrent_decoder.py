import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.layers.decoder import DECODERS
from seqmodels.layers.recurrent_decoder import RecurrentDecoderSettings
from textprep.errors import ConfigError

KINDS = [
    {"attention": "luong"},
    {"attention": "luong", "input_feeding": True},
    {"attention": "bahdanau", "score": "additive"},
]
CELLS = ["lstm", "gru", "rnn", "relu", "gru_cho", "lstm_peephole"]
WRITTEN_OUT = ["lstm", "gru", "rnn"]  # here; the others in the tests of the cells
INPUT, SOURCE, HIDDEN = 2, 3, 4


def decoder_of(kind, cell="lstm", layers=2, **more):
    torch.manual_seed(0)
    return RecurrentDecoderSettings(cell=cell, hidden_size=HIDDEN, layers=layers, **kind, **more).build(INPUT, SOURCE)


def example():
    torch.manual_seed(1)
    source, x = torch.randn(4, 5, SOURCE), torch.randn(4, 6, INPUT)
    return source, torch.tensor([5, 2, 0, 3]), x, torch.tensor([6, 1, 4, 0])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def cell_step(network, x, state):
    W, U, b, c = (weight.detach().numpy() for weight in network.parameters())
    n, h = U.shape[1], state[0]
    a, r = W @ x + b, U @ h + c
    if isinstance(network, torch.nn.LSTM):
        remember, use = sigmoid(a[n : 2 * n] + r[n : 2 * n]), sigmoid(a[3 * n :] + r[3 * n :])
        memory = remember * state[1] + sigmoid(a[:n] + r[:n]) * np.tanh(a[2 * n : 3 * n] + r[2 * n : 3 * n])
        return [use * np.tanh(memory), memory]
    if isinstance(network, torch.nn.GRU):
        reset, update = sigmoid(a[:n] + r[:n]), sigmoid(a[n : 2 * n] + r[n : 2 * n])
        return [(1 - update) * np.tanh(a[2 * n :] + reset * r[2 * n :]) + update * h]
    return [np.tanh(a + r)]


def written_out(decoder, kind, source, x, ends=False):
    """One sequence, step by step as the papers write it: source (S, size) and x (T, size) to outputs (T, hidden)."""
    weights = {name: value.detach().numpy() for name, value in decoder.named_parameters()}

    def see(query):
        if kind.get("score") == "additive":
            W, U, b, v = (
                weights[f"attention.{name}"]
                for name in ("of_queries.weight", "of_keys.weight", "of_keys.bias", "together.weight")
            )
            scores = np.array([v[0] @ np.tanh(W @ query + U @ key + b) for key in source])
        else:
            scores = np.array([query @ weights["attention.of_keys.weight"] @ key for key in source])
        return (np.exp(scores) / np.exp(scores).sum()) @ source if len(source) else np.zeros(source.shape[1])

    def output(*parts):
        return np.tanh(weights["combine.weight"] @ np.concatenate(parts) + weights["combine.bias"])

    summary = source.mean(0) if len(source) else np.zeros(source.shape[1])
    if ends:
        summary = np.concatenate([source[0], source[-1]] if len(source) else [summary, summary])
    first = np.tanh(weights["first.weight"] @ summary + weights["first.bias"])
    states = np.split(first, len(first) // HIDDEN)
    parts = len(states) // len(decoder.layers)
    states = [states[parts * i : parts * (i + 1)] for i in range(len(decoder.layers))]
    fed, outputs = np.zeros(HIDDEN), []
    for step in x:
        y = step
        if kind["attention"] == "bahdanau":
            seen = see(states[-1][0])
            y = np.concatenate([step, seen])
        elif kind.get("input_feeding"):
            y = np.concatenate([step, fed])
        for number, network in enumerate(decoder.layers):
            states[number] = cell_step(network, y, states[number])
            y = states[number][0]
        fed = output(seen, y, step) if kind["attention"] == "bahdanau" else output(see(y), y)
        outputs.append(fed)
    return np.array(outputs).reshape(len(x), HIDDEN)


@pytest.mark.parametrize("first_state", ["mean", "ends"])
@pytest.mark.parametrize("cell", WRITTEN_OUT)
@pytest.mark.parametrize("kind", KINDS)
def test_equals_the_formulas_written_out(kind, cell, first_state):
    decoder = decoder_of(kind, cell, first_state=first_state).double().eval()
    source, source_lengths, x, lengths = example()
    source, x = source.double(), x.double()
    output = decoder(x, lengths, decoder.begin(source, source_lengths)).output
    assert output.shape == (4, 6, decoder.output_size)
    for row, (there, length) in enumerate(zip(source_lengths.tolist(), lengths.tolist(), strict=True)):
        expected = written_out(
            decoder, kind, source[row, :there].numpy(), x[row, :length].numpy(), first_state == "ends"
        )
        np.testing.assert_allclose(output[row, :length].detach(), expected, atol=1e-12)
        assert not output[row, length:].any()


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.sampled_from(CELLS),
    st.lists(st.tuples(*[st.integers(0, 3)] * 4), min_size=1, max_size=4),
    st.sampled_from(["mean", "ends"]),
)
def test_the_parts_give_what_the_whole_gives(kind, cell, lengths, first_state):
    decoder = decoder_of(kind, cell, first_state=first_state).eval()
    source_lengths, *parts = torch.tensor(lengths).T
    source, x = torch.randn(len(lengths), 3, SOURCE), torch.randn(len(lengths), 9, INPUT)
    begun = decoder.begin(source, source_lengths)
    whole = decoder(x, sum(parts), begun)
    state, at = begun, torch.zeros_like(parts[0])
    for part in parts:
        places = (at[:, None] + torch.arange(3)).clamp(max=8)
        given_x = x.gather(1, places.unsqueeze(-1).expand(-1, -1, INPUT))
        said = decoder(given_x, part, state)
        for row, count in enumerate(part.tolist()):
            expected = whole.output[row, at[row] : at[row] + count]
            torch.testing.assert_close(said.output[row, :count], expected, atol=1e-5, rtol=1e-5)
            assert not said.output[row, count:].any()
        state, at = said.state, at + part
    for ours, theirs in zip(state, whole.state, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_padding_changes_neither_output_nor_gradient(kind):
    decoder = decoder_of(kind, first_state="ends")
    source, source_lengths, x, lengths = example()
    results = []
    for filler in (0.0, 1e4, torch.nan):
        given_source, given_x = source.clone(), x.clone()
        for row in range(4):
            given_source[row, source_lengths[row] :] = filler
            given_x[row, lengths[row] :] = filler
        given_source.requires_grad_(), given_x.requires_grad_()
        decoder.zero_grad()
        torch.manual_seed(2)
        output = decoder(given_x, lengths, decoder.begin(given_source, source_lengths)).output
        output.sin().sum().backward()
        results.append([output, given_source.grad, given_x.grad, *(weight.grad for weight in decoder.parameters())])
    for first, *others in zip(*results, strict=True):
        for other in others:
            torch.testing.assert_close(first, other, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_a_state_can_be_chosen_and_repeated(kind):
    decoder = decoder_of(kind).eval()
    source, source_lengths, x, lengths = example()
    order = torch.tensor([3, 0, 0, 1])
    state = decoder(x, lengths, decoder.begin(source, source_lengths)).state
    more, count = torch.randn(4, 2, INPUT), torch.tensor([2, 1, 2, 0])
    chosen = decoder(more[order], count[order], tuple(part[order] for part in state))
    torch.testing.assert_close(chosen.output, decoder(more, count, state).output[order])


@pytest.mark.parametrize("kind", KINDS)
def test_weights_are_kept_on_request_and_change_nothing(kind):
    decoder = decoder_of(kind).eval()
    source, source_lengths, x, lengths = example()
    plain = decoder(x, lengths, decoder.begin(source, source_lengths)).output
    assert decoder.attention.weights is None
    decoder.attention.keep_weights = True
    kept = decoder(x, lengths, decoder.begin(source, source_lengths)).output
    torch.testing.assert_close(plain, kept)
    weights = decoder.attention.weights
    assert weights.shape == (4, 1, 6, 5)
    for row, there in enumerate(source_lengths.tolist()):
        torch.testing.assert_close(weights[row].sum(-1), torch.full((1, 6), float(there > 0)))
        assert not weights[row, ..., there:].any()


@pytest.mark.parametrize("kind", KINDS)
def test_gradients(kind):
    decoder = decoder_of(kind, layer_dropout=0.0).double()
    source, source_lengths, x, lengths = example()

    def output(source, x, *_):
        return decoder(x, lengths, decoder.begin(source, source_lengths)).output

    inputs = (source.double().requires_grad_(), x.double().requires_grad_(), *decoder.parameters())
    assert torch.autograd.gradcheck(output, inputs, fast_mode=True)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("kind", KINDS)
def test_half_precision_is_near(kind, cell):
    decoder = decoder_of(kind, cell).eval()
    source, source_lengths, x, lengths = example()
    exact = decoder(x, lengths, decoder.begin(source, source_lengths)).output
    with torch.autocast("cpu", torch.bfloat16):
        rough = decoder(x, lengths, decoder.begin(source, source_lengths)).output
    torch.testing.assert_close(rough.float(), exact, atol=0.05, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_dropout_drops_the_same_units_at_all_steps(kind):
    decoder = decoder_of(kind, "rnn", layer_dropout=0.5)
    with torch.no_grad():
        for weight in decoder.layers.parameters():
            weight.zero_()
        decoder.layers[0].bias_ih_l0.fill_(1.0)  # each step of the first layer is the same
        decoder.layers[1].weight_ih_l0.copy_(torch.eye(HIDDEN))  # and the second gives what dropout leaves of it
    nothing, lengths = torch.zeros(32, dtype=torch.int64), torch.full((32,), 3)
    x = torch.zeros(32, 3, INPUT)
    output = decoder(x, lengths, decoder.begin(torch.zeros(32, 0, SOURCE), nothing)).output
    torch.testing.assert_close(output, output[:, :1].expand(-1, 3, -1))
    assert len(output[:, 0].unique(dim=0)) > 8  # of 16 masks


@pytest.mark.parametrize("kind", KINDS)
def test_empty_batches_pass(kind):
    decoder = decoder_of(kind)
    for batch, time in ((0, 4), (2, 0)):
        nothing = torch.zeros(batch, dtype=torch.int64)
        state = decoder.begin(torch.zeros(batch, 3, SOURCE), nothing)
        said = decoder(torch.zeros(batch, time, INPUT), nothing, state)
        assert said.output.shape == (batch, time, HIDDEN)
        assert all(after.equal(before) for after, before in zip(said.state, state, strict=True))


def test_an_untrained_score_that_does_not_fit():
    with pytest.raises(ConfigError, match="queries of 4 features with keys of 3"):
        decoder_of({"score": "dot"})


def test_the_decoder_is_found_by_its_name():
    assert DECODERS["recurrent"] is RecurrentDecoderSettings
