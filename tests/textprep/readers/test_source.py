from __future__ import annotations

import gzip
import io
import os
import sys

import pytest
from hypothesis import given, strategies as st

from textprep.errors import InputError
from textprep.readers import source
from textprep.readers.source import line_blocks, numbered_lines, shown, split_lines, suffix

BREAKERS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\0a é😀\ufeff"


def brute_force(text: str) -> list[str]:
    """One character at a time: LF ends a line, and takes one CR with it."""
    lines, line = [], ""
    for character in text:
        if character == "\n":
            lines.append(line.removesuffix("\r"))
            line = ""
        else:
            line += character
    return [*lines, line.removesuffix("\r")] if line else lines


@given(st.text(BREAKERS), st.integers(1, 9))
def test_lines_and_numbers_do_not_depend_on_the_blocks(save, text, block_bytes):
    path = save("blocks.txt", text.encode())
    expected = brute_force(text.removeprefix("\ufeff"))
    found = []
    for first, block in line_blocks(path, block_bytes):
        assert first == len(found) + 1
        found += [line.decode() for line in split_lines(block)]
    assert found == expected
    assert [(number, line.decode()) for number, line in numbered_lines(path)] == list(enumerate(expected, 1))


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz", "a.txt.xz", "A.TXT.GZ"])
def test_compressed_files_read_alike(tmp_path, save, name):
    path = save(name, b"") if name.isupper() else save(name, b"\xef\xbb\xbfone\ntwo")
    if name.isupper():
        path.write_bytes(gzip.compress(b"\xef\xbb\xbfone\ntwo"))
    assert list(numbered_lines(path)) == [(1, b"one"), (2, b"two")]


@pytest.mark.parametrize("name", ["cut.txt.gz", "cut.txt.xz"])
def test_a_compressed_file_cut_short_is_an_input_error(save, name):
    path = save(name, os.urandom(5000))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match=r"cut short.*fetch"):
        list(line_blocks(path))


@pytest.mark.parametrize("name", ["not.txt.gz", "not.txt.xz"])
def test_a_file_that_is_not_compressed_in_spite_of_its_name_is_an_input_error(save, name):
    path = save(name, b"")
    path.write_bytes(b"plain text")
    with pytest.raises(InputError, match="damaged"):
        list(line_blocks(path))


def test_the_ending_tells_the_format():
    assert [suffix(name) for name in ("A.JSONL.GZ", "b.csv", "c.tar.xz", "-", "stsa.binary.dev", "d.gz")] == [
        ".jsonl",
        ".csv",
        ".tar",
        "",
        ".dev",
        "",
    ]


def test_what_cannot_be_opened_is_an_input_error_with_a_remedy(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"no such file; check the name"):
        list(line_blocks(tmp_path / "absent"))
    with pytest.raises(InputError, match=r"is a folder; name a file"):
        list(line_blocks(tmp_path))
    path = tmp_path / "secret"
    path.touch()
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.R_OK)
    with pytest.raises(InputError, match=r"may not be read; .*permission"):
        list(line_blocks(path))


def test_standard_input_and_its_name_in_messages(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\n\xff\n")))
    assert list(numbered_lines("-")) == [(1, b"one"), (2, b"\xff")]
    assert shown("-") == "<stdin>"


def test_a_line_that_arrow_could_not_hold_is_refused_before_it_fills_the_memory(save, monkeypatch):
    monkeypatch.setattr(source, "LONGEST_LINE", 100)
    path = save("long.txt", b"short\n" + b"x" * 200)
    with pytest.raises(InputError, match=r"long.txt:2: the line is longer"):
        list(line_blocks(path, 10))
