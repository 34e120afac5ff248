from __future__ import annotations

import codecs
import io
import json
from encodings.aliases import aliases

import pytest
from hypothesis import given, strategies as st

from textprep.errors import ConfigError, InputError
from textprep.readers import open_documents
from textprep.readers.encoding import as_utf8, check_encoding, utf8_fault

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
WIDE = ["utf-16", "utf-16-le", "utf_16_be", "utf-32", "UTF-8", "utf-8-sig", "utf-7", "gb18030"]


def test_text_in_utf8_is_not_touched():
    stream = io.BytesIO(b"\xff")
    assert as_utf8(stream, "utf8") is stream
    assert as_utf8(stream, "UTF-8-sig") is stream


@given(TEXT, st.sampled_from(WIDE), st.integers(1, 9))
def test_any_text_in_any_unicode_encoding_and_blocks_of_any_size(text, encoding, size):
    stream = as_utf8(io.BytesIO(text.encode(encoding)), encoding)
    assert b"".join(iter(lambda: stream.read(size), b"")).decode().removeprefix("\ufeff") == text.removeprefix("\ufeff")


@given(st.binary(), st.sampled_from(["cp1252", "ascii", "shift_jis", "euc-kr", "utf-16-le"]), st.integers(1, 5))
def test_what_cannot_be_decoded_is_never_taken_for_text(data, encoding, size):
    stream = as_utf8(io.BytesIO(data), encoding)
    read = b"".join(iter(lambda: stream.read(size), b""))
    try:
        expected = data.decode(encoding)
    except UnicodeDecodeError:
        assert "is not" in (utf8_fault(read, encoding) or "")
    else:
        assert read.decode() == expected


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", "café\r\nnaïve\n"),
        ("a.csv", 'text\r\ncafé\r\n"naïve"\r\n'),
        ("a.tsv.gz", "text\ncafé\nnaïve\n"),
        ("a.jsonl", json.dumps({"text": "café"}, ensure_ascii=False) + '\n{"text": "naïve"}'),
    ],
)
def test_every_format_in_another_encoding(save, name, data, encoding):
    path = save(name, data.encode(encoding))
    texts = [
        row["text"] for batch in open_documents(path, encoding=encoding, batch_bytes=7) for row in batch.to_pylist()
    ]
    assert texts == ["café", "naïve"]


@pytest.mark.parametrize("name", ["b.txt", "b.csv", "b.tsv"])
def test_a_byte_that_the_encoding_does_not_know_is_a_bad_row_with_its_line(save, name):
    path = save(name, b"text\none\n\xe9t\x81\ntwo\n")
    bad = []
    texts = [text for batch in open_documents(path, encoding="cp1252", on_bad_row=bad.append) for text in batch["text"]]
    assert list(map(str, texts))[-2:] == ["one", "two"]
    assert [(row.line, row.reason) for row in bad] == [(3, "the byte 0x81 at character 3 of the line is not cp1252")]
    with pytest.raises(InputError, match=rf"{name}:3: the byte 0x81 .* not cp1252; name another encoding"):
        list(open_documents(path, encoding="cp1252"))


def test_two_bytes_that_would_be_utf8_together_are_still_not_ascii():
    stream = as_utf8(io.BytesIO("é".encode()), "ascii")
    assert utf8_fault(stream.read(100), "ascii") == "the byte 0xc3 at character 1 of the line is not ascii"


@pytest.mark.parametrize(
    ("encoding", "message"),
    [
        ("latn1", "unknown encoding 'latn1'; did you mean latin1 or"),
        ("windows1252", "did you mean .*windows_1252"),
        ("§", "use a name such as utf-8, latin-1"),
        ("rot13", "unknown encoding 'rot13'"),
        ("base64", "unknown encoding 'base64'"),
        ("a\0b", "unknown encoding"),
    ],
)
def test_an_encoding_that_there_is_not_is_named_at_once_with_its_neighbours(save, encoding, message):
    with pytest.raises(ConfigError, match=message):
        open_documents(save("a.txt", b""), encoding=encoding)


def test_utf16_without_its_byte_order_is_told_what_to_do(save):
    with pytest.raises(ConfigError, match=r"utf-16 does not fit: .*BOM; name another, .* byte order"):
        list(open_documents(save("order.txt", "abc".encode("utf-16-be")), encoding="utf-16"))


def test_every_text_codec_of_python_is_known():
    for name in {"latin-1", "L1", "windows-1252", *aliases}:
        try:
            codec = codecs.lookup(name)
        except LookupError:  # of another system
            continue
        if codec._is_text_encoding:
            check_encoding(name)
