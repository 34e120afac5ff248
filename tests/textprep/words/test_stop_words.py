"""Stop words: what goes, what stays, and that a saved stage needs no list."""

import pytest

from textprep import ConfigError, Pipeline, StopWords, Words
from textprep.words.stop_words import ENGLISH


def kept(stage: StopWords, text: str) -> list[str]:
    return Pipeline(Words(), stage)([text])[0]


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (StopWords(), "cat isn't mat"),
        (StopWords("en", keep={"Not", "the"}), "The cat isn't not the mat"),
        (StopWords("en", add={"CAT"}), "isn't mat"),
        (StopWords(words={"cat", "mat"}), "The isn't not on the"),
        (StopWords("de"), "The cat isn't not on the mat"),
    ],
)
def test_kept(stage: StopWords, expected: str) -> None:
    assert kept(stage, "The cat isn't not on the mat") == expected.split()


def test_other_languages() -> None:
    assert kept(StopWords("de"), "Der Hund und die Katze") == ["Hund", "Katze"]
    assert kept(StopWords("fr"), "le chat et la souris") == ["chat", "souris"]


def test_the_list_is_part_of_the_stage() -> None:
    assert StopWords().words == ENGLISH
    assert StopWords("xx", words={"a"}).words == {"a"}
    assert all(word == word.lower() for word in ENGLISH)


@pytest.mark.parametrize("arguments", [{"language": "tlh"}, {"language": ""}, {"keep": "not"}, {"words": "the"}])
def test_errors(arguments: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="stop words"):
        StopWords(**arguments)
