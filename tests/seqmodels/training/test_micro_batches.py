import pytest
from torch import nn

from seqmodels.training.micro_batches import in_steps, loss_weight, shares


def test_the_batches_of_a_step():
    assert list(in_steps(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(in_steps([], 2)) == []


def test_shares_make_the_mean_of_all_of_the_means_of_parts():
    parts = [[1.0, 2.0, 6.0], [10.0], []]
    means = [sum(part) / max(1, len(part)) for part in parts]
    counts = [len(part) for part in parts]
    assert sum(map(float.__mul__, means, shares(counts))) == pytest.approx(19 / 4)
    assert shares([7.0]) == [1.0]
    assert shares([0.0, 0.0]) == [0.5, 0.5]


def test_what_a_batch_counts_is_the_models_to_say():
    class Tokens(nn.Module):
        def loss_weight(self, batch):
            return sum(batch)

    assert loss_weight(Tokens(), [2, 3]) == 5
    assert loss_weight(nn.Module(), [2, 3]) == 1
