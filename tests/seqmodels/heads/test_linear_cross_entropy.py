import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch.nn import functional as F

from seqmodels.heads import linear_cross_entropy as module
from seqmodels.heads.linear_cross_entropy import linear_cross_entropy


@pytest.fixture
def blocks(monkeypatch):
    """Even few scores are made in blocks."""
    monkeypatch.setattr(module, "BLOCK", 8)


def inputs(rows, words, size, seed, kind=torch.float64):
    torch.manual_seed(seed)
    x, weight, bias = (torch.randn(shape, dtype=kind) for shape in ((rows, size), (words, size), (words,)))
    return [each.requires_grad_() for each in (x, weight, bias)], torch.randint(0, words, (rows,))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 9),
    st.integers(1, 12),
    st.booleans(),
    st.sampled_from([0.0, 0.1, 1.0]),
    st.sampled_from([1, 30, 999]),
)
def test_equals_torch_in_blocks_of_any_size(rows, words, biased, smoothing, block):
    tensors, targets = inputs(rows, words, 3, seed=rows)
    x, weight, bias = tensors if biased else [*tensors[:2], None]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        ours = linear_cross_entropy(x, weight, bias, targets, smoothing)
    scores = F.linear(x, weight, bias)
    theirs = F.cross_entropy(scores, targets, reduction="sum", label_smoothing=smoothing)
    torch.testing.assert_close(ours, theirs)
    used = tensors if biased else tensors[:2]
    for mine, other in zip(torch.autograd.grad(3 * ours, used), torch.autograd.grad(3 * theirs, used), strict=True):
        torch.testing.assert_close(mine, other)


@pytest.mark.parametrize("block", [1, 1000])
def test_a_course_s_worked_example_of_label_smoothing(block, monkeypatch):
    """The score of each word is its vector here: logits 0, 0, 1, 0 and target 2."""
    monkeypatch.setattr(module, "BLOCK", block)
    weight = torch.tensor([[0.0], [0.0], [1.0], [0.0]])
    loss = linear_cross_entropy(torch.ones(1, 1), weight, None, torch.tensor([2]), smoothing=0.1)
    assert loss.item() == pytest.approx(0.818669, abs=1e-6)


def test_gradients_by_differences(blocks):
    tensors, targets = inputs(5, 4, 3, seed=0)
    assert torch.autograd.gradcheck(lambda *given: linear_cross_entropy(*given, targets, 0.2), tensors)


def test_frozen_words_get_no_gradient(blocks):
    (x, weight, bias), targets = inputs(5, 4, 3, seed=0)
    linear_cross_entropy(x, weight.detach(), bias.detach(), targets).backward()
    assert x.grad.abs().sum() > 0
    with torch.no_grad():
        assert not linear_cross_entropy(x, weight, bias, targets).requires_grad


def test_half_precision_is_close(blocks):
    (x, weight, bias), targets = inputs(50, 20, 8, seed=0, kind=torch.float32)
    exact = linear_cross_entropy(x, weight, bias, targets)
    with torch.autocast("cpu", torch.bfloat16):
        rounded = linear_cross_entropy(x.bfloat16(), weight, bias, targets)
    assert rounded.dtype == torch.float32
    torch.testing.assert_close(rounded, exact, rtol=0.02, atol=0.0)
    wanted = torch.autograd.grad(exact, [x, weight, bias])
    for mine, other in zip(torch.autograd.grad(rounded, [x, weight, bias]), wanted, strict=True):
        assert (mine - other).norm() < 0.02 * other.norm()


def test_there_are_never_all_scores_at_once():
    """The largest tensor that torch makes on the way is a block of scores, or a gradient."""
    (x, weight, bias), targets = inputs(400, 1000, 2, seed=0, kind=torch.float32)
    largest = 0

    class Watch(torch.utils._python_dispatch.TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            nonlocal largest
            result = function(*args, **(kwargs or {}))
            if isinstance(result, torch.Tensor):
                largest = max(largest, result.numel())
            return result

    with pytest.MonkeyPatch.context() as patch, Watch():
        patch.setattr(module, "BLOCK", 10_000)
        linear_cross_entropy(x, weight, bias, targets, 0.1).backward()
    assert largest == 10_000
