from __future__ import annotations

import gzip
import io
import lzma
import tarfile
from pathlib import Path

import pytest

from pipelines.datasets import open_labelled, read_aclimdb
from textprep.errors import ConfigError, InputError

REVIEWS = {
    "README": b"about",
    "train/pos/3_10.txt": b"great<br />\nfilm \r\n",
    "train/pos/20_7.txt": "é\0".encode(),
    "train/neg/1_1.txt": b"",
    "train/unsup/0_0.txt": b"unlabelled",
    "train/neg/notes.txt": b"\xff",
    "test/neg/0_2.txt": b"bad",
    "test/pos/1_9.txt": b"good",
}
ENDINGS = {".tar": bytes, ".tar.gz": gzip.compress, ".tgz": gzip.compress, ".tar.xz": lzma.compress}


def archive(path: Path, members: dict[str, bytes]) -> Path:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(f"aclImdb/{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    compress = next(ENDINGS[ending] for ending in sorted(ENDINGS, key=len, reverse=True) if path.name.endswith(ending))
    path.write_bytes(compress(out.getvalue()))
    return path


def folder(path: Path, members: dict[str, bytes]) -> Path:
    for name, data in members.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_archives(tmp_path, ending):
    path = archive(tmp_path / f"reviews{ending}", REVIEWS)
    train = read_aclimdb(path)
    assert train.texts == ["", "é\0", "great<br />\nfilm \r\n"]
    assert train.labels == ["neg", "pos", "pos"]
    assert train.ratings == [1, 7, 10]
    assert train.source == f"{path} (train)"
    assert open_labelled(path, split="test").texts == ["bad", "good"]


def test_the_folder_and_the_one_above_give_what_the_archive_gives(tmp_path):
    root = folder(tmp_path / "aclImdb", {k: v for k, v in REVIEWS.items() if "notes" not in k})
    packed = read_aclimdb(archive(tmp_path / "a.tar", REVIEWS))
    for path in (root, tmp_path):
        read = open_labelled(path)
        assert (read.texts, read.labels, read.ratings) == (packed.texts, packed.labels, packed.ratings)


@pytest.mark.parametrize("pack", [archive, folder])
def test_a_missing_part_is_named(tmp_path, pack):
    members = {name: data for name, data in REVIEWS.items() if not name.startswith(("test", "train/pos"))}
    path = pack(tmp_path / "part.tar", members)
    with pytest.raises(InputError, match="there are no reviews in train/pos; name the folder"):
        read_aclimdb(path)
    with pytest.raises(InputError, match="there are no reviews in test/neg and test/pos"):
        read_aclimdb(path, "test")


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_archive_cut_short_anywhere_is_an_input_error(tmp_path, ending):
    path = archive(tmp_path / f"cut{ending}", REVIEWS)
    data = path.read_bytes()
    end = REVIEWS_END if ending == ".tar" else len(data)
    for length in range(1, end, max(1, end // 40)):
        path.write_bytes(data[:length])
        with pytest.raises(InputError):
            read_aclimdb(path, "test")


REVIEWS_END = 512 * 2 * len(REVIEWS) - 512  # of the tar archive: the bytes before the last review


def test_what_is_no_archive_or_no_text(tmp_path):
    (tmp_path / "no.tar").write_bytes(b"no archive " * 100)
    with pytest.raises(InputError, match="the archive is damaged"):
        read_aclimdb(tmp_path / "no.tar")
    with pytest.raises(InputError, match="no such file"):
        read_aclimdb(tmp_path / "absent.tar.xz")
    path = archive(tmp_path / "bad.tar", REVIEWS | {"test/pos/5_8.txt": b"a\xff"})
    with pytest.raises(InputError, match=r"bad.tar/aclImdb/test/pos/5_8.txt:1: invalid UTF-8.*; fetch the data set"):
        read_aclimdb(path, "test")
    bad = []
    assert open_labelled(path, split="test", on_bad_row=bad.append).texts == ["bad", "good"]
    assert [row.raw for row in bad] == [b"a\xff"]


def test_an_unknown_split(tmp_path):
    with pytest.raises(ConfigError, match="unknown split 'dev'; choose from test, train"):
        read_aclimdb(tmp_path, "dev")
