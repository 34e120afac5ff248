import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.layers.encoder import ENCODERS
from seqmodels.layers.mask import token_mask
from seqmodels.layers.pooling import LastPooling
from seqmodels.layers.recurrent import RecurrentEncoder, RecurrentSettings, Reversal
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


def test_reversal_is_its_own_inverse_and_its_gradient_is_right():
    x = torch.randn(3, 4, 2, dtype=torch.float64, requires_grad=True)
    reverse = Reversal(torch.tensor([4, 2, 0]), 4)
    assert reverse(reverse(x)).equal(x)
    assert reverse(x)[1].equal(x[1, [1, 0, 2, 3]])
    assert torch.autograd.gradcheck(reverse, (x,))


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
