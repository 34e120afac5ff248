"""Stop words: what goes, what stays, and that a saved stage needs no list."""

from pathlib import Path
from typing import Any

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


def test_lists_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nltk
    from nltk.corpus import stopwords
    from spacy.lang.en.stop_words import STOP_WORDS

    assert StopWords(source="spacy").words == {word.lower() for word in STOP_WORDS}
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path)])
    with pytest.raises(ConfigError, match=r"nltk\.downloader stopwords"):
        StopWords("da", source="nltk")
    folder = tmp_path / "corpora" / "stopwords"
    folder.mkdir(parents=True)
    (folder / "danish").write_text("og\nI\njeg\n", encoding="utf-8")
    assert StopWords("da", source="nltk").words == StopWords("danish", source="nltk").words == {"og", "i", "jeg"}
    with pytest.raises(ConfigError, match="did you mean 'da'"):
        StopWords("dan", source="nltk")
    stopwords._unload()


def test_negations_that_are_dropped() -> None:
    assert StopWords().negations == {"no", "not"}
    assert StopWords(add={"never"}, keep={"Not"}).negations == {"no", "never"}
    assert not StopWords(keep={"no", "not"}).negations
    assert not StopWords(words={"the"}).negations
    assert "nicht" in StopWords("de").negations


@pytest.mark.parametrize(
    "arguments",
    [{"language": "tlh"}, {"language": ""}, {"keep": "not"}, {"words": "the"}, {"source": "own", "words": frozenset()}],
)
def test_errors(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="stop words"):
        StopWords(**arguments)
