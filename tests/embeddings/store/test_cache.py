from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from embeddings import WordVectors
from embeddings.store import cache as cache_module
from embeddings.store.cache import open_cached
from textprep.errors import ConfigError, InputError

Write = Callable[..., Path]
TEXT = "".join(f"word{i} {i} 1\n" for i in range(1000))


def stores(cache: Path) -> list[Path]:
    """The stores, among what is kept of compiled code if these tests are the first to run."""
    return [path for path in cache.iterdir() if not path.name.startswith((".", "kernels"))]


def store_of(cache: Path) -> Path:
    (folder,) = stores(cache)
    return folder


def made_at(cache: Path) -> int:
    return (store_of(cache) / "vectors.safetensors").stat().st_mtime_ns


def value(path: Path, word: str = "word7") -> list[float]:
    vector: list[float] = WordVectors.open(path)[word].tolist()
    return vector


def test_an_unchanged_file_is_not_read_again(write: Write, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(TEXT)
    assert value(path) == [7, 1]
    before = made_at(cache)
    monkeypatch.setattr(cache_module, "sha256", None)  # not even to hash it
    assert value(path) == [7, 1]
    assert made_at(cache) == before


def test_the_same_content_at_another_time_is_recognised(write: Write, cache: Path) -> None:
    path = write(TEXT)
    value(path)
    before = made_at(cache)
    os.utime(path, ns=(1, 1))
    assert value(path) == [7, 1]
    assert made_at(cache) == before
    assert json.loads((store_of(cache) / "store.json").read_text())["source"]["mtime_ns"] == 1


@pytest.mark.parametrize("new", ["word7 8 1\nword8 8 1\n", TEXT.replace("word7 7", "word7 8")])
def test_a_changed_file_is_read_again(write: Write, new: str) -> None:
    path = write(TEXT)
    old = WordVectors.open(path)
    os.utime(write(new), ns=(1, 1))
    assert value(path) == [8, 1]
    assert old["word7"].tolist() == [7, 1]  # whoever has the old store open keeps it


@pytest.mark.parametrize("name", ["store.json", "words.arrow", "vectors.safetensors"])
def test_a_damaged_store_is_made_again(write: Write, cache: Path, name: str) -> None:
    path = write(TEXT)
    value(path)
    file = store_of(cache) / name
    file.write_bytes(file.read_bytes()[:100])
    assert value(path) == [7, 1]


@pytest.mark.parametrize("name", ["store.json", "words.arrow", "vectors.safetensors"])
def test_a_store_whose_bytes_changed_is_made_again(write: Write, cache: Path, name: str) -> None:
    path = write(TEXT)
    value(path)
    file = store_of(cache) / name
    whole = file.read_bytes()
    for at in range(len(whole) // 7, len(whole), len(whole) // 7):
        if whole[at : at + 1] not in b" \n\0":
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert value(path) == [7, 1]
            assert file.read_bytes() == whole


def test_a_store_without_checksums_is_made_again(write: Write, cache: Path) -> None:
    path = write(TEXT)
    value(path)
    file = store_of(cache) / "store.json"
    card = json.loads(file.read_text())
    file.write_text(json.dumps({name: card[name] for name in ("source", "duplicates", "bytes")} | {"format": 1}))
    assert value(path) == [7, 1]
    assert json.loads(file.read_text()) == card


def test_files_of_one_name_in_different_folders_have_stores_of_their_own(
    write: Write, tmp_path: Path, cache: Path
) -> None:
    (tmp_path / "other").mkdir()
    here, there = write("a 1 2\n"), write("a 3 4\n", "other/vectors.txt")
    for path in (here, there):
        os.utime(path, ns=(1, 1))  # of one size and time too, so that a store they shared would be trusted
    assert [value(path, "a") for path in (here, there, here)] == [[1, 2], [3, 4], [1, 2]]
    assert len(stores(cache)) == 2


def test_members_of_one_archive_have_stores_of_their_own(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "vectors.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one", "a 1 2\n")
        archive.writestr("two", "a 3 4\n")
    for member, expected in (("one", [1, 2]), ("two", [3, 4]), ("one", [1, 2])):
        assert WordVectors.open(path, member=member)["a"].tolist() == expected
    assert len(stores(cache)) == 2


def test_one_file_has_one_store_however_it_is_called(
    write: Write, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a 1 2\n")
    monkeypatch.chdir(tmp_path)
    for name in (path, Path("vectors.txt"), tmp_path / "cache" / ".." / "vectors.txt"):
        assert value(name, "a") == [1, 2]
    assert len(stores(cache)) == 1


def test_duplicates_are_reported_once(write: Write) -> None:
    path = write("a 1 2\nb 3 4\na 5 6\n")
    with pytest.warns(UserWarning, match="left out 1 rows whose word had come before") as caught:
        vectors = WordVectors.open(path)
    assert caught[0].filename == __file__
    assert vectors["a"].tolist() == [1, 2]
    assert WordVectors.open(path).duplicates == vectors.duplicates == 1


def test_a_bad_file_leaves_nothing(write: Write, cache: Path) -> None:
    with pytest.raises(InputError):
        WordVectors.open(write(TEXT + "x 1\n"))
    assert [path.suffix for path in cache.iterdir()] == [".lock"]


def test_a_file_that_changes_meanwhile(write: Write, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(TEXT)
    monkeypatch.setattr(cache_module, "sha256", lambda path: os.utime(path, ns=(1, 1)))
    with pytest.raises(InputError, match="changed while it was read; open it again when it is complete"):
        WordVectors.open(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.txt: no such file"):
        WordVectors.open(tmp_path / "nowhere.txt")


def test_a_cache_that_cannot_be_written(write: Write) -> None:
    path = write(TEXT)
    with pytest.raises(ConfigError, match=r"cannot write to .*; give cache_dir=… or set TEXTMILL_CACHE"):
        WordVectors.open(path, cache_dir=path / "below-a-file")


OPEN = "import sys; from embeddings import WordVectors; print(*WordVectors.open(sys.argv[1])['word7'])"


def start(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", OPEN, str(path)], stdout=subprocess.PIPE, text=True)


def test_two_processes_at_the_same_time(write: Write, cache: Path) -> None:
    path = write(TEXT * 1 + "".join(f"other{i} {i} 1\n" for i in range(200_000)))
    processes = [start(path), start(path)]
    assert [process.communicate(timeout=60)[0] for process in processes] == ["7.0 1.0\n"] * 2
    assert sorted(path.suffix for path in cache.iterdir() if path.name.startswith(".")) == [".lock"]


def test_threads_at_the_same_time(write: Write) -> None:
    path = write(TEXT)
    found: list[list[float]] = []
    threads = [threading.Thread(target=lambda: found.append(value(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[7, 1]] * 8


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_a_process_stopped_in_the_middle_hinders_nobody(write: Write, cache: Path, stop: signal.Signals) -> None:
    path = write(TEXT)
    slow = f"""
import sys, time
from pathlib import Path
from embeddings.store import cache
cache.write_store = lambda part, rows: ((part / "half").write_text("x"), print("started", flush=True), time.sleep(60))
cache.open_cached(Path({str(path)!r}), Path({str(cache)!r}))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", slow], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    assert list(cache.glob("*.part/half"))
    process.send_signal(stop)
    process.wait(timeout=10)
    process.stdout.close()
    assert bool(list(cache.glob(".*.part"))) == (stop == signal.SIGKILL)
    began = time.monotonic()
    open_cached(path, cache)
    assert time.monotonic() - began < 10
    assert not list(cache.glob(".*.part"))  # what was left has been cleared away


def test_a_full_disk_is_named_and_nothing_left(write: Write, cache: Path) -> None:
    path = write(TEXT)
    WordVectors.open(path, cache_dir=cache / "other")  # whatever is compiled is compiled
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, limit[1]))
    try:
        with pytest.raises(OSError, match=str(cache)):
            WordVectors.open(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert not [
        left for left in cache.iterdir() if left.suffix != ".lock" and not left.name.startswith(("other", "kernels"))
    ]
