"""Masking: tables of cases, and the compiled scanner against regular expressions that say the same."""

import pytest
import regex
from hypothesis import given, settings, strategies as st

from textprep import ConfigError, Mask, Texts
from textprep.normalize.mask import Mask as Stage

SCHEME = regex.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+\-]{0,15}://|(?<![A-Za-z0-9_.%+\-@])[Ww]{3}\.")
URL_REST = regex.compile(r"[^\p{White_Space}\x00-\x1f\"<>\\^`{}|]*")
EMAIL = r"(?<!\p{XIDC})[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}@(?:[\p{XIDC}\-]+\.)+[\p{XIDC}\-]+\p{XIDC}"
LATIN = r"[À-ÖØ-öø-\u024f\u0300-\u036f\u1e00-\u1eff]"
MENTION = rf"(?<![A-Za-z0-9_!#$%&*@＠])[@＠][A-Za-z0-9_]{{1,20}}(?![A-Za-z0-9_@＠]|{LATIN}|://)"
HASHTAG = r"(?<![&\p{XIDC}])[#＃](?=[\p{M}\p{Nd}\p{Pc}]*+\p{L})\p{XIDC}++(?![#＃]|://)"
ABROAD = r"(?:\(\+[1-9]\d{0,2}\)|(?:\+|(?<zeros>00))[1-9](?:[ .\-/]?\d){0,2}+(?:[ .\-/]?\(\d{1,5}\))?+)(?:[ .\-/]?\d)*+"
AMERICAN = r"(?:1[ .\-]?)?(?:\([2-9]\d\d\)[ .\-]?[2-9]\d\d[ .\-]\d{4}|[2-9]\d\d([ .\-])[2-9]\d\d\1\d{4})"
GROUPS = r"\d{2,}+(?:(?<mark>[ .\-])\d{2,}+(?:(?P=mark)\d{2,}+)*+)?+"
NATIONAL = rf"(?:\(0[1-9]\d{{0,4}}\)[ \-]?|(?<!\d )0[1-9]\d{{0,4}}[ .\-/]){GROUPS}"
IN_ONE = r"(?<!\d )0[1-9]\d{8,9}(?!\d)"
BEFORE, BEHIND = r"(?<![A-Za-z0-9+\-./,%#@&=$_])", r"(?![A-Za-z0-9_@]|[+,\-./:][0-9])"
KINDS = "urls", "emails", "mentions", "hashtags", "phones"


def url_end(text: str, start: int) -> int | None:
    """Behind the URL that begins there."""
    if not (head := SCHEME.match(text, start)):
        return None
    rest = URL_REST.match(text, head.end()).group()
    open_brackets = 0
    for k, sign in enumerate(rest):
        open_brackets += (sign in "([") - (sign in ")]")
        if open_brackets < 0:
            rest = rest[:k]
            break
    while rest and (rest[-1] in "!'*,.:;?([" or (rest[-1] > "\x7f" and not regex.match(r"\p{XIDC}", rest[-1]))):
        rest = rest[:-1]
    return head.end() + len(rest) if rest else None


def phone_end(text: str, start: int) -> int | None:
    """Behind the phone number that begins there."""
    if not regex.compile(BEFORE).match(text, start):
        return None
    if abroad := regex.compile(ABROAD, regex.ASCII).match(text, start):
        digits = len(regex.findall("[0-9]", abroad.group())) - 2 * bool(abroad["zeros"])
        return abroad.end() if (9 if abroad["zeros"] else 8) <= digits <= 15 and behind(text, abroad.end()) else None
    if american := regex.compile(AMERICAN, regex.ASCII).match(text, start):
        return american.end() if behind(text, american.end()) else None
    if whole := regex.compile(IN_ONE, regex.ASCII).match(text, start):
        return whole.end() if behind(text, whole.end()) else None
    if not (national := regex.compile(NATIONAL, regex.ASCII).match(text, start)):
        return None
    digits = len(regex.findall("[0-9]", national.group()))
    a_row = national["mark"] == " " and regex.compile(r" [0-9](?![0-9])").match(text, national.end())
    return national.end() if 9 <= digits <= 12 and not a_row and behind(text, national.end()) else None


def behind(text: str, end: int) -> bool:
    return regex.compile(BEHIND).match(text, end) is not None


