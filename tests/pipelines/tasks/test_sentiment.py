from __future__ import annotations

import json
import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch

from pipelines import SentimentSettings, load, train_sentiment
from pipelines.datasets import LabelledTexts, held_out
from pipelines.tasks.sentiment import Sentiment
from textprep import ConfigError, InputError
from textprep.errors import InputWarning, TextmillError
from textprep.settings import with_values

from ..conftest import SENTIMENT

pytestmark = pytest.mark.usefixtures("one_thread")
SETTINGS = with_values(SentimentSettings(), SENTIMENT)
ONE_EPOCH = with_values(SETTINGS, {"epochs": 1})
ODD = [
    "A lovely film!",
    "It was so awful… 😡",
    "",
    "   ",
    "日本語",
    "x" * 5000,
    "good " * 900,
    "null \x00 byte\n\nline",
]

PREDICT = """
import json, sys, torch
from pipelines import load
torch.set_num_threads(1)
print(json.dumps(load(sys.argv[1]).records(json.load(sys.stdin))))
"""


def in_another_process(folder, texts):
    command = [sys.executable, "-c", PREDICT, str(folder)]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_it_learns(sentiment, reviews):
    scores = sentiment.run.evaluate(reviews(60, 7))
    assert scores["accuracy"] > 0.9
    assert scores["texts"] == 60
    assert set(scores["classes"]) == {"neg", "pos"}
    assert {"precision", "recall", "f1"} <= set(scores["classes"]["pos"])
    assert scores["texts_per_second"] > 0


@pytest.mark.parametrize(("keep", "dropped"), [(["no", "not"], None), (["not"], "drops no,"), ([], "drops no, not,")])
def test_a_recipe_that_drops_negations_is_spoken_of(reviews, tmp_path, keep, dropped):
    stages = [{"stage": "lower.v1"}, {"stage": "words.v1"}, {"stage": "stop_words.v1", "keep": keep}]
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps({"stages": stages}), encoding="utf-8")
    settings = with_values(SETTINGS, {"data.recipe": str(recipe)})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Sentiment(settings).prepare(reviews(20, 1), ["neg", "pos"], None)
    told = [str(each.message) for each in caught if each.category is InputWarning]
    assert len(told) == (dropped is not None)
    assert dropped is None or dropped in told[0]


