import math

import torch

from seqmodels.heads.multi_label_head import MultiLabelHeadSettings
from seqmodels.layers.recurrent import RecurrentEncoder

ENCODER = RecurrentEncoder(2, 3)


def test_loss_by_the_definition():
    torch.manual_seed(0)
    scores, targets, weights = torch.randn(4, 3), torch.randint(0, 2, (4, 3)), torch.tensor([1.0, 3.0, 0.5])
    head = MultiLabelHeadSettings().build(ENCODER, 3, weights)
    total = 0.0
    for row in range(4):
        for label in range(3):
            yes = 1 / (1 + math.exp(-scores[row, label]))
            total -= weights[label] * math.log(yes) if targets[row, label] else math.log(1 - yes)
    torch.testing.assert_close(head.loss(scores, targets), total / 12)


def test_each_label_is_decided_by_itself():
    head = MultiLabelHeadSettings().build(ENCODER, 3)
    probabilities = head.probabilities(torch.tensor([[2.0, -1, 3], [-1, -2, -3], [0, 0, 0]])).numpy()
    assert head.decide(probabilities).tolist() == [[1, 0, 1], [0, 0, 0], [1, 1, 1]]
    sure = MultiLabelHeadSettings(threshold=0.9).build(ENCODER, 3)
    assert sure.decide(probabilities).tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]
