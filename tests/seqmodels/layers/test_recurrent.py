import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.cells.cell import CELLS as KINDS
from seqmodels.layers.encoder import ENCODERS
from seqmodels.layers.mask import token_mask
from seqmodels.layers.pooling import LastPooling
from seqmodels.layers.recurrent import RecurrentEncoder, RecurrentSettings
from textprep.errors import ConfigError

CELLS = ["lstm", "gru", "rnn"]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def steps(network, x):
    """One direction over one sequence (time, size), step by step as the papers write it."""
    W, U, b, c = (weight.detach().double().numpy() for weight in network.parameters())
    n = U.shape[1]
    h, memory, states = np.zeros(n), np.zeros(n), []
    for step in x:
        a, r = W @ step + b, U @ h + c
        if isinstance(network, torch.nn.LSTM):
            remember, use = sigmoid(a[n : 2 * n] + r[n : 2 * n]), sigmoid(a[3 * n :] + r[3 * n :])
            learn = sigmoid(a[:n] + r[:n]) * np.tanh(a[2 * n : 3 * n] + r[2 * n : 3 * n])
            memory = remember * memory + learn
            h = use * np.tanh(memory)
        elif isinstance(network, torch.nn.GRU):
            reset, update = sigmoid(a[:n] + r[:n]), sigmoid(a[n : 2 * n] + r[n : 2 * n])
            h = (1 - update) * np.tanh(a[2 * n :] + reset * r[2 * n :]) + update * h
        else:
            h = np.tanh(a + r)
        states.append(h)
    return np.array(states).reshape(len(x), n)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [True, False])
def test_equals_the_plain_loop(cell, bidirectional):
    torch.manual_seed(0)
    encoder = RecurrentEncoder(3, 5, layers=2, cell=cell, bidirectional=bidirectional)
    x, lengths = torch.randn(4, 6, 3), torch.tensor([6, 1, 4, 0])
    output = encoder(x, lengths).output
    final = LastPooling(encoder.output_size, bidirectional)(output, token_mask(lengths, 6))
    assert output.shape == (4, 6, encoder.output_size)
    for row, length in enumerate(lengths.tolist()):
        y = x[row, :length].double().numpy()
        for layer, ahead in enumerate(encoder.ahead):
            parts = [steps(ahead, y)]
            if bidirectional:
                parts.append(steps(encoder.back[layer], y[::-1])[::-1])
            y = np.concatenate(parts, 1)
        np.testing.assert_allclose(output[row, :length].detach(), y, atol=1e-5)
        assert output[row, length:].abs().sum() == 0
        if length:
            ends = [y[-1, :5], y[0, 5:]] if bidirectional else [y[-1]]
            np.testing.assert_allclose(final[row].detach(), np.concatenate(ends), atol=1e-5)
        else:
            assert final[row].abs().sum() == 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=1, max_size=5), st.sampled_from(CELLS), st.integers(0, 99))
def test_padding_changes_neither_output_nor_gradient(lengths, cell, seed):
    torch.manual_seed(seed)
    encoder = RecurrentEncoder(2, 3, layers=2, cell=cell)
    x = torch.randn(len(lengths), 9, 2)
    counts = torch.tensor(lengths)
    results = []
    for filler in (0.0, 1e4):
        given_x = x.clone()
        for row, length in enumerate(lengths):
            given_x[row, length:] = filler
        given_x.requires_grad_()
        encoder.zero_grad()
        output = encoder(given_x, counts).output
        output.sin().sum().backward()
        results.append([output, given_x.grad, *(weight.grad for weight in encoder.parameters())])
    for zeros, large in zip(*results, strict=True):
        torch.testing.assert_close(zeros, large, atol=1e-5, rtol=1e-5)


def test_order_of_rows_does_not_matter():
    torch.manual_seed(0)
    encoder = RecurrentEncoder(2, 4)
    x, lengths, order = torch.randn(5, 6, 2), torch.tensor([2, 6, 1, 5, 3]), torch.tensor([3, 0, 4, 1, 2])
    torch.testing.assert_close(encoder(x, lengths).output[order], encoder(x[order], lengths[order]).output)


def test_document_001_two_hidden_units():
    encoder = RecurrentEncoder(2, 2, cell="rnn", bidirectional=False)
    with torch.no_grad():
        encoder.ahead[0].weight_ih_l0.copy_(torch.tensor([[0.5, 0.1], [-0.2, 0.8]]))
        encoder.ahead[0].weight_hh_l0.copy_(torch.tensor([[0.3, 0.4], [0.6, -0.1]]))
        encoder.ahead[0].bias_ih_l0.fill_(0.1)
    h = encoder(torch.eye(2).unsqueeze(0), torch.tensor([2])).output[0]
    torch.testing.assert_close(h, torch.tensor([[0.537049567, -0.099667995], [0.310634637, 0.843215276]]))
    W_hy = torch.tensor([[0.1, 0.7], [-0.3, 0.2], [0.5, 0.4], [-0.6, -0.1]])
    softmax = torch.tensor([0.348626503, 0.201974139, 0.306522276, 0.142877082])
    torch.testing.assert_close(torch.softmax(W_hy @ h[1], 0), softmax)


