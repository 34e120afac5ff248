"""Text stages one behind the other: each says all that it has changed, and words point to where they came from."""

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from tests.fuzz import truth
from textprep import (
    ControlCharacters,
    Html,
    Lower,
    Mask,
    Mojibake,
    Pipeline,
    Replace,
    Spaces,
    Texts,
    UnicodeForm,
    WhiteSpace,
    Words,
)
from textprep.edits import Edits

STAGES = [
    *[UnicodeForm("NFC"), UnicodeForm("NFD"), UnicodeForm("NFKC"), UnicodeForm("NFKD"), Mojibake(), Lower()],
    *[Html(), Html(tags=False), Html(references=False), Spaces(), Spaces("keep", strip=False), Spaces("paragraphs")],
    *[
        ControlCharacters(),
        ControlCharacters(replacement=" ", line_ends=True, joiners=True),
        ControlCharacters(bidi=False),
    ],
    *[Mask(), Mask("", None, "@", "#", ""), Replace(r"(.)\1+", r"\1"), Replace(("a|e", r"\s"), ("é", ""), count=2)],
]
PIECES = [
    *"e\u0301 ﬁ ½ 각 ᄀ\u1161\u11a8 ｶﾞ İ schÃ¶n ÐŸÑ€Ð¸ voilÃ\xa0 Ã ÃƒÂ© â€™ 日本 😀 aa, Word don't".split(" "),
    *"<p> </b> <br/> &amp; &eacute; &#x301; &lt;b&gt; &#64;bob".split(),
    *"http://a.org/b www.x.org me@x.org @bob #topic +49(30)901820 202-555-0123".split(),
    *["\x00", "\ufeff", "\u00ad", "\u200b", "\u200d", "\u202e", "\x85", "\r\n", "\n\n", "\t", " ", "  ", "\u3000", " "],
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=14).map("".join)


def replaced(text: str, new: str, edits: Edits) -> str:
    """The text with what the edits put in the place of what they took; all else is as it was."""
    parts, done = [], 0
    columns = (edits.starts, edits.ends, edits.source_starts, edits.source_ends)
    for start, end, source_start, source_end in zip(*(column.tolist() for column in columns), strict=True):
        assert done <= source_start <= source_end <= len(text)
        parts += [text[done:source_start], new[start:end]]
        assert sum(map(len, parts)) == end
        assert new[start:end] != text[source_start:source_end]
        done = source_end
    return "".join(parts) + text[done:]


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != Lower()], ids=repr)
@settings(max_examples=60)
@given(text=texts)
def test_a_stage_says_all_that_it_changes(stage: Any, text: str) -> None:
    """Lower-casing says only what becomes longer."""
    edited = stage.edit(Texts.of([text]))
    if len(edited.edits) < 2:  # else there is no text between them to be asked
        made = [replaced(text, edited.strings[0], edits) for edits in edited.edits]
        assert edited.strings == (made or [text])
    others = stage.edit(Texts.of(["x <b>", text, "", text]))
    assert others.strings[1:] == [edited.strings[0], stage.edit(Texts.of([""])).strings[0], edited.strings[0]]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(STAGES), max_size=6), st.sampled_from([Words(), WhiteSpace()]), texts)
def test_words_behind_any_chain(stages: list[Any], tokenizer: Any, text: str) -> None:
    """Against positions carried along a character at a time; lower-casing just before the words is another test's."""
    while stages and isinstance(stages[-1], Lower):
        stages.pop()
    expected = truth.tokens([*stages, tokenizer], len(stages), text)
    found = Pipeline(*stages, tokenizer)(["a <p> b", text])
    if expected is not None:  # None: something was put between two characters
        assert list(zip(found[1], found.spans(1), strict=True)) == expected
    assert all(0 <= start <= end <= len(text) for start, end in found.spans(1))


def test_a_chain_of_all() -> None:
    source = (
        "\ufeff<p>schÃ¶n&nbsp;e\u0301t\u200be\u0301: &lt;3 see http://a.org/b  or\u00ad call\u2028(202) 555-0123</p>"
    )
    stages = [Mojibake(), Html(), UnicodeForm("NFKC"), ControlCharacters(), Mask(urls="URL", phones=""), Spaces()]
    tokens = Pipeline(*stages, WhiteSpace())([source])
    assert tokens[0] == ["schön", "été:", "<3", "see", "URL", "or", "call"]
    assert [source[a:b] for a, b in tokens.spans(0)] == [
        *["schÃ¶n", "e\u0301t\u200be\u0301:", "&lt;3", "see", "http://a.org/b", "or", "call"],
    ]


def test_every_stage_is_the_same_after_saving(tmp_path: Any) -> None:
    for k, stage in enumerate(STAGES):
        prep = Pipeline(stage, Words())
        prep.save(tmp_path / str(k))
        assert Pipeline.load(tmp_path / str(k)) == prep
