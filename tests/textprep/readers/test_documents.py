from __future__ import annotations

import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from textprep.errors import InputError
from textprep.readers import open_documents


@pytest.mark.parametrize("name", ["absent.txt", "absent.jsonl.gz", "absent.csv", "absent.parquet"])
def test_a_file_that_is_not_there_is_an_error_at_once(tmp_path, name):
    with pytest.raises(InputError, match=f"{name}: there is no such file"):
        open_documents(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", b'{"review": "one"}\n{"review": "two"}'),
        ("a.csv", b"review\none\n\ntwo\n"),
        ("a.tsv", b"review\r\none\r\ntwo"),
        ("a.txt", b"one\ntwo\n"),
        ("stsa.binary.dev", b"one\ntwo\n"),
        ("noending", b"one\ntwo\n"),
    ],
)
@pytest.mark.parametrize("compression", ["", ".gz", ".xz"])
def test_every_format_gives_the_same_column(save, rows_of, name, data, compression):
    rows, bad = rows_of(save(name + compression, data), "review")
    assert rows == [{"review": "one"}, {"review": "two"}]
    assert not bad


@pytest.mark.parametrize("name", ["many.txt", "many.jsonl", "many.csv"])
def test_memory_does_not_grow_with_the_file(save, name):
    text = b"a document of some length " * 200
    line = b'{"text": "' + text + b'"}\n' if name.endswith("jsonl") else text + b"\n"
    short = peak_memory(save(name, b"text\n" * name.endswith("csv") + line * 3000))
    long = peak_memory(save(name, b"text\n" * name.endswith("csv") + line * 9000))
    assert long < 1.2 * short


def peak_memory(path: Path) -> int:
    """Bytes at the worst moment of reading all batches but the first."""
    batches = open_documents(path, batch_bytes=500_000)
    next(batches)
    tracemalloc.start()
    assert sum(1 for _ in batches) > 2
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_importing_the_readers_brings_in_nothing_heavy():
    code = "import sys, textprep.readers; print({'pyarrow', 'datasets', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
