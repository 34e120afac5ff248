from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from embeddings.row_block import RowBlock
from embeddings.store import folder
from embeddings.store.card import Source, write_card
from embeddings.store.folder import CARD, VECTORS, WORDS, open_store, verify_store, write_store
from textprep.errors import ArtifactError

SOURCE = Source("x.txt", 12, 34, "ab")


def make(target: Path, *words: list[str]) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    matrices = [random.standard_normal((len(part), 4), np.float32) for part in words]
    target.mkdir()
    blocks = [RowBlock(pa.array(part, pa.large_string()), m) for part, m in zip(words, matrices, strict=True)]
    write_card(target / CARD, replace(write_store(target, blocks), source=SOURCE))
    return matrices


def test_what_is_written_is_read(tmp_path: Path) -> None:
    matrix = np.concatenate(make(tmp_path / "s", ["a", "b", "ü"], ["c"], []))
    store = open_store(tmp_path / "s")
    assert store.lexicon.words == ["a", "b", "ü", "c"]
    np.testing.assert_array_equal(store.vectors[:], matrix)
    np.testing.assert_allclose(store.norms, np.sqrt((matrix.astype(float) ** 2).sum(axis=1)), rtol=1e-6)
    assert store.card is not None
    assert (store.card.duplicates, store.card.source) == (0, SOURCE)
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
    assert store.card is not None
    assert store.card.duplicates == 3
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
    with pytest.raises(ArtifactError, match="has format 99, not 1 or 2"):
        open_store(tmp_path / "s")


def test_files_of_two_stores(tmp_path: Path) -> None:
    make(tmp_path / "s", ["a", "b"])
    make(tmp_path / "other", ["a", "b", "c"])
    words = (tmp_path / "other" / WORDS).write_bytes((tmp_path / "s" / WORDS).read_bytes())
    card = json.loads((tmp_path / "other" / CARD).read_text())
    card["bytes"][WORDS] = words
    card["format"] = 1  # which has no checksums that would tell
    del card["crc32"], card["card_crc32"]
    (tmp_path / "other" / CARD).write_text(json.dumps(card))
    with pytest.raises(ArtifactError, match="do not belong together"):
        open_store(tmp_path / "other")


def test_no_store_at_all(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="is not a store of word vectors"):
        open_store(tmp_path / "nowhere")


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store too large to be compared as a whole when it is opened."""
    monkeypatch.setattr(folder, "_COMPARED_BYTES", 0)
    make(tmp_path / "s", [f"word{i}" for i in range(10_000)])
    return tmp_path / "s"


def spoil(file: Path, at: int, new: bytes) -> None:
    data = file.read_bytes()
    at %= len(data)
    assert data[at : at + len(new)] != new
    file.write_bytes(data[:at] + new + data[at + len(new) :])


@pytest.mark.parametrize(
    ("name", "at", "part"),
    [(VECTORS, 1024 + 16 * 5, "vectors"), (VECTORS, 1024 + 160_000 + 4 * 5, "norms"), (VECTORS, -8, "table"),
     (WORDS, 100_000, "words.arrow")],
)  # fmt: skip
def test_verifying_finds_what_opening_lets_pass(large: Path, name: str, at: int, part: str) -> None:
    assert verify_store(large)
    spoil(large / name, at, b"\x07")
    open_store(large)
    with pytest.raises(ArtifactError, match=f"s is damaged: {part} changed since .*; delete it and open x.txt again"):
        verify_store(large)


@pytest.mark.parametrize(("name", "at"), [(VECTORS, 1024 + 3), (VECTORS, 1024 + 160_000 + 3), (WORDS, 100_000)])
def test_opening_a_store_that_is_not_large_compares_it(tmp_path: Path, name: str, at: int) -> None:
    make(tmp_path / "s", [f"word{i}" for i in range(10_000)])
    spoil(tmp_path / "s" / name, at, b"\x07")
    with pytest.raises(ArtifactError, match=r"s is not a store of word vectors, or is damaged .* changed since"):
        open_store(tmp_path / "s")


@pytest.mark.parametrize(
    ("name", "at", "new"),
    [(VECTORS, 1024, b"\xff\xff\xff\x7f"), (VECTORS, 1024 + 160_000, b"\0" * 4), (WORDS, 80_500, b"\xff" * 40_000)],
)
def test_opening_a_large_one_looks_at_some_rows(large: Path, name: str, at: int, new: bytes) -> None:
    spoil(large / name, at, new)
    with pytest.raises(ArtifactError, match="s is damaged"):
        open_store(large)


def test_a_card_that_was_changed_by_hand(tmp_path: Path) -> None:
    make(tmp_path / "s", ["a", "b"])
    file = tmp_path / "s" / CARD
    file.write_text(file.read_text().replace('"duplicates": 0', '"duplicates": 1'))
    with pytest.raises(ArtifactError, match=r"store\.json has changed since it was written"):
        open_store(tmp_path / "s")


def test_a_folder_saved_before_there_were_checksums(tmp_path: Path) -> None:
    matrix = make(tmp_path / "s", [f"word{i}" for i in range(100)])[0]
    card = json.loads((tmp_path / "s" / CARD).read_text())
    del card["crc32"], card["card_crc32"]
    (tmp_path / "s" / CARD).write_text(json.dumps(card | {"format": 1}))
    spoil(tmp_path / "s" / VECTORS, 1024 + 1600, np.float32(np.inf).tobytes())  # a length that has overflowed
    store = open_store(tmp_path / "s")
    np.testing.assert_allclose(store.norms, np.linalg.norm(matrix, axis=1), rtol=1e-6)
    assert not verify_store(tmp_path / "s")
    spoil(tmp_path / "s" / VECTORS, 1024 + 16, b"\0" * 4)
    open_store(tmp_path / "s")
    with pytest.raises(ArtifactError, match="s is damaged at row 2"):
        verify_store(tmp_path / "s")
