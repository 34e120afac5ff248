"""What the messages say."""

import pytest

from textprep.errors import InputError, TextmillError, unknown_name


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
    ],
)
def test_messages(error: TextmillError, message: str) -> None:
    assert str(error) == message
