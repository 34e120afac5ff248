from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, strategies as st

from textprep.errors import InputError
from textprep.readers import open_documents

FIELD = st.text(st.characters(exclude_characters="\t\n\r", exclude_categories=["Cs"]))
NEWS = {
    "n.csv": b'label,title,body\n3,"One","a, b"\n1,Two,c\n',
    "n.tsv": b"label\ttitle\tbody\n3\tOne\ta, b\n1\tTwo\tc\n",
    "n.jsonl": b'{"label": "3", "title": "One", "body": "a, b"}\n{"label": "1", "title": "Two", "body": "c"}\n',
}


def read(path, column, **options) -> list[dict[str, object]]:
    return [row for batch in open_documents(path, column, **options) for row in batch.to_pylist()]


@pytest.fixture
def news(save, tmp_path):
    """The same table in every format."""

    def make(name: str):
        if name.endswith("parquet"):
            columns = {"label": ["3", "1"], "title": ["One", "Two"], "body": ["a, b", "c"]}
            pq.write_table(pa.table(columns), tmp_path / name)
            return tmp_path / name
        return save(name, NEWS[name])

    return make


@pytest.mark.parametrize("name", [*NEWS, "n.parquet"])
def test_several_columns_are_joined_in_the_order_asked_for(news, name):
    assert read(news(name), ["title", "body"]) == [
        {"label": "3", "text": "One\na, b"},
        {"label": "1", "text": "Two\nc"},
    ]
    assert read(news(name), ("body", "title"), joiner=" | ")[1] == {"label": "1", "text": "c | Two"}
    assert read(news(name), ["body"])[1] == {"label": "1", "title": "Two", "text": "c"}
    assert list(read(news(name), ["title", "body"])[0]) == ["label", "text"]


@pytest.mark.parametrize("name", ["n.csv", "n.tsv", "n.parquet"])
def test_columns_by_number(news, name):
    assert read(news(name), 2)[0] == {"label": "3", "title": "One", "text": "a, b"}
    assert read(news(name), [1, "body"]) == read(news(name), ["title", "body"])
    with pytest.raises(InputError, match="there is no column 3 among 3; columns are counted from 0"):
        read(news(name), 3)
    with pytest.raises(InputError, match="there is no column -1 among 3"):
        read(news(name), [0, -1])
    with pytest.raises(InputError, match=r"there is no column 'tittle', .*; did you mean 'title'\?"):
        read(news(name), ["tittle", "body"])
    with pytest.raises(InputError, match="no column is chosen"):
        read(news(name), [])


def test_json_has_no_columns_by_number(news):
    with pytest.raises(InputError, match="there is no column 1, since its columns have names only"):
        read(news("n.jsonl"), 1)


@pytest.mark.parametrize("ending", ["csv", "tsv"])
def test_without_a_header_columns_are_called_by_their_number(save, ending):
    tab = b"," if ending == "csv" else b"\t"
    path = save(f"bare.{ending}", b"3,One,a\n\n1,Two,b\n".replace(b",", tab))
    assert read(path, "1", header=False) == [{"0": "3", "1": "One", "2": "a"}, {"0": "1", "1": "Two", "2": "b"}]
    assert read(path, 1, header=False)[1] == {"0": "1", "text": "Two", "2": "b"}
    assert read(path, ["1", 2], header=False)[0] == {"0": "3", "text": "One\na"}
    with pytest.raises(InputError, match="there is no column 'text', only '0', '1', '2'"):
        read(path, "text", header=False)


@given(st.lists(st.tuples(FIELD, FIELD), min_size=1))
def test_any_rows_come_back_without_a_header(save, pairs):
    path = save("any.tsv", "".join(f"{first}\t{second}\n" for first, second in pairs).encode())
    assert read(path, "1", header=False) == [{"0": first, "1": second} for first, second in pairs]


def test_without_a_header_the_first_good_row_says_how_many_fields_there_are(save, rows_of):
    path = save("uneven.tsv", b"\xff\ta\nb\tc\nd\n")
    bad = []
    assert read(path, 1, header=False, on_bad_row=bad.append) == [{"0": "b", "text": "c"}]
    assert [(row.line, row.reason.partition(":")[0]) for row in bad] == [
        (1, "invalid UTF-8"),
        (3, "the row has 1 fields, line 2 2"),
    ]


@pytest.mark.parametrize("data", [b"", b"\n\n"])
def test_an_empty_file_without_a_header_gives_no_batch(save, data):
    assert read(save("empty.csv", data), [1, 2], header=False) == []


def test_a_part_that_is_missing_is_a_bad_row(save, tmp_path):
    bad = []
    path = save("part.jsonl", b'{"a": "x", "b": null}\n{"a": "x", "b": "y"}\n{"b": "y"}\n{"a": "x", "b": 1}\n')
    assert read(path, ["a", "b"], on_bad_row=bad.append) == [{"text": "x\ny"}]
    assert [(row.line, row.reason) for row in bad] == [
        (1, "'b' is missing or null; the row has 'a', 'b'"),
        (3, "'a' is missing or null; the row has 'b'"),
        (4, "'b' is 1, not a string"),
    ]
    bad.clear()
    pq.write_table(pa.table({"a": ["x", None, "z"], "b": ["1", "2", None]}), tmp_path / "p.parquet")
    assert read(tmp_path / "p.parquet", ["a", "b"], on_bad_row=bad.append) == [{"text": "x\n1"}]
    assert [(row.line, row.reason) for row in bad] == [(2, "'a' or 'b' is null"), (3, "'a' or 'b' is null")]


def test_the_joined_text_takes_no_other_column_s_name(save):
    path = save("taken.csv", b"title,body,text\na,b,c\n")
    with pytest.raises(InputError, match="there is a column 'text' besides title, body; rename it"):
        read(path, ["title", "body"])
    assert read(path, ["title", "text"]) == [{"text": "a\nc", "body": "b"}]
    bad = []
    assert read(save("taken.jsonl", b'{"a": "x", "text": "y"}\n'), ["a"], on_bad_row=bad.append) == []
    assert "'text' besides a" in bad[0].reason


def test_two_columns_of_one_name_in_parquet(tmp_path):
    pq.write_table(pa.table([["a"], ["b"]], names=["text", "text"]), tmp_path / "twice.parquet")
    with pytest.raises(InputError, match="there are two columns 'text'"):
        read(tmp_path / "twice.parquet", "text")


def test_text_lines_take_the_name_of_the_text(save):
    assert read(save("lines.txt", b"a\n"), ["title", "body"]) == [{"text": "a"}]