def test_document_001_back_propagation_through_time():
    encoder = RecurrentEncoder(4, 1, cell="rnn", bidirectional=False)
    network = encoder.ahead[0]
    W_y = torch.tensor([1.0, 0.5, -0.5, 0.0], requires_grad=True)
    with torch.no_grad():
        network.weight_ih_l0.copy_(torch.tensor([[0.5, -0.3, 0.8, 0.0]]))
        network.weight_hh_l0.fill_(0.2)
    h = encoder(torch.eye(4).unsqueeze(0), torch.tensor([4])).output[0]  # (4, 1)
    losses = torch.nn.functional.cross_entropy(h * W_y, torch.tensor([1, 2, 3, 3]), reduction="none")
    losses.sum().backward()
    torch.testing.assert_close(h[:, 0], torch.tensor([0.462117157, -0.204645717, 0.640529351, 0.127409653]))
    torch.testing.assert_close(losses, torch.tensor([1.303883625, 1.239344123, 1.609624739, 1.420681758]))
    torch.testing.assert_close(network.weight_hh_l0.grad, torch.tensor([[0.452094511]]))
    expected = torch.tensor([[0.027609473, 0.714178736, 0.295793232, 0.285065909]])
    torch.testing.assert_close(network.weight_ih_l0.grad, expected)
    torch.testing.assert_close(network.bias_ih_l0.grad, torch.tensor([1.32264735]))
    expected = torch.tensor([0.392458006, -0.175724933, 0.346273098, -0.563006172])
    torch.testing.assert_close(W_y.grad, expected)


def test_document_004_cat_sat_here():
    encoder = RecurrentEncoder(2, 2, cell="rnn", bidirectional=False)
    with torch.no_grad():  # the document multiplies row vectors from the left
        encoder.ahead[0].weight_ih_l0.copy_(torch.tensor([[0.3, 0.7], [0.4, 0.2]]).T)
        encoder.ahead[0].weight_hh_l0.copy_(torch.tensor([[0.1, 0.5], [0.6, 0.3]]).T)
        encoder.ahead[0].bias_ih_l0.copy_(torch.tensor([0.1, 0.2]))
    h = encoder(torch.tensor([[[0.5, 0.2], [0.1, 0.9], [0.8, 0.3]]]), torch.tensor([3])).output[0]
    expected = [[0.318520777, 0.529895608], [0.685697521, 0.645898506], [0.724051415, 0.875606406]]
    torch.testing.assert_close(h, torch.tensor(expected))


@pytest.mark.parametrize(
    ("cell", "inputs", "hidden", "count"),
    [
        ("lstm", 100, 256, 365568),
        ("gru", 100, 256, 274176),
        ("lstm", 200, 128, 168448),
        ("lstm", 300, 512, 1665024),
        ("rnn", 50, 128, 22912),
    ],
)
def test_document_002_parameter_counts(cell, inputs, hidden, count):
    network = RecurrentEncoder(inputs, hidden, cell=cell, bidirectional=False).ahead[0]
    assert sum(weight.numel() for name, weight in network.named_parameters() if name != "bias_hh_l0") == count


def test_forget_gates_begin_at_one_and_recurrent_gates_orthogonal():
    encoder = RecurrentEncoder(3, 4, layers=2)
    for network in (*encoder.ahead, *encoder.back):
        bias = network.bias_ih_l0 + network.bias_hh_l0
        assert bias.tolist() == [0] * 4 + [1] * 4 + [0] * 8
        for gate in network.weight_hh_l0.split(4):
            torch.testing.assert_close(gate @ gate.T, torch.eye(4), atol=1e-5, rtol=0)
        bound = (6 / (4 + network.input_size)) ** 0.5  # Xavier, gate by gate
        assert 0.5 * bound < network.weight_ih_l0.abs().max() <= bound


def test_dropout_lies_between_layers_only():
    torch.manual_seed(0)
    x, lengths = torch.randn(2, 3, 4), torch.tensor([3, 2])
    one, two = RecurrentEncoder(4, 5, dropout=0.5), RecurrentEncoder(4, 5, layers=2, dropout=0.5)
    assert one(x, lengths).output.equal(one(x, lengths).output)
    assert not two(x, lengths).output.equal(two(x, lengths).output)
    assert two.eval()(x, lengths).output.equal(two(x, lengths).output)


