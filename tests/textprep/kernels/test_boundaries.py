"""Word boundaries against the rules of UAX #29 written down a second time: as a question about each position."""

from itertools import pairwise, product

import pytest
from hypothesis import example, given, strategies as st

from textprep import Pipeline, Words
from textprep.unicode.word_break import CLASS_BITS, CLASSES, FLAGS, word_break_table

TABLE = word_break_table()
LINES = {"CR", "LF", "Newline"}
SKIPPED = {"Extend", "Format", "ZWJ"}
LETTERS = {"ALetter", "Hebrew_Letter"}
BETWEEN_LETTERS = {"MidLetter", "MidNumLet", "Single_Quote"}
BETWEEN_NUMBERS = {"MidNum", "MidNumLet", "Single_Quote"}

# A few of each class, with others that share bytes, shapes or flags with them.
CHARACTERS = (
    "aZzé²ß\u0130\u212a\u24c2\u2139\U00010400"  # letters, two of them pictographs, one beyond the basic plane
    "\u05d0\u05ea 019\u0660\U0001d7ce カｶ_\u203f\u0301\u0308\u20e3\ufe0f\U0001f3fb\U000e0061 "
    "\u00ad\u200e\ufeff\u200d\u200d:·\u2236,;\u037e.\u2024\uff0e''\"\"\u2019 "
    "\U0001f1e6\U0001f1e7\U0001f1ff \u3000\u2003\u00a0\t\r\n\r\n\x0b\x0c\x85\u2028\x00\x7f"
    "-!#*@/<中あกㄱ\u200b\U0001f600\U0001f468\u2764\u00a9"
)
texts = st.text(st.sampled_from(CHARACTERS) | st.sampled_from("ab1.,': ") | st.characters(exclude_categories=["Cs"]))


def of_class(character: str) -> str:
    return CLASSES[TABLE[ord(character)] & CLASS_BITS]


def is_boundary(text: str, k: int) -> bool:
    """Whether the text may be cut in front of character k: the rules in order, each read off its own line."""
    kinds = [of_class(character) for character in text]
    if kinds[k - 1] == "CR" and kinds[k] == "LF":
        return False  # WB3
    if kinds[k - 1] in LINES or kinds[k] in LINES:
        return True  # WB3a, WB3b
    if kinds[k - 1] == "ZWJ" and TABLE[ord(text[k])] & FLAGS["Extended_Pictographic"]:
        return False  # WB3c
    if kinds[k - 1] == kinds[k] == "WSegSpace":
        return False  # WB3d
    if kinds[k] in SKIPPED:
        return False  # WB4: stays with what is in front of it; from here on it is not there
    line = max((j + 1 for j in range(k) if kinds[j] in LINES), default=0)
    left = [kind for j, kind in enumerate(kinds[line:k]) if j == 0 or kind not in SKIPPED]
    right = [kind for kind in kinds[k:] if kind not in SKIPPED]
    one, two, next_one = left[-1], (left[-2:-1] or [""])[0], (right[1:2] or [""])[0]
    this = right[0]
    numeric, joiner = "Numeric", "ExtendNumLet"
    joins = (
        (one in LETTERS and this in LETTERS)  # WB5
        or (one in LETTERS and this in BETWEEN_LETTERS and next_one in LETTERS)  # WB6
        or (two in LETTERS and one in BETWEEN_LETTERS and this in LETTERS)  # WB7
        or (one == "Hebrew_Letter" and this == "Single_Quote")  # WB7a
        or (one == "Hebrew_Letter" and this == "Double_Quote" and next_one == "Hebrew_Letter")  # WB7b
        or (two == "Hebrew_Letter" and one == "Double_Quote" and this == "Hebrew_Letter")  # WB7c
        or (one == numeric and this == numeric)  # WB8
        or (one in LETTERS and this == numeric)  # WB9
        or (one == numeric and this in LETTERS)  # WB10
        or (two == numeric and one in BETWEEN_NUMBERS and this == numeric)  # WB11
        or (one == numeric and this in BETWEEN_NUMBERS and next_one == numeric)  # WB12
        or (one == this == "Katakana")  # WB13
        or (one in {*LETTERS, numeric, "Katakana", joiner} and this == joiner)  # WB13a
        or (one == joiner and this in {*LETTERS, numeric, "Katakana"})  # WB13b
    )
    flags = 0  # WB15, WB16: an odd number of regional indicators in front joins one more
    while flags < len(left) and left[-1 - flags] == "Regional_Indicator":
        flags += 1
    return not (joins or (this == "Regional_Indicator" and flags % 2 == 1))


