import pytest
import torch

from seqmodels.heads.labels import check_labels, counted_targets
from textprep.errors import InputError


def test_what_counts_lies_within_the_lengths_and_is_not_ignored():
    targets = torch.tensor([[0, -100, 2, 9], [-100, -1, 0, 0]])
    found = counted_targets(targets, torch.tensor([3, 0]), 3)
    assert found.tolist() == [[True, False, True, False], [False] * 4]
    with pytest.raises(InputError, match="target 9 at row 0, step 3"):
        counted_targets(targets, torch.tensor([4, 0]), 3)


def test_the_first_wrong_label_is_named():
    check_labels(torch.tensor([0, 1]), 2)
    with pytest.raises(
        InputError, match="target -100 at row 1 of the batch is none of the 2 labels; give labels 0 to 1"
    ):
        check_labels(torch.tensor([0, -100, 7]), 2)
