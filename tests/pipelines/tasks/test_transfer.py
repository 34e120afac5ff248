"""Classifiers and taggers that begin with a language model: what is carried over, and how it is fine-tuned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from pipelines import (
    ClassificationSettings,
    LanguageSettings,
    MaskedSettings,
    NerSettings,
    load,
    train,
    train_classifier,
    train_language_model,
    train_masked_language_model,
    train_ner,
)
from pipelines.tasks.classifier import Classification
from pipelines.tasks.lm import LanguageModelling
from pipelines.tasks.ner import Ner
from pipelines.tasks.transfer import Start, TransferSettings
from seqmodels import Hook, MaskedLanguageModelSettings, RecurrentSettings, TokenInputSettings, TransformerSettings
from textprep.errors import ArtifactError, ConfigError
from textprep.settings import with_values

from ..conftest import NER, SENTIMENT

pytestmark = pytest.mark.usefixtures("one_thread")

LM = with_values(
    LanguageSettings(),
    {"epochs": 2, "learning_rate": 0.02, "data.batch_size": 4, "data.steps": 8, "size": 16, "average_decay": 0.0},
)
LM = replace(LM, model=replace(LM.model, encoder=RecurrentSettings(hidden_size=16, layers=2, bidirectional=False)))
SMALL = with_values(
    ClassificationSettings(),
    {**SENTIMENT, "ngrams": 0.0, "average_decay": 0.0, "rate_factor": 1.5, "epochs": 10, "schedule": "constant"},
)


@pytest.fixture(scope="module")
def language_model(one_thread, reviews, tagged, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lm") / "run"
    texts = reviews(200, 9).texts + [" ".join(words) for words in tagged(60, 9).words]
    train_language_model(texts, texts[:40], settings=LM, out=folder)
    return folder


class FirstWeights(Hook):
    """Keeps the weights that training begins with, and which of them each epoch trains."""

    def on_start(self, model, state):
        self.model = {name: value.clone() for name, value in model.state_dict().items()}
        self.trained = []
        self.on_step = lambda model, state, loss: self.seen.update(
            name for name, weight in model.named_parameters() if weight.requires_grad
        )
        self.seen = set()

    def on_epoch(self, model, state, record):
        self.trained.append(self.seen)
        self.seen = set()


@pytest.fixture(scope="module")
def begun(language_model, reviews, tmp_path_factory):
    first, folder = FirstWeights(), tmp_path_factory.mktemp("begun") / "run"
    run = train_classifier(
        reviews(120, 0), reviews(20, 1), settings=SMALL, start=language_model, hooks=[first], out=folder
    )
    return run, first, folder


def test_the_encoder_gives_what_the_language_models_gives(language_model, begun):
    run, first, _ = begun
    lm = load(language_model).parts
    model = Classification(run.parts.settings).model(run.parts.sizes, run.labels).eval()
    model.load_state_dict(first.model)
    texts = ["the film was really great", "we saw a bad film"]
    parts = replace(run.parts, model=model)
    tokens = run.parts.pipeline(texts)
    for row, batch_row in enumerate(tokens.to_lists()):
        batches = Classification(run.parts.settings).word_batches(run.parts.pipeline([texts[row]]), parts)
        batch = next(iter(batches))
        ids = torch.tensor([[lm.pipeline.vocabulary.words.index(word) for word in batch_row]])
        with torch.no_grad():
            theirs = lm.model(ids, torch.tensor([len(batch_row)])).output
            ours = model.encode(batch)
        assert torch.allclose(ours, theirs, atol=1e-6)


def test_settings_are_the_language_models_where_they_must_be(language_model, begun):
    run, _, folder = begun
    lm = load(language_model).parts.settings
    for settings in (run.parts.settings, load(folder).parts.settings):
        assert settings.model.encoder == lm.model.encoder
        assert not settings.model.encoder.bidirectional
        assert (settings.data.recipe, settings.data.word_size) == (lm.data.recipe, 16)
        assert settings.transfer.start == str(language_model)
    assert run.parts.model.head.pooling is not None


def test_layers_are_unfrozen_from_the_top(begun):
    _, first, _ = begun
    parts = ["head", "encoder.ahead.1", "encoder.ahead.0", "input"]
    for epoch, seen in enumerate(first.trained):
        for height, part in enumerate(parts):
            names = [name for name in first.model if name.startswith(part) and not name.endswith("frozen")]
            assert names
            assert all((name in seen) == (height <= epoch) for name in names), (epoch, part)


def test_it_learns_is_saved_and_says_what_was_carried(begun, reviews, language_model):
    run, _, folder = begun
    assert run.evaluate(reviews(60, 2))["accuracy"] > 0.9
    texts = reviews(10, 3).texts
    assert np.array_equal(run.probabilities(texts), load(folder).probabilities(texts))
    report = (folder / "report.md").read_text()
    assert f"- begun with: {language_model}: its encoder ({len(run.parts.model.encoder.state_dict())} arrays)" in report
    assert "transfer.start = " in report
    assert "0 are new to it" in report


def test_lower_layers_learn_more_slowly(language_model):
    start = Start(TransferSettings(start=str(language_model), rate_factor=2.0))
    assert [group.rate for group in start.groups(start.model)] == [0.25, 0.5, 1.0]  # tied: input and head are one


def test_new_words_begin_as_the_mean_and_case_is_found(language_model):
    start = Start(TransferSettings(start=str(language_model)))
    counts = {"Great": 2, "great": 1, "zyzzyva": 3, "rare": 1}
    inputs = start.word_inputs(counts, with_values(SMALL, {"min_count": 2}).data)
    words = inputs.vocabulary.words
    assert words[2:4] == ["great", "zyzzyva"]
    assert inputs.vocabulary.counts[2:4] == [3, 3]
    assert "rare" not in words and "<eos>" not in words
    assert set(start.own_words) <= set(words)
    assert inputs.trained == 4
    vectors = load(language_model).parts.model.input.words.weight.detach().numpy()
    assert np.allclose(inputs.matrix[words.index("zyzzyva")], vectors.mean(0), atol=1e-6)


def test_a_tagger_begins_with_it(language_model, tagged, tmp_path):
    settings = with_values(NerSettings(), {**NER, "unfreeze_epochs": 0, "rate_factor": 1.0, "epochs": 12})
    run = train_ner(tagged(100, 0), tagged(20, 1), settings=settings, start=language_model, out=tmp_path / "run")
    assert run.parts.settings.model.input.char_encoder == "none"
    assert run.parts.settings.data.recipe == NerSettings().data.recipe
    assert run.evaluate(tagged(40, 2))["f1"] > 0.8
    again = load(tmp_path / "run")
    assert again(["Anna lives in Paris ."]) == run(["Anna lives in Paris ."])


def test_a_causal_transformer_with_scaled_vectors(reviews, tmp_path):
    encoder = TransformerSettings(hidden_size=16, heads=2, layers=1, causal=True)
    lm = replace(LM, model=replace(LM.model, encoder=encoder, carried=False))
    lm = with_values(lm, {"model.input.scaled": True, "epochs": 1})
    texts = reviews(60, 9).texts
    train_language_model(texts, texts[:20], settings=lm, out=tmp_path / "lm")
    first = FirstWeights()
    train_classifier(
        reviews(40, 0), reviews(20, 1), settings=with_values(SMALL, {"epochs": 1}), start=tmp_path / "lm", hooks=[first]
    )
    start = Start(TransferSettings(start=str(tmp_path / "lm")))
    row = start.words.index("film")
    table = torch.cat([first.model["input.words.trained"], first.model["input.words.frozen"]])
    wanted = start.model.input.words.weight[row] * 4  # the root of 16
    assert any(torch.allclose(each, wanted, atol=1e-6) for each in table)


def test_a_masked_language_model_gives_an_encoder_of_both_directions(reviews, tmp_path):
    """With next sentences its tokens know of segments: what is classified is all of the first one."""
    encoder = TransformerSettings(hidden_size=16, heads=2, layers=1, dropout=0.0)
    masked = MaskedSettings(model=MaskedLanguageModelSettings(TokenInputSettings(size=16), encoder, next_sentence=True))
    masked = with_values(masked, {"epochs": 1, "recipe": "words", "average_decay": 0.0})
    texts = ["\n".join(reviews(4, seed).texts) for seed in range(20)]
    lm = train_masked_language_model(texts, texts[:5], settings=masked, out=tmp_path / "mlm").parts
    first, settings = FirstWeights(), with_values(SMALL, {"epochs": 1})
    run = train_classifier(reviews(40, 0), reviews(20, 1), settings=settings, start=tmp_path / "mlm", hooks=[first])
    run.parts.model.load_state_dict(first.model)
    text = ["the film was really great"]
    ids = torch.tensor([[lm.pipeline.vocabulary.words.index(word) for word in text[0].split()]])
    (batch,) = run.task.word_batches(run.parts.pipeline(text), run.parts)
    with torch.no_grad():
        theirs = lm.model.eval().encoder(lm.model.input(ids), torch.tensor([5])).output
        assert torch.allclose(run.parts.model.eval().encode(batch), theirs, atol=1e-6)
    assert not run.parts.settings.model.encoder.causal


def test_a_language_model_is_trained_on(language_model, reviews, tmp_path):
    """Its own vocabulary, recipe and model; what it knew stays, and what it then reads becomes more likely."""
    before, first = load(language_model), FirstWeights()
    texts = ["the harbour was calm and grey", "a grey harbour and a calm film"] * 20
    settings = with_values(
        LanguageSettings(), {"epochs": 10, "data.batch_size": 4, "data.steps": 8, "average_decay": 0.0}
    )
    after = train_language_model(
        texts, texts[:4], settings=settings, start=language_model, hooks=[first], out=tmp_path / "on"
    )
    weights = before.parts.model.state_dict()
    assert first.model.keys() == weights.keys()
    assert all(torch.equal(first.model[name], weights[name]) for name in weights)
    assert after.parts.pipeline.vocabulary.words == before.parts.pipeline.vocabulary.words
    assert after.parts.settings.model == before.parts.settings.model
    assert after.evaluate(texts)["perplexity"] < before.evaluate(texts)["perplexity"] / 2
    assert first.trained[0] == {name for name, weight in after.parts.model.named_parameters()}
    assert (
        f"- begun with: {language_model}: all of it ({len(weights)} arrays)" in (tmp_path / "on/report.md").read_text()
    )
    run = train_classifier(reviews(20, 0), settings=with_values(SMALL, {"epochs": 1}), start=tmp_path / "on")
    assert run.parts.settings.model.encoder == before.parts.settings.model.encoder


def test_a_language_model_goes_on_in_its_own_direction(language_model):
    back = replace(LM, data=replace(LM.data, reversed=True))
    start = Start(TransferSettings(start=str(language_model)))
    start.parts.settings = back
    assert LanguageModelling.agreed(LanguageSettings(), start).data.reversed


def test_a_masked_language_model_is_trained_on(reviews, tmp_path):
    encoder = TransformerSettings(hidden_size=16, heads=2, layers=1)
    masked = MaskedSettings(model=MaskedLanguageModelSettings(TokenInputSettings(size=16), encoder))
    masked = with_values(masked, {"epochs": 1, "recipe": "words"})
    texts, first = reviews(60, 9).texts, FirstWeights()
    before = train_masked_language_model(texts, texts[:9], settings=masked, out=tmp_path / "mlm").parts.model
    train_masked_language_model(
        texts[:20],
        texts[:9],
        settings=with_values(MaskedSettings(), {"epochs": 1}),
        start=tmp_path / "mlm",
        hooks=[first],
    )
    assert all(torch.equal(first.model[name], weight) for name, weight in before.state_dict().items())


def test_what_cannot_be_begun_with(language_model, sentiment, reviews, tmp_path):
    with pytest.raises(ConfigError, match=r"a run of the task 'sentiment' cannot be begun with; give one of lm or mlm"):
        train_classifier(reviews(20, 0), settings=SMALL, start=sentiment.folder)
    with pytest.raises(ArtifactError, match="there is no such run folder"):
        train_classifier(reviews(20, 0), settings=SMALL, start=tmp_path / "none")
    with pytest.raises(ConfigError, match="leave out one of them"):
        train_classifier(reviews(20, 0), settings=SMALL, start=language_model, vectors="glove.txt")
    with pytest.raises(ConfigError, match=r"leave out --from or data\.language_models"):
        train_ner("x", settings=with_values(NerSettings(), {"language_models": "lm"}), start=language_model)
    with pytest.raises(ConfigError, match=r"transfer\.start"):
        train("pairs", "x", start=language_model)
    with pytest.raises(ConfigError, match="a run of the task 'lm' cannot be trained on as 'mlm'; give a run of mlm"):
        train("mlm", ["a b", "b a"], ["a"], start=language_model)
    start = Start(TransferSettings(start=str(language_model)))
    with pytest.raises(ConfigError, match="knows none of the training data's words; its recipe is 'words'"):
        start.word_inputs({"q9": 3}, SMALL.data)
    assert Ner.settings_class().transfer == TransferSettings()