@pytest.mark.parametrize("bidirectional", [True, False])
def test_empty_batches_pass(bidirectional):
    encoder = RecurrentEncoder(2, 3, bidirectional=bidirectional)
    for batch, time in ((0, 4), (2, 0)):
        output = encoder(torch.zeros(batch, time, 2), torch.zeros(batch, dtype=torch.int64)).output
        assert output.shape == (batch, time, encoder.output_size)


def test_an_encoder_of_both_directions_has_no_state_and_takes_none():
    encoder, x, lengths = RecurrentEncoder(2, 3), torch.zeros(1, 2, 2), torch.tensor([2])
    assert encoder(x, lengths).state is None
    with pytest.raises(ConfigError, match="bidirectional = false"):
        encoder(x, lengths, (torch.zeros(1, 3), torch.zeros(1, 3)))


def test_settings_build_what_they_say():
    settings = RecurrentSettings(cell="gru", hidden_size=5, layers=3, bidirectional=False, layer_dropout=0.1)
    encoder = settings.build(4)
    assert [type(each) for each in encoder.ahead] == [torch.nn.GRU] * 3
    assert (encoder.output_size, encoder.dropout.p, len(encoder.back)) == (5, 0.1, 0)
    assert encoder.ahead[0].input_size == 4
    assert ENCODERS["recurrent"] is RecurrentSettings


def test_unknown_cell():
    with pytest.raises(ConfigError, match="lstm"):
        RecurrentEncoder(2, 3, cell="lstn")


OWN = ["lstm_peephole", "lstm_norm", "gru_cho", "rnn_norm"]


def random_numbers(encoder):
    for weight in encoder.parameters():
        torch.nn.init.normal_(weight, std=0.4)
    return encoder


@pytest.mark.parametrize("cell", [*CELLS, "relu", *OWN])
def test_equals_the_cells_with_every_part_written_out(cell):
    """Tapered layers with norms, residual connections and a learned start, layer by layer out of the cells."""
    torch.manual_seed(0)
    settings = RecurrentSettings(
        cell, 6, 4, bidirectional=False, taper=0.8, residual=True, layer_norm=True, learned_start=True
    )
    encoder = random_numbers(settings.build(6)).eval()
    assert encoder.units == [6, 5, 4, 3]
    x, lengths = torch.randn(3, 5, 6), torch.tensor([5, 0, 2])
    encoded, parts, y = encoder(x, lengths), KINDS[cell].parts, x
    for layer, network in enumerate(encoder.ahead):
        own = network if cell in OWN else KINDS[cell].from_torch(network)
        start = tuple(part.expand(3, -1) for part in encoder.start_ahead[parts * layer : parts * (layer + 1)])
        taken_in = encoder.norms[layer - 1](y) if layer else y
        if layer:
            torch.testing.assert_close(taken_in, layer_norm(y, encoder.norms[layer - 1]), atol=1e-5, rtol=1e-5)
        run = own.run(taken_in, lengths, start)
        for ours, theirs in zip(encoded.state[parts * layer : parts * (layer + 1)], run.state, strict=True):
            torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
        y = run.output + y if layer == 0 else run.output  # only the first gives as many features as it takes in
    expected = y * token_mask(lengths, 5).unsqueeze(-1)
    torch.testing.assert_close(encoded.output, expected, atol=1e-5, rtol=1e-5)


def layer_norm(x, norm):
    centred = x - x.mean(-1, keepdim=True)
    return norm.weight * centred / (centred.square().mean(-1, keepdim=True) + norm.eps).sqrt() + norm.bias


