"""Lemmas by dictionary: English ones that matter, other languages, case, and every word that is corrected."""

import pytest
import simplemma

from textprep import ConfigError, Lemma, Pipeline, Words
from textprep.words.lemma import ENGLISH


def lemmas(words: str, stage: Lemma | None = None) -> str:
    return " ".join((stage or Lemma()).map_words(words.split()))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("better best worse worst more", "good good bad bad more"),
        ("mice feet wives lives thieves criteria", "mouse foot wife life thief criterion"),
        ("was were is been has did", "be be be be have do"),
        ("gone thinking growing won felt left", "go think grow win feel leave"),
        ("hotter truer bigger", "hot true big"),
    ],
)
def test_english(words: str, expected: str) -> None:
    assert lemmas(words) == expected
    assert lemmas(words.title()) == lemmas(words.upper()) == expected


def test_what_is_not_known_stays() -> None:
    assert lemmas("am Am") == "be be"  # "AM" may be the time of day
    assert lemmas("Qwzrtling 3.14 😀 , x") == "Qwzrtling 3.14 😀 , x"
    assert Lemma().map_words([""]) == [""]


def test_corrections_are_needed_and_right() -> None:
    from spacy import blank
    from spacy.tokens import Doc

    assert {form for form, lemma in ENGLISH.items() if simplemma.lemmatize(form, "en") == lemma} == set()
    nlp = blank("en")
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.initialize()
    confirmed = {
        token.text
        for part in ("VERB", "NOUN", "ADJ", "ADV")
        for token in Doc(nlp.vocab, words=[*ENGLISH], pos=[part] * len(ENGLISH))
        if ENGLISH[token.text] in lemmatizer.rule_lemmatize(token)
    }
    assert confirmed == set(ENGLISH)


def test_other_languages() -> None:
    assert lemmas("Häuser spielten besser", Lemma("de")) == "Haus spielen gut"
    assert lemmas("maisons étaient", Lemma("fr")) == "maison être"


def test_several_languages() -> None:
    both = Lemma(("de", "en"))
    assert lemmas("Häuser", both) == "Haus"
    assert lemmas("mice gone", Lemma(("fr", "en"))) == "mouse go"  # which French does not know
    assert both == Lemma(["de", "en"])  # type: ignore[arg-type]


def test_as_simplemma_where_nothing_is_corrected() -> None:
    words = [word for word in simplemma.simple_tokenizer(__doc__ or "") * 2 if word.lower() not in ENGLISH]
    for greedy in (False, True):
        expected = [simplemma.lemmatize(word, "en", greedy=greedy) for word in words]
        assert Lemma(greedy=greedy).map_words(words) == expected


def test_spans() -> None:
    text = "Mice were better"
    tokens = Pipeline(Words(), Lemma())([text])
    assert tokens[0] == ["mouse", "be", "good"]
    assert [text[a:b] for a, b in tokens.spans(0)] == ["Mice", "were", "better"]


@pytest.mark.parametrize("language", ["", (), "english", ("en", "xx"), "../en"])
def test_languages_that_are_not_there(language: str | tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="lemma"):
        Lemma(language)
