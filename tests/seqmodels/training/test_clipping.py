import pytest
import torch
from torch import nn

from seqmodels.training.clipping import CLIPPINGS
from seqmodels.training.settings import TrainingSettings
from seqmodels.training.state import TrainingState


def clipped(gradients, state=None, **settings):
    """Whether gradients were clipped, and what became of them."""
    weights = [nn.Parameter(torch.zeros(len(gradient))) for gradient in gradients]
    for weight, gradient in zip(weights, gradients, strict=True):
        weight.grad = torch.tensor(gradient)
    weights.append(nn.Parameter(torch.zeros(2)))  # one without a gradient
    told = TrainingSettings(**settings)
    norm = nn.utils.get_total_norm(weight.grad for weight in weights[:-1]).item()
    was = CLIPPINGS[told.clipping](weights, norm, told, state or TrainingState())
    assert weights[-1].grad is None
    return was, [weight.grad.tolist() for weight in weights[:-1]]


def test_a_courses_worked_example_of_clipping_by_global_norm():
    was, (first, second) = clipped([[15.0 * 0.6], [15.0 * 0.8, 0.0]], clip_norm=5.0)
    assert was
    assert [*first, *second] == pytest.approx([15 * 0.6 / 3, 15 * 0.8 / 3, 0], rel=1e-5)
    assert clipped([[3.0], [4.0]], clip_norm=5.0) == (False, [[3], [4]])
    assert clipped([[300.0]], clip_norm=0.0) == (False, [[300]])


def test_by_value_each_number_is_cut_by_itself():
    settings = {"clipping": "value", "clip_value": 0.5, "clip_norm": 0.1}
    assert clipped([[0.25, -2.0], [0.75]], **settings) == (True, [[0.25, -0.5], [0.5]])
    assert clipped([[0.25, -0.5], [0.5]], **settings) == (False, [[0.25, -0.5], [0.5]])


def test_not_at_all():
    assert clipped([[1e9]], clipping="none", clip_norm=1.0) == (False, [[1e9]])


@pytest.mark.parametrize("begin", [0.0, 5.0])
def test_the_threshold_of_adaptive_follows_the_norms(begin):
    lengths, alpha, state = [2.0, 4.0, 1.0, 8.0, 8.0, 8.0], 0.9, TrainingState()
    settings = {"clipping": "adaptive", "clip_smoothing": alpha, "clip_norm": begin}
    threshold = begin or lengths[0]
    for length in lengths:
        threshold = alpha * threshold + (1 - alpha) * length
        was, ((number, _),) = clipped([[length, 0.0]], state, **settings)
        assert state.clip_threshold == pytest.approx(threshold)
        assert was == (length > threshold)
        assert number == pytest.approx(min(length, threshold), rel=1e-5)
