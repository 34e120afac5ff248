"""Tables of lemmas, read as spaCy's own lemmatizers read them."""

import pytest
import spacy
from spacy.tokens import Doc

from textprep import ConfigError
from textprep.words.lemma_tables import DICTIONARIES, LANGUAGES, lemma_lookup

WORDS = {
    "ca": "nens cantaven boniques cases estaven",
    "el": "σπίτια γυναίκες καλοί τρέχει",
    "en": "saws meetings happier ran churches took wolves quickly was",
    "fa": "کتاب‌ها بهترین هستم آثار",
    "fr": "maisons chantaient grandes jolies chevaux suis",
    "it": "case cantavano belle vostri",
    "nb": "husene sprang større bøker",
    "pl": "domów czytali piękne koty",
    "sv": "husen sprang vackraste böckerna flickor",
    "bn": "ছেলেটা বইটি",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_spacy(language: str) -> None:
    nlp = spacy.blank(language)
    mode = "pos_lookup" if language in DICTIONARIES else "rule"
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": mode})
    lemmatizer.initialize()
    lemmatize = lemmatizer.pos_lookup_lemmatize if mode == "pos_lookup" else lemmatizer.rule_lemmatize
    words, lookup, compared = WORDS[language].split(), lemma_lookup(language), 0
    for pos in ("NOUN", "VERB", "ADJ"):
        for token in Doc(nlp.vocab, words=words, pos=[pos] * len(words)):
            found = lookup(token.text, pos.lower())
            if found not in (None, token.text) and token.text not in READ_AS_LETTERS:
                assert found == lemmatize(token)[0], (token.text, pos)
                compared += 1
    assert compared >= len(words) / 2


READ_AS_LETTERS = {"هستم"}  # a string in the place of a list of strings, of which spaCy takes the last letter


@pytest.mark.parametrize(("word", "pos", "lemma"), [("process", "noun", "process"), ("bring", "verb", "bring"),
                                                    ("better", "adj", "good"), ("taxes", "noun", "tax")])  # fmt: skip
def test_where_spacy_gives_a_word_that_is_none(word: str, pos: str, lemma: str) -> None:
    assert lemma_lookup("en")(word, pos) == lemma


def test_what_is_not_there() -> None:
    assert lemma_lookup("en")("of", "adp") is None
    assert lemma_lookup("it")("ciao", "intj") is None
    with pytest.raises(ConfigError, match="language of lemmas by part of speech 'de'"):
        lemma_lookup("de")
