"""What the messages say."""

from collections.abc import Callable

import pytest

from textprep.errors import InputError, TextmillError, shown, unknown_name


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InputError("no label", file="a.tsv", line=3, remedy="add one"), "a.tsv:3: no label; add one"),
        (InputError("no label", line=3), "row 3: no label"),
        (InputError("no label", file="a.tsv"), "a.tsv: no label"),
        (InputError("no label"), "no label"),
        (
            unknown_name("stage", "lowr.v1", ["lower.v1", "stem.v1"]),
            "unknown stage 'lowr.v1'; did you mean 'lower.v1'?",
        ),
        (unknown_name("stage", "qqq", ["b", "a"]), "unknown stage 'qqq'; choose from a, b"),
        (unknown_name("stage", ["a"], ["b", "a"]), "unknown stage ['a']; choose from a, b"),
    ],
)
def test_messages(error: TextmillError, message: str) -> None:
    assert str(error) == message


@pytest.mark.parametrize("value", ["x", 5, None, ["a", {"b": 1.5}], "y" * 78])
def test_short_values_are_shown_whole(value: object) -> None:
    assert shown(value) == repr(value)


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}])
def test_large_and_deep_values_are_shown_in_short(wrap: Callable[[object], object]) -> None:
    deep: object = 1
    for _ in range(100_000):
        deep = wrap(deep)
    for value in (deep, "x" * 10**6, 10**3000, 10**9000, list(range(10**6)), {str(k): k for k in range(10**5)}):
        assert len(shown(value)) < 200
