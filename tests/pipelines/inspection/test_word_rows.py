import numpy as np
import pytest

from pipelines.inspection.word_rows import (
    MOST_TOKENS,
    check_known,
    check_length,
    tokens_of,
    told_of_unknown,
    told_of_unknown_ids,
)
from seqmodels.batches.word_batches import Batches
from seqmodels.inputs.word_features import WordFeatures
from textprep import Pipeline, SpecialTokens, WhiteSpace, WordPiece
from textprep.errors import InputError, InputWarning
from textprep.special_tokens import BERT

KNOWN = ["<pad>", "<unk>", "a", "cat"]


def row(words, alphabet=""):
    features = WordFeatures(KNOWN, alphabet=alphabet)(words)
    return Batches(features, np.arange(len(words), dtype=np.int32), np.array([0, len(words)])).lay_out(np.array([0]))


def test_known_words_need_no_word():
    assert check_known([(row(["a"]), ["a"]), (row(["cat"]), ["cat"])]) == ""


def test_some_unknown_words_are_named_and_warned_of():
    words = ["a", "dog", "cow"]
    with pytest.warns(InputWarning, match="the model does not know 'dog', 'cow'"):
        assert check_known([(row(words), words)]) == "The model does not know 'dog', 'cow'."


def test_unknown_words_of_known_characters_can_be_read():
    with pytest.warns(InputWarning):
        assert check_known([(row(["dog"], "g"), ["dog"])]) == "The model does not know 'dog'."
    for alphabet in ("", "x"):
        with pytest.raises(InputError, match="the model knows no token of the text: 'dog'; give a text like those"):
            check_known([(row(["dog"], alphabet), ["dog"])])


def test_many_unknown_words_are_not_all_named():
    words = [f"w{number}" for number in range(11)] * 2
    with pytest.warns(InputWarning):
        said = told_of_unknown(words, [*words, "a"])
    assert said.endswith("'w9' and more.")
    assert said.count("'w1'") == 1


def test_unknown_tokens_by_their_ids():
    pipeline = Pipeline(WhiteSpace()).fit(["a b"])
    assert told_of_unknown_ids(pipeline, ["a", "b"], [2, 3]) == ""
    with pytest.warns(InputWarning, match="does not know 'c'"):
        assert told_of_unknown_ids(pipeline, ["a", "c"], [2, 1]) == "The model does not know 'c'."
    with pytest.raises(InputError, match="knows no token of the text: 'c'"):
        told_of_unknown_ids(pipeline, ["c"], [1])
    whole = Pipeline(WhiteSpace()).fit(["a b"], special=SpecialTokens(unk=None))
    assert told_of_unknown_ids(whole, ["b"], [1]) == ""


def test_an_unknown_piece_is_named_as_it_is_written():
    pipeline = Pipeline(WhiteSpace(), WordPiece(pieces=["[UNK]", "a", "b", "##b"])).fit(["ab b"], special=BERT)
    texts = ["ab 😀b a", "[UNK]"]
    assert pipeline(texts).to_lists() == [["a", "##b", "[UNK]", "a"], ["[UNK]"]]
    assert tokens_of(pipeline, texts) == [["a", "##b", "😀b", "a"], ["[UNK]"]]


def test_a_long_unknown_word_is_cut():
    with pytest.raises(InputError) as refused:
        told_of_unknown(["dog" * 300], ["dog" * 300])
    assert len(str(refused.value)) < 200


def test_as_many_tokens_as_a_page_shows():
    check_length(1)
    check_length(MOST_TOKENS)
    with pytest.raises(InputError, match="no tokens"):
        check_length(0)
    with pytest.raises(InputError, match="has 201 tokens, and a page shows 200 at most"):
        check_length(MOST_TOKENS + 1)
    with pytest.raises(InputError, match="the pair has 300 tokens"):
        check_length(300, "the pair")
