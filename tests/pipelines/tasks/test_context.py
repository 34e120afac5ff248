"""Taggers with a language model's states: taken at the right places, and kept within the run."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from pipelines import LanguageSettings, NerSettings, load, train_language_model, train_ner
from pipelines.tasks.context import open_language_models, states_of_tokens
from seqmodels import IdBatches, RecurrentSettings
from textprep import Ids, Tokens
from textprep.errors import ArtifactError, ConfigError
from textprep.settings import with_values

from ..conftest import NER

pytestmark = pytest.mark.usefixtures("one_thread")

LM = with_values(
    LanguageSettings(),
    {"epochs": 8, "learning_rate": 0.02, "data.batch_size": 4, "data.steps": 16, "size": 8, "average_decay": 0.0},
)
LM = replace(LM, model=replace(LM.model, encoder=RecurrentSettings(hidden_size=8, bidirectional=False)))


@pytest.fixture(scope="module")
def language_models(one_thread, tagged, tmp_path_factory):
    folder = tmp_path_factory.mktemp("language-models")
    texts = [" ".join(words) for words in tagged(60, 9).words]
    kinds = {
        "words": {"recipe": "words"},
        "ahead": {"recipe": "characters"},
        "back": {"recipe": "characters", "reversed": True},
    }
    for name, values in kinds.items():
        train_language_model(texts, texts[:20], settings=with_values(LM, values), out=folder / name)
    return folder


def states_behind(parts, ids):
    """The state of a language model behind each of some ids, after the end of another text."""
    words = parts.pipeline.vocabulary
    row = torch.tensor([[words.special.id_of("eos"), *(words.words.index(word) for word in ids)]])
    with torch.no_grad():
        return parts.model.eval()(row, torch.tensor([row.shape[1]])).output[0, 1:].numpy()


def test_states_stand_where_words_end(language_models):
    """Akbik et al.: forward behind a word's last character, backward behind its first, read from the right."""
    (words,), (ahead,), (back,) = (
        open_language_models(str(language_models / name)) for name in ("words", "ahead", "back")
    )
    sentence = ["Anna", "lives", "in", "Rome"]
    text = " ".join(sentence)
    tokens = Tokens.from_lists([["we", "saw"], [], sentence])
    ends = [4, 10, 13, 18]
    begins = [0, 5, 11, 14]
    assert [text[b:e] for b, e in zip(begins, ends, strict=True)] == sentence

    by_word = states_behind(words, [word.lower() for word in sentence])
    forward = states_behind(ahead, text)[[end - 1 for end in ends]]
    backward = states_behind(back, text[::-1])[[len(text) - begin - 1 for begin in begins]]
    found = states_of_tokens(tokens, (words, ahead, back))
    assert found.shape == (6, 24)
    assert np.allclose(found[2:], np.concatenate([by_word, forward, backward], 1), atol=1e-6)
    assert states_of_tokens(tokens, ()) is None
    assert states_of_tokens(Tokens.from_lists([]), (ahead,)).shape == (0, 8)


def test_a_tagger_keeps_its_language_models(language_models, tagged, tmp_path):
    names = [shutil.copytree(language_models / name, tmp_path / name) for name in ("ahead", "back")]
    settings = with_values(NerSettings(), {**NER, "language_models": "+".join(map(str, names)), "epochs": 3})
    run = train_ner(tagged(60, 0), tagged(20, 1), settings=settings, out=tmp_path / "run")
    assert run.parts.sizes.states == 16
    for name in names:
        shutil.rmtree(name)  # the run is whole without them
    (tmp_path / "run").rename(tmp_path / "moved")
    again = load(tmp_path / "moved")
    assert [parts.settings.data.reversed for parts in again.parts.language_models] == [False, True]
    texts = ["Anna lives in Paris .", "", "nobody was there ."]
    assert again(texts) == run(texts)
    assert again.evaluate(tagged(20, 2))["f1"] == run.evaluate(tagged(20, 2))["f1"]
    weights = tmp_path / "moved" / "language-model-2" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\0")
    with pytest.raises(ArtifactError, match=r"language-model-2/model\.safetensors: not as it was saved"):
        load(tmp_path / "moved")


def test_a_run_with_language_models_may_be_replaced(language_models, tagged, tmp_path):
    values = {**NER, "language_models": str(language_models / "ahead"), "epochs": 1}
    for overwrite in (False, True):
        settings = with_values(NerSettings(), values)
        train_ner(tagged(20, 0), tagged(10, 1), settings=settings, out=tmp_path / "run", overwrite=overwrite)
        values["language_models"] = ""
    assert not (tmp_path / "run" / "language-model-1").exists()
    assert load(tmp_path / "run").parts.language_models == ()


def test_a_model_of_reversed_text_reads_but_does_not_write(language_models):
    run = load(language_models / "back")
    words, text = run.parts.pipeline.vocabulary.words, "Anna lives in Rome ."
    row = [words.index("<eos>"), *(words.index(each) for each in reversed(text)), words.index("<eos>")]
    nats = run.parts.model.text_losses(IdBatches(Ids(np.array(row, np.int32), np.array([0, len(row)]))))
    assert run([text])[0].nats == pytest.approx(nats[0], rel=1e-6)
    with pytest.raises(ConfigError, match="has learned reversed text"):
        run.generate(["Anna"])


def test_what_is_no_language_model(sentiment):
    with pytest.raises(ConfigError, match="a run of the task 'sentiment' is no language model"):
        open_language_models(str(sentiment.folder))
