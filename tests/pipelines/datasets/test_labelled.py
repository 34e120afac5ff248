from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, strategies as st

from pipelines.datasets import open_labelled, read_labelled, read_multilabelled
from textprep.errors import InputError
from textprep.readers import Quarantine


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
        ("b.jsonl", b'{"text": null, "label": 1}', (None, None), r"b.jsonl:1: 'text' is missing or null"),
        ("b.jsonl", b'{"text": "a", "label": 1}\n[]', (None, None), r"b.jsonl:2: .*not an object"),
        ("b.txt", b"", (None, None), r"there are no labelled texts"),
        ("b.txt", b"1 a\n2\n", (None, None), r"b.txt:2: no text follows the label '2'"),
        ("b.txt", b"1 a\n2 \t\n", (None, None), r"b.txt:2: no text follows the label '2'"),
        ("b.txt", b"1 a\n a\n", (None, None), r"b.txt:2: the label is empty"),
        ("b.txt", b"__label__ a\n", (None, None), r"b.txt:1: the label is empty"),
        ("b.txt", b"__label__a x\nb y\n", (None, None), r"b.txt:2: the label 'b' is written otherwise"),
        ("b.txt", b"__label__a __label__b x\n", (None, None), r"b.txt:1: the text has more than one label"),
        ("b.txt", b"1 a\n2 \xe9\n", (None, None), r"b.txt:2: invalid UTF-8"),
        ("b.jsonl", b'{"text": "\\ud83d", "label": 1}', (None, None), r"'text' holds half of a surrogate pair"),
        ("b.parquet", b"", (None, None), r"the Parquet file is damaged"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(save, name, data, columns, message):
    with pytest.raises(InputError, match=message):
        read_labelled(save(name, data), *columns)


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        open_labelled(tmp_path / "absent.csv")


NEWS = b'"3","Wall St. ","Bears, ""claw"" back"\n"1","Peace","talks"\n'


def test_a_file_without_a_header_whose_text_stands_in_two_columns(save):
    path = save("ag_news.csv", NEWS)
    read = read_labelled(path, text=[1, 2], label=0, header=False)
    assert read.texts == ['Wall St. \nBears, "claw" back', "Peace\ntalks"]
    assert (read.labels, read.columns) == (["3", "1"], ("1 + 2", "0"))
    assert open_labelled(path, text=["1", "2"], label="0", header=False, joiner=": ").texts[1] == "Peace: talks"
    with pytest.raises(InputError, match=r"no column named text or .* name one of 0, 1, 2"):
        read_labelled(path, header=False)
    with pytest.raises(InputError, match="there is no column 3 among 3"):
        read_labelled(path, text=3, label=0, header=False)


def parquet(path, columns):
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet(tmp_path):
    wide = {"id": [1, 2, 3], "review": ["a", "b", "c"], "class": [1, 0, 1], "vector": [[0.5], None, []]}
    read = read_labelled(parquet(tmp_path / "a.parquet", wide))
    assert (read.texts, read.labels, read.columns) == (["a", "b", "c"], ["1", "0", "1"], ("review", "class"))
    assert open_labelled(tmp_path / "a.parquet", text=1, label=2) == read
    coded = pa.array(["x", "y", "x"]).dictionary_encode()
    assert read_labelled(parquet(tmp_path / "b.parquet", wide | {"label": coded})).labels == ["x", "y", "x"]


def test_bad_rows_of_parquet_have_their_number(tmp_path):
    texts = pa.concat_arrays([pa.array([b"a", b"b\xff", b"c"], pa.binary()).view(pa.string()), pa.array([None, "e"])])
    path = parquet(tmp_path / "bad.parquet", {"text": texts, "label": ["x", "y", None, "w", "v"]})
    bad = []
    read = read_labelled(path, on_bad_row=bad.append)
    assert (read.texts, read.labels) == (["a", "e"], ["x", "v"])
    assert [(row.line, row.raw) for row in bad] == [
        (2, b"b\xff"),
        (3, b'{"text": "c", "label": null}'),
        (4, b'{"text": null, "label": "w"}'),
    ]
    with pytest.raises(InputError, match=r"bad\.parquet:2: invalid UTF-8"):
        read_labelled(path)


@pytest.mark.parametrize(
    ("name", "data", "lines"),
    [
        ("q.tsv", b"text\tlabel\na\tx\nb\nc\t \n\xff\tx\nd\ty\n", [3, 4, 5]),
        ("q.csv", b'text,label\na,x\n"b"c,x\n"d",y\n', [3]),
        ("q.jsonl", b'{"text": "a", "label": "x"}\n{}\n[]\n{"text": "d", "label": "y"}\n{"text": "e"', [2, 3, 5]),
        ("q.txt", b"x a\n\xff\ny\ny d", [2, 3]),
    ],
)
def test_bad_rows_are_set_aside_and_the_reading_goes_on(save, tmp_path, name, data, lines):
    path = save(name, data)
    with Quarantine(tmp_path / "bad.jsonl") as quarantine:
        read = open_labelled(path, on_bad_row=quarantine)
    assert (read.texts, read.labels) == (["a", "d"], ["x", "y"])
    aside = [json.loads(line) for line in (tmp_path / "bad.jsonl").read_text("utf-8").splitlines()]
    assert [row["line"] for row in aside] == lines
    with pytest.raises(InputError, match=rf"{name}:{lines[0]}: "):
        open_labelled(path)


def test_another_encoding(save):
    assert read_labelled(save("l.txt", "1 café\n".encode("cp1252")), encoding="cp1252").texts == ["café"]
    assert read_labelled(save("u.tsv", "text\tlabel\né\tü\n".encode("utf-16")), encoding="utf-16").labels == ["ü"]


@pytest.mark.parametrize(
    ("name", "data", "options"),
    [
        ("m.txt", b"__label__a __label__b one\ntwo\n__label__c three", {}),
        ("m.jsonl", b'{"text": "one", "labels": ["a", "b", "a"]}\n{"text": "two", "labels": []}\n'
                    b'{"text": "three", "labels": "c"}', {}),
        ("m.csv", b'text,tags\none,"a, b"\ntwo,\nthree,c\n', {}),
        ("m.tsv", b"one\ta|b\ntwo\t\nthree\tc\n", {"separator": "|", "header": False, "text": 0, "labels": 1}),
    ],
)  # fmt: skip
def test_texts_with_any_number_of_labels(save, name, data, options):
    read = read_multilabelled(save(name, data), **options)
    assert (read.texts, read.labels) == (["one", "two", "three"], [("a", "b"), (), ("c",)])
    assert read.select([2], "one").labels == [("c",)]


def test_several_labels_from_parquet(tmp_path):
    path = parquet(tmp_path / "m.parquet", {"text": ["one", "two"], "labels": [[3, 1], None]})
    bad = []
    assert read_multilabelled(path, on_bad_row=bad.append).labels == [("3", "1")]
    assert [(row.line, row.reason) for row in bad] == [(2, "'labels' is neither a string nor a whole number")]


def test_a_file_in_which_no_text_has_a_label(save):
    with pytest.raises(InputError, match="no text has a label; name the column"):
        read_multilabelled(save("plain.txt", b"one\ntwo\n"))
