"""Markup out, text and positions kept; the compiled scanner against a regular expression."""

import html
import re

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from textprep import Html, Pipeline, Replace, Texts, WhiteSpace
from textprep.edits import EditLog, Edits
from textprep.normalize.html import INLINE
from textprep.texts import PADDING

# What html.v1 means: the stage gives these strings and these edits, whatever it is made of.
REFERENCE = r"&(?:\#[0-9]{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});"
MARKUP = re.compile(
    rf"""<!--.*?(?:-->|\Z)
    |   <(script|style)(?=[\s/>]).*?(?:</\1\s*>|\Z)
    |   <!doctype[^<>]*>
    |   </?([a-z][a-z0-9-]*)(?:\s[^<>]*)?/?>
    |   {REFERENCE}""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE | re.ASCII,
)
PIECES = [
    *["<", ">", "/", "&", ";", "#", "!", "-", "--", "-->", "<!--", "<!", "</", "/>", " ", "\n", "\x0b", "\x1c", "\x00"],
    *["script", "SCRIPT", "style", "Style", "<script", "</script", "<style>", "</style >", "</script>", "ſcript"],
    *["doctype", "<!DOCTYPE", "<!doctype ", "b", "B", "br", "strike", "a href", "h1", "x-y", "K", "ı", "paragraphs"],
    *["&amp;", "&lt;", "&notit;", "&nosuch;", "&#x", "&#X1f600", "&#65", "&#12345678;", "&#1234567", "&eacute", "&z"],
    *["&acE;", "&" + "a" * 32 + ";", "&" + "a" * 33 + ";", "&1a;", "é", "😀", "日本", "word", "0", "f"],
]
fragments = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).map("".join)
documents = st.lists(fragments)


def seen(match: re.Match[str]) -> str:
    if match.group()[0] == "&":
        return html.unescape(match.group())
    tag = match.group(2)
    return "" if tag and tag.lower() in INLINE else " "


def edited_by_regex(strings: list[str]) -> tuple[list[str], Edits]:
    log = EditLog()
    return [log.substitute(MARKUP, seen, text) for text in strings], log.edits()


def assert_same(texts: Texts, strings: list[str], edits: Edits) -> None:
    assert texts.strings == strings
    assert len(texts.edits) == bool(edits)
    for made in texts.edits:
        for name, expected in vars(edits).items():
            found = getattr(made, name)
            assert found.dtype == expected.dtype
            assert found.tolist() == expected.tolist(), name


@settings(max_examples=400)
@given(documents)
def test_it_gives_what_the_regular_expression_gives(strings: list[str]) -> None:
    assert_same(Html().edit(Texts.of(strings)), *edited_by_regex(strings))


@given(documents, st.integers(1, 4))
def test_documents_that_share_their_bytes_with_others(strings: list[str], parts: int) -> None:
    texts = Texts.of(strings)
    assert texts.utf8[1][-1] == sum(len(text.encode()) for text in strings)
    for part in texts.split(parts):
        assert_same(Html().edit(part), *edited_by_regex(part.strings))


def test_references_of_every_kind() -> None:
    names = [f"&{name}" for name in html.entities.html5 if name.endswith(";")]
    numbers = [f"&#{number};" for number in (*range(300), 0xD800, 0x10FFFF, 0x110000)]
    strings = ["-".join(names), " ".join(numbers), "".join(reversed(names))]
    assert_same(Html().edit(Texts.of(strings)), *edited_by_regex(strings))


def test_edits_follow_those_made_before() -> None:
    source = "xxé <b>x&lt;</b>"
    texts = Html().edit(Replace("x", "").edit(Texts.of([source])))
    assert texts.strings == ["é <"]
    assert texts.to_source(np.array([0, 1]), np.array([2], np.int32), np.array([3], np.int32)) == (8, 12)


def test_texts_without_markup_stay_as_they_are() -> None:
    texts = Texts.of(["a < b", "R&D", ""])
    assert Html().edit(texts) is texts


def test_the_bytes_can_be_scanned_eight_at_a_time() -> None:
    data, offsets = Html().edit(Texts.of(["<p>a"])).utf8
    assert data[offsets[-1] :].tolist() == [0] * PADDING
    assert not data.flags.writeable


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("good<br />bad<br/>ugly", "good bad ugly"),
        ("<p>un<b>break</b>able</p>", " unbreakable "),
        ("AT&amp;T &lt;3 &eacute;&#233;&#xE9;", "AT&T <3 ééé"),
        ("a < b > c, 3<4, x<y", "a < b > c, 3<4, x<y"),
        ("fish & chips; R&D; &nosuch; &;", "fish & chips; R&D; &nosuch; &;"),
        ("a<!-- no <b> -- > -->b", "a b"),
        ("a<!-- never closed", "a "),
        ("<!DOCTYPE html><title>T</title>", "  T "),
        ("a<script type='x'>if (a<b) {}</script >b<STYLE>p{}</style>c", "a b c"),
        ('<a href="x" title=y>link</a>', "link"),
        ("&#0;&#xD800;&#1114112;", "\ufffd\ufffd\ufffd"),
        (f"&#{'9' * 5000};", f"&#{'9' * 5000};"),
    ],
)
def test_what_a_reader_sees(markup: str, expected: str) -> None:
    assert Html().edit(Texts.of([markup])).strings == [expected]


@settings(max_examples=50)
@given(documents)
def test_tags_or_references_alone(strings: list[str]) -> None:
    reference = re.compile(REFERENCE, re.IGNORECASE | re.ASCII)
    tags_gone = [MARKUP.sub(lambda m: m.group() if m.group()[0] == "&" else seen(m), text) for text in strings]
    references_gone = [reference.sub(seen, text) for text in strings]
    assert Html(references=False).edit(Texts.of(strings)).strings == tags_gone
    assert Html(tags=False).edit(Texts.of(strings)).strings == references_gone


def test_neither_tags_nor_references() -> None:
    texts = Texts.of(["<p>a &amp; b"])
    assert Html(tags=False, references=False).edit(texts) is texts


def test_spans_point_into_the_markup() -> None:
    source = "<p>Caf&eacute; <i>no</i>ir</p>"
    tokens = Pipeline(Html(), WhiteSpace())([source])
    assert tokens[0] == ["Café", "noir"]
    assert [source[a:b] for a, b in tokens.spans(0)] == ["Caf&eacute;", "no</i>ir"]


@pytest.mark.parametrize(
    "unit", ["<", "<!--", "<a ", "&", "&#", "&a", "</", "<a-", "<script>", "<script ", "<!doctype "]
)
def test_no_markup_is_slow(unit: str) -> None:
    """Three million characters are done, which a search that starts over would never be."""
    Html().edit(Texts.of([unit * (3_000_000 // len(unit))]))
