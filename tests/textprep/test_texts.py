"""Every kind of column gives the same documents; what is no document is named by its row."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from textprep import InputError, Pipeline, Texts, Words

DOCUMENTS = ["Zoë is here.", "", "😀 \x00 end", "last"]
KINDS: dict[str, Callable[[list[str]], Any]] = {
    "list": list,
    "tuple": tuple,
    "generator": lambda documents: (text for text in documents),
    "numpy": lambda documents: np.array(documents, object),
    "pandas": lambda documents: pd.Series(documents, dtype=object),
    "pandas strings": lambda documents: pd.Series(documents, dtype="string[pyarrow]"),
    "string": pa.array,
    "large_string": lambda documents: pa.array(documents, pa.large_string()),
    "string_view": lambda documents: pa.array(documents, pa.string_view()),
    "dictionary": lambda documents: pa.array(documents).dictionary_encode(),
    "chunked": lambda documents: pa.chunked_array([documents[:1], [], documents[1:]], pa.string()),
    "sliced": lambda documents: pa.array(["é", *documents, "x"]).slice(1, len(documents)),
    "texts": Texts.of,
}


@pytest.mark.parametrize("chunks", [1, 2])
def test_a_null_within_an_arrow_dictionary_is_no_document(chunks: int) -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0]), pa.array(["a", None]))
    assert not column.null_count
    with pytest.raises(InputError, match="document 2 is null; drop the row"):
        Texts.of(column if chunks == 1 else pa.chunked_array([column] * chunks))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("documents", [DOCUMENTS, [], [""], ["", ""]], ids=["some", "none", "empty", "two empty"])
@pytest.mark.parametrize("threads", [1, 3])
def test_every_kind_of_column(kind: Callable[[list[str]], Any], documents: list[str], threads: int) -> None:
    prep = Pipeline(Words())
    found, expected = prep(kind(documents), threads=threads), prep(documents)
    assert Texts.of(kind(documents)).strings == documents
    assert found.to_lists() == expected.to_lists()
    assert [found.spans(k) for k in range(len(found))] == [expected.spans(k) for k in range(len(documents))]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_bytes_and_strings_are_the_same_documents(documents: list[str]) -> None:
    texts = Texts.of(documents)
    assert Texts(utf8=texts.utf8).strings == documents
    assert texts.size == len("".join(documents).encode())


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a bare string", "a single string was given"),
        (b"bytes", "a single string was given"),
        (["a", None], "document 2 is NoneType"),
        (["a", 1.5], "document 2 is float"),
        ([b"a"], "document 1 is bytes"),
        (7, "int is no column"),
        (None, "NoneType is no column"),
        (pa.array(["a", None]), "document 2 is null"),
        (pa.array([1]), "holds int64"),
        (pa.table({"text": ["a"]}), "a table was given .*'text'"),
        (pd.DataFrame({"text": ["a"], "label": [1]}), r"DataFrame with the columns text, label.*table\['text'\]"),
        (pd.DataFrame({"text": ["a"]})[["text"]], r"table\['text'\]"),
        (pd.DataFrame(), "pass one of its columns"),
        ({"text": ["a"]}, r"dict with the columns text.*table\['text'\]"),
        ([pd.Series(["a"]), pd.Series(["b"])], "document 1 is Series"),
        (pa.Array.from_buffers(pa.string(), 1, [None, *pa.array([b"\xff"]).buffers()[1:]]), "damaged"),
        (["fine", "a\ud800b"], "document 2 has a lone surrogate at position 1"),
    ],
)
def test_what_is_no_document(source: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Pipeline(Words())(source)
