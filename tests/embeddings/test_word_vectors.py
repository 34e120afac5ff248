"""`WordVectors` against gensim's KeyedVectors and plain numpy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings import CharNgrams, WordVectors
from embeddings.store import vector_rows
from textprep.errors import ArtifactError, ConfigError, InputError

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    matrix = np.random.default_rng(1).standard_normal((500, 20))
    path = tmp_path_factory.mktemp("text") / "random.txt"
    path.write_text("".join(f"w{i} {' '.join(f'{x:.5g}' for x in row)}\n" for i, row in enumerate(matrix)))
    return path


@pytest.fixture(scope="module")
def oracle(text: Path) -> Any:
    from gensim.models import KeyedVectors

    words = np.loadtxt(text, str, usecols=0).tolist()
    vectors = KeyedVectors(20)
    vectors.add_vectors(words, np.loadtxt(text, np.float32, usecols=range(1, 21)))
    vectors.fill_norms()
    return vectors


@pytest.fixture
def vectors(text: Path) -> WordVectors:
    return WordVectors.open(text)


def assert_alike(ours: list[tuple[str, float]], theirs: list[tuple[str, float]], atol: float = 1e-6) -> None:
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    np.testing.assert_allclose([cosine for _, cosine in ours], [cosine for _, cosine in theirs], atol=atol)


def test_words_and_vectors_are_those_of_gensim(vectors: WordVectors, oracle: Any) -> None:
    assert vectors.words == oracle.index_to_key
    np.testing.assert_array_equal(vectors.vectors, oracle.vectors)
    np.testing.assert_allclose(vectors.norms, oracle.norms, rtol=1e-6)


def test_nearest_is_that_of_gensim(vectors: WordVectors, oracle: Any) -> None:
    for word in ("w0", "w77", "w499"):
        assert_alike(vectors.nearest(word, k=7), oracle.most_similar(word, topn=7))
    query = np.linspace(-1, 1, 20)
    assert_alike(vectors.nearest(query, k=7), oracle.similar_by_vector(query.astype(np.float32), topn=7))
    assert vectors.nearest(vectors["w5"], k=1)[0][0] == "w5"  # a vector excludes nothing
    assert len(vectors.nearest("w0", k=10_000)) == 499


def test_analogy_is_that_of_gensim(vectors: WordVectors, oracle: Any) -> None:
    for a, b, c in (("w0", "w1", "w2"), ("w9", "w9", "w3"), ("w400", "w3", "w400")):
        assert_alike(vectors.analogy(a, b, c, k=5), oracle.most_similar(positive=[b, c], negative=[a], topn=5))


def test_similarity_is_that_of_gensim(vectors: WordVectors, oracle: Any) -> None:
    for a, b in (("w0", "w1"), ("w5", "w5"), ("w499", "w3")):
        assert vectors.similarity(a, b) == pytest.approx(oracle.similarity(a, b), abs=1e-6)


def test_look_ups(vectors: WordVectors) -> None:
    assert len(vectors) == 500
    assert vectors.dimension == 20
    assert "w3" in vectors
    assert "x" not in vectors
    assert 3 not in vectors
    assert "\ud800" not in vectors
    assert vectors.rows(["w3", "x", "w0", "w3"]).tolist() == [3, -1, 0, 3]
    assert vectors.rows([]).dtype == np.int64
    assert repr(vectors) == "WordVectors(500 words × 20)"


def test_many_at_once(vectors: WordVectors) -> None:
    matrix, found = vectors.lookup(["w3", "x", "w0", "w3"])
    assert (matrix.dtype, found.tolist()) == (np.float32, [True, False, True, True])
    np.testing.assert_array_equal(matrix, [vectors["w3"], [0] * 20, vectors["w0"], vectors["w3"]])
    assert vectors.lookup([])[0].shape == (0, 20)


def test_all_words_and_vectors_in_blocks(vectors: WordVectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_rows, "BLOCK_BYTES", 20 * 4 * 7)
    blocks = list(vectors.blocks())
    assert [len(block.words) for block in blocks] == [7] * 71 + [3]
    assert [word for block in blocks for word in block.words.to_pylist()] == vectors.words
    np.testing.assert_array_equal(np.concatenate([block.matrix for block in blocks]), vectors.vectors)
    np.testing.assert_allclose(vectors.mean(), vectors.vectors.mean(axis=0, dtype=float), rtol=1e-6)
    assert vectors.std() == pytest.approx(vectors.vectors.std(dtype=float))


def test_as_an_array(vectors: WordVectors) -> None:
    np.testing.assert_array_equal(np.asarray(vectors), vectors.vectors)
    assert np.asarray(vectors, np.float64).dtype == np.float64
    mine = np.array(vectors)
    mine[0] = 0
    assert vectors.vectors[0].any()


def test_vectors_are_read_only(vectors: WordVectors, random_vectors: WordVectors) -> None:
    for some in (vectors, random_vectors):
        for array in (some.vectors, some.norms, some[some.words[0]]):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0


def test_saved_and_loaded(random_vectors: WordVectors, tmp_path: Path) -> None:
    random_vectors.save(tmp_path / "mine")
    random_vectors.save(tmp_path / "mine")  # an older folder is replaced
    for again in (WordVectors.load(tmp_path / "mine"), WordVectors.open(tmp_path / "mine")):
        assert again.words == random_vectors.words
        np.testing.assert_array_equal(again.vectors, random_vectors.vectors)
        assert again.nearest("word3") == random_vectors.nearest("word3")
    with pytest.raises(ArtifactError):
        WordVectors.load(tmp_path)


def test_a_store_can_be_saved_over_itself(random_vectors: WordVectors, tmp_path: Path) -> None:
    random_vectors.save(tmp_path / "mine")
    WordVectors.load(tmp_path / "mine").save(tmp_path / "mine")
    np.testing.assert_array_equal(WordVectors.load(tmp_path / "mine").vectors, random_vectors.vectors)


def test_saving_replaces_vectors_and_nothing_else(random_vectors: WordVectors, tmp_path: Path) -> None:
    text = tmp_path / "mine" / "glove.txt"
    text.parent.mkdir()
    text.write_text("a 1 2\n")
    for vectors in (random_vectors, WordVectors.open(text)):
        with pytest.raises(ConfigError, match=r"mine: holds glove\.txt, which would be lost; move that away"):
            vectors.save(text.parent)
    assert [file.name for file in text.parent.iterdir()] == ["glove.txt"]
    random_vectors.save(tmp_path / "saved")
    before = {file.name: file.read_bytes() for file in (tmp_path / "saved").iterdir()}
    text.rename(tmp_path / "saved" / "glove.txt")
    with pytest.raises(ConfigError, match=r"saved: holds glove\.txt"):
        WordVectors.load(tmp_path / "saved").save(tmp_path / "saved")
    after = {file.name: file.read_bytes() for file in (tmp_path / "saved").iterdir()}
    assert after == before | {"glove.txt": b"a 1 2\n"}


def test_a_card_of_something_else_is_no_store(random_vectors: WordVectors, tmp_path: Path) -> None:
    for content in ('{"items": []}', "[]", "nonsense"):
        (tmp_path / "store.json").write_text(content)
        with pytest.raises(ConfigError, match=r"holds store\.json"):
            random_vectors.save(tmp_path)
        assert (tmp_path / "store.json").read_text() == content


@pytest.mark.parametrize(
    ("words", "matrix", "problem"),
    [
        (["a", "b"], [[1.0, 2]], r"2 words need a matrix \(words, dimension\), not one of shape \(1, 2\)"),
        (["a", "b"], [1.0, 2], "not one of shape"),
        ([], np.empty((0, 3)), "not one of shape"),
        (["a", "b", "a"], np.ones((3, 2)), "row 3: the word 'a' occurs a second time"),
        (["a", "b"], [[1, 2], [1, np.nan]], "row 2: the vector holds a number that is not finite"),
        (["a", "\ud800"], np.ones((2, 2)), "a word is not valid Unicode"),
    ],
)
def test_words_and_matrix_that_do_not_fit(words: list[str], matrix: Any, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        WordVectors.from_words(words, matrix)


def test_a_vector_that_does_not_fit(vectors: WordVectors) -> None:
    with pytest.raises(InputError, match=r"a vector of shape \(20,\) is needed, not \(3,\)"):
        vectors.nearest([1.0, 2.0, 3.0])


def test_word2vec_text_as_gensim_writes_it(tmp_path: Path, oracle: Any) -> None:
    oracle.save_word2vec_format(str(tmp_path / "word2vec.txt"))
    vectors = WordVectors.open(tmp_path / "word2vec.txt")
    assert vectors.words == oracle.index_to_key
    np.testing.assert_array_equal(vectors.vectors, oracle.vectors)


@pytest.mark.parametrize("scale", [1e30, 1e-30, 1e38, 1e-38])
def test_cosines_do_not_depend_on_how_long_vectors_are(
    random_vectors: WordVectors, scale: float, tmp_path: Path
) -> None:
    words, matrix = random_vectors.words, random_vectors.vectors / 4
    scaled = matrix.copy()
    scaled[::2] *= np.float32(scale)
    WordVectors.from_words(words, scaled).save(tmp_path / "scaled")
    plain, vectors = WordVectors.from_words(words, matrix), WordVectors.load(tmp_path / "scaled")
    for a, b in (("word0", "word1"), ("word2", "word4"), ("word6", "word6")):
        assert vectors.similarity(a, b) == pytest.approx(plain.similarity(a, b), abs=1e-5)
    assert_alike(vectors.nearest("word8", 5), plain.nearest("word8", 5), 1e-5)
    assert_alike(vectors.nearest(matrix[8].astype(float) * scale**3, 5), plain.nearest(matrix[8], 5), 1e-5)
    assert_alike(vectors.analogy("word8", "word1", "word2"), plain.analogy("word8", "word1", "word2"), 1e-5)
    exact = scaled.astype(float)
    np.testing.assert_allclose(vectors.mean(), exact.mean(axis=0), rtol=1e-5)
    assert vectors.std() == pytest.approx(exact.std(), rel=1e-5)
    means, _ = CharNgrams(3, 20, lower=False).learn(plain).lookup(["word1", "word100"])
    one_size = WordVectors.from_words(words, matrix * np.float32(scale))
    scaled_means, _ = CharNgrams(3, 20, lower=False).learn(one_size).lookup(["word1", "word100"])
    if scale < 1e38:  # where sums are beyond float32
        np.testing.assert_allclose(scaled_means.astype(float) / scale, means, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_vector_that_is_not_finite(vectors: WordVectors, number: float) -> None:
    with pytest.raises(InputError, match="the vector holds a number that is not finite"):
        vectors.nearest(np.full(20, number))


def test_verifying(random_vectors: WordVectors, text: Path, tmp_path: Path) -> None:
    random_vectors.save(tmp_path / "mine")
    for whole in (random_vectors, WordVectors.load(tmp_path / "mine"), WordVectors.open(text)):
        assert whole.verify()
    vectors = WordVectors.load(tmp_path / "mine")
    file = tmp_path / "mine" / "vectors.safetensors"
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(ArtifactError, match=r"mine is .*damaged .*table changed since it was written"):
        vectors.verify()
