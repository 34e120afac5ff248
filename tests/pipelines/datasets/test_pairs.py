from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, strategies as st

from pipelines.datasets import TextPairs, read_labelled_pairs, read_pairs, read_parallel
from textprep.errors import InputError
from textprep.readers import Quarantine

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


def parquet(path, columns):
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize(
    ("name", "data", "options"),
    [
        ("a.tsv", 'source\ttarget\n"a"\tÄ\nb, c\tB\n', {}),
        ("a.tsv", 'tgt\tsrc\nÄ\t"a"\nB\tb, c\n', {}),
        ("a.tsv", '"a"\tÄ\nb, c\tB\n', {"header": False}),
        ("a.tsv.gz", 'x\tÄ\t"a"\ny\tB\tb, c\n', {"header": False, "first": 2, "second": 1}),
        ("a.csv", 'en,de\n"""a""",Ä\n"b, c",B\n', {}),
        ("a.csv", 'id,de,en\n1,Ä,"""a"""\n2,B,"b, c"\n', {"first": "en", "second": "de"}),
        ("a.jsonl", '{"second": "Ä", "first": "\\"a\\""}\n{"first": "b, c", "second": "B", "n": 1}', {}),
        (
            "a.ndjson",
            '{"translation": {"de": "Ä", "fr": "à", "en": "\\"a\\""}}\n{"translation": {"de": "B", "en": "b, c"}}',
            {"first": "en", "second": "de"},
        ),
    ],
)
def test_every_format_gives_the_same(save, name, data, options):
    read = read_pairs(save(name, data.encode()), **options)
    assert (read.first, read.second) == (['"a"', "b, c"], ["Ä", "B"])
    assert read.source.endswith(name)


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1))
def test_any_texts_come_back(save, pairs):
    data = "\n".join(json.dumps({"t": first, "s": second}) for first, second in pairs)
    read = read_pairs(save("any.jsonl", data.encode()), "t", "s")
    assert list(zip(read.first, read.second, strict=True)) == pairs


def test_two_files_of_lines(save):
    files = save("two.en.gz", b"a dog\n\na cat\n"), save("two.de", b"ein Hund\n\neine Katze")
    read = read_parallel(*files)
    assert read == TextPairs(["a dog", "a cat"], ["ein Hund", "eine Katze"], f"{files[0]} + {files[1]}")
    with pytest.raises(InputError, match=r"one\.de:2: ends after 1 lines"):
        read_parallel(files[0], save("one.de", b"ein Hund\n"))
    with pytest.raises(InputError, match="there are no pairs of texts"):
        read_parallel(save("no.en", b"\n"), save("no.de", b"\n"))
    latin = save("l.en", "café\n".encode("latin-1")), save("l.de", "Kaffee\n".encode("latin-1"))
    assert read_parallel(*latin, encoding="latin-1").first == ["café"]


def test_parquet(tmp_path):
    wide = {"id": [1, 2], "src": ["a", "b"], "tgt": ["A", "B"], "label": [0, 1], "vector": [[0.5], None]}
    path = parquet(tmp_path / "a.parquet", wide)
    assert read_pairs(path) == TextPairs(["a", "b"], ["A", "B"], str(path), ("src", "tgt"))
    assert read_pairs(path, 2, 1).columns == ("tgt", "src")
    assert read_labelled_pairs(path).labels == ["0", "1"]
    texts = [{"en": "a", "de": "A"}, {"en": "b", "de": "B"}]
    path = parquet(tmp_path / "t.parquet", {"id": [1, 2], "translation": texts})
    assert read_pairs(path, "de", "en") == TextPairs(["A", "B"], ["a", "b"], str(path), ("de", "en"))
    with pytest.raises(InputError, match=r"t\.parquet:1: the texts stand by language, en and de; name that of"):
        read_pairs(path)