def test_predictions(sentiment):
    for found in sentiment.run(ODD):
        assert list(found.probabilities) == sentiment.run.labels == ["neg", "pos"]
        assert sum(found.probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert found.probability == max(found.probabilities.values()) == found.probabilities[found.label]
    assert [found.label for found in sentiment.run(["A lovely film!", "So awful the book"])] == ["pos", "neg"]


def test_records_are_json_with_the_columns_said(sentiment):
    records = json.loads(json.dumps(sentiment.run.records(ODD)))
    assert all(tuple(record) == sentiment.run.columns for record in records)


def test_no_texts_and_things_that_are_no_texts(sentiment):
    assert sentiment.run([]) == []
    assert len(sentiment.run([""])) == 1
    with pytest.raises(InputError, match="single string"):
        sentiment.run("a text")
    with pytest.raises(InputError, match="document 2 is NoneType"):
        sentiment.run(["a", None])


def test_a_text_is_labelled_alike_in_any_company(sentiment):
    together = sentiment.run.probabilities(ODD)
    alone = np.concatenate([sentiment.run.probabilities([text]) for text in ODD])
    assert np.allclose(together, alone, atol=1e-5)


def test_a_saved_run_gives_identical_predictions_here_and_in_another_process(sentiment):
    again = load(sentiment.folder)
    assert again.records(ODD) == sentiment.run.records(ODD)
    assert in_another_process(sentiment.folder, ODD) == sentiment.run.records(ODD)
    assert again.parts.settings == sentiment.run.parts.settings


def test_the_same_seed_gives_the_same_run(reviews):
    seeds = [with_values(ONE_EPOCH, {"seed": seed}) for seed in (3, 3, 4)]
    first, second, other = (train_sentiment(reviews(40, 0), reviews(8, 1), settings=each) for each in seeds)
    assert np.array_equal(first.probabilities(ODD), second.probabilities(ODD))
    assert not np.array_equal(first.probabilities(ODD), other.probabilities(ODD))


def test_training_leaves_the_callers_random_numbers_alone(reviews):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    train_sentiment(reviews(20, 0), reviews(8, 1), settings=ONE_EPOCH)
    assert torch.equal(torch.rand(3), expected)


def test_a_share_is_held_out_if_there_is_no_development_data(reviews, tmp_path):
    texts = reviews(50, 0)
    larger, smaller = held_out(texts, 0.2, seed=0)
    assert (len(larger), len(smaller)) == (40, 10)
    pairs = list(zip(larger.texts + smaller.texts, larger.labels + smaller.labels, strict=True))
    assert sorted(pairs) == sorted(zip(texts.texts, texts.labels, strict=True))
    train_sentiment(texts, out=tmp_path / "run", settings=with_values(ONE_EPOCH, {"held_out": 0.2}))
    report = (tmp_path / "run" / "report.md").read_text()
    assert "reviews 0 (part held out): 10 texts" in report


def test_too_little_to_hold_out(reviews):
    with pytest.raises(InputError, match=r"cannot give a share of 0\.1"):
        train_sentiment(reviews(4, 0), settings=ONE_EPOCH)


def test_a_label_seen_only_in_the_part_held_out_is_known(reviews):
    texts = reviews(20, 0)
    order = np.random.default_rng(0).permutation(20)
    texts.labels[order[0]] = "odd"
    assert train_sentiment(texts, settings=ONE_EPOCH).labels == ["neg", "odd", "pos"]


def test_from_files(tmp_path, reviews):
    texts = reviews(40, 0)
    lines = [f"{label}\t{text}\n" for text, label in zip(texts.texts, texts.labels, strict=True)]
    (tmp_path / "train.tsv").write_text("feeling\tbody\n" + "".join(lines))
    settings = with_values(ONE_EPOCH, {"text": "body", "data.label": "feeling"})
    run = train_sentiment(tmp_path / "train.tsv", tmp_path / "train.tsv", settings=settings)
    assert run.evaluate(tmp_path / "train.tsv")["texts"] == 40


def test_from_a_dataset(reviews):
    import datasets

    texts = reviews(40, 0)
    features = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["no", "yes"])})
    columns = {"text": texts.texts, "label": [int(label == "pos") for label in texts.labels]}
    data = datasets.Dataset.from_dict(columns, features=features)
    assert train_sentiment(data, data, settings=ONE_EPOCH).labels == ["no", "yes"]


def test_labels_that_cannot_be_used(sentiment, reviews):
    with pytest.raises(InputError, match=r"mem: text 2 has the label 'meh', which the model does not know; it knows"):
        sentiment.run.evaluate(LabelledTexts(["a", "b"], ["pos", "meh"], "mem"))
    with pytest.raises(InputError, match="text 1 has the label 'meh'"):
        train_sentiment(reviews(20, 0), LabelledTexts(["a"], ["meh"], "mem"), settings=ONE_EPOCH)
    with pytest.raises(InputError, match="mem: there is one label only, 'pos'"):
        train_sentiment(LabelledTexts(["a", "b"], ["pos", "pos"], "mem"), settings=ONE_EPOCH)
    with pytest.raises(InputError, match="mem: there is no text"):
        train_sentiment(LabelledTexts([], [], "mem"), settings=ONE_EPOCH)


@pytest.fixture
def glove(tmp_path):
    file = tmp_path / "glove.txt"
    rng = np.random.default_rng(0)
    words = ["good", "bad", "film", "superb", "the", "unseen"]
    file.write_text("".join(f"{word} {' '.join(f'{x:.4f}' for x in rng.normal(size=8))}\n" for word in words))
    return file


def test_frozen_vectors_stay_as_they_are(glove, reviews):
    from embeddings import WordVectors

    settings = with_values(ONE_EPOCH, {"train_vectors": False, "extra_words": 10})
    run = train_sentiment(reviews(40, 0), reviews(8, 1), vectors=glove, settings=settings)
    before, after = WordVectors.open(glove), run.parts.word_vectors()
    assert after.dimension == 8
    for word in before.words:
        assert np.array_equal(after[word], before[word])