def segments(text: str) -> list[tuple[int, int]]:
    cuts = [0, *(k for k in range(1, len(text)) if is_boundary(text, k)), len(text)]
    return [(a, b) for a, b in pairwise(cuts) if a < b]


def is_white(text: str) -> bool:
    return all(TABLE[ord(character)] & FLAGS["White_Space"] for character in text)


@given(st.lists(texts, max_size=4))
@example(["a\u200d\U0001f600", "\u05d0'\u0301\u05d0\"\u05d0"])
@example(["\r\u0301a", "a\u0308b", "\u0301\u0301a", "  \u0301 "])
def test_words_are_the_segments_that_are_not_white_space(documents: list[str]) -> None:
    tokens = Pipeline(Words())(documents)
    for k, text in enumerate(documents):
        expected = [(a, b) for a, b in segments(text) if not is_white(text[a:b])]
        assert tokens.spans(k) == expected
        assert tokens[k] == [text[a:b] for a, b in expected]


def test_three_characters_of_any_classes() -> None:
    one_of_each = {(TABLE[ord(character)], character > "\x7f"): character for character in CHARACTERS}.values()
    texts = ["".join(three) for three in product(one_of_each, repeat=3)]
    tokens = Pipeline(Words())(texts)
    for k, text in enumerate(texts):
        assert tokens.spans(k) == [(a, b) for a, b in segments(text) if not is_white(text[a:b])], text


@given(st.text(st.sampled_from("aZ09_ .,:;'\"-\t\n\r!\x00")))
def test_the_fast_path_and_the_general_one_agree(text: str) -> None:
    quick = Pipeline(Words())([text])
    # A letter beyond ASCII with the same properties sends every word through the general path.
    general = Pipeline(Words())([text.replace("a", "é").replace("Z", "É").replace(" ", "\u2003")])
    spaced = Pipeline(Words())([text.replace(" ", "\u2003")])
    assert spaced.spans(0) == general.spans(0)
    assert quick.spans(0) == [(a, b) for a, b in segments(text) if not is_white(text[a:b])]


@given(texts)
def test_tokens_and_white_space_cover_the_text(text: str) -> None:
    spans = Pipeline(Words())([text]).spans(0)
    ends, starts = [0, *(end for _, end in spans)], [*(start for start, _ in spans), len(text)]
    rest = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    assert all(is_white(gap) for gap in rest)


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        ("WB3", "x\r\ny", "x|\r\n|y"),
        ("WB3a", "\n\u0301", "\n|\u0301"),
        ("WB3b", "q\x85", "q|\x85"),
        ("WB3c", "\U0001f469\u200d\U0001f680go", "\U0001f469\u200d\U0001f680|go"),
        ("WB3d", "m  n", "m|  |n"),
        ("WB4", "e\u0301t\u00ade\u200d!", "e\u0301t\u00ade\u200d|!"),
        ("WB5", "naïve", "naïve"),
        ("WB6, WB7", "o'er l·l a:b c.d 'x' y.", "o'er| |l·l| |a:b| |c.d| |'|x|'| |y|."),
        ("WB6 across marks", "o'\u0308e", "o'\u0308e"),
        ("WB6 needs a letter", "o'1", "o|'|1"),
        ("WB7a", "ג' ג'", "ג'| |ג'"),
        ("WB7b, WB7c", 'צה"ל ל"', 'צה"ל| |ל|"'),
        ("WB8", "2024", "2024"),
        ("WB9, WB10", "b2b4u", "b2b4u"),
        ("WB11, WB12", "1,024.5 7'8 9:1 3.", "1,024.5| |7'8| |9|:|1| |3|."),
        ("WB11 needs a number", "5.x", "5|.|x"),
        ("WB13", "ラーメン", "ラーメン"),
        ("WB13a, WB13b", "_a_1_カ_", "_a_1_カ_"),
        ("WB15", "🇫🇷🇩🇪🇮", "🇫🇷|🇩🇪|🇮"),
        ("WB16", "a🇫🇷🇩", "a|🇫🇷|🇩"),
        ("WB999", "カa中国?!", "カ|a|中|国|?|!"),
    ],
)
def test_rule(rule: str, text: str, expected: str) -> None:
    parts = expected.split("|")
    assert [text[a:b] for a, b in segments(text)] == parts, rule
    assert Pipeline(Words())([text])[0] == [part for part in parts if not is_white(part)], rule


def test_every_class_is_among_the_characters() -> None:
    assert {of_class(character) for character in CHARACTERS} == set(CLASSES)
