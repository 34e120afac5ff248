import numpy as np
import pytest
import torch

from seqmodels.layers.norms import NORMS
from textprep.errors import ConfigError


@pytest.mark.parametrize("epsilon", [1e-12, 1e-5, 0.5])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("name", list(NORMS))
def test_equals_the_formula(name, bias, epsilon):
    x = np.random.default_rng(0).normal(3, 2, (2, 3, 5))
    centred = x - x.mean(-1, keepdims=True) if name == "layer" else x
    expected = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon)
    norm = NORMS[name](5, epsilon, bias).double()
    assert (getattr(norm, "bias", None) is not None) == (bias and name == "layer")
    np.testing.assert_allclose(norm(torch.tensor(x)).detach().numpy(), expected, atol=1e-7)


def test_another_name_is_an_error():
    with pytest.raises(ConfigError, match="did you mean 'layer'"):
        NORMS["layr"]
