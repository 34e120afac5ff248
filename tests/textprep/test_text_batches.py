"""A corpus in every form, cut into batches."""

from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from textprep import InputError, Texts, text_batches
from textprep.text_batches import is_one_shot, text_batches as batches

TEXTS = ["a b", "", "c", "é d", "e"]


def read(source: object, column: str = "text") -> list[list[str]]:
    return [Texts.of(batch).strings for batch in batches(source, column)]


def test_what_is_in_memory_is_one_batch() -> None:
    for source in (TEXTS, tuple(TEXTS), pa.array(TEXTS), Texts.of(TEXTS)):
        assert read(source) == [TEXTS]
    assert read([]) == read(iter([])) == []


def test_batches_come_as_they_are() -> None:
    record_batches = [pa.record_batch({"id": [1, 2], "words": part}) for part in (TEXTS[:2], TEXTS[2:4])]
    table = pa.Table.from_batches(record_batches)
    expected = [TEXTS[:2], TEXTS[2:4]]
    assert read([TEXTS[:2], TEXTS[2:4]]) == expected
    assert read(pa.array(part) for part in expected) == expected
    assert read(pa.chunked_array(expected)) == expected
    for source in (record_batches, iter(record_batches), table, table.to_reader()):
        assert read(source, "words") == expected


@given(st.lists(st.text("ab"), max_size=9), st.integers(1, 4))
def test_single_documents_are_gathered(texts: list[str], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_batches, "DOCUMENTS", size)
        found = read(text for text in texts)
        assert [text for batch in found for text in batch] == texts
        assert all(len(batch) == size for batch in found[:-1])
        assert all(0 < len(batch) <= size for batch in found)


def test_what_is_no_corpus() -> None:
    with pytest.raises(InputError, match="no column 'text', but id, words"):
        read([pa.record_batch({"id": [1], "words": ["a"]})])
    with pytest.raises(InputError, match="single string"):
        read("a text")
    with pytest.raises(InputError, match="document 1 is int"):
        read([5, "a"])
    with pytest.raises(InputError, match="a table was given"):
        read({"text": TEXTS})
    with pytest.raises(InputError, match="is no column of documents"):
        read(5)


class Corpus:
    def __iter__(self) -> Iterator[str]:
        yield from TEXTS


def test_what_can_be_read_once_only() -> None:
    table = pa.table({"text": TEXTS})
    assert [is_one_shot(source) for source in (iter(TEXTS), table.to_reader(), TEXTS, table, Corpus())] == [
        True, True, False, False, False,
    ]  # fmt: skip
