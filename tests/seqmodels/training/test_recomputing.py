import pytest
import torch
from torch import nn

from seqmodels.training.recomputing import recomputing


class Stack(nn.Module):
    """Layers with dropout on top of each other, some of them within others."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.ModuleList(nn.TransformerEncoderLayer(8, 2, 32, 0.3, batch_first=True) for _ in range(4))
        self.calls = 0
        self.layers[1].register_forward_hook(self.count)

    def count(self, *_):
        self.calls += 1

    def loss(self, batch):
        for layer in self.layers:
            batch = layer(batch)
        return batch[..., 0].square().mean()


def trained(wanted):
    """A step's gradients and loss, the bytes that were kept for it, and the random numbers that come next."""
    model, kept = Stack(), {}
    torch.manual_seed(1)
    batch = torch.randn(4, 16, 8)
    own = {weight.untyped_storage().data_ptr() for weight in model.parameters()}

    def keep(tensor):
        if tensor.untyped_storage().data_ptr() not in own:
            kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    with recomputing(model, wanted):
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            loss = model.loss(batch)
        size = sum(tensor.untyped_storage().nbytes() for tensor in kept.values())
        loss.backward()
    return [weight.grad for weight in model.parameters()], loss.item(), size, torch.rand(3), model


def test_the_gradient_is_the_same_to_the_bit_and_less_is_kept():
    (grads, loss, size, after, _), (again, same, less, same_after, model) = trained(False), trained(True)
    assert loss == same
    assert all(grad.equal(other) for grad, other in zip(grads, again, strict=True))
    assert same_after.equal(after)  # running again draws nothing from the numbers of others
    assert less < size / 4
    assert model.calls == 1  # forward hooks are the module's, and see it once


def test_names_stay_as_they_are_and_the_block_has_an_end():
    model = Stack()
    names = list(model.state_dict())
    with pytest.raises(KeyError), recomputing(model):
        assert list(model.state_dict()) == names
        assert "forward" in vars(model.layers[0])
        raise KeyError
    assert "forward" not in vars(model.layers[0])


def test_without_gradients_nothing_is_run_through_a_checkpoint():
    model, batch = Stack().eval(), torch.ones(1, 2, 8)
    with torch.inference_mode():
        wanted = model.loss(batch)
        with recomputing(model):
            assert model.loss(batch).equal(wanted)


def test_a_layer_that_stands_in_two_stacks():
    model, batch = Stack(), torch.ones(1, 2, 8)
    model.others = nn.ModuleList([model.layers[0]])
    with recomputing(model):
        model.loss(batch).backward()
    assert "forward" not in vars(model.layers[0])
