from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipelines.datasets.tag_scheme import to_iob2
from textprep.errors import ConfigError, InputError

SENTENCES = st.lists(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["", "PER", "LOC", "B-x"])), min_size=1))


def write(chunks: list[tuple[int, str]], scheme: str) -> list[str]:
    """Chunks (length, type; no type is outside) as tags, straight from the definitions."""
    tags: list[str] = []
    before = ""
    for length, kind in chunks:
        if not kind:
            tags += ["O"] * length
        elif scheme == "IOB1":
            tags += [("B-" if before == kind else "I-") + kind] + [f"I-{kind}"] * (length - 1)
        elif scheme == "IOB2":
            tags += [f"B-{kind}"] + [f"I-{kind}"] * (length - 1)
        else:
            first, last, single = ("B", "E", "S") if scheme == "BIOES" else ("B", "L", "U")
            inner = [f"{first}-{kind}", *[f"I-{kind}"] * (length - 2), f"{last}-{kind}"]
            tags += inner if length > 1 else [f"{single}-{kind}"]
        before = kind
    return tags


def convert(sentences, scheme=None):
    return to_iob2(sentences, scheme, file="f", line_of=lambda sentence, token: 100 * sentence + token)


@given(SENTENCES, st.sampled_from(["IOB1", "IOB2", "BIOES", "BILOU"]), st.booleans())
def test_every_scheme_is_found_and_converted(sentences, scheme, stated):
    tags = [write(chunks, scheme) for chunks in sentences]
    expected = [write(chunks, "IOB2") for chunks in sentences]
    assert convert(tags, scheme if stated else None) == expected


@pytest.mark.parametrize(
    ("sentences", "scheme", "message"),
    [
        ([["O"], ["B-A", "I-B"]], "IOB2", "f:101: not IOB2: I-B cannot follow B-A"),
        ([["I-A"]], "iob2", "f:0: not IOB2: I-A cannot begin"),
        ([["O", "B-A"]], "IOB1", "f:1: not IOB1: B-A cannot follow O"),
        ([["B-A", "O"]], "BIOES", "f:1: not BIOES: O cannot follow B-A"),
        ([["B-A"]], "IOBES", "f:0: not IOBES: a sequence cannot end in B-A"),
        ([["S-A"]], "IOB2", "f:0: not IOB2: S-A does not belong"),
        ([["B-A", "E-A"]], "BILOU", "f:1: not BILOU: 'L-A' is not a tag.*exchanged"),
        ([["O"], ["NN"]], None, "f:100: not IOB2: 'NN' is not a tag.*; correct the tag, or name the tag column"),
        ([["O", ""]], None, "f:1: not IOB2: '' is not a tag"),
        ([["O", "B-"]], None, "f:1: not IOB2: 'B-' is not a tag"),
        ([["O", "I-A"], ["B-A"]], None, "f:1: not IOB2: I-A cannot follow O; line 100 is not IOB1: B-A cannot begin"),
        ([["S-A", "U-A"]], None, "f:0: not BILOU"),
    ],
)
def test_tags_that_have_no_place(sentences, scheme, message):
    with pytest.raises(InputError, match=message):
        convert(sentences, scheme)


def test_a_scheme_that_does_not_exist():
    with pytest.raises(ConfigError, match=r"unknown tag scheme 'IOB3'; did you mean 'IOB"):
        convert([["O"]], "IOB3")
