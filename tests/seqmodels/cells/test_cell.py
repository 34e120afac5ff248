"""What every cell must do, whatever its kind."""

import pytest
import torch
from torch import nn

from seqmodels.cells.cell import CELLS
from seqmodels.cells.gru import ChoGRU
from seqmodels.cells.lstm import LSTM, NormLSTM
from seqmodels.cells.rnn import RNN, ReluRNN
from textprep.errors import ConfigError, InputError

NAMES = ["gru", "gru_cho", "lstm", "lstm_norm", "lstm_peephole", "relu", "rnn", "rnn_norm"]
TORCH = {
    "rnn": nn.RNN,
    "relu": lambda *sizes, **more: nn.RNN(*sizes, nonlinearity="relu", **more),
    "lstm": nn.LSTM,
    "gru": nn.GRU,
}


def build(name, input_size=3, hidden_size=4):
    """A cell in double precision, none of whose weights is what it was at first."""
    torch.manual_seed(0)
    cell = CELLS[name](input_size, hidden_size).double()
    for weight in cell.parameters():
        nn.init.normal_(weight, std=0.5)
    return cell


def a_state(cell, batch):
    return tuple(torch.randn(batch, cell.hidden_size, dtype=torch.float64) for _ in range(cell.parts))


def test_names():
    assert list(CELLS) == NAMES
    with pytest.raises(ConfigError, match="lstm_norm"):
        CELLS["lstm_nrom"]


@pytest.mark.parametrize("name", NAMES)
def test_a_run_is_its_steps(name):
    cell, x, lengths = build(name), torch.randn(3, 5, 3, dtype=torch.float64), torch.tensor([5, 0, 3])
    state = a_state(cell, 3)
    run = cell.run(x, lengths, state)
    for row, length in enumerate(lengths.tolist()):
        at = tuple(part[row : row + 1] for part in state)
        for time in range(length):
            step = cell.step(x[row : row + 1, time], at)
            at = step.state
            assert set(step.gates) == set(cell.gates) == set(run.gates)
            torch.testing.assert_close(run.output[row, time], step.output[0])
            torch.testing.assert_close(run.steps[time].state[0][row], step.output[0])
            for gate, value in step.gates.items():
                torch.testing.assert_close(run.gates[gate][row, time], value[0])
        for whole, part in zip(run.state, at, strict=True):
            torch.testing.assert_close(whole[row], part[0])
        for over_time in (run.output, *run.gates.values()):
            assert over_time.shape == (3, 5, 4)
            assert over_time[row, length:].abs().sum() == 0


@pytest.mark.parametrize("name", NAMES)
def test_padding_has_no_influence_even_if_it_is_no_number(name):
    cell, x, lengths = build(name), torch.randn(3, 4, 3, dtype=torch.float64), torch.tensor([4, 0, 2])
    results = []
    for filler in (0.0, float("nan")):
        filled = x.clone()
        for row, length in enumerate(lengths.tolist()):
            filled[row, length:] = filler
        filled.requires_grad_()
        cell.zero_grad()
        run = cell(filled, lengths, keep_gates=False)
        (run.output.sin().sum() + sum(part.sum() for part in run.state)).backward()
        results.append([run.output, *run.state, filled.grad, *(weight.grad for weight in cell.parameters())])
    for zeros, numberless in zip(*results, strict=True):
        assert zeros.isfinite().all()
        torch.testing.assert_close(zeros, numberless)


@pytest.mark.parametrize("name", NAMES)
def test_gradients(name):
    cell, x, lengths = build(name, 2, 2), torch.randn(2, 3, 2, dtype=torch.float64), torch.tensor([3, 2])
    state = a_state(cell, 2)
    names, weights = zip(*cell.named_parameters(), strict=True)

    def outputs(x, *rest):
        given = dict(zip(names, rest[cell.parts :], strict=True))
        run = torch.func.functional_call(cell, given, (x, lengths, rest[: cell.parts]))
        return run.output, *run.state

    inputs = [tensor.detach().requires_grad_() for tensor in (x, *state, *weights)]
    assert torch.autograd.gradcheck(outputs, inputs)


@pytest.mark.parametrize("name", NAMES)
def test_a_mask_hides_units_from_the_matrices_but_not_from_the_state(name):
    cell, x = build(name), torch.randn(1, 3, dtype=torch.float64)
    state, mask = a_state(cell, 1), torch.tensor([[0.0, 2.0, 0.0, 2.0]], dtype=torch.float64)
    masked = cell.run(x.unsqueeze(1), torch.tensor([1]), state, mask)
    columns = build(name)
    with torch.no_grad():
        columns.weight_hh *= mask  # a matrix whose columns are multiplied does to all rows what the mask does to one
    torch.testing.assert_close(masked.output[:, 0], columns.step(x, state).output)
    assert not masked.output[:, 0].allclose(cell.step(x, state).output)


