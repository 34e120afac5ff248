import numpy as np

from embeddings import MeanVector, RandomNormal, WordVectors, Zeros

WORDS = [f"unseen{i}" for i in range(2000)]


def test_zeros(random_vectors: WordVectors) -> None:
    matrix, filled = Zeros().learn(random_vectors).lookup(WORDS)
    assert matrix.shape == (2000, 12)
    assert not matrix.any()
    assert filled.all()


def test_the_mean(random_vectors: WordVectors) -> None:
    matrix, filled = MeanVector().learn(random_vectors).lookup(WORDS[:3])
    np.testing.assert_allclose(matrix, np.stack([np.mean(random_vectors.vectors.tolist(), axis=0)] * 3), rtol=1e-6)
    assert (matrix.dtype, filled.all()) == (np.float32, True)


def test_random_numbers_follow_the_seed_and_the_known_vectors(random_vectors: WordVectors) -> None:
    tripled = WordVectors.from_words(random_vectors.words, 3 * random_vectors.vectors)
    matrix, filled = RandomNormal(seed=1).learn(tripled).lookup(WORDS)
    assert (matrix.dtype, matrix.shape, filled.all()) == (np.float32, (2000, 12), True)
    assert abs(matrix.std() / tripled.vectors.std() - 1) < 0.02
    assert abs(matrix.mean()) < 0.1
    np.testing.assert_array_equal(matrix, RandomNormal(seed=1).learn(tripled).lookup(WORDS)[0])
    assert (matrix != RandomNormal(seed=2).learn(tripled).lookup(WORDS)[0]).mean() > 0.99
    assert abs(RandomNormal(seed=1, std=0.1).learn(tripled).lookup(WORDS)[0].std() - 0.1) < 0.002
