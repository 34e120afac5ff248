"""What text classification is measured against: fastText, and TF-IDF bigrams into a linear support vector machine."""

from __future__ import annotations

import importlib.util
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from pipelines.datasets import LabelledTexts
from textprep import Pipeline
from textprep.stages import from_config


class Peer(NamedTuple):
    """What a peer made of the same texts."""

    predicted: list[str]  # a label for each test text
    seconds: float  # of training
    speed: float  # test texts a second


def fasttext(train: LabelledTexts[str], test: LabelledTexts[str]) -> Peer | None:
    """fastText with word bigrams (Joulin et al. 2017); None if it is not installed.

    It walks through its file in order, so the texts are shuffled. Rate and epochs did best, or nearly so, on held-out
    tenths of the training sets among five settings.
    """
    if importlib.util.find_spec("fasttext") is None:
        return None
    import fasttext as peer

    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("train.txt", "test.txt")]
        for file, part in zip(files, (train, test), strict=True):
            lines = [f"__label__{label} {text}\n" for label, text in zip(part.labels, _plain(part), strict=True)]
            random.Random(1).shuffle(lines)
            file.write_text("".join(lines), encoding="utf-8")
        start = time.perf_counter()
        model = peer.train_supervised(
            str(files[0]), wordNgrams=2, epoch=25, lr=0.5, dim=20, bucket=2_000_000, thread=2, verbose=0
        )
        seconds = time.perf_counter() - start
        start = time.perf_counter()
        model.test(str(files[1]))
        speed = len(test) / (time.perf_counter() - start)
        found, _ = model.predict(_plain(test))
        return Peer([labels[0].removeprefix("__label__") for labels in found], seconds, speed)


def linear_svm(train: LabelledTexts[str], test: LabelledTexts[str]) -> Peer | None:
    """TF-IDF of words and bigrams into a linear support vector machine; None if scikit-learn is not installed."""
    if importlib.util.find_spec("sklearn") is None:
        return None
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"\S+"), LinearSVC(C=0.5)
    )
    texts = _plain(train)
    start = time.perf_counter()
    model.fit(texts, train.labels)
    seconds = time.perf_counter() - start
    rest = _plain(test)
    start = time.perf_counter()
    predicted = model.predict(rest)
    return Peer(predicted.tolist(), seconds, len(test) / (time.perf_counter() - start))


PEERS: dict[str, Callable[[LabelledTexts[str], LabelledTexts[str]], Peer | None]] = {
    "fastText, word bigrams": fasttext,
    "TF-IDF bigrams + linear SVM": linear_svm,
}


def _plain(texts: LabelledTexts[str]) -> list[str]:
    """The texts as the peers get them: our tokens with spaces between."""
    stages = ({"stage": "html.v1"}, {"stage": "lower.v1"}, {"stage": "words.v1"})
    return [" ".join(words) for words in Pipeline(*map(from_config, stages))(texts.texts)]
