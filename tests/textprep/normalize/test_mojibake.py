"""Repair of wrongly decoded text against ftfy itself, and its positions against how the text was broken."""

import re
import sys

import ftfy
import pytest
from ftfy.badness import BADNESS_RE, is_bad
from hypothesis import given, strategies as st

from textprep import Characters, Mojibake, Pipeline, Texts, Words
from textprep.extras import MissingPartError
from textprep.normalize.mojibake import ENCODINGS, NEAR, aligned, suspicious

WORDS = [
    "schön",
    "été",
    "naïve",
    "Привет",
    "Раз",
    "мир",
    "日本",
    "“so”",
    "don’t",
    "…",
    "😍",
    "Ελλάδα",
    "à",
    "la",
    "?",
    "a b",
]
OPTIONS = ["restore_byte_a0", "replace_lossy_sequences", "decode_inconsistent_utf8", "fix_c1_controls"]
PLAIN = {"unescape_html": False, "remove_terminal_escapes": False, "fix_latin_ligatures": False, "uncurl_quotes": False}
PLAIN |= {
    "fix_character_width": False,
    "fix_line_breaks": False,
    "fix_surrogates": False,
    "remove_control_chars": False,
}


def broken(text: str, encoding: str) -> str:
    return text.encode().decode(encoding, "replace")


break_up = st.builds(broken, st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join), st.sampled_from(ENCODINGS))
pieces = (
    break_up
    | break_up.flatmap(lambda text: st.builds(broken, st.just(text), st.sampled_from(ENCODINGS)))
    | st.sampled_from([*WORDS, "\n", "\r", " ", "Ã ", "Â", "\ufffd", "\x1a", "\x85", "\x00", "À\x80", "í\xa0½í¸\x8d"])
    | st.text(st.characters(max_codepoint=0x17F), max_size=3)
)
documents = st.lists(pieces, max_size=6).map("".join)


@given(documents)
def test_it_repairs_what_ftfy_repairs(text: str) -> None:
    expected = ftfy.fix_text(text, normalization=None, **PLAIN)
    assert Mojibake().edit(Texts.of(["", text])).strings == ["", expected]


@given(documents, st.fixed_dictionaries(dict.fromkeys(OPTIONS, st.booleans())))
def test_it_repairs_what_ftfy_repairs_with_options(text: str, options: dict[str, bool]) -> None:
    lines = [line + "\n" for line in text.split("\n")]
    expected = "".join(ftfy.fix_encoding(line, **options) for line in lines)[:-1]
    assert Mojibake(**options).edit(Texts.of([text])).strings == [expected]


@given(st.lists(st.sampled_from(["é", "ö", "“", "’", "д", "日", "😍", "a", "b", ".", " "])), st.sampled_from(ENCODINGS))
def test_each_character_of_a_line_maps_to_its_bytes(characters: list[str], encoding: str) -> None:
    """Against how the line was broken, whatever ftfy would make of it."""
    line = "".join(characters)
    try:
        parts = [character.encode().decode(encoding) for character in line]
    except UnicodeDecodeError:
        return
    expected, at = [], 0
    for character, part in zip(line, parts, strict=True):
        if character != part:
            expected.append((at, at + len(part), character))
        at += len(part)
    found = [
        stretch for stretch in aligned("".join(parts), line) if "".join(parts)[stretch[0] : stretch[1]] != stretch[2]
    ]
    assert found == expected


@given(documents, documents)
def test_any_alignment_gives_the_new_line(old: str, new: str) -> None:
    parts, done = [], 0
    for start, end, part in aligned(old, new):
        assert done <= start <= end
        parts += [old[done:start], part]
        done = end
    assert "".join(parts) + old[done:] == new


@pytest.mark.parametrize(
    ("source", "tokens"),
    [
        ("schÃ¶n und grÃ¼n", {"schön": "schÃ¶n", "und": "und", "grün": "grÃ¼n"}),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚ Ð¼Ð¸Ñ€ Ð Ð°Ð·", {"Привет": "ÐŸÑ€Ð¸Ð²ÐµÑ‚", "мир": "Ð¼Ð¸Ñ€", "Раз": "Ð Ð°Ð·"}),
        ("ÃƒÂ©tÃƒÂ© donâ€™t", {"été": "ÃƒÂ©tÃƒÂ©", "don’t": "donâ€™t"}),
        ("fine\nvoilÃ  le cafÃ©", {"fine": "fine", "voilà": "voilÃ ", "le": "le", "café": "cafÃ©"}),
    ],
)
def test_words_point_to_what_they_were(source: str, tokens: dict[str, str]) -> None:
    found = Pipeline(Mojibake(), Words())([source])
    assert dict(zip(found[0], (source[a:b] for a, b in found.spans(0)), strict=True)) == tokens


def test_characters_point_to_their_bytes() -> None:
    source = "æ—¥æœ¬ ðŸ˜\x8d"
    found = Pipeline(Mojibake(), Characters())([source])
    assert [source[a:b] for a, b in found.spans(0)] == ["æ—¥", "æœ¬", " ", "ðŸ˜\x8d"]


def test_texts_that_are_right_stay_as_they_are() -> None:
    texts = Texts.of(["plain", "été à la façon “schön” …", "Привет", "日本", ""])
    assert Mojibake().edit(texts) is texts


def test_long_lines_are_cut_where_ftfy_cuts_them() -> None:
    line = "a" * 999_999 + "Ã©Ã©"  # the cut is within the first é, so that nothing is repaired
    texts = Texts.of([line])
    assert Mojibake().edit(texts) is texts
    assert ftfy.fix_text(line, normalization=None, **PLAIN) == line
    assert Mojibake().edit(Texts.of([line[1:]])).strings == [line[1:-4] + "éé"]


def test_no_sign_of_a_mistake_is_longer_than_what_is_looked_at() -> None:
    assert re._parser.parse(BADNESS_RE.pattern, re.VERBOSE).getwidth()[1] <= NEAR  # type: ignore[attr-defined]


@given(documents, st.text(st.sampled_from("a Ãéœ.\xa0 "), max_size=40))
def test_it_is_suspicious_where_ftfy_is(text: str, more: str) -> None:
    line = text + more + text
    assert suspicious(line) or not is_bad(line)


def test_without_ftfy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ftfy", None)
    with pytest.raises(MissingPartError, match=r"textmill\[text\]"):
        Mojibake()
