"""Made-up data on which small models learn within seconds, and a run of each task trained on it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from pipelines.datasets import LabelledTexts, TaggedSentences

GOOD, BAD = "good great lovely brilliant".split(), "bad awful poor dreadful".split()
FILLERS = "the a this film was really so book we saw it and".split()
PEOPLE, PLACES = "Anna Bob Carla Dmitri".split(), "Paris Rome Oslo Lima".split()
SUBJECTS = {"money": "bank profit shares".split(), "sport": "goal match coach".split(), "war": "army siege".split()}
NAMES = {"dog": "Hund", "cat": "Katze", "house": "Haus", "runs": "läuft"}
PATTERNS = ["P lives in L .", "we saw P Smith in L .", "in L it rains .", "P left .", "nobody was there ."]

SENTIMENT = {
    "min_count": 1,
    "word_size": 12,
    "batch_size": 8,
    "hidden_size": 10,
    "epochs": 5,
    "learning_rate": 0.03,
    "warmup_steps": 0,
    "output_dropout": 0.1,
    "input_dropout": 0.1,
}
LANGUAGE_MODEL = {
    "data.recipe": "white_space",
    "data.batch_size": 4,
    "data.steps": 8,
    "model.input.size": 16,
    "model.encoder.hidden_size": 24,
    "model.encoder.layers": 1,
    "model.input.dropout": 0.0,
    "model.head.output_dropout": 0.0,
    "training.epochs": 12,
    "training.learning_rate": 0.03,
    "training.average_decay": 0.0,
    "training.threads": 1,
}
MASKED = {
    "data.recipe": "white_space",
    "data.max_length": 12,
    "model.input.size": 16,
    "model.encoder.hidden_size": 16,
    "model.encoder.layers": 2,
    "model.encoder.heads": 2,
    "model.encoder.inner_size": 16,
    "training.epochs": 1,
}
PAIRS = {
    "min_count": 1,
    "data.batch_size": 8,
    "model.input.size": 8,
    "model.encoder.hidden_size": 6,
    "model.head.hidden_size": 8,
    "training.epochs": 1,
}
TRANSLATION = {
    "data.recipe": "white_space",
    "data.batch_tokens": 50,
    "model.input.size": 24,
    "model.input.dropout": 0.0,
    "model.encoder.hidden_size": 16,
    "model.decoder.hidden_size": 32,
    "model.head.output_dropout": 0.0,
    "training.epochs": 20,
    "training.learning_rate": 0.01,
    "training.average_decay": 0.0,
    "training.precision": "float32",
}
NER = {
    "min_count": 1,
    "word_size": 10,
    "batch_size": 8,
    "hidden_size": 12,
    "char_encoder": "cnn",
    "char_size": 6,
    "char_output": 8,
    "epochs": 6,
    "learning_rate": 0.03,
    "warmup_steps": 0,
    "word_dropout": 0.0,
}


PARTS_OF_SPEECH = {
    **dict.fromkeys(PEOPLE + PLACES + ["Smith"], "PROPN"),
    **dict.fromkeys("lives saw rains left was".split(), "VERB"),
    **dict.fromkeys("we it nobody".split(), "PRON"),
    **{"in": "ADP", "there": "ADV", ".": "PUNCT"},
}


class Trained(NamedTuple):
    run: object
    folder: Path


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTMILL_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # for processes that a test starts


@pytest.fixture(scope="session")
def one_thread() -> None:
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def reviews() -> Callable[..., LabelledTexts]:
    """So many texts whose label is told by one word."""

    def make(count: int, seed: int) -> LabelledTexts:
        rng = random.Random(seed)
        texts, labels = [], []
        for k in range(count):
            words = rng.choices(FILLERS, k=rng.randint(1, 6))
            words.insert(rng.randint(0, len(words)), rng.choice((GOOD, BAD)[k % 2]))
            texts.append(" ".join(words).capitalize() + ".")
            labels.append(("pos", "neg")[k % 2])
        return LabelledTexts(texts, labels, f"reviews {seed}")

    return make


@pytest.fixture(scope="session")
def tagged() -> Callable[..., TaggedSentences]:
    """So many sentences in which some first names (with what follows) and cities are entities."""

    def make(count: int, seed: int) -> TaggedSentences:
        rng = random.Random(seed)
        words: list[list[str]] = []
        tags: list[list[str]] = []
        for k in range(count):
            row, marks = [], []
            for word in PATTERNS[k % len(PATTERNS)].split():
                names = {"P": PEOPLE, "L": PLACES}.get(word)
                row.append(rng.choice(names) if names else word)
                marks.append({"P": "B-PER", "L": "B-LOC", "Smith": "I-PER"}.get(word, "O"))
            words.append(row)
            tags.append(marks)
        return TaggedSentences(words, tags, [0] * count, list(range(1, count + 1)), f"sentences {seed}")

    return make


@pytest.fixture(scope="session")
def parts_of_speech(tagged: Callable[..., TaggedSentences]) -> Callable[..., TaggedSentences]:
    """So many sentences with the part of speech of each word."""

    def make(count: int, seed: int) -> TaggedSentences:
        data = tagged(count, seed)
        return replace(data, tags=[[PARTS_OF_SPEECH[word] for word in words] for words in data.words])

    return make


@pytest.fixture(scope="session")
def articles() -> Callable[..., LabelledTexts[tuple[str, ...]]]:
    """So many texts with up to three labels, each told by a word."""

    def make(count: int, seed: int) -> LabelledTexts[tuple[str, ...]]:
        rng = random.Random(seed)
        texts, labels = [], []
        for _ in range(count):
            words = rng.choices(FILLERS, k=rng.randint(2, 6))
            chosen = [name for name in SUBJECTS if rng.random() < 0.4]
            words += [rng.choice(SUBJECTS[name]) for name in chosen]
            rng.shuffle(words)
            texts.append(" ".join(words))
            labels.append(tuple(chosen))
        return LabelledTexts(texts, labels, f"articles {seed}")

    return make


@pytest.fixture(scope="session")
def sentiment(one_thread: None, reviews: Callable[..., LabelledTexts], tmp_path_factory: pytest.TempPathFactory):
    from pipelines import SentimentSettings, train_sentiment
    from textprep.settings import with_values

    folder = tmp_path_factory.mktemp("runs") / "sentiment"
    settings = with_values(SentimentSettings(), SENTIMENT)
    return Trained(train_sentiment(reviews(120, 0), reviews(20, 1), out=folder, settings=settings), folder)


@pytest.fixture(scope="session")
def ner(one_thread: None, tagged: Callable[..., TaggedSentences], tmp_path_factory: pytest.TempPathFactory):
    from pipelines import NerSettings, train_ner
    from textprep.settings import with_values

    folder = tmp_path_factory.mktemp("runs") / "ner"
    settings = with_values(NerSettings(), NER)
    return Trained(train_ner(tagged(100, 0), tagged(20, 1), out=folder, settings=settings), folder)


@pytest.fixture(scope="session")
def pos(one_thread: None, parts_of_speech: Callable[..., TaggedSentences], tmp_path_factory: pytest.TempPathFactory):
    from pipelines import PosSettings, train_pos
    from textprep.settings import with_values

    folder = tmp_path_factory.mktemp("runs") / "pos"
    settings = with_values(PosSettings(), NER)
    return Trained(train_pos(parts_of_speech(100, 0), parts_of_speech(20, 1), out=folder, settings=settings), folder)


@pytest.fixture(scope="session")
def multilabel(one_thread: None, articles: Callable[..., LabelledTexts], tmp_path_factory: pytest.TempPathFactory):
    from pipelines import MultilabelSettings, train_multilabel
    from textprep.settings import with_values

    folder = tmp_path_factory.mktemp("runs") / "multilabel"
    settings = with_values(MultilabelSettings(), {**SENTIMENT, "epochs": 8})
    return Trained(train_multilabel(articles(200, 0), articles(40, 1), out=folder, settings=settings), folder)


@pytest.fixture(scope="session")
def language_model(one_thread: None, tmp_path_factory: pytest.TempPathFactory):
    """A language model that has learned two sentences by heart."""
    from pipelines import LanguageSettings, train_language_model
    from textprep.settings import with_values

    folder = tmp_path_factory.mktemp("runs") / "lm"
    texts = ["the cat sat on the mat", "a dog ran in the park"] * 30
    settings = with_values(LanguageSettings(), LANGUAGE_MODEL)
    return Trained(train_language_model(texts, texts, out=folder, settings=settings), folder)


@pytest.fixture(scope="session")
def masked(one_thread: None, tmp_path_factory: pytest.TempPathFactory):
    """A masked language model, a Transformer, that has hardly learned anything."""
    from pipelines import MaskedSettings, train_masked_language_model
    from textprep.settings import with_values

    folder = tmp_path_factory.mktemp("runs") / "mlm"
    texts = ["the cat sat on the mat\nit was black", "a dog ran in the park\nit was white"] * 10
    settings = with_values(MaskedSettings(), MASKED)
    return Trained(train_masked_language_model(texts, texts[:2], out=folder, settings=settings), folder)


@pytest.fixture(scope="session")
def pairs(one_thread: None, tmp_path_factory: pytest.TempPathFactory):
    """A classifier that compares two texts, each read by itself."""
    from pipelines import PairsSettings, train_pairs
    from pipelines.datasets import LabelledPairs
    from textprep.settings import with_values

    folder = tmp_path_factory.mktemp("runs") / "pairs"
    texts = ["the cat sleeps", "a dog barks", "the dog sleeps", "a cat runs"]
    rows = [(first, second, "same" if first == second else "other") for first in texts for second in texts]
    data = LabelledPairs(*map(list, zip(*rows, strict=True)), "pairs")
    settings = with_values(PairsSettings(), PAIRS)
    return Trained(train_pairs(data, data, out=folder, settings=settings), folder)


@pytest.fixture(scope="session")
def translation(one_thread: None, tmp_path_factory: pytest.TempPathFactory):
    """A model that gives words other names, with Luong's attention."""
    from pipelines import TranslationSettings, train_translation
    from textprep.settings import with_values

    folder = tmp_path_factory.mktemp("runs") / "translation"
    rng = random.Random(1)
    texts = [" ".join(rng.choices(list(NAMES), k=rng.randint(1, 4))) for _ in range(200)]
    data = [(text, " ".join(NAMES[word] for word in text.split())) for text in texts]
    settings = with_values(TranslationSettings(), TRANSLATION)
    return Trained(train_translation(data, data[:20], out=folder, settings=settings), folder)
