import pytest
import torch

from seqmodels.layers.carried_state import read_on


@pytest.mark.parametrize("network", [torch.nn.LSTM, torch.nn.GRU, torch.nn.RNN])
def test_the_state_is_that_of_a_packed_sequence(network):
    torch.manual_seed(0)
    layer, x, lengths = network(3, 4, batch_first=True), torch.randn(4, 6, 3), torch.tensor([2, 6, 1, 5])
    before = tuple(torch.randn(4, 4) for _ in range(2 if network is torch.nn.LSTM else 1))
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    first = tuple(part.unsqueeze(0) for part in before)
    output, ended = layer(packed, first if len(first) == 2 else first[0])
    padded, _ = torch.nn.utils.rnn.pad_packed_sequence(output, batch_first=True)
    ours, state = read_on(layer, x, lengths, before)
    for row, length in enumerate(lengths.tolist()):
        torch.testing.assert_close(ours[row, :length], padded[row, :length])
    for mine, theirs in zip(state, ended if isinstance(ended, tuple) else (ended,), strict=True):
        torch.testing.assert_close(mine, theirs[0])


@pytest.mark.parametrize("network", [torch.nn.LSTM, torch.nn.GRU, torch.nn.RNN])
def test_rows_without_steps_keep_their_state(network):
    layer = network(3, 4, batch_first=True)
    before = tuple(torch.randn(2, 4) for _ in range(2 if network is torch.nn.LSTM else 1))
    for time in (0, 3):
        _, state = read_on(layer, torch.randn(2, time, 3), torch.tensor([0, time]), before)
        assert [part[0].tolist() for part in state] == [part[0].tolist() for part in before]


@pytest.mark.parametrize("network", [torch.nn.LSTM, torch.nn.GRU, torch.nn.RNN])
@pytest.mark.parametrize("lengths", [None, torch.tensor([6, 6]), torch.tensor([6, 4])])
def test_other_weights_are_read_with_in_the_place_of_its_own(network, lengths):
    layer, other = network(3, 4, batch_first=True), network(3, 4, batch_first=True)
    x, before = torch.randn(2, 6, 3), tuple(torch.randn(2, 4) for _ in range(2 if network is torch.nn.LSTM else 1))
    output, state = read_on(layer, x, lengths, before, list(other.parameters()))
    expected, ended = read_on(other, x, lengths, before)
    for ours, theirs in zip((output, *state), (expected, *ended), strict=True):
        assert ours.equal(theirs)


def test_without_lengths_padding_counts_as_steps():
    layer, x, before = torch.nn.GRU(3, 4, batch_first=True), torch.randn(2, 6, 3), (torch.randn(2, 4),)
    output, (ended,) = read_on(layer, x, None, before)
    assert output.equal(read_on(layer, x, torch.tensor([6, 3]), before)[0])
    assert ended.equal(output[:, -1])


@pytest.mark.parametrize("mode", ["lstm", "gru", "tanh", "relu"])
@pytest.mark.parametrize("others", [False, True])
def test_a_single_step_without_gradients_is_that_of_the_kernel(mode, others):
    kinds = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    options = {"nonlinearity": mode} if mode in ("tanh", "relu") else {}
    layer = kinds.get(mode, torch.nn.RNN)(3, 4, batch_first=True, **options)
    before = tuple(torch.randn(2, 4) for _ in range(2 if mode == "lstm" else 1))
    weights = [torch.randn_like(weight) for weight in layer.parameters()] if others else None
    arguments = (layer, torch.randn(2, 1, 3), torch.tensor([1, 1]), before, weights)
    output, state = read_on(*arguments)
    with torch.no_grad():
        quick, after = read_on(*arguments)
    torch.testing.assert_close(quick, output)
    torch.testing.assert_close(after, state)
