import numpy as np
import pytest
import torch
from torch import nn

from seqmodels.cells.lstm import LSTM
from seqmodels.inspect.gradient_norms import layer_gradients, step_gradients
from seqmodels.layers.recurrent import RecurrentEncoder
from seqmodels.layers.transformer import TransformerSettings
from textprep.errors import InputError


class Scored(nn.Module):
    """An encoder with a score of its last step."""

    def __init__(self, encoder, size):
        super().__init__()
        self.encoder, self.output = encoder, nn.Linear(size, 1)

    def loss(self, x, lengths):
        return self.output(self.encoder(x, lengths).output)[torch.arange(len(x)), lengths - 1].sum()


def test_the_worked_example_of_a_scalar_network():
    """A course's worked example (BPTT through h = tanh(W_x x + 0.2 h)): its weights, states and targets."""
    states = [0.46211715726000974, -0.20464571679388185, 0.6405293508298561, 0.12740965340755267]
    encoder = RecurrentEncoder(1, 1, cell="rnn", bidirectional=False).double()
    with torch.no_grad():
        for weight, value in zip(encoder.ahead[0].parameters(), (1.0, 0.2, 0.0, 0.0), strict=True):
            weight.fill_(value)
    x, lengths = torch.tensor([[[0.5], [-0.3], [0.8], [0.0]]], dtype=torch.float64), torch.tensor([4])
    np.testing.assert_allclose(encoder(x, lengths).output.flatten().tolist(), states, atol=1e-12)
    found = step_gradients(encoder, lambda: encoder(x, lengths).output[0, -1, 0])
    slopes = [0.2 * (1 - h**2) for h in states[1:]]
    expected = [np.prod(slopes[step:]) for step in range(4)]  # d h_4 / d h_t, by the chain rule
    np.testing.assert_allclose(found.norms, [expected], rtol=1e-12)


def test_an_lstms_hidden_state_and_memory_by_finite_differences():
    torch.manual_seed(0)
    encoder = RecurrentEncoder(2, 3, cell="lstm", bidirectional=False).double()
    cell = LSTM.from_torch(encoder.ahead[0])
    x, lengths = torch.randn(1, 4, 2, dtype=torch.float64), torch.tensor([4])
    weights = torch.randn(4, 3, dtype=torch.float64)

    @torch.no_grad()
    def loss(at, part, change):
        """What the loss is if part of the state after step `at` is changed."""
        state, total = cell.begin(x[:, 0]), 0.0
        for step in range(4):
            (hidden, memory), gates = cell.step(x[:, step], state)
            if step == at:
                hidden = hidden + change if part == 0 else gates["output"] * torch.tanh(memory + change)
                memory = memory + change * part
            state, total = (hidden, memory), total + float(hidden[0] @ weights[step])
        return total

    def loss_of_encoder():
        return (encoder(x, lengths).output[0] * weights).sum()

    found = step_gradients(encoder, loss_of_encoder)
    assert found.layers == ["layer 1", "layer 1, memory"]
    for part in range(2):
        for step in range(4):
            changes = 1e-6 * torch.eye(3, dtype=torch.float64)
            slopes = [(loss(step, part, each) - loss(step, part, -each)) / 2e-6 for each in changes]
            assert found.norms[part, step] == pytest.approx(np.linalg.norm(slopes), rel=1e-6)


def test_a_transformers_layers_by_autograd():
    torch.manual_seed(0)
    encoder = TransformerSettings(hidden_size=8, heads=2, inner_size=8, layers=2).build(8).eval()
    model, x, lengths = Scored(encoder, 8), torch.randn(2, 5, 8), torch.tensor([5, 3])
    outputs = []
    handle = encoder.layers[0].register_forward_hook(lambda module, taken, given: outputs.append(given[0]))
    (gradient,) = torch.autograd.grad(model.loss(x, lengths), outputs)
    handle.remove()
    found = step_gradients(model, lambda: model.loss(x, lengths))
    assert found.layers == ["encoder.layers.0", "encoder.layers.1"]
    np.testing.assert_allclose(found.norms[0], gradient.norm(dim=(0, 2)).numpy(), rtol=1e-5)
    assert found.norms[1, 3] == 0
    assert all(weight.grad is None for weight in model.parameters())


def test_layers_in_both_directions_are_in_the_order_of_reading():
    model = Scored(RecurrentEncoder(2, 3, cell="gru"), 6)
    x = torch.randn(1, 4, 2)
    found = step_gradients(model, lambda: model.loss(x, torch.tensor([4])))
    assert found.layers == ["encoder layer 1 from the left", "encoder layer 1 from the right"]
    assert (found.norms[0] > 0).all()
    np.testing.assert_array_equal(found.norms[1] > 0, [True, False, False, False])  # the last token is read first


def test_a_loss_that_comes_from_no_layer():
    model = nn.Linear(2, 1)
    with pytest.raises(InputError, match="no gradient comes back to a recurrent or Transformer layer"):
        step_gradients(model, lambda: model(torch.ones(2)).sum())


def test_the_norms_of_weights_by_hand():
    model = nn.Sequential(nn.Linear(2, 1), nn.Linear(1, 1), nn.Linear(1, 1))
    model[0](torch.tensor([3.0, 4.0])).backward()
    found = layer_gradients(model)
    assert found.layers == ["0"]
    np.testing.assert_allclose(found.norms, [np.sqrt(9 + 16 + 1)])
