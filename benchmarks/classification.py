"""Small sets of texts with the default settings, beside fastText and a linear SVM on the same texts in the same run.

Run as `python -m benchmarks.classification [SET ...] [--data-dir DIR] [--seeds N ...]`. The sets: TREC's 5,452
questions of six kinds (500 test questions); TweetEval's tweets with one of four emotions (3,257, with development data;
1,421 test tweets, scored by macro F1); and 2,000 of IMDB's training reviews (scored on 5,000 of the test reviews, both
drawn with seed 0). Without development data a tenth of the training texts is held out to choose the epoch; peers get
all of them. Training time is from reading the files to the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from benchmarks.data_folder import machine, parser
from benchmarks.text_peers import PEERS
from pipelines import ClassificationSettings, train_classifier
from pipelines.datasets import LabelledTexts, open_labelled
from pipelines.runs.epoch_lines import EpochLines
from seqmodels import class_scores, macro_f1
from textprep.settings import with_values

SMALL = "classification_small"


class Data(NamedTuple):
    """A set of texts; without development data it is None."""

    train: LabelledTexts[str]
    dev: LabelledTexts[str] | None
    test: LabelledTexts[str]


def trec(folder: Path) -> Data:
    train, test = (open_labelled(folder / SMALL / "trec" / f"{part}.tsv") for part in ("train", "test"))
    return Data(train, None, test)


def emotion(folder: Path) -> Data:
    return Data(*(open_labelled(folder / SMALL / "emotion" / f"{part}.tsv") for part in Data._fields))


def imdb(folder: Path) -> Data:
    archive = folder / "imdb" / "aclImdb_labeled.tar.xz"
    train, test = (open_labelled(archive, split=split) for split in ("train", "test"))
    return Data(_drawn(train, 2000), None, _drawn(test, 5000))


SETS: dict[str, tuple[Callable[[Path], Data], str, str]] = {
    "trec": (trec, "accuracy", "≥ 92 in ≤ 60 s"),
    "emotion": (emotion, "macro F1", "above the SVM's"),
    "imdb": (imdb, "accuracy", "above the SVM's"),
}


def main() -> None:
    options = parser(__doc__)
    options.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(SETS)}; all if none is named")
    options.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    arguments = options.parse_args()
    glove = arguments.data_dir / "glove" / "glove.6B.50d.txt.gz"
    rows = []
    for name in arguments.sets or SETS:
        load, metric, wanted = SETS[name]
        for seed in arguments.seeds:
            settings = with_values(ClassificationSettings(), {"training.seed": seed})
            start = time.perf_counter()
            data = load(arguments.data_dir)
            run = train_classifier(data.train, data.dev, vectors=glove, settings=settings, hooks=[EpochLines()])
            seconds = time.perf_counter() - start
            predicted = [found.label for found in run(data.test.texts)]
            rows.append((name, metric, f"textmill, seed {seed}", score(data.test, predicted, metric), seconds, wanted))
        for peer, measured in PEERS.items():
            if result := measured(data.train, data.test):
                rows.append((name, metric, peer, score(data.test, result.predicted, metric), result.seconds, ""))

    print(f"\n{machine('torch', 'scikit-learn')}, {torch.get_num_threads()} threads\n")
    print("| set | score | model | test | training | wanted |\n|---|---|---|---|---|---|")
    for name, metric, model, value, seconds, wanted in rows:
        print(f"| {name} | {metric} | {model} | {value:.2%} | {seconds:.1f} s | {wanted} |")


def score(test: LabelledTexts[str], predicted: list[str], metric: str) -> float:
    """The score of predicted labels by its name."""
    labels = sorted({*test.labels, *predicted})
    gold, found = (np.array([labels.index(label) for label in each]) for each in (test.labels, predicted))
    return macro_f1(class_scores(gold, found, labels)) if metric == "macro F1" else float((gold == found).mean())


def _drawn(texts: LabelledTexts[str], count: int) -> LabelledTexts[str]:
    """So many of the texts, the same in every run."""
    rows = np.random.default_rng(0).permutation(len(texts))[:count]
    return texts.select(rows.tolist(), f"{count:,} of {texts.source}")


if __name__ == "__main__":
    main()
