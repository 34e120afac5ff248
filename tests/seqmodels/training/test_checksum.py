from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
import torch

from seqmodels.training.checksum import checksum


class Row(NamedTuple):
    values: torch.Tensor
    name: str | None = None


@dataclass
class Box:
    rows: list[Row]


@pytest.mark.parametrize(
    "make",
    [
        lambda x: torch.tensor([1.0, x]),
        torch.tensor,
        lambda x: torch.tensor([[1, x], [3, 4]], dtype=torch.bfloat16).t(),
        lambda x: torch.tensor([x > 5, False]),
        lambda x: np.arange(6.0).reshape(2, 3).T * x,
        lambda x: {"a": [x]},
        lambda x: Box([Row(torch.ones(2)), Row(torch.tensor([x]), "b")]),
        lambda x: Row(torch.ones(2), str(x)),
        lambda x: (torch.zeros(0), torch.zeros(0, 3), np.zeros((0, 2)), x),
    ],
)
def test_alike_for_the_same_and_different_for_other_content(make):
    assert checksum(make(2.0)) == checksum(make(2.0))
    assert checksum(make(2.0)) != checksum(make(9.0))


def test_it_is_crc_32():  # with the check value that the standard gives
    assert checksum(torch.tensor(list(b"123456789"), dtype=torch.uint8)) == 0xCBF43926
    assert checksum(np.frombuffer(b"56789", np.uint8), checksum(np.frombuffer(b"1234", np.uint8))) == 0xCBF43926
