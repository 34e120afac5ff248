import pytest
import torch

from seqmodels.generation.method import METHODS, Method, Step, Stepwise, check_words, collected
from textprep.errors import ConfigError, InputError


def test_kinds():
    assert list(METHODS) == ["beam", "contrastive", "greedy", "sampling"]
    assert all(isinstance(METHODS[name](), Method) for name in METHODS)
    assert [name for name in METHODS if not issubclass(METHODS[name], Stepwise)] == ["beam"]
    with pytest.raises(ConfigError, match="did you mean 'greedy'"):
        METHODS["greddy"]


def test_steps_are_put_together_by_rows():
    def step(*fields):
        rows, ids, likely, stop = (torch.tensor(field) for field in fields)
        return Step(rows, ids, likely, stop)

    first, second, third = collected(
        [
            step([4, 5, 6], [10, 20, 30], [-1.0, -2.0, -3.0], [0, 1, 0]),
            step([4, 6], [11, 31], [-0.5, -4.0], [0, 2]),
            step([4], [12], [-0.25], [0]),
        ]
    )
    assert (first.row, first.ids.tolist(), first.log_probabilities.tolist()) == (4, [10, 11, 12], [-1.0, -0.5, -0.25])
    assert (first.score, first.stop, first.content.tolist()) == (-1.75, 0, [10, 11, 12])
    assert (second.row, second.ids.tolist(), second.stop, second.content.tolist()) == (5, [20], 1, [])
    assert (third.row, third.ids.tolist(), third.stop, third.score) == (6, [30, 31], 2, -7.0)


@pytest.mark.parametrize("score, message", [(-torch.inf, "no word is left"), (torch.nan, "no numbers")])
def test_the_first_wrong_row_is_named(score, message):
    check_words(torch.tensor([0.0, -5.0]), torch.tensor([3, 4]))
    with pytest.raises(InputError, match=f"row 8: .*{message}"):
        check_words(torch.tensor([0.0, score, score]), torch.tensor([3, 7, 9]))
