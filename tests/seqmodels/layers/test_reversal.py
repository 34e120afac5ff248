import torch

from seqmodels.layers.reversal import Reversal


def test_reversal_is_its_own_inverse_and_its_gradient_is_right():
    x = torch.randn(3, 4, 2, dtype=torch.float64, requires_grad=True)
    reverse = Reversal(torch.tensor([4, 2, 0]), 4)
    assert reverse(reverse(x)).equal(x)
    assert reverse(x)[1].equal(x[1, [1, 0, 2, 3]])
    assert torch.autograd.gradcheck(reverse, (x,))