def test_trained_vectors_move_but_extra_words_stay(glove, reviews, tmp_path):
    from embeddings import WordVectors

    settings = with_values(ONE_EPOCH, {"extra_words": 10})
    run = train_sentiment(reviews(40, 0), reviews(8, 1), vectors=glove, settings=settings, out=tmp_path / "run")
    before, after = WordVectors.open(glove), run.parts.word_vectors()
    assert not np.array_equal(after["good"], before["good"])
    for word in ("superb", "unseen"):
        assert word in run.parts.pipeline.vocabulary
        assert np.array_equal(after[word], before[word])
    glove.unlink()  # the run needs it no more
    assert load(tmp_path / "run").records(ODD) == run.records(ODD)


def test_characters_and_a_text_with_the_special_words(reviews, tmp_path):
    texts = reviews(40, 0)
    texts.texts[0] += " <unk> <pad> <pad>"
    settings = with_values(ONE_EPOCH, {"char_encoder": "cnn", "recipe": "white_space"})
    run = train_sentiment(texts, reviews(8, 1), settings=settings, out=tmp_path / "run")
    assert load(tmp_path / "run").records(ODD) == run.records(ODD)


@pytest.mark.parametrize("cell, pooling", [("gru", "attention"), ("rnn", "last"), ("lstm", "mean")])
def test_empty_texts_with_every_pooling(reviews, cell, pooling):
    settings = with_values(ONE_EPOCH, {"cell": cell, "pooling": pooling})
    run = train_sentiment(reviews(20, 0), reviews(8, 1), settings=settings)
    assert np.isfinite(run.probabilities(ODD)).all()


def test_a_target_is_checked_before_training(tmp_path, reviews, sentiment):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("precious")
    (tmp_path / "file").write_text("precious")
    for name in ("notes", "file"):
        with pytest.raises(ConfigError, match="exists and is not a run folder"):
            train_sentiment("never read", out=tmp_path / name, overwrite=True)
    with pytest.raises(ConfigError, match="is not a folder"):
        train_sentiment("never read", out=tmp_path / "file" / "run")
    with pytest.raises(ConfigError, match="holds a run already"):
        train_sentiment("never read", out=sentiment.folder)
    assert (tmp_path / "notes" / "mine.txt").read_text() == "precious"


def test_overwriting_replaces_the_whole_run(tmp_path, reviews):
    out = tmp_path / "run"
    (out).mkdir()  # an empty folder is no obstacle
    train_sentiment(reviews(20, 0), reviews(8, 1), settings=ONE_EPOCH, out=out)
    (out / "mine.txt").write_text("precious")
    with pytest.raises(ConfigError, match=r"run: holds mine\.txt, which would be lost"):
        train_sentiment(reviews(20, 0), reviews(8, 1), settings=ONE_EPOCH, out=out, overwrite=True)
    assert (out / "mine.txt").read_text() == "precious"
    (out / "mine.txt").unlink()
    before = (out / "report.md").stat().st_ino
    train_sentiment(reviews(20, 0), reviews(8, 1), settings=ONE_EPOCH, out=out, overwrite=True)
    assert (out / "report.md").stat().st_ino != before
    assert {path.name for path in out.iterdir()} == {
        "config.toml",
        "metrics.jsonl",
        "model.json",
        "model.safetensors",
        "pipeline.json",
        "report.md",
        "vocabulary.jsonl",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("key, value", [("recipe", "sentimnet"), ("cell", "lsmt"), ("pooling", "maxx")])
def test_unknown_names_in_the_settings(reviews, key, value):
    with pytest.raises(TextmillError, match=f"{value!r}; did you mean"):
        train_sentiment(reviews(20, 0), reviews(8, 1), settings=with_values(ONE_EPOCH, {key: value}))


def test_a_hook_that_fails_leaves_no_folder(tmp_path, reviews):
    from seqmodels import Hook

    class Stop(Hook):
        def on_epoch(self, model, progress, record):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_sentiment(reviews(20, 0), reviews(8, 1), settings=SETTINGS, out=tmp_path / "run", hooks=[Stop()])
    assert list(tmp_path.iterdir()) == []


def test_settings_built_in_python_are_the_same_as_by_name(reviews):
    built = replace(ONE_EPOCH, data=replace(ONE_EPOCH.data, batch_size=4))
    assert built == with_values(ONE_EPOCH, {"batch_size": 4})
