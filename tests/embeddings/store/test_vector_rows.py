"""The vectors of a store against plain numpy, and that another way of keeping them is all that a new kind needs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings import CharNgrams, MeanVector, RandomNormal, WordVectors
from embeddings.store import vector_rows
from embeddings.store.folder import Store
from embeddings.store.vector_rows import Float32Rows, VectorRows

MATRIX = np.random.default_rng(0).standard_normal((1000, 7), np.float32) + 3


class HalfRows(VectorRows):
    """Vectors kept with half precision."""

    def __init__(self, matrix: NDArray[np.float32]) -> None:
        self.halves = matrix.astype(np.float16)

    @property
    def dimension(self) -> int:
        return self.halves.shape[1]

    def __len__(self) -> int:
        return len(self.halves)

    def __getitem__(self, rows: int | slice | NDArray[np.int64]) -> NDArray[np.float32]:
        return self.halves[rows].astype(np.float32)


@pytest.fixture(params=[64, 999, 1 << 20])
def block_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(vector_rows, "BLOCK_BYTES", request.param)
    return int(request.param)


@pytest.mark.parametrize("kind", [Float32Rows, HalfRows])
def test_what_is_asked_of_rows(kind: type[Float32Rows | HalfRows], block_bytes: int) -> None:
    rows = kind(MATRIX)
    exact = rows[:].astype(np.float64)
    assert (len(rows), rows.dimension, rows[:].dtype) == (1000, 7, np.float32)
    np.testing.assert_allclose(exact, MATRIX, rtol=1e-3)
    blocks = list(rows.blocks())
    np.testing.assert_array_equal(np.concatenate(blocks), exact)
    assert max(block.nbytes for block in blocks) <= max(block_bytes, 4 * 7)
    np.testing.assert_array_equal(rows[np.array([5, 0, 5])], exact[[5, 0, 5]])
    np.testing.assert_array_equal(rows[5], exact[5])
    np.testing.assert_allclose(rows.mean(), exact.mean(axis=0), rtol=1e-7)
    assert rows.std() == pytest.approx(exact.std(), rel=1e-12)
    one, several = MATRIX[3], MATRIX[:4]
    np.testing.assert_allclose(rows.products(one), exact @ one, rtol=1e-5)
    np.testing.assert_allclose(rows.products(several), exact @ several.T, rtol=1e-5)


def test_rows_are_read_only_and_their_source_is_not() -> None:
    matrix = MATRIX.copy()
    rows = Float32Rows(matrix)
    for view in (rows[:], rows[3], next(rows.blocks())):
        with pytest.raises(ValueError, match="read-only"):
            view[...] = 0
    assert matrix.flags.writeable


def test_nothing_outside_the_store_knows_how_vectors_are_kept(block_bytes: int, tmp_path: Path) -> None:
    words = [f"word{i}" for i in range(len(MATRIX))]
    plain = WordVectors.from_words(words, MATRIX.astype(np.float16))
    half = WordVectors(Store(plain.lexicon, HalfRows(MATRIX), plain.norms))
    np.testing.assert_array_equal(half.vectors, plain.vectors)
    np.testing.assert_array_equal(np.asarray(half), plain.vectors)
    assert (len(half), half.dimension, half["word7"].tolist()) == (1000, 7, plain["word7"].tolist())
    asked = ["word7", "WORD8", "wordy", "цук", "other"]
    for missing in ([CharNgrams(), MeanVector()], [RandomNormal(seed=1)]):
        ours, coverage = half.matrix(asked, missing)
        theirs, expected = plain.matrix(asked, missing)
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
        assert coverage == expected
    for found, expected_pairs in (
        (half.nearest("word7"), plain.nearest("word7")),
        (half.analogy("word1", "word2", "word3"), plain.analogy("word1", "word2", "word3")),
    ):
        assert [word for word, _ in found] == [word for word, _ in expected_pairs]
    np.testing.assert_array_equal(half.to_embedding().weight.numpy(), plain.vectors)
    half.save(tmp_path / "store")
    np.testing.assert_array_equal(WordVectors.load(tmp_path / "store").vectors, plain.vectors)
