import math

import numpy as np
import pytest
import torch
from scipy.special import expit, ndtr

from seqmodels.layers.feed_forward import ACTIVATIONS, FeedForward

WRITTEN_OUT = {
    "relu": lambda a: np.maximum(a, 0),
    "gelu": lambda a: a * ndtr(a),
    "gelu_tanh": lambda a: a / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (a + 0.044715 * a**3))),
    "swiglu": lambda a: a * expit(a),
}


def test_every_activation_is_tested():
    assert set(ACTIVATIONS) == set(WRITTEN_OUT)


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_equals_the_formula(name, biases):
    torch.manual_seed(0)
    network, x = FeedForward(3, 7, name, biases).double(), torch.randn(2, 4, 3, dtype=torch.float64)

    def matrix(part, values):
        weight, bias = part.weight.detach().numpy(), part.bias.detach().numpy() if biases else 0.0
        return values @ weight.T + bias

    inner, f = matrix(network.inner, x.numpy()), WRITTEN_OUT[name]
    inner = f(matrix(network.gate, x.numpy())) * inner if name == "swiglu" else f(inner)
    np.testing.assert_allclose(network(x).detach().numpy(), matrix(network.outer, inner), atol=1e-12)
    assert (network.outer.bias is None) is not biases
