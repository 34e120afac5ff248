"""Some documents replaced, against the same on a list of strings."""

import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from textprep import Lower, Replace, Texts
from textprep.changed_documents import beyond_ascii, each_document, with_documents
from textprep.edits import EditLog
from textprep.texts import PADDING

documents = st.lists(st.text("aB é😀"), min_size=1)


def as_bytes(strings: list[str]) -> Texts:
    return Texts(utf8=Texts.of(strings).utf8)


@given(documents, st.data())
def test_the_others_stay(strings: list[str], data: st.DataObject) -> None:
    rows = sorted(data.draw(st.sets(st.integers(0, len(strings) - 1))))
    changed = {row: data.draw(st.text("xyß")) for row in rows}
    expected = [changed.get(row, text) for row, text in enumerate(strings)]
    for texts in (Texts.of(strings), as_bytes(strings)):
        new = with_documents(texts, changed, EditLog().edits())
        assert new.strings == expected
        assert new.utf8[0].tobytes() == "".join(expected).encode() + bytes(PADDING)
        assert new.edits == ()


@given(documents, st.integers(1, 4))
def test_those_beyond_ascii(strings: list[str], parts: int) -> None:
    assert beyond_ascii(Texts.of(strings)) == {k: text for k, text in enumerate(strings) if not text.isascii()}
    for part in as_bytes(strings).split(parts):
        assert beyond_ascii(part) == {k: text for k, text in enumerate(each_document(part)) if not text.isascii()}


@given(documents, st.integers(1, 4))
def test_documents_that_share_their_bytes_with_others(strings: list[str], parts: int) -> None:
    for part in as_bytes(strings).split(parts):
        expected = list(each_document(part))
        assert with_documents(part, {0: "new"}, EditLog().edits()).strings == ["new", *expected[1:]]


@pytest.mark.parametrize("stage", [Lower(), Replace("B", "b")], ids=repr)
def test_no_string_is_kept_of_what_does_not_change(stage: Lower | Replace) -> None:
    new = stage.edit(Texts.of(pa.array(["nothing", "One Big", "to do"])))
    assert "strings" not in new.__dict__
    assert new.strings[1][4:] == "big"


def test_nothing_changed_is_the_same_texts() -> None:
    texts = as_bytes(["abc", "é"])
    assert Replace("x", "y").edit(texts) is texts
