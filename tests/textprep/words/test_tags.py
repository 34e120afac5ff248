"""A tagger of one's own: whom it is asked for, what comes of it, and what it may not give."""

from pathlib import Path

import numpy as np
import pytest

from textprep import ConfigError, InputError, Pipeline, Tags, Tokens, WhiteSpace


def lengths(sentences: list[list[str]]) -> list[list[str]]:
    return [[str(len(word)) for word in words] for words in sentences]


@pytest.mark.parametrize("threads", [1, 2])
def test_one_tag_a_token(threads: int) -> None:
    tokens = Pipeline(WhiteSpace(), Tags(lengths, "size"))(["a bcd", "", "ef"] * 9, threads=threads)
    assert [tokens.tags("size", k) for k in range(3)] == [["1", "3"], [], ["2"]]
    assert tokens.to_lists()[:3] == [["a", "bcd"], [], ["ef"]]


def test_sentence_by_sentence() -> None:
    seen: list[list[str]] = []

    def tagger(sentences: list[list[str]]) -> list[list[str]]:
        seen.extend(sentences)
        return lengths(sentences)

    tokens = Tokens.from_lists([["a", "b", "c"], ["d"]])._with(sentences=np.array([0, 2, 3, 4]))
    assert Tags(tagger).rewrite(tokens).tags("pos", 0) == ["1", "1", "1"]
    assert seen == [["a", "b"], ["c"], ["d"]]


@pytest.mark.parametrize(
    ("given", "message"),
    [([], "0 lists of tags for 1 sentences"), ([["X"]], "1 tags for the 2 words"), ([["X", 5]], "tag is not text")],
)
def test_what_a_tagger_may_not_give(given: list[list[str]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Pipeline(WhiteSpace(), Tags(lambda sentences: given))(["a b"])


def test_options() -> None:
    with pytest.raises(ConfigError, match="give a function"):
        Tags("spacy")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="cannot be called 'ids'"):
        Tags(lengths, "ids")


def test_it_cannot_be_saved(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Tags holds a function \(tagger\), which cannot be saved; save a pipeline"):
        Pipeline(WhiteSpace(), Tags(lengths)).save(tmp_path)
    assert not list(tmp_path.iterdir())
