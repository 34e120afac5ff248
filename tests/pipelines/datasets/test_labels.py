from __future__ import annotations

import pytest

from pipelines.datasets.labels import one_label, several_labels


@pytest.mark.parametrize(
    ("value", "names", "label"),
    [("a b ", None, "a b"), (3, None, "3"), (-1, None, "-1"), (1, ["x", "y"], "y"), ("1", ["x", "y"], "1")],
)
def test_one_label(value, names, label):
    assert one_label(value, "c", names) == label


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (" \t", "'c' is empty"),
        (None, "'c' is neither a string nor a whole number"),
        (0.5, "neither"),
        (True, "neither"),
        (["a"], "neither"),
        (2, "'c' is 2, which is no label; there are 2, counted from 0"),
        (-1, "no label"),
    ],
)
def test_what_is_no_label(value, message):
    with pytest.raises(ValueError, match=message):
        one_label(value, "c", ["x", "y"])


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        ("a, b|c ,a", ("a", "b|c")),
        ("", ()),
        (" , ", ()),
        ([], ()),
        (["b", 1, "b"], ("b", "1")),
        (4, ("4",)),
        (["a,b"], ("a,b",)),
    ],
)
def test_several_labels(value, labels):
    assert several_labels(value, "c", ",") == labels


@pytest.mark.parametrize("value", [None, ["a", None], ["a", ""], {"a": 1}])
def test_what_is_no_list_of_labels(value):
    with pytest.raises(ValueError, match="'c' is"):
        several_labels(value, "c", ",")
