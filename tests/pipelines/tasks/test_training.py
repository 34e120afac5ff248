from __future__ import annotations

from dataclasses import replace

import pytest
import torch

import seqmodels
from pipelines import NerRun, NerSettings, SentimentSettings, load, train, train_ner, train_sentiment
from pipelines.tasks.ner import Ner
from textprep import ConfigError
from textprep.settings import with_values

from ..conftest import NER, SENTIMENT

pytestmark = pytest.mark.usefixtures("one_thread")
SMALL_NER = with_values(NerSettings(), {**NER, "epochs": 2})
SMALL_SENTIMENT = with_values(SentimentSettings(), {**SENTIMENT, "epochs": 2})
TEXTS = ["Anna lives in Paris.", "we saw Bob Smith in Rome ."]


class KilledError(Exception):
    pass


class KilledAt(seqmodels.Hook):
    """Ends the process, as it were, after a step."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_step(self, model, state, loss):
        if state.step == self.step:
            raise KilledError


def weights(run):
    return run.parts.model.state_dict()


def assert_same_weights(one, other):
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert torch.equal(value, other[name]), name


def test_a_task_by_its_name_by_its_class_or_by_its_own_function(tagged):
    data = tagged(30, 0), tagged(10, 1)
    runs = [train(task, *data, settings=SMALL_NER) for task in ("ner", Ner)]
    runs.append(train_ner(*data, settings=SMALL_NER))
    for run in runs:
        assert isinstance(run, NerRun)
        assert run.parts.task == run.task.name == "ner"
        assert_same_weights(weights(run), weights(runs[0]))


def test_a_task_that_is_not_known():
    with pytest.raises(ConfigError, match="unknown task 'nerr'; did you mean 'ner'"):
        train("nerr", "never read")


@pytest.mark.parametrize("epochs", [1, 4])
def test_features_are_made_once_however_many_epochs_there_are(tagged, monkeypatch, epochs):
    made = []
    make = seqmodels.WordFeatures.__call__
    monkeypatch.setattr(seqmodels.WordFeatures, "__call__", lambda self, words: made.append(1) or make(self, words))
    train_ner(tagged(20, 0), tagged(10, 1), settings=with_values(SMALL_NER, {"epochs": epochs}))
    assert len(made) == 2  # of the training data and of the development data


def test_a_metric_that_the_task_does_not_have_is_refused_before_anything_is_read(reviews):
    for name, near in (("f2", "f1"), ("accuracy", "f1, precision, recall")):
        with pytest.raises(ConfigError, match=f"unknown metric '{name}'; .*{near}"):
            train("ner", "never read", settings=with_values(SMALL_NER, {"metric": name}))
    settings = with_values(SMALL_SENTIMENT, {"metric": "macro_f1"})
    assert train("sentiment", reviews(40, 0), settings=settings).parts.settings.training.metric == "macro_f1"


def test_settings_that_cannot_be_used_are_refused_before_anything_is_read():
    with pytest.raises(ConfigError, match="SentimentSettings are not the settings of this task; give NerSettings"):
        train("ner", "never read", settings=SMALL_SENTIMENT)
    wrong = replace(SMALL_NER, data=replace(SMALL_NER.data, batch_size=0))
    with pytest.raises(ConfigError, match=r"data\.batch_size must lie in 1"):
        train("ner", "never read", settings=wrong)
    with pytest.raises(ConfigError, match=r"training\.epochs must lie in 1"):
        train("ner", "never read", settings=replace(SMALL_NER, training=replace(SMALL_NER.training, epochs=0)))


def test_a_share_of_sentences_is_held_out_if_there_is_no_development_data(tagged, tmp_path):
    train_ner(tagged(30, 0), out=tmp_path / "run", settings=with_values(SMALL_NER, {"held_out": 0.2}))
    report = (tmp_path / "run" / "report.md").read_text()
    assert "training data: sentences 0 (training part): 24 sentences" in report
    assert "development data: sentences 0 (part held out): 6 sentences" in report


def test_the_report_says_that_time_ran_out(tagged, tmp_path):
    train_ner(tagged(30, 0), tagged(5, 1), out=tmp_path / "run", settings=with_values(SMALL_NER, {"minutes": 1e-6}))
    assert "Time ran out: `training.minutes` ended it" in (tmp_path / "run" / "report.md").read_text()
    train_ner(tagged(30, 0), tagged(5, 1), out=tmp_path / "whole", settings=SMALL_NER)
    assert "Time ran out" not in (tmp_path / "whole" / "report.md").read_text()


def test_a_class_that_is_never_predicted_is_told(reviews, tmp_path):
    texts = reviews(60, 0)
    few = texts.select([*range(0, 60, 2), 1, 3], "reviews, 15 to 1")  # 30 pos, 2 neg
    settings = with_values(SMALL_SENTIMENT, {"learning_rate": 0.01, "average_decay": 0.0})
    with pytest.warns(UserWarning, match=r"on the development data: never predicted: 'neg' \(10 there\)"):
        train_sentiment(few, reviews(20, 1), out=tmp_path / "run", settings=settings)
    assert "- note: never predicted: 'neg' (10 there)" in (tmp_path / "run" / "report.md").read_text()


@pytest.mark.parametrize("step", [1, 3, 4, 7, 8])
def test_a_run_killed_at_any_step_and_resumed_ends_with_the_same_weights(tagged, tmp_path, step):
    data = tagged(30, 0), tagged(10, 1)
    settings = with_values(SMALL_NER, {"checkpoint_steps": 1})
    whole = train_ner(*data, settings=settings)
    out = tmp_path / "run"
    with pytest.raises(KilledError):
        train_ner(*data, settings=settings, out=out, resume=True, hooks=[KilledAt(step)])
    assert [path.name for path in tmp_path.iterdir()] == ["run.checkpoint"]
    resumed = train_ner(*data, settings=settings, out=out, resume=True)
    assert_same_weights(weights(resumed), weights(whole))
    assert_same_weights(weights(load(out)), weights(whole))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("step", [2, 9, 16])
def test_a_classifier_with_a_linear_model_is_resumed_too(reviews, tmp_path, step):
    settings = with_values(SMALL_SENTIMENT, {"checkpoint_steps": 1, "held_out": 0.2})
    whole, out = train_sentiment(reviews(80, 0), settings=settings), tmp_path / "run"
    with pytest.raises(KilledError):
        train_sentiment(reviews(80, 0), settings=settings, out=out, resume=True, hooks=[KilledAt(step)])
    train_sentiment(reviews(80, 0), settings=settings, out=out, resume=True)
    assert_same_weights(weights(load(out)), weights(whole))
    assert not weights(whole)["ngrams.balance"].equal(torch.ones(2))


def test_a_checkpoint_of_other_settings_is_not_gone_on_from(tagged, tmp_path):
    data = tagged(30, 0), tagged(10, 1)
    with pytest.raises(KilledError):
        train_ner(*data, settings=SMALL_NER, out=tmp_path / "run", resume=True, hooks=[KilledAt(6)])
    for values in ({"learning_rate": 0.5}, {"model.head.output_dropout": 0.1}, {"min_count": 2}):
        with pytest.raises(ConfigError, match=f"run.checkpoint.*{next(iter(values))}"):
            train_ner(*data, settings=with_values(SMALL_NER, values), out=tmp_path / "run", resume=True)


def test_there_must_be_a_place_for_the_checkpoint():
    with pytest.raises(ConfigError, match="no place for a checkpoint"):
        train("ner", "never read", resume=True)


def test_threads_hold_while_training_and_predicting(tagged):
    seen = set()

    class Watch(seqmodels.Hook):
        def on_step(self, model, state, loss):
            seen.add(torch.get_num_threads())

    run = train_ner(tagged(20, 0), tagged(5, 1), settings=with_values(SMALL_NER, {"threads": 2}), hooks=[Watch()])
    assert seen == {2}
    seen.clear()
    run.parts.model.register_forward_pre_hook(lambda *_: seen.add(torch.get_num_threads()))
    run(TEXTS)
    assert seen == {2}
    assert torch.get_num_threads() == 1


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is such a device")
def test_a_device_that_is_not_there(tagged, ner):
    with pytest.raises(ConfigError, match="no device 'cuda'"):
        train_ner(tagged(20, 0), tagged(5, 1), settings=with_values(SMALL_NER, {"device": "cuda"}))
    with pytest.raises(ConfigError, match="no device 'cuda'"):
        load(ner.folder, {"device": "cuda"})(TEXTS)