@pytest.mark.parametrize("cell", ["lstm", "gru", "relu", "lstm_norm", "gru_cho"])
@pytest.mark.parametrize("bidirectional", [True, False])
def test_with_gates_kept_it_gives_the_same_and_shows_them(cell, bidirectional):
    torch.manual_seed(0)
    encoder = random_numbers(RecurrentEncoder(3, 4, layers=2, cell=cell, bidirectional=bidirectional))
    x, lengths = torch.randn(3, 5, 3), torch.tensor([5, 0, 2])
    expected = encoder(x, lengths)
    assert encoder.runs == []
    encoder.keep_gates = True
    seen = encoder(x, lengths)
    torch.testing.assert_close(seen.output, expected.output, atol=1e-5, rtol=1e-5)
    for ours, theirs in zip(seen.state or (), expected.state or (), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
    assert len(encoder.runs) == (4 if bidirectional else 2)
    top = torch.cat([run.output for run in encoder.runs[2 if bidirectional else 1 :]], -1)
    torch.testing.assert_close(top * token_mask(lengths, 5).unsqueeze(-1), seen.output)
    own = KINDS[cell] if cell in OWN else KINDS[cell].from_torch
    backward = encoder.back[0] if bidirectional else encoder.ahead[0]
    run = (backward if cell in OWN else own(backward)).run(x[:1].flip(1) if bidirectional else x[:1], lengths[:1])
    for name, gate in encoder.runs[1 if bidirectional else 0].gates.items():
        turned = run.gates[name].flip(1) if bidirectional else run.gates[name]
        torch.testing.assert_close(gate[:1], turned, atol=1e-5, rtol=1e-5)


def test_steps_of_kept_gates_tell_the_gradient_at_each_step():
    torch.manual_seed(0)
    encoder = RecurrentEncoder(3, 4, cell="rnn", bidirectional=False)
    encoder.keep_gates = True
    encoder(torch.randn(1, 4, 3), torch.tensor([4])).output[0, -1].sum().backward(retain_graph=True)
    states = [step.state[0] for step in encoder.runs[0].steps]
    gradients = torch.autograd.grad(states[-1].sum(), states)
    U, expected = encoder.ahead[0].weight_hh_l0.detach(), torch.ones(1, 4)
    for state, gradient in zip(reversed(states), reversed(gradients), strict=True):
        torch.testing.assert_close(gradient, expected)
        expected = (expected * (1 - state.detach() ** 2)) @ U
    assert encoder.ahead[0].weight_hh_l0.grad.abs().sum() > 0


@pytest.mark.parametrize("bidirectional", [True, False])
def test_a_start_is_learned(bidirectional):
    torch.manual_seed(0)
    plain = RecurrentEncoder(3, 4, layers=2, bidirectional=bidirectional)
    encoder = RecurrentEncoder(3, 4, layers=2, bidirectional=bidirectional, learned_start=True)
    assert not encoder.load_state_dict(plain.state_dict(), strict=False).unexpected_keys
    x, lengths = torch.randn(2, 5, 3), torch.tensor([5, 0])
    torch.testing.assert_close(encoder(x, lengths).output, plain(x, lengths).output)  # zero as long as nothing is
    encoder(x, lengths).output.sum().backward()
    starts = [*encoder.start_ahead, *encoder.start_back]
    assert len(starts) == (8 if bidirectional else 4)
    assert all(start.grad.abs().sum() > 0 for start in starts)


@pytest.mark.parametrize("cell", [*CELLS, "relu", *OWN])
@pytest.mark.parametrize("option", ["weight_drop", "recurrent_dropout"])
def test_recurrent_dropout_of_either_kind_acts_in_training_and_on_what_recurs_only(cell, option):
    torch.manual_seed(0)
    encoder = random_numbers(RecurrentEncoder(3, 8, cell=cell, bidirectional=False, **{option: 0.5}))
    x, lengths = torch.randn(2, 6, 3), torch.tensor([6, 4])
    first, second = encoder(x, lengths), encoder(x, lengths)
    torch.testing.assert_close(first.output[:, 0], second.output[:, 0], atol=1e-5, rtol=1e-5)
    assert not first.output[:, 1:].allclose(second.output[:, 1:], atol=1e-3)
    plain = RecurrentEncoder(3, 8, cell=cell, bidirectional=False)
    plain.load_state_dict(encoder.state_dict())  # the weights are called the same, whatever is dropped
    assert encoder.eval()(x, lengths).output.equal(plain(x, lengths).output)
    encoder.train()(x, lengths).output.sum().backward()
    assert all(weight.grad.isfinite().all() for weight in encoder.parameters())


def test_a_way_past_each_layer_needs_one_that_gives_what_it_takes_in():
    with pytest.raises(ConfigError, match="taper = 1 and layers to 2 or more"):
        RecurrentEncoder(3, 4, residual=True)
    with pytest.raises(ConfigError, match=r"take in \[3, 8, 4\] and give \[8, 4, 2\]"):
        RecurrentEncoder(3, 4, layers=3, taper=0.5, residual=True)


def test_initial_weights_are_those_of_the_setting():
    torch.manual_seed(0)
    for cell in ("lstm", "gru_cho"):
        encoder = RecurrentEncoder(40, 40, cell=cell, initial_weights="uniform")
        for network in (*encoder.ahead, *encoder.back):
            for name, weight in network.named_parameters():
                if name.startswith("weight"):
                    assert 0.099 < weight.abs().max() <= 0.1


def test_weights_of_a_plain_encoder_have_the_names_that_saved_runs_know():
    kinds = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    expected = [f"{way}.{layer}.{kind}" for way in ("ahead", "back") for layer in (0, 1) for kind in kinds]
    assert list(RecurrentEncoder(3, 4, layers=2).state_dict()) == expected