def ends(text: str, start: int) -> list[int | None]:
    """Where each kind ends that begins there."""
    found = [regex.compile(pattern).match(text, start) for pattern in (EMAIL, MENTION, HASHTAG)]
    return [url_end(text, start), *(match and match.end() for match in found), phone_end(text, start)]


def masked_by_regex(text: str, placeholders: list[str | None]) -> str:
    parts, k = [], 0
    while k < len(text):
        for end, placeholder in zip(ends(text, k), placeholders, strict=True):
            if end is not None and placeholder is not None:
                parts.append(placeholder)
                k = end
                break
        else:
            parts.append(text[k])
            k += 1
    return "".join(parts)


PIECES = [
    *"http:// https:// a+b-c:// :// www. WwW. w ww. : / . .. , ? @ ＠ # ＃ & _ - + % $ = ' \" < { * ( ) [ ]".split(),
    *"a ab me org example.org x.y Bob_1 é \u0301 日本 の ß ไทย א १ … 😀 \ufe0f\u20e3".split(),
    *"0 1 7 00 01 030 12 20 202 555 0123 1234 5678 123456 +1 +49 (0) (202) (030) (+44)".split(),
    *[" ", " ", " ", "\n", "x" * 21, "a" * 17],
]
DIGITS = "0 00 1 9 30 49 202 555 0123 12345".split()
latin = st.text(st.characters(max_codepoint=0x17F), max_size=2)
texts = st.lists(st.sampled_from(PIECES) | latin, max_size=12).map("".join)
phones = st.lists(st.sampled_from([*DIGITS, *DIGITS, *"+() -./,x: -. "]), max_size=12).map("".join)
options = st.tuples(*[st.sampled_from(["<x>", "", None, "é 1"])] * len(KINDS)).map(list)


@settings(max_examples=500)
@given(texts | phones, options)
def test_it_masks_what_the_regular_expressions_find(text: str, placeholders: list[str | None]) -> None:
    stage = Mask(*placeholders)
    assert stage.edit(Texts.of(["", text, text])).strings == ["", *[masked_by_regex(text, placeholders)] * 2]


URLS = [
    ("see http://example.org.", "see <>."),
    ("(https://example.org/a_(b)?c=d#e)", "(<>)"),
    ("www.example.org/x, then", "<>, then"),
    ("HTTP://EXAMPLE.ORG!", "<>!"),
    ("日本http://t.co/x です", "日本<> です"),
    ("svn+ssh://host/path 'ftp://a/b'", "<> '<>'"),
    ("http://[::1]:80/ and http://user:pw@host/", "<> and <>"),
    ("https://de.wikipedia.org/wiki/Ärger", "<>"),
]
NO_URLS = ["http:/x", "://x", "1://x y", "http://", "http:// x", "www. x", "awww.example", "and/or", "a:b", "x.www.org"]
EMAILS = [
    ("mail me@example.org.", "mail <>."),
    ("a.b+c%d-e_f@sub.example.co.uk", "<>"),
    ("mailto:me@example.org?x", "mailto:<>?x"),
    ("<me@example.org>", "<<>>"),
    ("x@y.zz-", "<>-"),
]
NO_EMAILS = ["me@example", "@example.org", "me@.org", "me@example.o", "me @example.org", "é@x.org", "a" * 65 + "@x.org"]
MENTIONS = [
    ("@bob and @Alice_1: hi", "<> and <>: hi"),
    ("hi,@bob,@al.", "hi,<>,<>."),
    ("日本@bobさん", "日本<>さん"),
    ("＠bob", "<>"),
    ("@bob's", "<>'s"),
]
NO_MENTIONS = ["me@example.org", "@", "@ bob", "@@bob", "!@#$%", "@bob@host", "@bobé", "@http://x", "@" + "x" * 21]
HASHTAGS = [
    ("#topic, #two2 #_x", "<>, <> <>"),
    ("#日本語 ＃東京", "<> <>"),
    ("(#2020vision)", "(<>)"),
    ("##x", "#<>"),
    ("#naïve #ไทย", "<> <>"),
]
NO_HASHTAGS = ["#1", "#2020_", "C#", "a#b", "&#39;", "# x", "#", "#a#b", "#http://x", "#\ufe0f\u20e3", "#१"]
PHONES = [
    ("+49 30 901820", "<>"),
    ("+44 (0)20 7946 0958", "<>"),
    ("+1.202.555.0123, or", "<>, or"),
    ("tel:+12025550123", "tel:<>"),
    ("0049 30 901820", "<>"),
    ("(+33) 1 23 45 67 89", "<>"),
    ("Call (202) 555-0123.", "Call <>."),
    ("1-202-555-0123 202.555.0123 202 555 0123", "<> <> <>"),
    ("(202)555-0123", "<>"),
    ("030 901820; (030) 901820; 030/901820", "<>; <>; <>"),
    ("01 23 45 67 89", "<>"),
    ("01.23.45.67.89", "<>"),
    ("020 7946 0958, 07700900123", "<>, <>"),
    ("03-1234-5678", "<>"),
    ("電話03-1234-5678まで", "電話<>まで"),
    ("0412 345 678 (02) 9876 5432", "<> <>"),
]
NO_PHONES = [
    *["1995", "10/10", "2001-09-11", "11.09.2001", "01/02/2003", "01-02-2003 04:30", "1939-1945", "192.168.10.10"],
    *["1 000 000", "$202 555 0123", "3.14159265358979", "0.123456789", "978-3-16-148410-0", "4111 1111 1111 1111"],
    *["12:30:45", "555-0123", "202-555-01234", "202-555-0123-4", "a202-555-0123", "102-555-0123", "202-155-0123"],
    *["01 02 03 04 05 06 07", "+0123456789", "+1 234", "00 1", "0000000000", "202-555.0123", "12345678901234567890"],
]
MATCHED = dict(zip(KINDS, (URLS, EMAILS, MENTIONS, HASHTAGS, PHONES), strict=True))
NOT_MATCHED = dict(zip(KINDS, (NO_URLS, NO_EMAILS, NO_MENTIONS, NO_HASHTAGS, NO_PHONES), strict=True))


