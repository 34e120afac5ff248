from __future__ import annotations

import bz2
import gzip
import io
import lzma
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pyarrow as pa
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
@pytest.mark.parametrize("compression", ["", ".gz", ".xz", ".bz2", ".zst", ".zip"])
def test_every_format_gives_the_same_column(save, rows_of, name, data, compression):
    rows, bad = rows_of(save(name + compression, data), "review")
    assert rows == [{"review": "one"}, {"review": "two"}]
    assert not bad


def test_the_name_inside_a_zip_archive_tells_the_format(tmp_path, rows_of):
    path = tmp_path / "reviews.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("reviews/a.csv", "id,text\n1,one\n")
        archive.writestr("__MACOSX/reviews/._a.csv", "of no use")
    assert rows_of(path) == ([{"id": "1", "text": "one"}], [])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b.csv", "text\n")
    with pytest.raises(InputError, match=r"reviews\.zip: holds 2 files where one is expected; unpack it"):
        open_documents(path)


@pytest.mark.parametrize("name", ["a.txt.7z", "a.RAR", "a.csv.lz4", "a.jsonl.br", "a.txt.Z"])
def test_packings_that_are_not_read_are_refused_at_once(tmp_path, name):
    (tmp_path / name).write_bytes(b"letters")
    with pytest.raises(InputError, match=r"files are not unpacked here; unpack it, or pack it with gzip"):
        open_documents(tmp_path / name)


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv", "a.tsv", "noending", "twice.txt.gz"])
def test_packed_data_are_never_taken_for_text(tmp_path, name):
    tarred = io.BytesIO()
    with tarfile.open(fileobj=tarred, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"), io.BytesIO())
    data = {
        "gzip data": gzip.compress(b"text"),
        "xz data": lzma.compress(b"text"),
        "bzip2 data": bz2.compress(b"text", 4),
        "zstd data": pa.compress(b"text", "zstd", asbytes=True),
        "a tar archive": tarred.getvalue(),
    }
    for what, content in data.items():
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        with pytest.raises(InputError, match=f"{name}: is no text but {what}; unpack it"):
            list(open_documents(tmp_path / name, encoding="latin-1"))


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


@pytest.mark.parametrize("name", ["long.txt", "long.jsonl", "long.csv", "long.tsv"])
def test_of_a_long_document_only_its_batch_is_kept(save, name):
    text = b"some words " * 2_000_000
    data = b'{"text": "' + text + b'"}' if name.endswith("l") else text if name.endswith("txt") else b"text\n" + text
    list(open_documents(save(f"short-{name}", data.replace(text, b"short"))))  # imports take memory too
    path = save(name, data + b"\n")
    tracemalloc.start()
    batches = open_documents(path)
    batch = next(batches)
    kept, _ = tracemalloc.get_traced_memory()  # of Python; Arrow's own memory is not in it
    tracemalloc.stop()
    assert batch.nbytes > len(text)
    assert kept < (1.2 if name.endswith("txt") else 0.2) * len(text)  # lines are Python's bytes, under Arrow's strings
    batches.close()


def test_importing_the_readers_brings_in_nothing_heavy():
    code = "import sys, textprep.readers; print({'pyarrow', 'datasets', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
