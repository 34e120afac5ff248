import pytest
import torch
from torch import nn

from seqmodels.cells.cell import CELLS, Cell
from seqmodels.cells.lstm import LSTM, PeepholeLSTM
from seqmodels.layers.recurrent_layer import LayerReader, recurrent_network

FUSED = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN, "relu": nn.RNN}


@pytest.mark.parametrize("cell", list(CELLS))
def test_torchs_layer_stands_wherever_it_computes_the_same(cell):
    network = recurrent_network(cell, 3, 4)
    assert type(network) is FUSED.get(cell, CELLS[cell])
    assert isinstance(network, Cell) == (cell not in FUSED)
    if isinstance(network, nn.RNNBase):
        assert (network.mode, network.batch_first) == (CELLS[cell].mode, True)


def a_case(network, rows=3):
    state = tuple(torch.randn(rows, 4) for _ in range(2 if isinstance(network, (nn.LSTM, PeepholeLSTM)) else 1))
    return torch.randn(rows, 6, 3), torch.tensor([6, 0, 2]), state


@pytest.mark.parametrize("cell", [*FUSED, "lstm_peephole"])
def test_dropped_weights_are_an_other_matrix(cell):
    """With the matrix of a known draw in the place of the network's, a reader that drops nothing gives the same."""
    torch.manual_seed(0)
    network = recurrent_network(cell, 3, 4)
    for weight in network.parameters():
        nn.init.normal_(weight)
    case = a_case(network)
    torch.manual_seed(1)
    output, state = LayerReader(cell, weight_drop=0.5)(network, *case)
    output.sum().backward()
    recurrent = network.weight_hh_l0 if cell in FUSED else network.weight_hh
    torch.manual_seed(1)
    kept = torch.nn.functional.dropout(torch.ones_like(recurrent), 0.5)
    assert 0 < (kept == 0).float().mean() < 1
    assert recurrent.grad[kept == 0].abs().sum() == 0
    with torch.no_grad():
        recurrent.mul_(kept)
    expected, ended = LayerReader(cell)(network, *case)
    torch.testing.assert_close(output, expected, atol=1e-5, rtol=1e-5)
    for ours, theirs in zip(state, ended, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("cell", FUSED)
def test_a_row_has_one_mask_for_all_its_steps_and_others_another(cell):
    torch.manual_seed(0)
    network = recurrent_network(cell, 3, 4)
    x, lengths, state = a_case(network)
    torch.manual_seed(1)
    output, _ = LayerReader(cell, state_dropout=0.5)(network, x, lengths, state)
    torch.manual_seed(1)
    masks = torch.empty(3, 1, 4).bernoulli_(0.5)[:, 0] * 2
    assert not masks[0].equal(masks[2])
    for row in (0, 2):  # a matrix without the columns of the hidden units does the same to one row
        alone = CELLS[cell].from_torch(network)
        with torch.no_grad():
            alone.weight_hh.mul_(masks[row])
        before = tuple(part[row : row + 1] for part in state)
        expected = alone.run(x[row : row + 1], lengths[row : row + 1], before).output
        torch.testing.assert_close(output[row : row + 1], expected, atol=1e-5, rtol=1e-5)


def test_a_network_read_step_by_step_gets_its_gradients():
    torch.manual_seed(0)
    network = nn.LSTM(3, 4, batch_first=True)
    x, lengths, state = a_case(network)
    LayerReader("lstm", state_dropout=0.3)(network, x, lengths, state)[0].sum().backward()
    assert all(weight.grad.abs().sum() > 0 for weight in network.parameters())


def test_a_run_has_the_gates():
    network = nn.LSTM(3, 4, batch_first=True)
    case = a_case(network)
    run = LayerReader("lstm").run(network, *case)
    assert set(run.gates) == set(LSTM.gates)
    torch.testing.assert_close(run.output[0], network(case[0], tuple(part[None] for part in case[2]))[0][0])
