"""Characters that are not seen, against regular expressions and the Unicode categories."""

import re
import unicodedata

import pytest
from hypothesis import given, strategies as st

from textprep import ConfigError, ControlCharacters, Texts
from textprep.normalize.control_characters import CATEGORIES

# Format characters that are seen, or change what is: signs of Arabic, Syriac, Kaithi; hieroglyphs, shorthand, music.
SEEN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
SEEN |= {*range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B)}
ALL = [point for points in CATEGORIES.values() for point in points]
texts = st.text(
    st.sampled_from(list(map(chr, ALL)))
    | st.sampled_from("ab é\u06dd日😀\u2065")
    | st.characters(exclude_categories=["Cs"])
)


def test_every_control_and_format_character_has_one_place() -> None:
    listed = {point for point in range(0x110000) if unicodedata.category(chr(point)) in ("Cc", "Cf")}
    line_ends = {0x2028, 0x2029}
    assert len(ALL) == len(set(ALL))
    assert set(ALL) - line_ends | SEEN == listed | SEEN


@given(st.lists(texts), st.sets(st.sampled_from(sorted(CATEGORIES))), st.sampled_from(["", " ", "日"]))
def test_runs_of_what_is_chosen_are_replaced(documents: list[str], chosen: set[str], replacement: str) -> None:
    stage = ControlCharacters(**{name: name in chosen for name in CATEGORIES}, replacement=replacement)
    every = "".join(map(chr, [point for name in chosen for point in CATEGORIES[name]]))
    pattern = re.compile(f"[{re.escape(every)}]+" if every else "(?!)")
    assert stage.edit(Texts.of(documents)).strings == [pattern.sub(replacement, text) for text in documents]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ufeffa\tb\r\nc\n", "a\tb\r\nc\n"),
        ("so\u00adft zero\u200bwidth", "soft zerowidth"),
        ("\u202eright to left\u202c\u200e", "right to left"),
        ("bell\x07 null\x00 c1\x9f del\x7f", "bell null c1 del"),
        ("👩\u200d🚀 می\u200cخواهم", "👩\u200d🚀 می\u200cخواهم"),
    ],
)
def test_what_goes_by_default(text: str, expected: str) -> None:
    assert ControlCharacters().edit(Texts.of([text])).strings == [expected]


def test_texts_without_them_stay_as_they_are() -> None:
    texts = Texts.of(["plain\n", "é日本\t", ""])
    assert ControlCharacters().edit(texts) is texts


def test_a_replacement_that_is_no_text() -> None:
    with pytest.raises(ConfigError, match="control_characters: replacement is None; give text such as ' '"):
        ControlCharacters(replacement=None)  # type: ignore[arg-type]
