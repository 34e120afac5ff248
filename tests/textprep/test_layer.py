"""Layers of tags."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from textprep import InputError, Layer

tags = st.lists(st.sampled_from(["NOUN", "VERB", "", "é"]), max_size=8)


@given(st.lists(tags, min_size=1, max_size=4))
def test_concat(parts: list[list[str]]) -> None:
    joined = Layer.concat([Layer.of(part) for part in parts])
    whole = Layer.of([tag for part in parts for tag in part])
    assert joined[:] == whole[:] == [tag for part in parts for tag in part]
    assert joined.values.to_pylist() == whole.values.to_pylist()
    assert joined.to_arrow().to_pylist() == whole[:]


def test_taken() -> None:
    layer = Layer.of(["a", "b", "a", "c"])
    assert layer.taken(np.array([0, 0, 3]))[:] == ["a", "a", "c"]
    assert (len(layer), layer[1:3]) == (4, ["b", "a"])


@pytest.mark.parametrize(
    ("given_tags", "message"),
    [(["a", None], "tag of token 2 is null"), (["a", 5], "not text"), (["\ud800"], "not text")],
)
def test_what_is_no_tag(given_tags: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Layer.of(given_tags)