def only(kind: str) -> Stage:
    return Mask(**{each: "<>" if each == kind else None for each in KINDS})


@pytest.mark.parametrize(("kind", "text", "expected"), [(k, *case) for k, cases in MATCHED.items() for case in cases])
def test_what_is_masked(kind: str, text: str, expected: str) -> None:
    assert only(kind).edit(Texts.of([text])).strings == [expected]


@pytest.mark.parametrize(("kind", "text"), [(k, text) for k, cases in NOT_MATCHED.items() for text in cases])
def test_what_is_not_masked(kind: str, text: str) -> None:
    texts = Texts.of([text])
    assert only(kind).edit(texts) is texts


def test_the_first_of_those_that_begin_at_the_same_place() -> None:
    text = "202-555-0123@x.org www.me@x.org #a@b.cc @a@b.cc"
    assert Mask().edit(Texts.of([text])).strings == ["<email> <url> <hashtag>@b.cc @<email>"]


def test_the_longest_local_part_and_scheme() -> None:
    stage = Mask()
    assert stage.edit(Texts.of(["a" * 64 + "@x.org"])).strings == ["<email>"]
    assert stage.edit(Texts.of(["a" * 16 + "://x", "a" * 17 + "://x"])).strings == ["<url>", "a" * 17 + "://x"]


@pytest.mark.parametrize("unit", "a@ @ #a # www.( a:// w a.b@c. ００＠ 0 +1 (0 01.02. a-".split())
def test_no_text_is_slow(unit: str) -> None:
    """Two million characters are done, which a search that starts over would never be."""
    Mask().edit(Texts.of([unit * (2_000_000 // len(unit))]))


@pytest.mark.parametrize("placeholder", [1, True, b"<url>", "\ud800"])
def test_placeholders_are_text(placeholder: object) -> None:
    with pytest.raises(ConfigError, match=r"mask: emails is .*; give a placeholder such as"):
        Mask(emails=placeholder)  # type: ignore[arg-type]


def test_documents_end_where_they_end() -> None:
    """What a document ends with is no part of what the next begins with."""
    parts = ["http:", "//x", "me@", "x.org", "#", "a", "@", "bob", "+49 30 90", "20", "(202) 555-", "0123", "ww", "w.x"]
    for size in range(1, len(parts)):
        texts = Texts.of(parts[:size])
        assert Mask().edit(texts) is texts
