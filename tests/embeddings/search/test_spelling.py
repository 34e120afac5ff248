import numpy as np
import pytest

from embeddings import UnknownWordError, WordVectors
from embeddings.search.spelling import nearest_spelling
from textprep.errors import InputError

VECTORS = WordVectors.from_words(["cat", "cast", "Berlin", "USA"], np.ones((4, 2)))


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        *[("Cat", "cat"), (" cat", "cat"), ("cta", "cat"), ("cbt", "cat"), ("caat", "cat"), ("ct", "cat")],
        *[("cas", "cat"), ("berlin", "Berlin"), ("usa", "USA"), ("casst", "cast")],
        *[("dog", None), ("", None), ("x" * 10_000, None)],
    ],
)
def test_the_nearest_spelling(word: str, meant: str) -> None:
    assert nearest_spelling(word, VECTORS.lexicon) == meant


def test_the_error_is_a_key_error_and_reads_well() -> None:
    for kind in (KeyError, InputError, UnknownWordError):
        with pytest.raises(kind, match=r"^no vector for 'Cat'; did you mean 'cat'\?$"):
            _ = VECTORS["Cat"]
    with pytest.raises(UnknownWordError, match=r"^no vector for 'elephant'$"):
        VECTORS.nearest("elephant")
