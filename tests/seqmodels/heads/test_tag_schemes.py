import pytest
from hypothesis import given, strategies as st

from seqmodels.heads.tag_schemes import (
    SCHEMES,
    Span,
    convert_tags,
    illegal_tags,
    legal_transitions,
    may_follow,
    spans_to_tags,
    tag_names,
    tags_to_spans,
)
from textprep.errors import ConfigError, InputError


@st.composite
def span_lists(draw):
    """(spans, length): spans that do not overlap, some of them side by side."""
    spans, at = [], 0
    for gap, length, kind in draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), st.sampled_from(["A", "B"])), max_size=6)
    ):
        spans.append(Span(at + gap, at + gap + length, kind))
        at += gap + length
    return spans, at + draw(st.integers(0, 2))


@given(span_lists(), st.sampled_from(SCHEMES), st.sampled_from(SCHEMES))
def test_round_trip_through_every_scheme(spans_and_length, first, second):
    spans, length = spans_and_length
    tags = spans_to_tags(spans, length, first)
    assert len(tags) == length
    assert illegal_tags(tags, first) == []
    assert tags_to_spans(tags, first) == spans
    assert convert_tags(convert_tags(tags, first, second), second, first) == tags


def test_worked_schemes():
    spans = [Span(0, 2, "PER"), Span(2, 3, "PER"), Span(4, 5, "LOC"), Span(5, 8, "ORG")]
    assert spans_to_tags(spans, 8, "iob1") == "I-PER I-PER B-PER O I-LOC I-ORG I-ORG I-ORG".split()
    assert spans_to_tags(spans, 8, "iob2") == "B-PER I-PER B-PER O B-LOC B-ORG I-ORG I-ORG".split()
    assert spans_to_tags(spans, 8, "bioes") == "B-PER E-PER S-PER O S-LOC B-ORG I-ORG E-ORG".split()


@pytest.mark.parametrize(
    ("tags", "scheme", "spans"),
    [
        ("O I-A I-A", "iob2", [(1, 3, "A")]),
        ("B-A I-B", "iob2", [(0, 1, "A"), (1, 2, "B")]),
        ("E-A I-A", "bioes", [(0, 1, "A"), (1, 2, "A")]),
        ("B-A B-A S-A", "bioes", [(0, 1, "A"), (1, 2, "A"), (2, 3, "A")]),
        ("B-A O", "bioes", [(0, 1, "A")]),
    ],
)
def test_illegal_sequences_are_read_as_by_conlleval(tags, scheme, spans):
    assert tags_to_spans(tags.split(), scheme) == spans


@given(st.lists(st.sampled_from(tag_names(["A", "B"])), max_size=7))
def test_legal_sequences_are_exactly_those_that_come_from_spans(tags):
    assert (illegal_tags(tags) == []) == (spans_to_tags(tags_to_spans(tags), len(tags)) == tags)


@given(st.lists(st.sampled_from(tag_names(["A", "B"], "iob2")), max_size=7), st.sampled_from(["iob1", "iob2"]))
def test_the_same_for_iob(tags, scheme):
    canonical = spans_to_tags(tags_to_spans(tags, scheme), len(tags), scheme) == tags
    assert (illegal_tags(tags, scheme) == []) == canonical


def test_faults_have_a_place_and_a_reason():
    faults = illegal_tags("I-A O E-B S-B B-A X".split())
    assert [fault.position for fault in faults] == [0, 1, 2, 5]
    assert "begin" in faults[0].reason
    assert faults[2].reason == "E-B cannot follow O"
    assert "'X' is not a tag" in faults[3].reason
    assert illegal_tags(["O", "B-A"])[0] == (2, "a sequence cannot end in B-A")
    assert "iob2" in illegal_tags(["S-A"], "iob2")[0].reason


def test_transitions_are_masks_over_tags():
    tags = tag_names(["A", "B"])
    legal = legal_transitions(tags)
    assert legal.pairs.shape == (9, 9)
    for i, before in enumerate(tags):
        for j, after in enumerate(tags):
            assert legal.pairs[i, j] == may_follow(before, after)
    assert [tag for tag, ok in zip(tags, legal.start, strict=True) if ok] == "O B-A S-A B-B S-B".split()
    assert [tag for tag, ok in zip(tags, legal.end, strict=True) if ok] == "O E-A S-A E-B S-B".split()


def test_tag_names_begin_with_outside():
    assert tag_names(["A"]) == ["O", "B-A", "I-A", "E-A", "S-A"]
    assert tag_names(["A"], "iob2") == ["O", "B-A", "I-A"]


def test_what_is_wrong_is_refused():
    for spans in ([(0, 2, "A"), (1, 3, "A")], [(1, 1, "A")], [(2, 5, "A")]):
        with pytest.raises(InputError):
            spans_to_tags([Span(*span) for span in spans], 4)
    with pytest.raises(InputError, match="not a tag"):
        tags_to_spans(["B"])
    with pytest.raises(ConfigError, match="bioes"):
        tags_to_spans(["O"], "bioe")
