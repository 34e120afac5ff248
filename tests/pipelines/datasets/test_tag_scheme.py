from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from pipelines.datasets.tag_scheme import Iob2, to_iob2
from seqmodels import illegal_tags
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


def convert(sentences, scheme=None) -> list[list[str]]:
    return read(sentences, scheme).tags


def read(sentences, scheme=None) -> Iob2:
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


def conlleval(tags: list[str]) -> list[tuple[int, int, str]]:
    """Entities (first, last, type) by the two rules of the shared task's script, tag by tag."""
    found, start = [], None
    parts = [("O", "")] + [tuple(tag.split("-", 1)) if tag != "O" else ("O", "") for tag in tags] + [("O", "")]
    for place, ((before, type_before), (after, type_after)) in enumerate(pairwise(parts)):
        ends = before in "ES" or (before in "BI" and after in "BSO") or (before != "O" and type_before != type_after)
        starts = after in "BS" or (before in "ESO" and after in "EI") or (after != "O" and type_before != type_after)
        if ends and start is not None:
            found.append((start, place - 1, type_before))
            start = None
        if starts:
            start = place
    return found


TAGS = st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B"]), min_size=1, max_size=8)
BIOES_TAGS = st.lists(st.sampled_from(["O", "B-A", "I-A", "E-A", "S-A", "I-B", "E-B"]), min_size=1, max_size=8)
PADDING = [["O"] * 5000]


@given(TAGS, st.sampled_from(["IOB1", "IOB2"]))
def test_odd_tags_are_repaired_as_conlleval_reads_them(tags, scheme):
    repaired = read([tags, *PADDING], scheme)
    assert conlleval(repaired.tags[0]) == conlleval(tags)
    assert not illegal_tags(repaired.tags[0], "iob2")
    faults = repaired.faults.get(0, [])
    assert [fault.line for fault in faults] == [fault.position for fault in illegal_tags(tags, scheme.lower())]
    assert all(fault.is_tag for fault in faults)


@given(BIOES_TAGS)
def test_odd_tags_of_bioes_are_repaired_as_conlleval_reads_them(tags):
    assert conlleval(read([tags, *PADDING], "BIOES").tags[0]) == conlleval(tags)


@pytest.mark.parametrize("scheme", ["IOB1", "IOB2", "BIOES", "BILOU"])
@pytest.mark.parametrize("odd", ["I-PER", "B-PER", "E-PER", "S-PER", "L-PER", "U-PER"])
def test_one_odd_tag_does_not_hide_the_scheme(scheme, odd):
    chunks = [(2, "PER"), (1, "LOC"), (1, ""), (1, "PER"), (2, "LOC"), (2, "LOC"), (1, ""), (3, "PER")]
    sentences = [write(chunks, scheme) for _ in range(20)]
    found = read([["O", odd, "O"], *sentences])
    assert found.tags[1:] == [write(chunks, "IOB2")] * 20
    assert set(found.faults) <= {0}
    if any(not fault.is_tag for fault in found.faults.get(0, [])):
        assert found.tags[0] == []
    else:
        assert found.tags[0] == ["O", "B-PER", "O"]


def test_more_than_one_odd_tag_in_a_hundred_is_another_scheme_or_column():
    assert set(read([["I-A"], ["O"] * 99], "IOB2").faults) == {0}
    with pytest.raises(InputError, match="f:0: not IOB2: I-A cannot begin"):
        read([["I-A"], ["O"] * 98], "IOB2")


def test_a_sentence_with_what_is_no_tag_at_all_has_no_tags():
    found = read([["O", "NN"], ["O"] * 500, ["B-A"]], "IOB2")
    assert found.tags == [[], ["O"] * 500, ["B-A"]]
    assert [(fault.line, fault.is_tag) for fault in found.faults[0]] == [(1, False)]
