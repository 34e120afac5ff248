import pytest
import torch

from seqmodels.inspect.token_labels import check_steps, shown_tokens
from textprep.errors import InputError


def test_what_cannot_be_seen_is_shown_by_signs():
    assert shown_tokens(["a b", "\n", "\t", "", "\x00", "\u200b", "\ud800"]) == ["a␣b", "⏎", "⇥", "∅", "�", "�", "�"]


def test_long_tokens_are_cut_and_others_left():
    assert shown_tokens(["x" * 16, "x" * 17, "naïve", "猫", "$x$"]) == ["x" * 16, "x" * 15 + "…", "naïve", "猫", "$x$"]


@pytest.mark.parametrize("row, tokens", [(2, 3), (-1, 3), (0, 4)])
def test_rows_and_tokens_that_were_not_read(row, tokens):
    with pytest.raises(InputError, match=f"layer has read 2 rows of 3 steps, and {tokens} tokens of row {row}"):
        check_steps(torch.zeros(2, 3, 5), row, tokens, "layer")
