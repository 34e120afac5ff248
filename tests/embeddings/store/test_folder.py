from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from embeddings.row_block import RowBlock
from embeddings.store.folder import CARD, VECTORS, WORDS, Source, open_store, write_card, write_store
from textprep.errors import ArtifactError

SOURCE = Source("x.txt", 12, 34, "ab")


def make(folder: Path, *words: list[str]) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    matrices = [random.standard_normal((len(part), 4), np.float32) for part in words]
    folder.mkdir()
    blocks = [RowBlock(pa.array(part, pa.large_string()), m) for part, m in zip(words, matrices, strict=True)]
    write_card(folder / CARD, folder, write_store(folder, blocks), SOURCE)
    return matrices


def test_what_is_written_is_read(tmp_path: Path) -> None:
    matrix = np.concatenate(make(tmp_path / "s", ["a", "b", "ü"], ["c"], []))
    store = open_store(tmp_path / "s")
    assert store.lexicon.words == ["a", "b", "ü", "c"]
    np.testing.assert_array_equal(store.vectors[:], matrix)
    np.testing.assert_allclose(store.norms, np.sqrt((matrix.astype(float) ** 2).sum(axis=1)), rtol=1e-6)
    assert (store.duplicates, store.source) == (0, SOURCE)
    assert not store.vectors[:].flags.writeable


def test_opening_copies_nothing(tmp_path: Path) -> None:
    make(tmp_path / "s", [f"word{i}" for i in range(10_000)])
    before = pa.total_allocated_bytes()
    store = open_store(tmp_path / "s")
    assert pa.total_allocated_bytes() - before < 5000
    assert store.lexicon.find("word9999") == 9999


def test_of_equal_words_the_first_row_stays(tmp_path: Path) -> None:
    first, second = make(tmp_path / "s", ["a", "b", "a", "c"], ["b", "d", "a"])
    store = open_store(tmp_path / "s")
    assert store.lexicon.words == ["a", "b", "c", "d"]
    np.testing.assert_array_equal(store.vectors[:], np.stack([first[0], first[1], first[3], second[1]]))
    assert store.duplicates == 3
    assert [store.lexicon.find(word) for word in "abcde"] == [0, 1, 2, 3, -1]


@pytest.mark.parametrize("name", [CARD, WORDS, VECTORS])
@pytest.mark.parametrize("damage", ["missing", "empty", "short", "long"])
def test_a_store_that_is_not_whole(tmp_path: Path, name: str, damage: str) -> None:
    make(tmp_path / "s", ["a", "b"])
    file = tmp_path / "s" / name
    content = file.read_bytes()
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes({"empty": b"", "short": content[:-3], "long": content + b"x"}[damage])
    with pytest.raises(ArtifactError):
        open_store(tmp_path / "s")


def test_another_format(tmp_path: Path) -> None:
    make(tmp_path / "s", ["a", "b"])
    card = json.loads((tmp_path / "s" / CARD).read_text())
    (tmp_path / "s" / CARD).write_text(json.dumps(card | {"format": 99}))
    with pytest.raises(ArtifactError, match="has format 99, not 1"):
        open_store(tmp_path / "s")


def test_files_of_two_stores(tmp_path: Path) -> None:
    make(tmp_path / "s", ["a", "b"])
    make(tmp_path / "other", ["a", "b", "c"])
    (tmp_path / "other" / VECTORS).rename(tmp_path / "s" / VECTORS)
    write_card(tmp_path / "s" / CARD, tmp_path / "s", 0, SOURCE)
    with pytest.raises(ArtifactError, match="do not belong together"):
        open_store(tmp_path / "s")


def test_no_store_at_all(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="is not a store of word vectors"):
        open_store(tmp_path / "nowhere")
