from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from pipelines.datasets import open_labelled, read_labelled
from textprep.errors import InputError


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.tsv", b'sentence\tlabel\n"so" \t1\r\nit\'s, dull\t0\n'),
        ("a.csv", b'id,sentiment,review\n1,1,"""so"" "\n2,0,"it\'s, dull"\n'),
        ("a.jsonl", b'{"content": "\\"so\\" ", "class": 1}\n\n{"class": "0", "content": "it\'s, dull"}\n'),
        ("a.txt", b'1 "so" \n\n0\tit\'s, dull\n'),
        ("a.train", b'__label__1 "so" \n__label__0 it\'s, dull'),
        ("a.txt.gz", b'\xef\xbb\xbf1 "so" \r\n0 it\'s, dull\r\n'),
    ],
)
def test_every_format_gives_the_same(save, name, data):
    path = save(name, data)
    read = open_labelled(path)
    assert read == read_labelled(path)
    assert (read.texts, read.labels) == (['"so" ', "it's, dull"], ["1", "0"])
    assert (len(read), read.source) == (2, str(path))


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.integers()), min_size=1))
def test_any_texts_come_back_from_json(save, pairs):
    data = "\n".join(json.dumps({"t": text, "l": label}) for text, label in pairs)
    read = read_labelled(save("any.jsonl", data.encode()), "t", "l")
    assert list(zip(read.texts, read.labels, strict=True)) == [(text, str(label)) for text, label in pairs]


def test_the_result_says_which_columns_were_taken(save):
    path = save("columns.csv", b"target,review,text,label\na,b,c,d\n")
    assert read_labelled(path).columns == ("text", "label")
    assert read_labelled(path, "review", "target").columns == ("review", "target")
    assert read_labelled(path, "review", "target").texts == ["b"]


@pytest.mark.parametrize(
    ("name", "data", "columns", "message"),
    [
        ("b.csv", b"txt,label\na,1\n", ("text", None), r"'text', only 'txt', 'label'; did you mean 'txt'\?"),
        ("b.csv", b"a,b\n1,2\n", (None, None), r"no column named text or .* or content; name one of a, b"),
        ("b.tsv", b"text\tx\na\tb\n", (None, None), r"no column named label or .* or target; name one of text, x"),
        ("b.tsv", b"text\tlabel\na\tb\nc\n", (None, None), r"b.tsv:3: the row has 1 fields"),
        ("b.tsv", b"text\tlabel\na\tb\nc\t \n", (None, None), r"b.tsv:3: 'label' is empty"),
        ("b.csv", b"", (None, None), r"the header is missing"),
        ("b.csv", b"text,label\n", (None, None), r"there are no labelled texts"),
        ("b.jsonl", b"", (None, None), r"there are no labelled texts"),
        ("b.jsonl", b'{"text": "a", "label": 1}\n{"text": "a"}', (None, None), r"b.jsonl:2: 'label' is neither"),
        ("b.jsonl", b'{"text": "a", "label": 0.5}', (None, None), r"b.jsonl:1: 'label' is neither"),
        ("b.jsonl", b'{"text": "a", "label": true}', (None, None), r"b.jsonl:1: 'label' is neither"),
        ("b.jsonl", b'{"text": null, "label": 1}', (None, None), r"b.jsonl:1: 'text' is not a string"),
        ("b.jsonl", b'{"text": "a", "label": 1}\n[]', (None, None), r"b.jsonl:2: .*not an object"),
        ("b.txt", b"", (None, None), r"there are no labelled texts"),
        ("b.txt", b"1 a\n2\n", (None, None), r"b.txt:2: no text follows the label '2'"),
        ("b.txt", b"1 a\n2 \t\n", (None, None), r"b.txt:2: no text follows the label '2'"),
        ("b.txt", b"1 a\n a\n", (None, None), r"b.txt:2: the label is empty"),
        ("b.txt", b"__label__ a\n", (None, None), r"b.txt:1: the label is empty"),
        ("b.txt", b"__label__a x\nb y\n", (None, None), r"b.txt:2: the label 'b' is written otherwise"),
        ("b.txt", b"__label__a __label__b x\n", (None, None), r"b.txt:1: the text has more than one label"),
        ("b.txt", b"1 a\n2 \xe9\n", (None, None), r"b.txt:2: invalid UTF-8"),
        ("b.parquet", b"", (None, None), r"not read from Parquet; use"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(save, name, data, columns, message):
    with pytest.raises(InputError, match=message):
        read_labelled(save(name, data), *columns)


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        open_labelled(tmp_path / "absent.csv")
