"""Language models: trained on text, saved, asked how likely texts are."""

import json
import math
from dataclasses import replace

import pytest

from pipelines import LanguageSettings, load, train_language_model
from pipelines.datasets import PlainTexts
from pipelines.runs.card import read_card
from pipelines.tasks.lm import LanguageModelling
from seqmodels import (
    LanguageHeadSettings,
    LanguageModelSettings,
    RecurrentSettings,
    TokenInputSettings,
    TrainingSettings,
)
from textprep.errors import ArtifactError, ConfigError, InputError
from textprep.settings import with_values

TEXT = "the cat sat on the mat\nthe dog sat on the log\n" * 30
SMALL = LanguageSettings(
    model=LanguageModelSettings(
        TokenInputSettings(size=16), RecurrentSettings(hidden_size=24, bidirectional=False), LanguageHeadSettings()
    ),
    training=TrainingSettings(epochs=6, learning_rate=0.02, metric="perplexity", average_decay=0),
)
SMALL = replace(SMALL, data=replace(SMALL.data, recipe="white_space", batch_size=4, steps=8))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lm")
    (folder / "train.txt").write_text(TEXT)
    train_language_model(folder / "train.txt", folder / "train.txt", settings=SMALL, out=folder / "run")
    return load(folder / "run")


def test_it_learns_what_may_follow(run):
    """After "the" there are four nouns, and the first of them leaves three: less than 1.4 choices a token remain."""
    scores = run.evaluate(PlainTexts(TEXT.splitlines(), "the text"))
    assert scores["perplexity"] < 1.6
    sense, nonsense = run(["the cat sat on the mat", "mat the on sat cat the"])
    assert sense.perplexity < 2
    assert nonsense.perplexity > 20


def test_the_counting_rule(run):
    """Each word and each end is a token; each code point and each end a character."""
    texts = ["the cat", "", "the dog sat"]
    scores = run.evaluate(PlainTexts(texts, "three texts"))
    assert (scores["tokens"], scores["characters"]) == (2 + 1 + 0 + 1 + 3 + 1, 7 + 1 + 0 + 1 + 11 + 1)
    nats = math.log(scores["perplexity"]) * scores["tokens"]
    assert scores["loss"] * scores["tokens"] == pytest.approx(nats)
    assert scores["bits_per_character"] == pytest.approx(nats / math.log(2) / scores["characters"])
    for text, expected in zip(texts, run(texts), strict=True):
        assert expected.tokens == len(text.split()) + 1
        assert expected.perplexity == pytest.approx(math.exp(expected.nats / expected.tokens))
        assert expected.bits_per_character == pytest.approx(expected.nats / math.log(2) / (len(text) + 1))


def test_a_text_alone_is_as_likely_as_at_the_beginning_of_a_stream(run):
    text = "the dog sat on the mat"
    assert run([text])[0].nats == pytest.approx(run.evaluate(PlainTexts([text], "one"))["loss"] * 7, rel=1e-4)


def test_texts_that_are_apart_are_as_likely_as_alone(tmp_path):
    settings = with_values(SMALL, {"data.documents": "apart", "training.epochs": 2})
    run = train_language_model(TEXT.splitlines(), ["the cat"], settings=settings)
    texts = ["the cat sat on the mat", "", "the dog sat"]
    scores = run.evaluate(PlainTexts(texts, "three texts"))
    alone = run(texts)
    assert scores["tokens"] == sum(each.tokens for each in alone)
    assert scores["loss"] * scores["tokens"] == pytest.approx(sum(each.nats for each in alone), rel=1e-4)


def test_records(run):
    (record,) = run.records(["the cat"])
    assert tuple(record) == run.columns
    json.dumps(record)


def test_a_whole_file_is_one_text_and_its_end_is_held_out(tmp_path):
    (tmp_path / "train.txt").write_text(TEXT)
    values = {"data.whole": True, "data.recipe": "characters", "data.held_out": 0.25, "training.epochs": 1}
    task = LanguageModelling(with_values(SMALL, values))
    texts = task.read(tmp_path / "train.txt")
    assert texts.texts == [TEXT]
    first, last = task.held_out(texts)
    assert first.texts[0] + last.texts[0] == TEXT and len(last.texts[0]) == len(TEXT) // 4
    run = train_language_model(tmp_path / "train.txt", settings=task.settings)
    assert "\n" in run.parts.pipeline.vocabulary.words
    assert run.evaluate(tmp_path / "train.txt")["tokens"] == len(TEXT) + 1


def test_what_cannot_be_learned_from(tmp_path):
    (tmp_path / "empty.txt").write_text("\n\n")
    with pytest.raises(InputError, match=r"empty\.txt: there is no text"):
        train_language_model(tmp_path / "empty.txt", settings=SMALL)
    with pytest.raises(InputError, match="cannot give a share"):
        train_language_model(["a"], settings=SMALL)
    with pytest.raises(ConfigError, match="leave out vectors"):
        train_language_model(["a b", "b a"], ["a"], settings=SMALL, vectors="glove.txt")
    with pytest.raises(InputError, match="document 2 is int"):
        train_language_model(["a b", 3], settings=SMALL)


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_nothing_cannot_be_scored(run, tmp_path, text):
    (tmp_path / "empty.txt").write_text(text)
    with pytest.raises(InputError, match=r"empty\.txt: there is no text"):
        run.evaluate(tmp_path / "empty.txt")
    with pytest.raises(InputError, match=r"empty\.txt: there is no text"):
        train_language_model(["a b", "b a"], tmp_path / "empty.txt", settings=SMALL)


def test_a_saved_pipeline_without_an_end_is_refused(run, tmp_path):
    from textprep import Pipeline, WhiteSpace

    Pipeline(WhiteSpace()).fit(["a b"]).save(tmp_path / "pipeline")
    settings = with_values(SMALL, {"data.recipe": str(tmp_path / "pipeline")})
    with pytest.raises(ConfigError, match="has no special token eos"):
        train_language_model(["a b", "b a"], ["a"], settings=settings)
    run.parts.pipeline.save(tmp_path / "fitted")
    settings = with_values(SMALL, {"data.recipe": str(tmp_path / "fitted"), "training.epochs": 1})
    again = train_language_model(["the cat"], ["the dog"], settings=settings)
    assert again.parts.pipeline.vocabulary == run.parts.pipeline.vocabulary


def test_a_card_of_other_sizes_is_damaged(run, tmp_path):
    folder = tmp_path / "run"
    train_language_model(["a b", "b a"], ["a"], settings=with_values(SMALL, {"training.epochs": 1}), out=folder)
    card = json.loads((folder / "model.json").read_text())
    assert (card["labels"], card["features"]) == ([], None)
    assert read_card(folder)["sizes"] == {"words": 5, "segments": 0}
    vocabulary = (folder / "vocabulary.jsonl").read_text()
    (folder / "vocabulary.jsonl").write_text(vocabulary + '["c", 1]\n')
    with pytest.raises(ArtifactError, match=r"vocabulary\.jsonl: not as it was saved"):
        load(folder)
