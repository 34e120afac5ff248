import numpy as np
import pytest
import torch

from seqmodels.layers.window import WindowEncoder, WindowSettings

LENGTHS = [6, 2, 1, 0]


def by_hand(encoder, x):
    """One sequence (time, size): the steps of each window in one long vector, then layer by layer."""
    matrices = [encoder.window.weight.transpose(1, 2).flatten(1), *(layer.weight for layer in encoder.layers)]
    biases = [encoder.window.bias, *(layer.bias for layer in encoder.layers)]
    nothing = [np.zeros(x.shape[1])]
    padded = nothing * encoder.before + list(x) + nothing * encoder.behind
    outputs = []
    for t in range(len(x)):
        h = np.concatenate(padded[t : t + encoder.before + 1 + encoder.behind])
        for matrix, bias in zip(matrices, biases, strict=True):
            h = np.tanh(matrix.detach().double().numpy() @ h + bias.detach().double().numpy())
        outputs.append(h)
    return np.array(outputs).reshape(len(x), encoder.output_size)


@pytest.mark.parametrize(("before", "behind"), [(0, 0), (2, 2), (3, 0), (0, 4), (1, 2), (9, 9)])
@pytest.mark.parametrize("layers", [1, 3])
def test_equals_the_plain_loop(before, behind, layers):
    torch.manual_seed(0)
    encoder = WindowEncoder(3, 5, before=before, behind=behind, layers=layers)
    for weight in encoder.parameters():
        torch.nn.init.normal_(weight)
    x, lengths = torch.randn(4, 6, 3), torch.tensor(LENGTHS)
    output = encoder(x, lengths).output.detach()
    for row, length in enumerate(LENGTHS):
        np.testing.assert_allclose(output[row, :length], by_hand(encoder, x[row, :length].double().numpy()), atol=1e-5)


def test_what_lies_outside_the_window_has_no_influence():
    torch.manual_seed(0)
    encoder, x = WindowEncoder(3, 5, before=1, behind=2), torch.randn(1, 9, 3, requires_grad=True)
    encoder(x, torch.tensor([9])).output[0, 4].sum().backward()
    assert x.grad[0].abs().sum(1).nonzero().flatten().tolist() == [3, 4, 5, 6]


def test_settings_build_what_they_say():
    encoder = WindowSettings(7, before=1, behind=3, layers=2, layer_dropout=0.1).build(4)
    assert (encoder.output_size, encoder.before, encoder.behind, encoder.dropout.p) == (7, 1, 3, 0.1)
    assert encoder.window.weight.shape == (7, 4, 5)
    assert len(encoder.layers) == 1