@pytest.mark.parametrize("name", NAMES)
def test_back_propagation_through_time_is_the_product_of_jacobians(name):
    """d h_T / d h_0 in full, against the chain of one step's Jacobians."""
    cell, x = build(name), torch.randn(6, 3, dtype=torch.float64)
    state = tuple(part[0] for part in a_state(cell, 1))

    def step(x, *state):
        after = cell.step(x.unsqueeze(0), tuple(part.unsqueeze(0) for part in state)).state
        return torch.cat([part[0] for part in after])

    product, at = torch.eye(4 * cell.parts, dtype=torch.float64), state
    for each in x:
        jacobian = torch.autograd.functional.jacobian(lambda *state, each=each: step(each, *state), at)
        product = torch.cat(jacobian, 1) @ product
        at = tuple(step(each, *at).detach().chunk(cell.parts))

    def whole(*state):
        run = cell.run(x.unsqueeze(0), torch.tensor([6]), tuple(part.unsqueeze(0) for part in state))
        return torch.cat([part[0] for part in run.state])

    torch.testing.assert_close(torch.cat(torch.autograd.functional.jacobian(whole, state), 1), product)


@pytest.mark.parametrize("name", TORCH)
@pytest.mark.parametrize("layer, reverse", [(0, False), (1, True)])
def test_a_cell_from_torch_gives_what_torch_gives(name, layer, reverse):
    torch.manual_seed(0)
    network = TORCH[name](4, 2, num_layers=2, bidirectional=True, batch_first=True)
    cell = CELLS[name].from_torch(network, layer, reverse=reverse)
    below = torch.randn(3, 7, 4)  # the two directions of the lower layer give 4 features as well
    alone = TORCH[name](4, 2, batch_first=True)
    end = f"_l{layer}{'_reverse' if reverse else ''}"
    alone.load_state_dict({f"{kind}_l0": getattr(network, kind + end) for kind in cell_weights(alone)})
    state = tuple(torch.randn(3, 2) for _ in range(cell.parts))
    first = tuple(part.unsqueeze(0) for part in state)
    expected, after = alone(below, first if len(first) == 2 else first[0])
    run = cell.run(below, torch.tensor([7, 7, 7]), state)
    torch.testing.assert_close(run.output, expected, atol=1e-5, rtol=1e-5)
    for ours, theirs in zip(run.state, after if isinstance(after, tuple) else (after,), strict=True):
        torch.testing.assert_close(ours, theirs[0], atol=1e-5, rtol=1e-5)


def cell_weights(network):
    return [name.removesuffix("_l0") for name, _ in network.named_parameters()]


@pytest.mark.parametrize("name", TORCH)
def test_weights_of_a_network_pass_gradients_to_it(name):
    torch.manual_seed(0)
    network, x = TORCH[name](3, 4, batch_first=True), torch.randn(2, 5, 3)
    cell = CELLS[name](3, 4)
    run = torch.func.functional_call(cell, cell.weights_of(network), (x, torch.tensor([5, 5])))
    ours = torch.autograd.grad(run.output.sin().sum(), list(network.parameters()))
    theirs = torch.autograd.grad(network(x)[0].sin().sum(), list(network.parameters()))
    for mine, expected in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, expected, atol=1e-5, rtol=1e-5)


def test_layers_without_biases_are_taken_with_zeros():
    network, x = nn.LSTM(3, 4, bias=False, batch_first=True), torch.randn(1, 2, 3)
    output = LSTM.from_torch(network).run(x, torch.tensor([2])).output
    torch.testing.assert_close(output, network(x)[0], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    "cell, network, told",
    [
        (RNN, nn.RNN(2, 3, nonlinearity="relu"), "RNN_RELU"),
        (ReluRNN, nn.RNN(2, 3), "RNN_TANH"),
        (ChoGRU, nn.GRU(2, 3), "does not compute what torch's GRU does"),
        (NormLSTM, nn.LSTM(2, 3), "LSTM"),
        (LSTM, nn.LSTM(2, 3, proj_size=2), "projections"),
    ],
)
def test_weights_of_another_convention_are_refused(cell, network, told):
    with pytest.raises(ConfigError, match=told):
        cell.from_torch(network)


def test_layers_that_are_not_there():
    with pytest.raises(ConfigError, match="no layer 1; it has 1"):
        RNN.from_torch(nn.RNN(2, 3), 1)
    with pytest.raises(ConfigError, match="no layer 0 from right to left"):
        RNN.from_torch(nn.RNN(2, 3), reverse=True)


@pytest.mark.parametrize("name", NAMES)
def test_empty_batches(name):
    cell = build(name)
    for batch, time in ((0, 4), (2, 0)):
        x = torch.zeros(batch, time, 3, dtype=torch.float64)
        run = cell.run(x, torch.zeros(batch, dtype=torch.int64))
        assert [run.output.shape, *(gate.shape for gate in run.gates.values())] == [(batch, time, 4)] * (
            1 + len(cell.gates)
        )
        assert [part.shape for part in run.state] == [(batch, 4)] * cell.parts


@pytest.mark.parametrize(
    "x, lengths, state, told",
    [
        (torch.zeros(2, 3, 5), [3, 3], None, "takes in 3 features a step, and was given 5"),
        (torch.zeros(2, 3, 3), [3, 4], None, "a length from 0 to 3"),
        (torch.zeros(2, 3, 3), [3, -1], None, "a length from 0 to 3"),
        (torch.zeros(2, 3, 3), [3], None, "each of the 2 rows"),
        (torch.zeros(2, 3, 3), [3, 3], (torch.zeros(2, 4),), "the state must be 2 of shape"),
        (torch.zeros(2, 3, 3), [3, 3], (torch.zeros(1, 4),) * 2, "was returned for these rows"),
    ],
)
def test_what_does_not_fit(x, lengths, state, told):
    with pytest.raises(InputError, match=told):
        LSTM(3, 4).run(x, torch.tensor(lengths), state)