def test_labelled_pairs(save):
    data = b"premise\thypothesis\tlabel\na man\ta person\tyes\nit\tit\t no \n"
    read = read_labelled_pairs(save("l.tsv", data))
    assert (read.first, read.second, read.labels) == (["a man", "it"], ["a person", "it"], ["yes", "no"])
    assert read.columns == ("premise", "hypothesis", "label")
    read = read_labelled_pairs(save("l.csv", b"1,a,b\n0,c,d\n"), 1, 2, 0, header=False)
    assert (read.first, read.second, read.labels) == (["a", "c"], ["b", "d"], ["1", "0"])
    line = b'{"sentence1": "a", "sentence2": "b", "target": 1}\n'
    assert read_labelled_pairs(save("l.jsonl", line)).labels == ["1"]


@pytest.mark.parametrize(
    ("name", "data", "columns", "message"),
    [
        ("b.csv", b"a,b,c\n1,2,3\n", (), "no column named first or source .* name one of a, b, c"),
        ("b.csv", b"source,b,c\n1,2,3\n", (), "no column named second or sentence2"),
        ("b.csv", b"source,target\n1,2\n", ("sorce", "target"), "did you mean 'source'"),
        ("b.csv", b"source,target\n1,2\n", ("source", "source"), "one column is chosen twice among 'source', 'source'"),
        ("b.csv", b"source,target\n1,2\n,2\n", (), r"b\.csv:3: 'source' is empty"),
        ("b.csv", b"source,target\n1,2\n1, \n", (), r"b\.csv:3: 'target' is empty"),
        ("b.csv", b"source,target\n", (), "there are no pairs of texts"),
        ("b.csv", b"", (), "the header is missing"),
        ("b.tsv", b"source\ttarget\na\tb\nc\n", (), r"b\.tsv:3: the row has 1 fields"),
        ("b.jsonl", b'{"source": "a", "target": "b"}\n{"source": "a"}', (), r"b\.jsonl:2: 'target' is missing"),
        ("b.jsonl", b'{"translation": {"en": "a"}}\n', (None, "en"), r"l:1: the texts stand by language, en; name"),
        (
            "b.jsonl",
            b'{"translation": {"x": "a", "y": "b"}}\n{"translation": {"x": "a"}}',
            ("x", "y"),
            "l:2: 'y' is miss",
        ),
        ("b.jsonl", b'{"translation": {"en": "a", "de": "b"}}', ("en", "du"), "did you mean 'de'"),
        ("b.jsonl", b'{"source": 1, "target": "b"}', (), r"b\.jsonl:1: 'source' is 1, not a string"),
        ("b.txt", b"a\n", (), r"b\.txt: the name does not end as that of a table .* read_parallel"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(save, name, data, columns, message):
    with pytest.raises(InputError, match=message):
        read_pairs(save(name, data), *columns)


@pytest.mark.parametrize(
    ("data", "columns", "message"),
    [
        (b"source,target\na,b\n", (), "one column is chosen twice among 'source', 'target', 'target'"),
        (b"source,target,label\na,b,\n", (), r"b\.csv:2: 'label' is empty"),
        (b"source,target,class\na,b,c\n", (None, None, "label"), "there is no column 'label'"),
    ],
)
def test_labels_that_are_missing(save, data, columns, message):
    with pytest.raises(InputError, match=message):
        read_labelled_pairs(save("b.csv", data), *columns)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"source\ttarget\tlabel\na\tb\tx\n\tb\tx\nc\t \tx\nd\te\t\nd\xff\te\tx\nf\n", [3, 4, 5, 6, 7]),
    ],
)
def test_bad_rows_are_set_aside_and_the_reading_goes_on(save, tmp_path, data, lines):
    path = save("q.tsv", data)
    with Quarantine(tmp_path / "bad.jsonl") as quarantine:
        read = read_labelled_pairs(path, on_bad_row=quarantine)
    assert (read.first, read.second, read.labels) == (["a"], ["b"], ["x"])
    aside = [json.loads(line) for line in (tmp_path / "bad.jsonl").read_text("utf-8").splitlines()]
    assert [row["line"] for row in aside] == lines
    bad = []
    read = read_parallel(save("q.en", b"a\n\n\xff\nd\n"), save("q.de", b"A\nB\nC\nD\n"), on_bad_row=bad.append)
    assert (read.first, read.second, [row.line for row in bad]) == (["a", "d"], ["A", "D"], [2, 3])
