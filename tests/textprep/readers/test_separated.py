from __future__ import annotations

import csv
import io

import pyarrow.csv
import pytest
from hypothesis import given, strategies as st

from textprep.errors import InputError
from textprep.readers import open_documents

FIELD = st.text(st.sampled_from("ab ,\t;\"'\n\r\0é\u2028\x0b")) | st.text(st.characters(exclude_categories=["Cs"]))
NO_CR_ALONE = FIELD.map(lambda text: text.replace("\r", "\r\n"))


def quoted(fields: list[str], end: str) -> str:
    """RFC 4180, every field in quotes."""
    return ",".join('"' + field.replace('"', '""') + '"' for field in fields) + end


@given(st.lists(st.tuples(FIELD, FIELD)), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.integers(1, 60))
def test_any_quoted_fields_come_back(save, rows_of, pairs, end, bom, batch_bytes):
    data = "".join(quoted(list(pair), end) for pair in [("id", "text"), *pairs])
    path = save("quoted.csv", (b"\xef\xbb\xbf" if bom else b"") + data.encode())
    expected = [{"id": first, "text": second} for first, second in pairs]
    assert rows_of(path, batch_bytes=batch_bytes) == (expected, [])


@given(st.lists(st.tuples(NO_CR_ALONE, NO_CR_ALONE)))
def test_what_the_csv_module_writes_comes_back(save, rows_of, pairs):
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_NONNUMERIC).writerows([("text", "b"), *pairs])
    rows, bad = rows_of(save("written.csv", out.getvalue().encode()))
    assert [(row["text"], row["b"]) for row in rows] == pairs
    assert not bad


def test_the_same_rows_as_arrow_reads(save, rows_of):
    data = b'id,text\n1,"a ""b"", c"\n007,plain\n,"two\nlines"\n'
    path = save("arrow.csv", data)
    options = pyarrow.csv.ParseOptions(newlines_in_values=True)
    strings = pyarrow.csv.ConvertOptions(column_types={"id": "string", "text": "string"})
    expected = pyarrow.csv.read_csv(path, parse_options=options, convert_options=strings).to_pylist()
    assert rows_of(path)[0] == expected


def test_bad_rows_have_the_line_they_begin_on_and_their_bytes(save, rows_of):
    data = (
        b'id,text\r\n1,"two\r\nlines"\r\n2\r\n3,"a"b\r\n4,\xff\r\n\r\n5,"x\r\n\r\n\xe9"\r\n6,a,b\r\n'
        b'7,c\rd\r\n8,"fine"\r\n9,"open\r\nto the end\r\n'
    )
    rows, bad = rows_of(save("bad.csv", data))
    assert [row["id"] for row in rows] == ["1", "8"]
    assert [(row.line, row.raw) for row in bad] == [
        (4, b"2"),
        (5, b'3,"a"b'),
        (6, b"4,\xff"),
        (8, b'5,"x\r\n\r\n\xe9"'),
        (11, b"6,a,b"),
        (12, b"7,c\rd"),
        (14, b'9,"open\r\nto the end'),
    ]
    reasons = [row.reason for row in bad]
    assert reasons[0] == "the row has 1 fields, the header 2"
    assert reasons[1].startswith("broken CSV")
    assert reasons[2].startswith("invalid UTF-8")
    assert reasons[3].startswith("invalid UTF-8")
    assert reasons[5] == "a carriage return stands in a field without quotes"
    assert reasons[6] == "a quote is opened here that is never closed"


def test_without_a_place_for_bad_rows_the_first_one_stops_the_reading(save):
    with pytest.raises(InputError, match=r"short.csv:3: the row has 1 fields"):
        list(open_documents(save("short.csv", b"id,text\n1,a\n2\n")))


def test_a_quoted_field_longer_than_a_block(save, rows_of):
    text = 'line, "quoted"\n' * 400_000
    assert rows_of(save("long.csv", f"{quoted(['text'], chr(10))}{quoted([text], chr(10))}".encode()))[0] == [
        {"text": text}
    ]


@pytest.mark.parametrize("name", ["empty.csv", "empty.tsv"])
@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_a_missing_header_is_an_input_error(save, name, data):
    with pytest.raises(InputError, match="the header is missing; put the column names"):
        list(open_documents(save(name, data)))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"id,txt", r":? there is no column 'text', only 'id', 'txt'; did you mean 'txt'\?"),
        (b"text,a,text", r":1: the header has two columns 'text'"),
        (b"text,\xff", r":1: the header cannot be read: invalid UTF-8"),
    ],
)
def test_a_header_that_cannot_be_used(save, header, message):
    with pytest.raises(InputError, match=message):
        list(open_documents(save("header.csv", header + b"\n1,2\n")))


def test_a_header_alone_gives_no_batch(save, rows_of):
    assert rows_of(save("header.csv", b"id,text")) == rows_of(save("header.tsv", b"id\ttext\n")) == ([], [])


TSV_FIELD = st.text(st.characters(exclude_characters="\t\n\r", exclude_categories=["Cs"]))


@given(st.lists(st.tuples(TSV_FIELD, TSV_FIELD)), st.sampled_from(["\n", "\r\n"]))
def test_tsv_has_no_quoting(save, rows_of, pairs, end):
    data = "".join(f"{first}\t{second}{end}" for first, second in [("text", "b"), *pairs])
    expected = [{"text": first, "b": second} for first, second in pairs]
    assert rows_of(save("plain.tsv", data.encode())) == (expected, [])


def test_bad_rows_of_tsv(save, rows_of):
    rows, bad = rows_of(save("bad.tsv.gz", b'id\ttext\n1\t"a\n2\n\n3\t\xff\n4\tx\ty\n5\tc\rd\n'))
    assert rows == [{"id": "1", "text": '"a'}, {"id": "5", "text": "c\rd"}]
    assert [(row.line, row.raw) for row in bad] == [(3, b"2"), (5, b"3\t\xff"), (6, b"4\tx\ty")]
