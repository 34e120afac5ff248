"""Markup out, text and positions kept."""

import pytest

from textprep import Html, Pipeline, Texts, WhiteSpace


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
