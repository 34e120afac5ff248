import torch

from seqmodels.batches.masked_batches import IGNORED
from seqmodels.heads.allowed_tags import RULED_OUT, given_tags, restricted


def test_given_tags_leave_the_others_open():
    allowed = given_tags(torch.tensor([[1, IGNORED]]), 3)
    assert allowed.tolist() == [[[False, True, False], [True] * 3]]


def test_scores_of_what_is_not_allowed_are_out_of_reach():
    scores, lengths = torch.ones(1, 2, 3), torch.tensor([2])
    assert restricted(scores, None, lengths) is scores
    assert restricted(scores, given_tags(torch.tensor([[1, IGNORED]]), 3), lengths).tolist() == [
        [[RULED_OUT, 1, RULED_OUT], [1, 1, 1]]
    ]
