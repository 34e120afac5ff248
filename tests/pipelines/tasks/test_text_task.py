from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, strategies as st

from pipelines import ClassificationSettings, load, train_classifier
from pipelines.datasets import LabelledTexts, held_out
from pipelines.tasks.classifier import Classification
from pipelines.tasks.multilabel import Multilabel
from pipelines.tasks.text_task import TextData, shortened, words_of
from textprep import Tokens
from textprep.recipes import open_recipe
from textprep.settings import with_values
from textprep.texts import Texts

from ..conftest import SENTIMENT

pytestmark = pytest.mark.usefixtures("one_thread")


@given(st.lists(st.integers(0, 12), max_size=6), st.integers(1, 8), st.integers(0, 9))
def test_long_documents_keep_their_first_and_last_tokens(lengths: list[int], limit: int, head: int) -> None:
    offsets = np.cumsum([0, *lengths])
    codes = np.arange(offsets[-1], dtype=np.int32)
    tokens = Tokens.of([str(code) for code in codes], codes, offsets, codes * 2, codes * 2 + 1)
    kept = shortened(tokens, TextData(max_tokens=limit, head_tokens=head))
    assert len(kept) == len(lengths)
    for row, length in enumerate(lengths):
        document = codes[offsets[row] : offsets[row + 1]].tolist()
        cut = min(head, limit)
        expected = document if length <= limit else document[:cut] + document[length - (limit - cut) :]
        assert kept[row] == [str(code) for code in expected]
        assert kept.spans(row) == [(code * 2, code * 2 + 1) for code in expected]


def test_sentences_of_texts_that_are_cut() -> None:
    data = TextData(sentences=True, max_tokens=6, head_tokens=4)
    texts = Texts.of(["One two. Three four. Five six seven.", "Only one, of 6"])
    tokens = words_of(texts, open_recipe("sentiment"), data)
    assert tokens.sentence_lists() == [
        [["one", "two", "."], ["three"], ["seven", "."]],
        [["only", "one", ",", "of", "6"]],
    ]
    assert words_of(texts, open_recipe("sentiment"), TextData()).sentences is None


@pytest.mark.parametrize(
    "texts, batch_size, epochs",
    [(1, 32, 20), (1800, 32, 20), (4907, 32, 19), (32000, 32, 4), (22500, 32, 4), (67349, 67, 4), (500000, 128, 4)],
)
def test_batches_and_epochs_by_the_number_of_texts(texts: int, batch_size: int, epochs: int) -> None:
    data = LabelledTexts([""] * texts, ["a"] * texts, "mem")
    for task in (Classification, Multilabel):
        settings = with_values(task.settings_class(), {"epochs": 0})
        sized = task.sized(settings, data)
        assert (sized.data.batch_size, sized.training.epochs) == (batch_size, epochs)
        chosen = with_values(settings, {"batch_size": 7, "epochs": 3})
        assert task.sized(chosen, data) == chosen


def grams_of_two_texts(texts: LabelledTexts[str]) -> int:
    """Distinct words and pairs that at least two texts have."""
    counts: Counter[object] = Counter()
    for words in open_recipe("sentiment")(texts.texts):
        counts.update({*words, *zip(words, words[1:], strict=False)})
    return sum(count > 1 for count in counts.values())


def test_what_was_held_out_is_learned_from_at_the_end(reviews, tmp_path) -> None:
    settings = with_values(ClassificationSettings(), {**SENTIMENT, "epochs": 1, "held_out": 0.5, "max_words": 2000})
    texts = reviews(80, 0)
    train_set, dev_set = held_out(texts, 0.5, 0)
    apart = train_classifier(train_set, dev_set, settings=settings)
    assert apart.parts.sizes.ngrams == grams_of_two_texts(train_set)
    run = train_classifier(texts, settings=settings, out=tmp_path / "run")
    assert apart.parts.sizes.ngrams < run.parts.sizes.ngrams == grams_of_two_texts(texts)
    ours, theirs = apart.parts.model, run.parts.model
    assert ours.ngrams.balance.equal(theirs.ngrams.balance)  # found by what neither had seen then
    assert ours.head.output.weight.equal(theirs.head.output.weight)
    again = load(tmp_path / "run")
    assert np.array_equal(again.probabilities(texts.texts), run.probabilities(texts.texts))


def test_the_saved_settings_say_what_was_filled_in(reviews, tmp_path) -> None:
    settings = with_values(ClassificationSettings(), {**SENTIMENT, "epochs": 0, "batch_size": 0, "hidden_size": 2})
    train_classifier(reviews(40, 0), reviews(8, 1), settings=settings, out=tmp_path / "run")
    saved = load(tmp_path / "run").parts.settings
    assert (saved.data.batch_size, saved.training.epochs) == (32, 20)


@pytest.mark.parametrize(
    "values",
    [
        {"encoder.kind": "hierarchical", "data.sentences": True},
        {"encoder.kind": "ngram_bag", "encoder.buckets": 1000, "head.pooling": "mean"},
    ],
)
def test_what_an_encoder_takes_from_the_batch_is_there_in_a_loaded_run_too(values, reviews, tmp_path) -> None:
    small = {name: value for name, value in SENTIMENT.items() if name != "hidden_size"}
    settings = with_values(ClassificationSettings(), {**small, "ngrams": 0.0, "epochs": 3, "learning_rate": 0.05})
    run = train_classifier(reviews(40, 0), reviews(8, 1), settings=with_values(settings, values), out=tmp_path / "run")
    texts = ["A good film. Not a bad one.", "Good, not bad", "", "Bad!"]
    expected = run.probabilities(texts)
    np.testing.assert_allclose(load(tmp_path / "run").probabilities(texts), expected)
    np.testing.assert_allclose(np.concatenate([run.probabilities([text]) for text in texts]), expected, atol=1e-5)
    parted, joined = run.probabilities(["good film. Bad film.", "good film . bad film ."])
    assert (np.abs(parted - joined).max() > 1e-6) == ("data.sentences" in values)
