import pytest
import torch

from seqmodels.heads.pair_head import PairHeadSettings, compared
from seqmodels.layers.recurrent import RecurrentEncoder
from textprep.errors import InputError

ENCODER = RecurrentEncoder(2, 3)


def test_both_sides_their_difference_and_their_product():
    found = compared(torch.tensor([[1.0, -2.0]]), torch.tensor([[3.0, 4.0]]))
    assert found.tolist() == [[1, -2, 3, 4, 2, 6, 3, -8]]


@pytest.mark.parametrize("hidden", [0, 5])
@pytest.mark.parametrize("sides", [1, 2])
def test_scores_are_those_of_the_pooled_sides(hidden, sides):
    torch.manual_seed(0)
    head = PairHeadSettings(pooling="mean", hidden_size=hidden).build(ENCODER, 4, sides).eval()
    x = [torch.randn(2, 3, ENCODER.output_size) for _ in range(sides)]
    means = [each.mean(1) for each in x]
    features = compared(*means) if sides == 2 else means[0]
    linears = [layer for layer in head.layers if isinstance(layer, torch.nn.Linear)]
    if hidden:
        features = (features @ linears[0].weight.T + linears[0].bias).relu()
    expected = features @ linears[-1].weight.T + linears[-1].bias
    torch.testing.assert_close(head([(each, torch.ones(2, 3, dtype=torch.bool)) for each in x]), expected)


def test_loss_is_cross_entropy_and_wrong_classes_are_refused():
    head = PairHeadSettings(label_smoothing=0.2).build(ENCODER, 3, 2)
    scores, targets = torch.randn(4, 3), torch.tensor([0, 1, 2, 1])
    smooth = 0.8 * torch.eye(3)[targets] + 0.2 / 3
    torch.testing.assert_close(head.loss(scores, targets), -(smooth * scores.log_softmax(1)).sum(1).mean())
    with pytest.raises(InputError, match="target 3 at row 3"):
        head.loss(scores, targets.index_fill(0, torch.tensor(3), 3))
