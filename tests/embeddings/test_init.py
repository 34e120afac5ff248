import subprocess
import sys
from pathlib import Path

import pytest

import embeddings

HEAVY = {"numpy", "numba", "pyarrow", "torch", "gensim"}


def test_the_import_brings_in_nothing_heavy() -> None:
    code = f"import embeddings, sys; print(*({HEAVY} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == []


def test_a_reopened_store_needs_no_numba(random_vectors: embeddings.WordVectors, tmp_path: Path) -> None:
    folder = f"{tmp_path}/store"
    random_vectors.save(folder)
    code = f"""
import sys
from embeddings import WordVectors
vectors = WordVectors.open({folder!r})
vectors["word7"], vectors.nearest("word7"), vectors.matrix(["word1", "Word2", "x"])
print(*({{"numba", "torch", "gensim"}} & set(sys.modules)))
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == []


def test_every_name_that_is_promised_exists() -> None:
    assert dir(embeddings) == sorted(embeddings.__all__)
    for name in embeddings.__all__:
        assert getattr(embeddings, name).__name__ == name


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="attribute WordVector"):
        _ = embeddings.WordVector  # type: ignore[attr-defined]
