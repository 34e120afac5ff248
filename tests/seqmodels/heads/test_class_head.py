import numpy as np
import pytest
import torch

from seqmodels.heads.class_head import ClassHeadSettings
from seqmodels.layers.pooling import MeanPooling
from seqmodels.layers.recurrent import RecurrentEncoder
from textprep.errors import InputError

ENCODER = RecurrentEncoder(2, 3)
WEIGHTS = torch.tensor([0.5, 2.0, 4.0])


def rows():
    torch.manual_seed(0)
    return torch.randn(6, 3), torch.tensor([0, 0, 1, 0, 2, 0])


def test_scores_are_those_of_the_pooled_row():
    head = ClassHeadSettings(pooling="mean").build(ENCODER, 4).eval()
    assert isinstance(head.pooling, MeanPooling)
    x, mask = torch.randn(2, 5, 6), torch.arange(5) < torch.tensor([[5], [2]])
    means = torch.stack([x[0].mean(0), x[1, :2].mean(0)])
    torch.testing.assert_close(head(x, mask), means @ head.output.weight.T + head.output.bias)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_loss_by_the_definition(smoothing, weights):
    scores, targets = rows()
    head = ClassHeadSettings(label_smoothing=smoothing).build(ENCODER, 3, weights)
    weights = torch.ones(3) if weights is None else weights
    total = 0.0
    for row, target in zip(scores.log_softmax(1), targets, strict=True):
        wanted = torch.full((3,), smoothing / 3)
        wanted[target] += 1 - smoothing
        # a smoothed target counts with the weights of the classes that its probability is spread over
        total -= (weights * wanted * row).sum()
    torch.testing.assert_close(head.loss(scores, targets), total / 6)


def test_weights_make_every_class_count_as_much_over_the_batches_of_an_epoch():
    """The mean loss of single rows is that of all rows, which PyTorch's weighted mean does not keep."""
    scores, targets = rows()
    head = ClassHeadSettings().build(ENCODER, 3, WEIGHTS)
    single = [head.loss(scores[i : i + 1], targets[i : i + 1]) for i in range(6)]
    torch.testing.assert_close(torch.stack(single).mean(), head.loss(scores, targets))


def test_weights_are_not_saved():
    saved = ClassHeadSettings().build(ENCODER, 3, WEIGHTS).state_dict()
    ClassHeadSettings().build(ENCODER, 3).load_state_dict(saved)
    assert not any("weights" in name for name in saved)


def test_decides_for_the_most_probable():
    head = ClassHeadSettings().build(ENCODER, 3)
    probabilities = head.probabilities(torch.tensor([[0.0, 2, 1], [5, -1, 3]]))
    torch.testing.assert_close(probabilities.sum(1), torch.ones(2))
    assert head.decide(probabilities.numpy()).tolist() == [1, 0]
    assert head.decide(np.zeros((0, 3), np.float32)).tolist() == []


def test_classes_that_there_are_not_are_refused():
    scores, targets = rows()
    with pytest.raises(InputError, match="target 2 at row 4 of the batch is none of the 2 labels"):
        ClassHeadSettings().build(ENCODER, 2).loss(scores[:, :2], targets)
