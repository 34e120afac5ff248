"""Normalisation forms against `unicodedata`, and each character against its own segment."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from textprep import ConfigError, Texts, UnicodeForm
from textprep.normalize.unicode_form import COMPOSED_PLANES, FORMS, Form

MARKS = "\u0301\u0323\u0327\u0345\u3099\u094d\u09be\u0dcf\u102e\u1161\u1175\u11a8\u11c2\U00011127\U000114ba"
STARTERS = "aeAEoﬁﬀ½²Å\u212b\u1e9b\u0958각가ᄀ한ㄱﾊﾞｶﾞか①Ⅷ日\uf900\U0002f800\ufdfa\U0001d15e\u0b47\u09c7\u1025"
texts = st.text(st.sampled_from(MARKS + STARTERS) | st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.mark.parametrize("form", FORMS)
@given(documents=st.lists(texts, max_size=4))
def test_it_is_what_python_gives(form: Form, documents: list[str]) -> None:
    assert UnicodeForm(form).edit(Texts.of(documents)).strings == [unicodedata.normalize(form, t) for t in documents]


@pytest.mark.parametrize("form", FORMS)
def test_every_character_that_changes_and_every_pair_that_composes(form: Form) -> None:
    every = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    every = [c for c in every if unicodedata.combining(c) or unicodedata.normalize("NFKD", c) != c]
    seconds = {unicodedata.normalize("NFD", character)[-1] for character in every}
    documents = ["-".join(every), "".join(every), "".join(a + b for a in "e가ᄀ\u0b47\u1025" for b in sorted(seconds))]
    assert UnicodeForm(form).edit(Texts.of(documents)).strings == [unicodedata.normalize(form, t) for t in documents]


@pytest.mark.parametrize("form", FORMS)
@given(text=texts)
def test_what_is_replaced_cannot_be_told_apart_more_finely(form: Form, text: str) -> None:
    """Between the edits nothing changes, and no edit begins with a character that nothing else has to do with."""
    edited = UnicodeForm(form).edit(Texts.of([text]))
    for edits in edited.edits:
        places = zip(edits.starts, edits.ends, edits.source_starts, edits.source_ends, strict=True)
        for start, end, source_start, source_end in places:
            old, new = text[source_start:source_end], edited.strings[0][start:end]
            assert new == unicodedata.normalize(form, old) != old
            before, behind = text[:source_start], text[source_end:]
            whole = unicodedata.normalize(form, before) + new + unicodedata.normalize(form, behind)
            assert whole == edited.strings[0]
            assert all(unicodedata.combining(unicodedata.normalize("NFKD", c)[0]) or c in MARKS for c in old[1:])


def test_a_composed_letter_stands_for_its_parts() -> None:
    source = "Cafe\u0301 ﬁn, 각 nai\u0308ve"
    edited = UnicodeForm("NFKC").edit(Texts.of([source]))
    edits = edited.edits[0]
    assert edited.strings == ["Café fin, 각 naïve"]
    replaced = [source[a:b] for a, b in zip(edits.source_starts, edits.source_ends, strict=True)]
    assert replaced == ["e\u0301", "ﬁ", "i\u0308"]


@pytest.mark.parametrize(("form", "text"), [("NFC", "été ﬁ"), ("NFD", "e\u0301"), ("NFKC", "fi é"), ("NFKD", "plain")])
def test_what_is_in_the_form_stays_as_it_is(form: Form, text: str) -> None:
    texts = Texts.of([text, ""])
    assert UnicodeForm(form).edit(texts) is texts


def test_nothing_is_composed_beyond_the_planes_that_are_searched() -> None:
    pairs = (unicodedata.decomposition(chr(point)).split() for point in range(COMPOSED_PLANES.stop, 0x110000))
    assert not [pair for pair in pairs if len(pair) == 2 and pair[0][0] != "<"]


def test_a_form_that_is_none() -> None:
    with pytest.raises(ConfigError, match="unicode_form: form is 'nfc'; give one of 'NFC', 'NFD'"):
        UnicodeForm("nfc")  # type: ignore[arg-type]
